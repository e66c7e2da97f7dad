import Foundation
import Testing

@Suite struct WebhookMetricsTests {
    @Test func `the webhook tells its metrics where it answers reviews, as Prometheus reads them`() throws {
        let webhook = try RunningWebhook()
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        _ = try webhook.review(times: 3)
        let before = try webhook.metrics()
        #expect(before.value(#"tidewaiter_admission_reviews_total{verdict="refused",operation="CREATE"}"#) == 3)
        #expect(before.value("tidewaiter_decision_duration_seconds_count") == 3)
        #expect(before.value("tidewaiter_admission_reviews_in_flight") == 0)
        #expect(before.value("tidewaiter_decision_log_failures_total") == 0)
        #expect(before.value("tidewaiter_policy_last_reload_successful") == 1)
        let left =
            try #require(before.value("tidewaiter_certificate_not_after_timestamp_seconds{listener="))
            - Date.now.timeIntervalSince1970
        #expect((86_400.0...86_400 * 2 + 1).contains(left), "made for two days, and \(left) s are left")
        #expect(before.text.contains(#"tidewaiter_findings_total{rule=""#))
        #expect(before.text.contains(#"tidewaiter_build_info{version=""#))
        #expect(try #require(before.value("process_resident_memory_bytes")) > 0x1p20)
        webhook.signal(SIGHUP)
        try #require(webhook.says("policy and rules were read again"))
        #expect(try webhook.metrics().value(#"tidewaiter_policy_reloads_total{result="success"}"#) == 1)
        try webhook.folder.write("refuse-at: sometimes\n", as: "policy.yml")
        webhook.signal(SIGHUP)
        try #require(webhook.says("policy and rules were not changed"))
        let after = try webhook.metrics()
        #expect(after.value(#"tidewaiter_policy_reloads_total{result="failure"}"#) == 1)
        #expect(after.value("tidewaiter_policy_last_reload_successful") == 0)
        #expect(after.text.contains("text/plain; version=0.0.4"))
    }

    @Test func `the guide has every metric that is told, and no other`() throws {
        let webhook = try RunningWebhook()
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        try webhook.folder.write("images: {digest: true}\n", as: "policy.yml")
        webhook.signal(SIGHUP)
        try #require(webhook.says("policy and rules were read again"))
        _ = try webhook.review(times: 1)
        _ = try webhook.get("/nowhere")
        let (told, known) = (try webhook.metrics().names, try Metrics.names(inGuide: "guard-kubernetes.md"))
        #expect(told.symmetricDifference(known) == [])
    }

    @Test func `the sample alerts are rules that Prometheus takes, on metrics that there are`() throws {
        let alerts = Binary.project.appending(path: "Deploy/prometheus/alerts.yml")
        let known = try Metrics.names(inGuide: "guard-kubernetes.md").union(Metrics.names(inGuide: "guard-docker.md"))
        let named = try String(contentsOf: alerts, encoding: .utf8).matches(of: /tidewaiter_[a-z_]+/).map {
            String($0.0)
        }
        #expect(named.count >= 9)
        #expect(named.filter { !known.contains($0.replacing(/_bucket$/, with: "")) } == [])
        try Metrics.promtool(["check", "rules", alerts.path])
    }

    @Test func `metrics may have an address of their own, in the clear on the loopback alone`() throws {
        let port = Int.random(in: 12_000..<15_000)
        let webhook = try RunningWebhook(["--metrics", "tcp://127.0.0.1:\(port)"])
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        let text = try webhook.curl(["http://127.0.0.1:\(port)/metrics"])
        #expect(text.contains("\ntidewaiter_connections_open "))
        #expect(try webhook.curl(["http://127.0.0.1:\(port)/validate"]).contains("metrics are at /metrics"))
        let elsewhere = Int.random(in: 15_000..<18_000)
        let open = try RunningWebhook(["--metrics", "tcp://0.0.0.0:\(elsewhere)"])
        try #require(open.says("webhook on tcp://"), "\(open.messages)")
        let secured = ["--resolve", "localhost:\(elsewhere):127.0.0.1"]
        #expect(try open.curl(secured + ["https://localhost:\(elsewhere)/metrics"]).contains("tidewaiter_build_info"))
    }

