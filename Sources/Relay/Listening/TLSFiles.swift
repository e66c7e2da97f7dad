internal import NIOSSL

/// The files of one end of a TLS connection, in PEM.
package struct TLSFiles: Sendable, Equatable {
    /// The certificate chain that is shown, leaf first.
    package var certificate: String
    package var key: String
    /// Who must have signed the other end's certificate.
    package var authority: String

    package init(certificate: String, key: String, authority: String) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }

    /// TLS 1.2 or later, and no client without a certificate of the authority.
    func serverContext() throws(RelayError) -> NIOSSLContext {
        try Self.context(certificate, key, authority) { chain, key in
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            configuration.trustRoots = .file(authority)
            configuration.certificateVerification = .noHostnameVerification
            return configuration
        }
    }

    /// TLS 1.2 or later, and no server whose certificate is not for the name that is connected to.
    func clientContext() throws(RelayError) -> NIOSSLContext {
        try Self.context(certificate, key, authority) { chain, key in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateChain = chain
            configuration.privateKey = key
            configuration.trustRoots = .file(authority)
            configuration.certificateVerification = .fullVerification
            return configuration
        }
    }

    /// A context with a chain and its key.
    ///
    /// - Parameter authority: who signs the other end's certificates, for errors.
    static func context(
        _ certificate: String,
        _ key: String,
        _ authority: String?,
        _ make: ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) throws -> TLSConfiguration
    ) throws(RelayError) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            let key = try NIOSSLPrivateKey(file: key, format: .pem)
            return try context(chain, key, make)
        } catch {
            let files = [certificate, key] + (authority.map { [$0] } ?? [])
            throw RelayError(
                .tls,
                "TLS files \(files.joined(separator: ", ")) cannot be used: \(error); give a certificate chain, its key"
                    + "\(authority == nil ? "" : " and the authority's certificate") in PEM"
            )
        }
    }
    /// A context with a chain and its key, both in PEM.
    static func context(
        _ certificate: [UInt8],
        _ key: [UInt8],
        _ make: ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) throws -> TLSConfiguration
    ) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(certificate)
        return try context(chain, try NIOSSLPrivateKey(bytes: key, format: .pem), make)
    }

    private static func context(
        _ chain: [NIOSSLCertificate],
        _ key: NIOSSLPrivateKey,
        _ make: ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) throws -> TLSConfiguration
    ) throws -> NIOSSLContext {
        var configuration = try make(chain.map { .certificate($0) }, .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
