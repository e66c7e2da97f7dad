import Judge
import PrometheusMetrics
import Relay
import Testing

@testable import DockerGuard

@Suite struct MetricsTests {
    private func lines(_ guarded: GuardUnderTest) -> Set<Substring> {
        Set(String(decoding: guarded.metrics.text, as: UTF8.self).split(separator: "\n"))
    }

    @Test func `requests are counted by verdict, routes and access, what refused them by its part`() async throws {
        let guarded = try GuardUnderTest(rules: .builtIn)
        let head = RequestHead(method: "GET", target: "/containers/json")
        _ = guarded.gatekeeper.admit(head, from: GuardUnderTest.client)
        _ = guarded.gatekeeper.admit(head, from: GuardUnderTest.client)
        let privileged = #"{"Image":"busybox","HostConfig":{"Privileged":true}}"#
        #expect(await guarded.fate("POST", "/containers/create", privileged).isRefused)
        #expect(await guarded.fate("POST", "/nowhere", "{}").isRefused)
        _ = guarded.gatekeeper.refusal(status: 502, message: "the engine is gone")
        let lines = lines(guarded)
        for line in [
            #"tidewaiter_docker_requests_total{verdict="allowed",route="containers",access="read"} 2"#,
            #"tidewaiter_docker_requests_total{verdict="refused",route="containers",access="write"} 1"#,
            #"tidewaiter_docker_requests_total{verdict="refused",route="unknown",access="unknown"} 1"#,
            #"tidewaiter_violations_total{part="privileged"} 1"#, #"tidewaiter_violations_total{part="reading"} 1"#,
            #"tidewaiter_unserved_requests_total{code="502"} 1"#, "tidewaiter_decision_duration_seconds_count 2",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
        let findings = guarded.decisions.verdicts.flatMap(\.findings)
        #expect(!findings.isEmpty)
        let counted = lines.filter { $0.hasPrefix("tidewaiter_findings_total{") }.compactMap {
            $0.split(separator: " ").last
        }
        #expect(counted.compactMap { Int($0) }.reduce(0, +) == findings.count)
    }

    @Test func `who observes counts what would be refused`() async throws {
        let guarded = try GuardUnderTest(mode: .observe)
        let privileged = #"{"Image":"busybox","HostConfig":{"Privileged":true}}"#
        #expect(await guarded.fate("POST", "/containers/create", privileged) == .passes)
        let line = #"tidewaiter_docker_requests_total{verdict="would-refuse",route="containers",access="write"} 1"#
        #expect(lines(guarded).contains(Substring(line)))
    }

    @Test func `what cannot be recorded counts as refused`() async throws {
        let guarded = try GuardUnderTest(daemon: ProfilePartTests.daemon, decisions: KeptDecisions(isFull: true))
        #expect(await guarded.fate("POST", "/containers/create", "{}").isRefused)
        let line = #"tidewaiter_docker_requests_total{verdict="refused",route="containers",access="write"} 1"#
        #expect(lines(guarded).contains(Substring(line)))
    }

    @Test func `no client can make more series than there are routes`() async throws {
        let guarded = try GuardUnderTest()
        for index in 0..<100 { _ = await guarded.fate("POST", "/nowhere/\(index)?a=\(index)", "{\"a\(index)\":1}") }
        let series = lines(guarded).filter { $0.hasPrefix("tidewaiter_docker_requests_total{") && $0.hasSuffix(" 100") }
        #expect(series.count == 1)
    }
}
