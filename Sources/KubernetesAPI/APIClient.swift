internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// A client of one API server: asks for objects and changes them.
///
/// Bodies are JSON, in the `JSON` room's terms: given as texts, returned as ``APIObject``. Every answer is bounded in size
/// and in time. Nothing is tried twice: whoever changes objects knows best what to do after a conflict.
package struct APIClient: Sendable {
    /// How much is taken, and how long it is waited for.
    package struct Limits: Sendable, Equatable {
        /// The largest object, in bytes; etcd holds none above some 1.5 MiB, which are more as JSON.
        package var object = 8 << 20
        /// The largest page of a list, in bytes.
        package var page = 64 << 20
        /// How long one request may take as a whole; a watch until it begins.
        package var time = Duration.seconds(10)

        package init() {}
    }

    package let server: APIServer
    package let limits: Limits
    private let http: HTTPClient
    private let credentials: Credentials
    private let addressing: APIServer.Addressing

    private init(_ server: APIServer, _ limits: Limits, _ http: HTTPClient) {
        self.server = server
        self.limits = limits
        self.http = http
        credentials = Credentials(server)
        addressing = server.addressing
    }

    /// Lends a client to `body`, and closes its connections after.
    package static func connected<Result>(
        to server: APIServer,
        limits: Limits = Limits(),
        _ body: (APIClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        // Neither is the token sent on to where an answer points, nor is an answer unpacked past its bounds.
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        // A watch is one connection, and ends with it; requests are few.
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(5), read: TimeAmount(Watch.silence))
        configuration.connectionPool.idleTimeout = .seconds(30)
        // Whoever asks knows whether to ask again, and learns at once what is wrong.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = server.addressing.hosts
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(APIClient(server, limits, http))
        }
    }

    // MARK: Requests

    /// What is asked of the server.
    struct Call: Sendable {
        var method = HTTPMethod.GET
        var path: String
        var query: [(name: String, value: String)] = []
        var body: (type: String, text: String)?

        /// The request in words; a query never holds a secret, and says what a list was asked for.
        var words: String { "\(method.rawValue) \(path)" }

        var target: String {
            guard !query.isEmpty else { return path }
            return path + "?" + query.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
        }
    }

    /// The whole answer to a call.
    ///
    /// - Parameters:
    ///   - limit: the most that is read, in bytes.
    ///   - time: how long it may take; what is usual, when nil.
    func answer(to call: Call, limit: Int, within time: Duration? = nil) async throws(APIError) -> [UInt8] {
        do {
            return try await Self.within(time ?? limits.time) {
                let response = try await open(call)
                return try await Self.collect(response, limit: limit)
            }
        } catch {
            throw APIError(error).of(call.words)
        }
    }

    /// The answer to a call, of which the body is still to come.
    ///
    /// - Throws: ``APIError`` for an answer that is no success.
    func open(_ call: Call) async throws(APIError) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: addressing.url + call.target)
        request.method = call.method
        request.tlsConfiguration = try credentials.tls()
        if let host = addressing.host { request.headers.add(name: "host", value: host) }
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "tidewaiter")
        if let token = try credentials.token() { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let body = call.body {
            request.headers.add(name: "content-type", value: body.type)
            request.body = .bytes(ByteBuffer(string: body.text))
        }
        do {
            let response = try await http.execute(request, timeout: TimeAmount(limits.time))
            guard !(200..<300).contains(response.status.code) else { return response }
            // What fails says so in a few words, which are not worth an error of their own.
            let body = (try? await Self.collect(response, limit: 1 << 20)) ?? []
            throw APIStatus(code: Int(response.status.code), body: body).error
        } catch {
            throw APIError(error).of(call.words)
        }
    }

    private static func collect(_ response: HTTPClientResponse, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= limit else {
                throw APIError(.tooLarge, "the answer is larger than \(limit) bytes")
            }
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
            guard let result = try await tasks.next() ?? nil else {
                throw APIError(.timedOut, "there is no whole answer within \(limit)")
            }
            return result
        }
    }
}

extension APIError {
    /// What the HTTP client says, without what was sent.
    init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case is CancellationError: self.init(.timedOut, "the request was given up")
        case let error as HTTPClientError:
            switch error {
            case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout, .cancelled:
                self.init(.timedOut, "the API server does not answer in time")
            default: self.init(.unreachable, "the API server cannot be asked: \(error.shortDescription)")
            }
        default: self.init(.unreachable, "the API server cannot be reached: \(error)")
        }
    }
}
