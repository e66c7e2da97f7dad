internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Posture

/// Asks servers what they say to whom is nobody: the listeners of this machine, and the API server that was named.
///
/// Each question is one connection that reads and changes nothing, within a time, of which the beginning of the answer
/// is kept.
struct Prober: Asker {
    typealias Failure = Never

    private let http: HTTPClient
    private let tls: StrangerTLS
    /// An answer that takes longer is none.
    private let patience: TimeAmount

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
        let tls = StrangerTLS()
        configuration.tlsConfiguration = tls.anonymous
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(Prober(http: http, tls: tls, patience: patience))
        }
    }

    /// Asks one question, from the network that this program is in.
    func answer(to question: Probe) async -> Probe {
        var probe = question
        var request = HTTPClientRequest(url: Self.url(of: question))
        request.method = HTTPMethod(rawValue: question.method)
        request.headers = question.requestHeaders
        if let body = question.requestBody { request.body = .bytes(ByteBuffer(string: body)) }
        if question.scheme == .https {
            guard let configuration = tls.configuration(for: question) else {
                probe.failure = "no certificate could be made"
                return probe
            }
            request.tlsConfiguration = configuration
        }
        do {
            let response = try await http.execute(request, timeout: patience)
            probe.take(status: response.status, headers: response.headers)
            probe.body = await Self.beginning(of: response, question.keptBytes)
        } catch {
            probe.take(failure: error)
        }
        return probe
    }

    /// As much of the body as is kept; a body that breaks off is not worth an error, as the answer is known.
    private static func beginning(of response: HTTPClientResponse, _ most: Int) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await part in response.body {
                bytes += part.readableBytesView.prefix(most - bytes.count)
                if bytes.count >= most { break }
            }
        } catch {}
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func url(of probe: Probe) -> String {
        if probe.port == 0 {
            return URL(httpURLWithSocketPath: probe.address, uri: probe.path)?.absoluteString ?? ""
        }
        return "\(probe.scheme.rawValue)://\(Listener(probe.ownAddress, probe.port).place)\(probe.path)"
    }
}
