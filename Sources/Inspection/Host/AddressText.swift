#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Addresses as people write them (inet_ntop(3)).
enum AddressText {
    /// Of 4 or 16 bytes, in the network's order; nil for another number of them.
    static func text(of bytes: [UInt8]) -> String? {
        let family = bytes.count == 4 ? AF_INET : bytes.count == 16 ? AF_INET6 : nil
        guard let family else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = unsafe bytes.withUnsafeBytes { address in
            unsafe inet_ntop(family, address.baseAddress, &text, socklen_t(text.count)) != nil
        }
        guard isWritten else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
