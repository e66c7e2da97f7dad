internal import NIOCore
internal import NIOSSL
internal import Posture

/// How TLS is spoken with servers that are looked at: nothing is confided to them, so that their certificates do not matter.
struct StrangerTLS: Sendable {
    /// Without a certificate.
    let anonymous: TLSConfiguration
    /// With one that nobody's authority has signed; nil where none could be made.
    let selfMade: TLSConfiguration?
    /// As a client that knows no version that is still to be used (RFC 8996).
    let outdated: TLSConfiguration

    /// What a question is asked by; nil where that could not be made.
    func configuration(for question: Probe) -> TLSConfiguration? {
        if question.newestTLS != nil { return outdated }
        return question.certificate == .none ? anonymous : selfMade
    }

    init() {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        tls.minimumTLSVersion = .tlsv1
        tls.shutdownTimeout = .milliseconds(100)
        anonymous = tls
        var old = tls
        old.maximumTLSVersion = .tlsv11
        outdated = old
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
