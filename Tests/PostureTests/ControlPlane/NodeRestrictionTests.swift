@testable import Posture
import Testing

/// Whether who has a kubelet's credentials is held to that node.
@Suite struct NodeRestrictionTests {
    private static func server(_ plugins: String?) -> Evidence {
        let flags = plugins.map { ["--enable-admission-plugins=\($0)"] } ?? []
        return ControlPlaneCheckTests.host(ControlPlaneCheckTests.server + flags)
    }

    @Test(
        arguments: [
            (nil, "fail"), ("NodeRestriction", "pass"), ("AlwaysPullImages", "fail"),
            ("AlwaysPullImages,NodeRestriction", "pass"), ("NodeRestrictions", "fail"),
        ] as [(String?, String)]
    )
    func `an API server passes with the plugin among its own, and fixes keep the others`(
        _ plugins: String?,
        _ verdict: String
    ) {
        let evidence = Self.server(plugins)
        #expect(Check.nodeRestriction.results(on: evidence).verdict == verdict)
        let after = evidence.applying(Check.nodeRestriction.fixes(on: evidence))
        #expect(Check.nodeRestriction.results(on: after).verdict == "pass")
        let kept = after.programs(.apiServer).value?.first?.flags.list("enable-admission-plugins") ?? []
        #expect(kept.starts(with: plugins?.split(separator: ",").map(String.init) ?? []))
    }

    @Test(
        arguments: [
            ([], "pass"), (["--kube-apiserver-arg=enable-admission-plugins=AlwaysPullImages"], "fail"),
            (["--kube-apiserver-arg=audit-log-path=/a"], "pass"),
        ] as [([String], String)]
    )
    func `k3s has it until an owner's list stands for its own`(_ flags: [String], _ verdict: String) {
        let evidence = ControlPlaneCheckTests.host(["/usr/local/bin/k3s", "server"] + flags)
        #expect(Check.nodeRestriction.results(on: evidence).verdict == verdict)
    }

    @Test func `what is not known passes nothing, and what is not there does not apply`() {
        #expect(Check.nodeRestriction.results(on: Evidence()).verdict == "na")
        #expect(Check.nodeRestriction.results(on: ControlPlaneCheckTests.host(["etcd"])).verdict == "na")
        var evidence = Self.server("NodeRestriction")
        guard var host = evidence.host.value else { return }
        host.processes = .unreadable("permission denied")
        evidence.host = .known(host)
        #expect(Check.nodeRestriction.results(on: evidence).verdict == "unknown")
    }
}
