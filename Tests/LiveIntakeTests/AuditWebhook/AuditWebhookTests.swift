import Deployments
import Foundation
import LiveIntake
import Relay
import Testing

/// The endpoint as API servers meet it, asked by curl over real TLS.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Commands.have("curl", "openssl"), "needs curl and openssl"))
struct AuditWebhookTests {
    private static func list(_ ids: String...) -> String {
        let items = ids.map {
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"\#($0)","stage":"ResponseComplete"}"#
        }
        return
            #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[\#(items.joined(separator: ","))]}"#
    }

    /// A webhook that is served while `body` asks it.
    private struct Endpoint {
        var folder: TestFolder
        var certificates: TestCertificates
        var configuration: AuditWebhookSource.Configuration
        var url: String
        let feed = TestFeed()

        init(_ change: (inout AuditWebhookSource.Configuration, TestCertificates) throws -> Void = { _, _ in })
            async throws
        {
            folder = try TestFolder()
            certificates = try await TestCertificates(in: folder.path)
            let port = try Commands.freePort()
            configuration = AuditWebhookSource.Configuration(
                name: "audit",
                address: .tcp(host: "127.0.0.1", port: port)
            )
            configuration.certificate = certificates.path("server.crt")
            configuration.key = certificates.path("server.key")
            configuration.clientAuthority = certificates.path("ca.crt")
            try change(&configuration, certificates)
            url = "\(configuration.certificate == nil ? "http" : "https")://127.0.0.1:\(port)"
        }

        func serving(from cursors: [String: String] = [:], _ body: () async throws -> Void) async throws {
            try await following(AuditWebhookSource(configuration), from: cursors, into: feed) {
                try await eventually("listening") { feed.isFollowing }
                try await body()
            }
        }

        /// - Returns: status, and the answer's body.
        func post(
            _ body: String,
            as client: String? = "client",
            path: String = "/audit",
            _ more: String...
        ) async throws -> (status: String, body: String) {
            let file = "\(folder.path)/body-\(UUID().uuidString)"
            try body.write(toFile: file, atomically: true, encoding: .utf8)
            var command = [
                "curl", "-sS", "--max-time", "30", "--cacert", certificates.path("ca.crt"), "--data-binary",
                "@\(file)", "-w", "\n%{http_code}", url + path,
            ]
            if !more.contains(where: { $0.hasPrefix("content-type") }) {
                command += ["-H", "content-type: application/json"]
            }
            if let client, configuration.certificate != nil {
                command += ["--cert", certificates.path("\(client).crt"), "--key", certificates.path("\(client).key")]
            }
            let finished = try await Commands.run(command + more, in: folder.path)
            let lines = finished.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            return (lines.last ?? "", lines.dropLast().joined(separator: "\n"))
        }
    }

    @Test func `a list of events is a record, and answered once it is remembered`() async throws {
        let endpoint = try await Endpoint()
        try await endpoint.serving(from: ["audit": "41"]) {
            let body = Self.list("a", "b")
            #expect(try await endpoint.post(body).status == "200")
            #expect(endpoint.feed.texts == [body])
            #expect(endpoint.feed.records.map(\.position) == [.init(path: "audit", offset: 41)])
            #expect(endpoint.feed.cursors == ["audit": "42"])
            endpoint.feed.fill(true)
            async let waiting = endpoint.post(Self.list("c"))
            try await Task.sleep(for: .milliseconds(300))
            #expect(endpoint.feed.records.count == 1)
            endpoint.feed.fill(false)
            #expect(try await waiting.status == "200")
            #expect(endpoint.feed.records.count == 2)
        }
    }

    @Test func `while too many wait, an API server is told to come again, and nothing is lost`() async throws {
        let endpoint = try await Endpoint { configuration, _ in configuration.waitingBodies = 2 }
        try await endpoint.serving {
            endpoint.feed.fill(true)
            let statuses = try await withThrowingTaskGroup(of: String.self) { tasks in
                for number in 0..<8 { tasks.addTask { try await endpoint.post(Self.list("\(number)")).status } }
                tasks.addTask {
                    // Only once some were refused is there room again.
                    try await Task.sleep(for: .seconds(2))
                    endpoint.feed.fill(false)
                    return ""
                }
                return try await tasks.reduce(into: [String]()) { $0.append($1) }.filter { !$0.isEmpty }
            }
            #expect(Set(statuses) == ["200", "503"])
            #expect(endpoint.feed.records.count == statuses.count { $0 == "200" })
            #expect(try await endpoint.post(Self.list("later")).status == "200")
        }
    }

    @Test(arguments: [
        ("", "400", "the body is no JSON (byte 0)"), ("{", "400", "(byte 1)"),
        (#"{"kind":"Pod"}"#, "400", "kind: the body is no EventList"),
        (#"{"kind":"EventList","apiVersion":"v1","items":[]}"#, "400", "apiVersion"),
        (#"{"kind":"EventList","apiVersion":"audit.k8s.io/v1"}"#, "400", "items: the list holds none"),
        (#"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"auditID":"a"},7]}"#, "400", "items[1]"),
        (#"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{}]}"#, "400", "items[0].auditID"),
        (String(repeating: "[", count: 60_000), "400", "no JSON"),
    ])
    func `what is no list of events is refused with its place, and the next is taken`(
        body: String,
        status: String,
        words: String
    ) async throws {
        let endpoint = try await Endpoint()
        try await endpoint.serving {
            let answer = try await endpoint.post(body)
            #expect(answer.status == status)
            #expect(answer.body.contains(words), "\(answer.body)")
            #expect(try await endpoint.post(Self.list("a")).status == "200")
        }
        #expect(endpoint.feed.records.count == 1)
    }

    @Test func `other paths, methods, types and sizes have their own refusals`() async throws {
        let endpoint = try await Endpoint { configuration, _ in configuration.maximumBodyBytes = 1_000 }
        let list = Self.list("a")
        let large = "\(list.dropLast())\(String(repeating: " ", count: 2_000))}"
        try await endpoint.serving {
            let statuses = [
                try await endpoint.post(list, path: "/other").status,
                try await endpoint.post(list, path: "/audit?timeout=30s").status,
                try await endpoint.post(list, "-X", "PUT").status,
                try await endpoint.post(list, "-H", "content-type: text/plain").status,
                try await endpoint.post(list, "-H", "content-encoding: gzip").status,
                try await endpoint.post(large).status,
            ]
            #expect(statuses == ["404", "200", "405", "415", "415", "413"])
        }
        #expect(endpoint.feed.records.count == 1)
    }

    @Test func `only clients with a certificate of the authority, and of the right name, may post`() async throws {
        let endpoint = try await Endpoint { configuration, _ in configuration.clientNames = ["kube-apiserver"] }
        try await endpoint.certificates.certificate("node", by: "ca", name: "node-1", "extendedKeyUsage=clientAuth")
        try await endpoint.serving {
            let statuses = [
                try await endpoint.post(Self.list("a")).status,
                try await endpoint.post(Self.list("b"), as: nil).status,
                try await endpoint.post(Self.list("c"), as: "node").status,
                try await endpoint.post(Self.list("d"), as: "stranger").status,
            ]
            // The last one's handshake comes to no end.
            #expect(statuses == ["200", "401", "403", "000"])
        }
        #expect(endpoint.feed.records.count == 1)
    }

    @Test func `a token is asked for, and another counts once its file holds it`() async throws {
        let token = "0123456789abcdef-token"
        let endpoint = try await Endpoint { configuration, certificates in
            configuration.clientAuthority = nil
            configuration.tokenFile = certificates.path("token")
            configuration.refresh = .milliseconds(50)
            try "\(token)\n".write(toFile: certificates.path("token"), atomically: true, encoding: .utf8)
        }
        func status(_ header: String) async throws -> String {
            try await endpoint.post(Self.list("a"), as: nil, "-H", header).status
        }
        try await endpoint.serving {
            #expect(try await status("authorization: Bearer \(token)") == "200")
            #expect(try await status("authorization: bearer \(token)") == "200")
            for wrong in ["Bearer \(token)x", "Bearer ", "Basic \(token)", token, "Bearer \(token.dropLast())"] {
                #expect(try await status("authorization: \(wrong)") == "401")
            }
            #expect(try await endpoint.post(Self.list("a"), as: nil).status == "401")
            let other = "another-token-of-some-length"
            try other.write(toFile: endpoint.certificates.path("token"), atomically: true, encoding: .utf8)
            try await Task.sleep(for: .milliseconds(500))
            #expect(try await status("authorization: Bearer \(other)") == "200")
            #expect(try await status("authorization: Bearer \(token)") == "401")
            try "".write(toFile: endpoint.certificates.path("token"), atomically: true, encoding: .utf8)
            // While a file is replaced there may be none for a moment, which is told as well.
            try await eventually("the complaint") { endpoint.feed.waits.contains { $0.contains("holds no token") } }
            #expect(endpoint.feed.waits.allSatisfy { !$0.contains(other) })
            #expect(try await status("authorization: Bearer \(other)") == "200")
        }
    }

    @Test func `a certificate that is replaced is shown to the next`() async throws {
        let endpoint = try await Endpoint { configuration, _ in configuration.refresh = .milliseconds(50) }
        try await endpoint.serving {
            let names = "subjectAltName=IP:127.0.0.1"
            try await endpoint.certificates.certificate("server", by: "ca", name: "renewed", names)
            try await Task.sleep(for: .milliseconds(500))
            let command = ["openssl", "s_client", "-connect", endpoint.url.replacing("https://", with: "")]
            let shown = try await Commands.run(command, in: endpoint.folder.path)
            #expect(shown.output.contains("renewed"))
        }
    }

    @Test func `a client that sends byte by byte is given up, and others are served meanwhile`() async throws {
        let endpoint = try await Endpoint { configuration, _ in
            (configuration.certificate, configuration.key, configuration.clientAuthority) = (nil, nil, nil)
            configuration.connections = 16
            configuration.timeouts = RelayTimeouts(head: .seconds(5), idle: .seconds(5), body: .seconds(2))
        }
        try await endpoint.serving {
            let port = endpoint.url.split(separator: ":").last.map(String.init) ?? ""
            let script = """
                exec 3<>/dev/tcp/127.0.0.1/\(port)
                printf 'POST /audit HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: application/json\\r\\nContent-Length: 900\\r\\n\\r\\n{' >&3
                cat <&3
                """
            let slow = try (0..<2).map { _ in try Commands.start(["bash", "-c", script], in: endpoint.folder.path) }
            #expect(try await endpoint.post(Self.list("a")).status == "200")
            try await eventually("the slow ones' end") { slow.allSatisfy { !$0.isRunning } }
            #expect(try await endpoint.post(Self.list("b")).status == "200")
        }
        #expect(endpoint.feed.records.count == 2)
    }

    @Test func `it ends at once, whoever waits for an answer`() async throws {
        let endpoint = try await Endpoint()
        endpoint.feed.fill(true)
        let begun = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            try await endpoint.serving {
                tasks.addTask { _ = try await endpoint.post(Self.list("a"), "--max-time", "300") }
                try await Task.sleep(for: .milliseconds(700))
            }
            #expect(.now - begun < .seconds(240))
            try await tasks.waitForAll()
        }
        #expect(endpoint.feed.records.isEmpty)
    }

    private static let open = "127.0.0.1"

    @Test(
        arguments: [
            ("0.0.0.0", false, false, false, "certificate"), ("0.0.0.0", true, false, false, "token"),
            ("192.0.2.1", true, true, false, nil), ("192.0.2.1", true, false, true, nil),
            (open, false, false, false, nil),
            (open, false, true, false, "client certificates go with TLS"),
        ] as [(String, Bool, Bool, Bool, String?)]
    )
    func `nobody listens beyond this host without TLS and a client's proof`(
        host: String,
        hasTLS: Bool,
        hasAuthority: Bool,
        hasToken: Bool,
        words: String?
    ) async throws {
        var configuration = AuditWebhookSource.Configuration(name: "audit", address: .tcp(host: host, port: 8443))
        if hasTLS { (configuration.certificate, configuration.key) = ("c", "k") }
        if hasAuthority { configuration.clientAuthority = "a" }
        if hasToken { configuration.tokenFile = "t" }
        #expect(configuration.fault?.message.contains(words ?? "\0") ?? false == (words != nil))
        guard words != nil else { return }
        let source = AuditWebhookSource(configuration)
        await #expect(throws: LiveSourceError.self) { try await source.follow(from: [:], into: TestFeed()) }
    }

    @Test func `files that are not there yet are waited for`() async throws {
        let endpoint = try await Endpoint { configuration, certificates in
            configuration.certificate = certificates.path("later.crt")
            configuration.key = certificates.path("later.key")
        }
        try await following(AuditWebhookSource(endpoint.configuration), into: endpoint.feed) {
            try await eventually("the complaint") { !endpoint.feed.waits.isEmpty }
            let names = "subjectAltName=IP:127.0.0.1"
            try await endpoint.certificates.certificate("later", by: "ca", name: "localhost", names)
            try await eventually("listening") { endpoint.feed.isFollowing }
            #expect(try await endpoint.post(Self.list("a")).status == "200")
        }
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: recorded),
            "the recorded batches are not beside the project"
        )
    )
    func `batches that an API server sent are taken as they are`() async throws {
        let endpoint = try await Endpoint()
        let batches = try String(contentsOfFile: Self.recorded, encoding: .utf8).split(separator: "\n").map(String.init)
        try await endpoint.serving {
            for batch in batches {
                let status = try await endpoint.post(batch).status
                #expect(status == "200")
            }
        }
        #expect(endpoint.feed.texts == batches)
    }

    private static let recorded = Commands.project.deletingLastPathComponent()
        .appending(path: "shared/data/kubernetes/audit-eventlists.jsonl").path
}
