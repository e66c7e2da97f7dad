internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// What requests carry, and what servers have to show, as the files have it at the moment.
final class Credentials: Sendable {
    /// What a TLS configuration is made of.
    private struct PEMs: Equatable {
        var authority: [UInt8]?
        var certificate: [UInt8]?
        var key: [UInt8]?
    }

    private let server: APIServer
    /// Made anew only when a file holds something else, since connections are kept for each.
    private let made = Mutex<(of: PEMs, tls: TLSConfiguration)?>(nil)

    init(_ server: APIServer) { self.server = server }

    /// The bearer token; nil where none is sent.
    ///
    /// Read each time: the file is small and in memory (a projected volume is a tmpfs), and a token that was replaced
    /// counts at once.
    func token() throws(APIError) -> String? {
        guard let token = server.token else { return nil }
        let bytes = try token.contents("the token").filter { !Self.spaces.contains($0) }
        // What is no token must not be quoted: it may be another secret.
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw APIError(.configuration, "\(token.place("the token")): it holds no token")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How connections are made, and to whom.
    func tls() throws(APIError) -> TLSConfiguration {
        let pems = PEMs(
            authority: try server.authority?.contents("the API server's authority"),
            certificate: try server.clientCertificate?.contents("the client certificate"),
            key: try server.clientKey?.contents("the client certificate's key")
        )
        if let made = made.withLock({ $0 }), made.of == pems { return made.tls }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // A server that does not say goodbye does not hold up whoever is done with it.
        tls.shutdownTimeout = .milliseconds(500)
        if !server.isVerified { tls.certificateVerification = .none }
        if let authority = server.authority, let pem = pems.authority {
            tls.trustRoots = .certificates(try Self.certificates(pem, authority.place("the API server's authority")))
        }
        if let certificate = server.clientCertificate, let pem = pems.certificate {
            let chain = try Self.certificates(pem, certificate.place("the client certificate"))
            tls.certificateChain = chain.map { .certificate($0) }
        }
        if let key = server.clientKey, let pem = pems.key {
            do {
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: pem, format: .pem))
            } catch {
                let place = key.place("the client certificate's key")
                throw APIError(.configuration, "\(place): it holds no key in PEM without a passphrase")
            }
        }
        made.withLock { [tls] in $0 = (pems, tls) }
        return tls
    }

    private static func certificates(_ pem: [UInt8], _ place: String) throws(APIError) -> [NIOSSLCertificate] {
        let certificates = (try? NIOSSLCertificate.fromPEMBytes(pem)) ?? []
        guard !certificates.isEmpty else {
            throw APIError(.configuration, "\(place): it holds no certificates in PEM")
        }
        return certificates
    }

    private static let spaces: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
}
