internal import CCrypto

/// Reads a certificate's names through OpenSSL.
enum CertificateNames {
    /// The names in a certificate in DER; nil when they cannot be read for certain.
    static func read(_ der: [UInt8]) -> ClientCertificate? {
        let certificate = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var start = bytes.baseAddress
            return unsafe d2i_X509(nil, &start, bytes.count)
        }
        guard let certificate = unsafe certificate else { return nil }
        defer { unsafe X509_free(certificate) }
        guard let name = unsafe X509_get_subject_name(certificate), let subject = unsafe subject(of: name) else {
            return nil
        }
        return ClientCertificate(subject: subject, commonName: unsafe commonName(of: name))
    }

    /// The subject as RFC 4514 writes it, the most specific name first.
    private static func subject(of name: OpaquePointer) -> String? {
        guard let output = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe BIO_free_all(output) }
        guard unsafe X509_NAME_print_ex(output, name, 0, tw_rfc4514) >= 0 else { return nil }
        var text = [UInt8]()
        var piece = [UInt8](repeating: 0, count: 1_024)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe BIO_read(output, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { break }
            text += piece.prefix(Int(count))
        }
        return String(validating: text, as: UTF8.self)
    }

    /// The common name; nil when there is none, or more than one: nobody can say which counts.
    private static func commonName(of name: OpaquePointer) -> String? {
        let index = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, unsafe X509_NAME_get_index_by_NID(name, NID_commonName, index) < 0 else { return nil }
        let value = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
        var text: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&text, value)
        guard count >= 0, let text = unsafe text else { return nil }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(count))
        guard unsafe !bytes.contains(0) else { return nil }
        return unsafe String(validating: bytes, as: UTF8.self)
    }
}
