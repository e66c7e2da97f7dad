internal import NIOSSL

/// A service's end of TLS.
///
/// For a service that answers everything itself and so lends nobody power: its clients need no certificate, and one that
/// shows one is known by it.
package struct ServiceTLS: Sendable, Equatable {
    /// Where the certificate that is shown comes from.
    enum Source: Sendable {
        /// Files in PEM: a chain, leaf first, and the key.
        case files(certificate: String, key: String)
        case held(HeldCertificate)
    }

    let source: Source
    /// The file, in PEM, of who must have signed the certificate of a client that shows one; nil where none is looked at.
    let clientAuthority: String?

    /// A certificate in files, in PEM.
    ///
    /// - Parameters:
    ///   - certificate: the file of the chain that is shown, leaf first.
    ///   - clientAuthority: who must have signed the certificate of a client that shows one; nil where none is looked at.
    package init(certificate: String, key: String, clientAuthority: String? = nil) {
        source = .files(certificate: certificate, key: key)
        self.clientAuthority = clientAuthority
    }

    /// A certificate in memory.
    ///
    /// - Parameter clientAuthority: who must have signed the certificate of a client that shows one; nil where none is
    ///   looked at.
    package init(held: HeldCertificate, clientAuthority: String? = nil) {
        source = .held(held)
        self.clientAuthority = clientAuthority
    }

    /// The files that are read.
    var paths: [String] {
        let files: [String] = if case .files(let certificate, let key) = source { [certificate, key] } else { [] }
        return files + (clientAuthority.map { [$0] } ?? [])
    }

    /// Until when the certificate is valid, in seconds since 1970; nil where it cannot be read.
    var notAfter: Int64? {
        let chain =
            switch source {
            case .files(let certificate, _): try? NIOSSLCertificate.fromPEMFile(certificate)
            case .held(let held): try? NIOSSLCertificate.fromPEMBytes(held.current.pair.certificate)
            }
        return chain?.first.map { Int64($0.notValidAfter) }
    }

    /// TLS 1.2 or later.
    func context() throws(RelayError) -> NIOSSLContext {
        switch source {
        case .files(let certificate, let key):
            try TLSFiles.context(certificate, key, clientAuthority) { chain, key in configuration(chain, key) }
        case .held(let held):
            try context(of: held.current.pair)
        }
    }

    private func context(of pair: HeldCertificate.Pair) throws(RelayError) -> NIOSSLContext {
        do {
            return try TLSFiles.context(pair.certificate, pair.key) { chain, key in configuration(chain, key) }
        } catch {
            // The error may say more of the key than anybody should read.
            throw RelayError(
                .tls,
                "the certificate in memory cannot be used\(clientAuthority.map { ", or \($0) is no authority in PEM" } ?? "")"
            )
        }
    }

    private func configuration(
        _ chain: [NIOSSLCertificateSource],
        _ key: NIOSSLPrivateKeySource
    ) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
        if let clientAuthority {
            configuration.trustRoots = .file(clientAuthority)
            configuration.certificateVerification = .optionalVerification
        }
        return configuration
    }

    package static func == (left: ServiceTLS, right: ServiceTLS) -> Bool {
        guard left.clientAuthority == right.clientAuthority else { return false }
        return switch (left.source, right.source) {
        case (.files(let certificate, let key), .files(let otherCertificate, let otherKey)):
            certificate == otherCertificate && key == otherKey
        case (.held(let held), .held(let other)): held === other
        default: false
        }
    }
}
