internal import Foundation
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// What requests carry, and what servers have to show, as the files have it at the moment.
final class Credentials: Sendable {
    private let server: APIServer
    /// Made anew only when the file holds something else, since connections are kept for each.
    private let trusted = Mutex<(pem: [UInt8], tls: TLSConfiguration)?>(nil)

    init(_ server: APIServer) { self.server = server }

    /// The bearer token; nil where none is sent.
    ///
    /// Read each time: the file is small and in memory (a projected volume is a tmpfs), and a token that was replaced
    /// counts at once.
    func token() throws(APIError) -> String? {
        guard let path = server.tokenFile else { return nil }
        let bytes = try Self.contents(of: path, "the token").filter { !Self.spaces.contains($0) }
        // What is no token must not be quoted: it may be another secret.
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw APIError(.configuration, "\(path): it holds no token")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How connections are made, and to whom.
    func tls() throws(APIError) -> TLSConfiguration {
        guard let path = server.authorityFile else { return Self.configuration(trusting: .default) }
        let pem = try Self.contents(of: path, "the API server's authority")
        if let trusted = trusted.withLock({ $0 }), trusted.pem == pem { return trusted.tls }
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw APIError(.configuration, "\(path): it holds no certificates in PEM")
        }
        guard !certificates.isEmpty else {
            throw APIError(.configuration, "\(path): it holds no certificates in PEM")
        }
        let tls = Self.configuration(trusting: .certificates(certificates))
        trusted.withLock { $0 = (pem, tls) }
        return tls
    }

    private static func configuration(trusting roots: NIOSSLTrustRoots) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.trustRoots = roots
        // A server that does not say goodbye does not hold up whoever is done with it.
        tls.shutdownTimeout = .milliseconds(500)
        return tls
    }

    private static let spaces: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
    /// Far more than tokens and authorities are.
    private static let sizeLimit = 1 << 20

    private static func contents(of path: String, _ what: String) throws(APIError) -> [UInt8] {
        let data: Data?
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: sizeLimit)
        } catch {
            throw APIError(.configuration, "\(path): \(what) cannot be read")
        }
        return Array(data ?? Data())
    }
}
