import Foundation
@testable import Posture
import Testing

/// The labelled cases of real API servers, etcds and a kubectl proxy.
@Suite(
    .enabled(
        if: !RecordedCase.all.isEmpty,
        "needs ../shared/data: verdicts on recorded control planes are NOT compared"
    )
)
struct RecordedControlPlaneTests {
    static let checks =
        (20...33).map { "TW-M1035-0\($0)" }
    static let cases = RecordedCase.of(checks)

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 22) }

    @Test(arguments: cases)
    func `each labelled case gets the verdict that it has`(_ one: RecordedCase) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: try Self.evidence(one))
        #expect(results.verdict == one.expected, "\(results)")
    }

    @Test func `an etcd that fails passes once its fix is made`() throws {
        var evidence = Evidence()
        evidence.host = .known(try RecordedControlPlane.host("e1-plain-any.json"))
        #expect(Check.etcdAccess.results(on: evidence).verdict == "fail")
        // What it said before says nothing of what it says then.
        var after = evidence.applying(Check.etcdAccess.fixes(on: evidence))
        if case .known(var host) = after.host {
            host.probes = []
            after.host = .known(host)
        }
        #expect(Check.etcdAccess.results(on: after).verdict == "pass", "\(Check.etcdAccess.results(on: after))")
    }

    static func evidence(_ one: RecordedCase) throws -> Evidence {
        var evidence = Evidence()
        if let path = one.evidence, path.hasSuffix("anonymous-probes.json") {
            evidence.cluster = .known(try RecordedCluster.all())
            return evidence
        }
        if let name = one.evidence?.split(separator: "/").last {
            evidence.host = .known(try RecordedControlPlane.host(String(name)))
            return evidence
        }
        let inline = try #require(one.inline)
        var host = HostEvidence(name: "made", collectedAt: 0)
        host.users = .known([HostUser("root", id: 0, primaryGroup: 0, home: rootHome)])
        if inline["clusters"] != nil {
            host.files["\(rootHome)/.kube/config"] = file("\(rootHome)/.kube/config", inline.yaml)
        } else {
            let path = "/var/lib/kubelet/config.yaml"
            host.files[path] = file(path, inline.yaml)
            host.processes = .known([
                HostProcess(id: 7, name: "kubelet", arguments: ["/usr/bin/kubelet", "--config=\(path)"])
            ])
            host.listeners = .known([])
        }
        evidence.host = .known(host)
        return evidence
    }

    private static func file(_ path: String, _ text: String) -> HostFile {
        var file = HostFile(path, .regular, mode: 0o600)
        file.text = text
        return file
    }
}
