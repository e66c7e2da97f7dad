internal import CCrypto

/// SHA-256 of a manifest, since who writes it must not be able to make another with the same.
struct ManifestHash {
    /// 64 hexadecimal digits.
    let text: String

    init(_ bytes: [UInt8]) {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = unsafe bytes.withUnsafeBytes { bytes in
            unsafe digest.withUnsafeMutableBytes { digest in
                unsafe EVP_Digest(bytes.baseAddress, bytes.count, digest.baseAddress, nil, EVP_sha256(), nil)
            }
        }
        text = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
