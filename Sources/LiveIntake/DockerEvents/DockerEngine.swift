internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Relay

/// An engine's API, as far as it is only looked at: nothing here changes anything.
///
/// Sources: https://docs.docker.com/reference/api/engine/, SystemEvents, ContainerInspect, ContainerList, ExecInspect,
/// ServiceInspect, SystemPing.
struct DockerEngine: Sendable {
    /// Why an engine gave no answer.
    struct Failure: Error, CustomStringConvertible {
        var description: String
        /// The HTTP status, where there was one.
        var status: Int?
        /// Whether there was more of it than is taken.
        var isTooLarge = false
    }

    private let http: HTTPClient
    private let base: String
    private let patience: Duration
    private let address: RelayAddress

    /// Lends an engine to `body`, and closes its connections after.
    ///
    /// - Throws: ``Failure`` for TLS files that cannot be used, or what `body` throws.
    static func connected<Result>(
        to configuration: DockerEventsSource.Configuration,
        _ body: (DockerEngine) async throws -> Result
    ) async throws -> Result {
        var http = HTTPClient.Configuration()
        http.redirectConfiguration = .disallow
        http.decompression = .disabled
        http.httpVersion = .http1Only
        // A stream is silent for as long as nothing happens.
        http.timeout = .init(connect: TimeAmount(configuration.patience))
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.inspections + 2
        http.connectionPool.retryConnectionEstablishment = false
        http.connectionPool.idleTimeout = .seconds(60)
        if let tls = configuration.tls { http.tlsConfiguration = try clientTLS(tls) }
        return try await HTTPClient.withHTTPClient(configuration: http) { client in
            try await body(DockerEngine(client, configuration))
        }
    }

    private init(_ http: HTTPClient, _ configuration: DockerEventsSource.Configuration) {
        self.http = http
        patience = configuration.patience
        address = configuration.engine
        switch configuration.engine {
        case .unix(let path): base = "http+unix://\(Self.escaped(path))"
        case .tcp(let host, let port):
            let scheme = configuration.tls == nil ? "http" : "https"
            base = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .inherited(let descriptor): base = "http://inherited.invalid:\(descriptor)"
        }
    }

    /// A whole answer of that size at most.
    ///
    /// - Throws: ``Failure``, with the status for an answer that is no success.
    func get(_ target: String, limit: Int) async throws -> [UInt8] {
        do {
            return try await TimeLimit.run(patience) {
                let response = try await open(target)
                var bytes: [UInt8] = []
                for try await part in response.body {
                    guard bytes.count + part.readableBytes <= limit else {
                        throw Failure(
                            description: "the answer to \(target) is larger than \(limit) bytes",
                            isTooLarge: true
                        )
                    }
                    bytes.append(contentsOf: part.readableBytesView)
                }
                return bytes
            }
        } catch {
            throw failure(error, target)
        }
    }

    /// The body of an answer that goes on for as long as it is read.
    func stream(_ target: String) async throws -> HTTPClientResponse.Body {
        do {
            return try await open(target).body
        } catch {
            throw failure(error, target)
        }
    }

    private func open(_ target: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + target)
        // What stands in the address is a path, which is no host that an engine would take.
        if case .unix = address { request.headers.add(name: "host", value: "docker") }
        request.headers.add(name: "user-agent", value: "tidewaiter")
        let response = try await http.execute(request, timeout: TimeAmount(patience))
        guard !(200..<300).contains(response.status.code) else { return response }
        throw Failure(
            description: "the engine answers \(response.status.code) to \(target.prefix { $0 != "?" })",
            status: Int(response.status.code)
        )
    }

    /// An error in words, with what was asked.
    func failure(_ error: any Error, _ target: String) -> any Error {
        switch error {
        case is Failure, is CancellationError: error
        case is TimeLimit.Exceeded:
            Failure(
                description: "\(address) gives no whole answer to \(target.prefix { $0 != "?" }) within \(patience)"
            )
        case let error as HTTPClientError: Failure(description: "\(address): \(error.shortDescription)")
        default: Failure(description: "\(address): \(error)")
        }
    }

    private static func clientTLS(_ files: TLSFiles) throws -> TLSConfiguration {
        do {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
            tls.trustRoots = .file(files.authority)
            tls.shutdownTimeout = .milliseconds(500)
            return tls
        } catch {
            let names = [files.certificate, files.key, files.authority].joined(separator: ", ")
            throw Failure(description: "TLS files \(names) cannot be used: \(error)")
        }
    }

    /// Every byte that is not unreserved, escaped (RFC 3986, section 2.3).
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return escaped
    }
}
