internal import NIOCore
internal import NIOSSL

/// How TLS is spoken with servers that are looked at: nothing is confided to them, so that their certificates do not matter.
struct StrangerTLS: Sendable {
    /// Without a certificate.
    let anonymous: TLSConfiguration
    /// With one that nobody's authority has signed; nil where none could be made.
    let selfMade: TLSConfiguration?

    init() {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        tls.minimumTLSVersion = .tlsv1
        tls.shutdownTimeout = .milliseconds(100)
        anonymous = tls
        guard let stranger = try? StrangerCertificate(),
            let certificate = try? NIOSSLCertificate(bytes: stranger.certificate, format: .der),
            let key = try? NIOSSLPrivateKey(bytes: Array(stranger.key.utf8), format: .pem)
        else {
            selfMade = nil
            return
        }
        tls.certificateChain = [.certificate(certificate)]
        tls.privateKey = .privateKey(key)
        selfMade = tls
    }
}
