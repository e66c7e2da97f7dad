internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Posture

/// Asks servers what they say to whom is nobody: the listeners of this machine, and the API server that was named.
///
/// Each question is one connection that reads and changes nothing, within a time, of which the beginning of the answer
/// is kept.
struct Prober: Sendable {
    private let http: HTTPClient
    /// With a certificate that nobody's authority has signed; nil where none could be made.
    private let selfMade: TLSConfiguration?

    /// An answer that takes longer is none.
    private let patience: TimeAmount

    private static let maximumBody = 4_096
    private static let maximumAnswer = 64 << 10

    /// Lends one.
    ///
    /// - Parameter patience: how long each answer is waited for; a second is enough for servers on this machine.
    static func connected<Result>(
        patience: TimeAmount = .seconds(1),
        _ body: (Prober) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: patience, read: patience)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .milliseconds(1)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
        var tls = TLSConfiguration.makeClientConfiguration()
        // Whoever answers is looked at; nothing is confided to it.
        tls.certificateVerification = .none
        tls.minimumTLSVersion = .tlsv1
        tls.shutdownTimeout = .milliseconds(100)
        configuration.tlsConfiguration = tls
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(Prober(http: http, selfMade: Self.selfMade(tls), patience: patience))
        }
    }

    /// The same with a certificate that nobody's authority has signed.
    private static func selfMade(_ tls: TLSConfiguration) -> TLSConfiguration? {
        guard let stranger = try? StrangerCertificate(),
            let certificate = try? NIOSSLCertificate(bytes: stranger.certificate, format: .der),
            let key = try? NIOSSLPrivateKey(bytes: Array(stranger.key.utf8), format: .pem)
        else { return nil }
        var tls = tls
        tls.certificateChain = [.certificate(certificate)]
        tls.privateKey = .privateKey(key)
        return tls
    }

    /// Asks one question.
    func answer(to question: Probe) async -> Probe {
        var probe = question
        var request = HTTPClientRequest(url: Self.url(of: question))
        request.method = HTTPMethod(rawValue: question.method)
        request.headers.add(name: "user-agent", value: "tidewaiter-audit")
        request.headers.add(name: "connection", value: "close")
        for (name, value) in question.sent.sorted(by: { $0.key < $1.key }) {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        if question.port == 0 { request.headers.add(name: "host", value: "localhost") }
        if let body = CollectionPlan.body(of: question) {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        if question.certificate == .selfMade {
            guard let selfMade else {
                probe.failure = "no certificate could be made"
                return probe
            }
            request.tlsConfiguration = selfMade
        }
        do {
            let response = try await http.execute(request, timeout: patience)
            probe.status = Int(response.status.code)
            for header in response.headers.prefix(64) {
                probe.headers[header.name.lowercased()] = String(header.value.prefix(1_024))
            }
            probe.body = await Self.beginning(of: response)
        } catch {
            probe.failure = Self.words(error)
        }
        return probe
    }

    /// As much of the body as is kept; a body that breaks off is not worth an error, as the answer is known.
    private static func beginning(of response: HTTPClientResponse) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await part in response.body {
                bytes += part.readableBytesView.prefix(maximumBody - bytes.count)
                if bytes.count >= maximumBody { break }
            }
        } catch {}
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func url(of probe: Probe) -> String {
        let path = probe.path
        if probe.port == 0 {
            let socket = probe.address.utf8.map { byte in
                let isPlain =
                    byte < 128 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
                let digits = String(byte, radix: 16)
                return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
            }
            return "http+unix://\(socket.joined())\(path)"
        }
        let host = ownAddress(probe.address)
        return "\(probe.scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(probe.port)\(path)"
    }

    /// Where something that listens everywhere is reached from here.
    private static func ownAddress(_ address: String) -> String {
        switch address {
        case "0.0.0.0", "::": "127.0.0.1"
        default: address
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError: error.connectionErrors.first.map { "\($0.error)" } ?? "no connection"
        default: String("\(error)".prefix(300))
        }
    }
}
