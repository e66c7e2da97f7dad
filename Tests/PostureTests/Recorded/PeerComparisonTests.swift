import Foundation
@testable import Posture
import Testing

/// The same recorded hosts under docker-bench-security's and kube-bench's own conditions, and under ours: what the guide says
/// of each.
@Suite(.enabled(if: !RecordedCase.all.isEmpty, "needs ../shared/data: peers' conditions are NOT compared"))
struct PeerComparisonTests {
    private struct DockerBench: Decodable {
        struct Case: Decodable {
            var variant: String
            var truth_by_probe: String
            var docker_bench_2_7: String
        }
        var cases: [Case]
    }

    /// docker-bench-security's check 2.7, run by its own function on the recorded arguments.
    private static func dockerBench() throws -> [DockerBench.Case] {
        let file = RecordedCase.folder.appending(path: "docker-bench-2.7-vs-probe.json")
        let all = try JSONDecoder().decode(DockerBench.self, from: Data(contentsOf: file)).cases
        // A part of the recordings is kept elsewhere.
        return all.filter { one in (try? RecordedHost.evidence(one.variant)) != nil }
    }

    @Test func `each recorded engine that is open fails, and none that is not; docker-bench sees none of them`() throws
    {
        let cases = try Self.dockerBench()
        var counts: [String: Int] = [:]
        for one in cases {
            var host = try RecordedHost.evidence(one.variant)
            host.addLabKeys()
            host.missAll()
            let checks = [Check.dockerWithoutTLS, .dockerClientCertificates]
            let fails = checks.contains { $0.results(on: host.evidence).verdict == "fail" }
            let isOpen = one.truth_by_probe.hasPrefix("open")
            #expect(fails == isOpen, "\(one.variant): \(one.truth_by_probe)")
            #expect(one.docker_bench_2_7.hasSuffix("Docker daemon not listening on TCP"))
            counts[isOpen ? "open" : "closed", default: 0] += 1
        }
        #expect(counts == ["open": 7, "closed": 14])
    }

    /// kube-bench's conditions for CIS 1.12, on the arguments of the process, which is what they look at.
    private static func kubeBench(_ id: String, _ arguments: [String]) -> String {
        let flags = ProgramFlags(arguments.dropFirst())
        let isPassed =
            switch id {
            case "1.2.1": flags["anonymous-auth"] == "false"
            case "1.2.2": flags["token-auth-file"] == nil
            case "1.2.6": flags["authorization-mode"].map { !$0.contains("AlwaysAllow") } ?? false
            case "2.2": flags["client-cert-auth"] == "true"
            default: false
            }
        return isPassed ? "pass" : "fail"
    }

    /// File, kube-bench's id and verdict, our check and verdict, and whether who asked without a name was given anything.
    static let rows: [(file: String, bench: String, theirs: String, ours: String, verdict: String)] = [
        ("k1-default-anonymous", "1.2.1", "fail", "TW-M1035-020", "pass"),
        ("k1-default-anonymous", "1.2.1", "fail", "TW-M1035-021", "fail"),
        ("k2-anonymous-off", "1.2.1", "pass", "TW-M1035-021", "pass"),
        ("k4-authnconfig-conditions", "1.2.1", "fail", "TW-M1035-021", "pass"),
        ("k7-anon-true-and-authnconfig", "1.2.1", "fail", "TW-M1035-021", "fail"),
        ("k5-static-tokens", "1.2.2", "fail", "TW-M1035-024", "fail"),
        ("k1-default-anonymous", "1.2.6", "pass", "TW-M1035-022", "pass"),
        ("e1-plain-any", "2.2", "fail", "TW-M1035-031", "fail"),
        ("e2-tls-noclientauth", "2.2", "fail", "TW-M1035-031", "pass"),
        ("e3-clientcertauth", "2.2", "pass", "TW-M1035-031", "pass"),
    ]

    @Test(arguments: rows.indices)
    func `each recorded program gets from kube-bench's condition, and from ours, what the guide says`(_ index: Int)
        throws
    {
        let row = Self.rows[index]
        let host = try RecordedControlPlane.host("\(row.file).json")
        let arguments = try #require(host.processes.value?.first?.arguments)
        #expect(Self.kubeBench(row.bench, arguments) == row.theirs)
        var evidence = Evidence()
        evidence.host = .known(host)
        let check = try #require(Check.all.first { $0.id == row.ours })
        #expect(check.results(on: evidence).verdict == row.verdict, "\(check.results(on: evidence))")
    }
}