    @Test func `an address that cannot be listened on is told before the webhook is said to be there`() throws {
        let first = try RunningWebhook()
        try #require(first.says("webhook on tcp://"), "\(first.messages)")
        let taken = try #require(URL(string: first.url("/"))?.port)
        let second = try RunningWebhook(["--metrics", "tcp://127.0.0.1:\(taken)"])
        #expect(second.end() == 1)
        #expect(second.messages.contains("tcp://127.0.0.1:\(taken): cannot listen"), "\(second.messages)")
        #expect(!second.messages.contains("webhook on"))
    }

    @Test(arguments: [
        (["--metrics", "9090"], "--metrics: 9090: not an address"),
        (["--metrics", "fd://3"], "--metrics: fd://3: sockets that are handed over are for the guard itself"),
    ])
    func `an address that cannot be is refused at start`(arguments: [String], reason: String) throws {
        for guarded in ["kubernetes", "docker"] {
            let result = try Binary.run(["guard", guarded] + arguments)
            #expect(result.status == 1)
            #expect(result.errors.contains(reason), "\(result.errors)")
        }
    }
}

@Suite struct GuardMetricsTests {
    @Test func `the Docker guard tells its metrics on a socket of their own`() throws {
        let folder = try Folder()
        let socket = folder.path("metrics.sock")
        let running = try RunningGuard(["--metrics", "unix://\(socket)"], in: folder)
        try #require(running.says("guard.sock"), "\(running.messages)")
        func curl(_ arguments: [String]) throws -> String { try folder.run("curl", ["-sS"] + arguments) }
        let create = ["--unix-socket", running.socket, "-H", "Content-Type: application/json"]
        let body = #"{"Image":"busybox","HostConfig":{"Privileged":true}}"#
        _ = try curl(create + ["-d", body, "http://docker/v1.41/containers/create"])
        // Nothing listens where the engine would.
        _ = try curl(create + ["http://docker/v1.41/containers/json"])
        let page = try curl(["-i", "--unix-socket", socket, "http://guard/metrics"])
        let metrics = try Metrics(page)
        let refused = #"tidewaiter_docker_requests_total{verdict="refused",route="containers",access="write"}"#
        #expect(metrics.value(refused) == 1)
        #expect(metrics.value(#"tidewaiter_violations_total{part="privileged"}"#) == 1)
        #expect(metrics.value(#"tidewaiter_upstream_failures_total{stage="connect"}"#) == 1)
        #expect(metrics.value(#"tidewaiter_unserved_requests_total{code="502"}"#) == 1)
        #expect(metrics.value("tidewaiter_connections_total") == 2)
        #expect(try metrics.names.symmetricDifference(Metrics.names(inGuide: "guard-docker.md")) == [])
    }

    @Test func `where more than this host reaches them, metrics need TLS`() throws {
        let result = try Binary.run(["guard", "docker", "--metrics", "tcp://0.0.0.0:9323", "--decisions", "/dev/null"])
        #expect(result.status == 1)
        #expect(result.errors.contains("--metrics: tcp://0.0.0.0:9323: "), "\(result.errors)")
    }
}

extension RunningWebhook {
    /// Its metrics now.
    func metrics() throws -> Metrics { try Metrics(curl(["-i", url("/metrics")])) }
}

/// What a guard answers at `/metrics`, which Prometheus' own tool has taken where it is installed.
struct Metrics {
    let text: String

    init(_ answer: String) throws {
        text = answer
        guard let begin = answer.firstRange(of: "# HELP ") else { throw CocoaError(.coderReadCorrupt) }
        try Self.promtool(["check", "metrics"], input: String(answer[begin.lowerBound...]))
    }

    /// The number behind the first line that begins so; nil where there is none.
    func value(_ name: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: " ").last.flatMap { Double($0) }
    }

    var names: Set<String> { Set(text.matches(of: #/# TYPE ([a-z_]+) /#).map { String($0.1) }) }

    /// The names in a guide's table.
    static func names(inGuide guide: String) throws -> Set<String> {
        let text = try String(contentsOf: Binary.project.appending(path: "Docs/\(guide)"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let cells = rows.compactMap { $0.dropFirst(2).split(separator: " | ").first }
        return Set(cells.flatMap { $0.matches(of: /`((?:tidewaiter|process)_[a-z_]+)/).map { String($0.1) } })
    }

    /// Has Prometheus' own tool look at something, and says aloud where there is none.
    static func promtool(_ arguments: [String], input text: String = "") throws {
        let path = "/usr/bin/promtool"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            return print("promtool is not installed, so that it looked at nothing: Scripts/setup tests")
        }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && said.isEmpty, "promtool: \(said)")
    }
}
