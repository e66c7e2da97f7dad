internal import NIOSSL

/// The files of a service's end of TLS, in PEM.
///
/// For a service that answers everything itself and so lends nobody power: its clients need no certificate, and one that
/// shows one is known by it.
package struct ServiceTLS: Sendable, Equatable {
    /// The certificate chain that is shown, leaf first.
    package var certificate: String
    package var key: String
    /// Who must have signed the certificate of a client that shows one; nil where none is looked at.
    package var clientAuthority: String?

    package init(certificate: String, key: String, clientAuthority: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
    }

    /// The files that are read.
    var paths: [String] { [certificate, key] + (clientAuthority.map { [$0] } ?? []) }

    /// Until when the certificate is valid, in seconds since 1970; nil where it cannot be read.
    var notAfter: Int64? { (try? NIOSSLCertificate.fromPEMFile(certificate))?.first.map { Int64($0.notValidAfter) } }

    /// TLS 1.2 or later.
    func context() throws(RelayError) -> NIOSSLContext {
        try TLSFiles.context(certificate, key, clientAuthority) { chain, key in
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            if let clientAuthority {
                configuration.trustRoots = .file(clientAuthority)
                configuration.certificateVerification = .optionalVerification
            }
            return configuration
        }
    }
}
