import AsyncHTTPClient
import Console
import Deployments
import Foundation
import Judge
import Ledger
import NIOCore
import NIOHTTP1
import Synchronization

/// A console that serves a ledger of its own on a free port, for as long as a test asks it.
struct TestConsole: Sendable {
    let ledger: Ledger
    let port: Int
    /// The time that the console takes it for.
    static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    /// Runs `body` with a console over what `fill` remembers.
    static func serving(
        _ batch: LedgerBatch = LedgerBatch(),
        sources: [SourceState]? = nil,
        _ body: @Sendable (TestConsole) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "console-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path, options: LedgerOptions(.watching))
        _ = try await ledger.commit(batch)
        let told: (@Sendable () -> [SourceState])? = if let sources { { @Sendable in sources } } else { nil }
        let console = try Console(
            ledger: ledger,
            library: .builtIn,
            address: ConsoleAddress(parsing: "tcp://127.0.0.1:0"),
            sources: told,
            clock: { now }
        )
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await console.run(endsOnSignals: false) { port.yield($0.port) }
            }
            for await number in ports {
                try await body(TestConsole(ledger: ledger, port: number))
                break
            }
            group.cancelAll()
            while let _ = try await group.next() {}
        }
        try ledger.close()
    }

    /// What the console answered.
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var text: String

        func header(_ name: String) -> String? { headers.first(name: name) }
        func all(_ name: String) -> [String] { headers[name] }

        /// The value of the only cookie that was set.
        var cookie: String? {
            headers["set-cookie"].first.flatMap { $0.split(separator: ";").first }.map(String.init)
        }

        /// The token in the page's form.
        var token: String? {
            guard let start = text.range(of: #"name="token" value=""#)?.upperBound else { return nil }
            return text[start...].split(separator: "\"").first.map(String.init)
        }
    }

    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send(.GET, path, headers, body: nil)
    }

    /// Sends a form.
    func post(_ path: String, _ form: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send(.POST, path, [("content-type", "application/x-www-form-urlencoded")] + headers, body: form)
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        _ headers: [(String, String)],
        body: String?
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 16 << 20)
        return Reply(
            status: Int(response.status.code),
            headers: response.headers,
            text: String(buffer: bytes)
        )
    }

    /// Follows no redirection: what a form answers is looked at.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
    )
}

extension FindingEntry {
    static func sample(
        _ id: String,
        title: String = "Privileged Container",
        level: String = "high",
        minutesAgo: Int64 = 1,
        sentence: String = "Privileged Container: nginx",
        ecs: String = #"{"event":{"kind":"alert"},"tidewaiter":{"reasons":["it is privileged"]}}"#,
        deployment: String? = nil
    ) -> FindingEntry {
        let time = Timestamp(microseconds: TestConsole.now.microseconds - minutesAgo * 60_000_000)
        return FindingEntry(
            id: id,
            deploymentID: deployment,
            ruleID: "rule-\(title)",
            ruleTitle: title,
            level: level,
            time: time,
            receivedAt: time,
            fields: ["user.name": "alice"],
            group: id,
            sentence: sentence,
            ecs: Array(ecs.utf8)
        )
    }
}

extension DeploymentEntry {
    static func sample(
        _ id: String,
        image: String = "docker.io/library/nginx",
        route: String = "docker-api",
        minutesAgo: Int64 = 1,
        ecs: String =
            #"{"container":{"security_context":{"privileged":true}},"deployment":{"host":{"namespaces":["pid"]}}}"#
    ) -> DeploymentEntry {
        let time = Timestamp(microseconds: TestConsole.now.microseconds - minutesAgo * 60_000_000)
        return DeploymentEntry(
            id: id,
            time: time,
            receivedAt: time,
            fields: [
                "container.image.name": image, "deployment.route": route, "event.action": "container-create",
                "user.name": "alice",
            ],
            ecs: Array(ecs.utf8),
            trail: [
                TrailEntry(source: "docker", dataset: "docker.events", time: time, path: "/var/log/docker", offset: 7)
            ]
        )
    }
}
