internal import AsyncHTTPClient
internal import Deployments
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization

/// Makes the connections of all outputs that speak HTTP.
package struct HTTPConnections: Sendable {
    let client: HTTPClient

    /// Lends them, and closes them after.
    package static func opened<Result>(_ body: (HTTPConnections) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        // Findings go where the configuration says, and nowhere that an answer points to.
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(60))
        configuration.connectionPool.idleTimeout = .seconds(30)
        // Outputs have a back-off of their own.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            try await body(HTTPConnections(client: client))
        }
    }
}

/// Posts to one receiver.
struct HTTPPoster: Sendable {
    let endpoint: HTTPEndpoint
    private let client: HTTPClient
    private let trust: HTTPTrust
    private let now: @Sendable () -> Date

    /// An answer's status and body.
    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
        var retryAfter: Duration?
    }

    init(_ endpoint: HTTPEndpoint, _ connections: HTTPConnections, clock: DeliveryClock) {
        self.endpoint = endpoint
        client = connections.client
        trust = HTTPTrust(endpoint)
        now = { Date(timeIntervalSince1970: Double(clock.now().microseconds) / 1_000_000) }
    }

    /// Posts a body, and reads the answer, whatever its status.
    ///
    /// - Parameters:
    ///   - path: put behind the address's own.
    ///   - answerLimit: the most that is read of the answer, in bytes.
    func post(
        _ body: [UInt8],
        path: String = "",
        headers: [(String, String)],
        answerLimit: Int = 64 << 10
    ) async throws(DeliveryError) -> Answer {
        let url = try url(path)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "user-agent", value: "tidewaiter")
        for (name, value) in endpoint.headers { request.headers.add(name: name, value: value) }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let authorization = try authorization(for: url) {
            request.headers.replaceOrAdd(name: "authorization", value: authorization)
        }
        request.tlsConfiguration = try trust.tls()
        request.body = .bytes(ByteBuffer(bytes: body))
        let whole = request
        do {
            return try await Self.within(endpoint.timeout) {
                let response = try await client.execute(whole, timeout: TimeAmount(endpoint.timeout))
                let retryAfter = RetryAfter.length(response.headers.first(name: "retry-after"), now: now())
                let body = try await Self.collect(response, limit: answerLimit)
                return Answer(status: Int(response.status.code), body: body, retryAfter: retryAfter)
            }
        } catch {
            throw Self.error(error, receiver: Self.receiver(url))
        }
    }

    // MARK: Parts of a request

    private func url(_ path: String) throws(DeliveryError) -> String {
        let text =
            switch endpoint.address {
            case .url(let text): text
            case .secret(let secret): try secret.word()
            }
        if let fault = HTTPEndpoint.fault(of: text) { throw DeliveryError(fault, isTransient: true) }
        guard !path.isEmpty else { return text }
        let query = text.firstIndex(of: "?") ?? text.endIndex
        var base = text[..<query]
        while base.hasSuffix("/") { base = base.dropLast() }
        return base + path + text[query...]
    }

    private func authorization(for url: String) throws(DeliveryError) -> String? {
        let value: String
        switch endpoint.credentials {
        case .none: return nil
        case .bearer(let secret): value = "Bearer \(try secret.word())"
        case .scheme(let name, let secret): value = "\(name) \(try secret.word())"
        case .basic(let user, let password):
            value = "Basic " + Data(user.utf8 + [UInt8(ascii: ":")] + (try password.bytes())).base64EncodedString()
        }
        guard url.hasPrefix("https://") || Self.isLoopback(url) else {
            throw DeliveryError(
                "\(Self.receiver(url)): a secret is sent by https alone, or on this machine",
                isTransient: true
            )
        }
        return value
    }

    private static func isLoopback(_ url: String) -> Bool {
        let host = URLComponents(string: url)?.host ?? ""
        return host == "localhost" || host == "[::1]" || host == "::1"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < UInt8(ascii: ":") }
    }

    /// The address without what may be a secret: its path and query.
    private static func receiver(_ url: String) -> String {
        guard let scheme = url.range(of: "://") else { return "the receiver" }
        return String(url[..<scheme.upperBound] + url[scheme.upperBound...].prefix { !"/?".contains($0) })
    }

    // MARK: Answers

    private static func collect(_ response: HTTPClientResponse, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in response.body {
            // What is said behind is not worth an error; the connection is not used again.
            guard bytes.count + part.readableBytes <= limit else { break }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    private static func within<Result: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask { try await work() }
            tasks.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { tasks.cancelAll() }
            guard let result = try await tasks.next() ?? nil else { throw HTTPClientError.deadlineExceeded }
            return result
        }
    }

    /// What the HTTP client says, without what was sent and to which path.
    private static func error(_ error: any Error, receiver: String) -> DeliveryError {
        let reason: String
        switch error {
        case is CancellationError: reason = "the request was given up"
        case let error as HTTPClientError:
            switch error {
            case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout, .cancelled:
                reason = "there is no answer in time"
            default: reason = "it cannot be asked: \(error.shortDescription)"
            }
        case is NIOSSLError, is BoringSSLError: reason = "TLS cannot be agreed on: \(error)"
        default: reason = "it cannot be reached: \(error)"
        }
        return DeliveryError("\(receiver): \(reason)", isTransient: true)
    }
}

/// What a connection trusts and shows, as the files have it at the moment.
private final class HTTPTrust: Sendable {
    private struct Made {
        var files: [Data?]
        var tls: TLSConfiguration
    }

    private let endpoint: HTTPEndpoint
    /// Made anew only when a file holds something else, since connections are kept for each.
    private let made = Mutex<Made?>(nil)

    init(_ endpoint: HTTPEndpoint) { self.endpoint = endpoint }

    func tls() throws(DeliveryError) -> TLSConfiguration {
        var files: [Data?] = []
        for path in [endpoint.authorityFile, endpoint.certificateFile, endpoint.keyFile] {
            files.append(try Self.contents(of: path))
        }
        if let made = made.withLock({ $0 }), made.files == files { return made.tls }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.shutdownTimeout = .milliseconds(500)
        do {
            if let pem = files[0] { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem))) }
            if let chain = files[1], let key = files[2] {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(chain)).map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key), format: .pem))
            }
        } catch {
            throw DeliveryError("the output's certificates or key are no PEM", isTransient: true)
        }
        made.withLock { $0 = Made(files: files, tls: tls) }
        return tls
    }

    private static func contents(of path: String?) throws(DeliveryError) -> Data? {
        guard let path else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DeliveryError("\(path): it cannot be read", isTransient: true)
        }
        return data
    }
}
