@testable import Posture
import Testing

/// Which versions of TLS management APIs take.
@Suite struct OutdatedTLSTests {
    private typealias C = ControlPlaneCheckTests
    private static let check = Check.outdatedTLS
    private static let path = "/var/lib/kubelet/config.yaml"

    private static func kubelet(_ text: String, _ flags: String...) -> Evidence {
        C.host(
            ["kubelet", "--config=\(path)"] + flags,
            files: [path: "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n\(text)"]
        )
    }

    private static func answer(_ version: String?) -> Evidence {
        var probe = Probe("10.0.0.5", 2376, .https, "GET", "/_ping", status: 200)
        probe.tlsVersion = version
        return C.host(["bash"], probes: [probe])
    }

    @Test(
        arguments: [
            ("no such program", C.host(["bash"]), .notApplicable),
            ("an API server that is told nothing", C.host(["kube-apiserver"]), .pass),
            ("an API server of TLS 1.3", C.host(["kube-apiserver", "--tls-min-version=VersionTLS13"]), .pass),
            ("an API server of TLS 1.0", C.host(["kube-apiserver", "--tls-min-version=VersionTLS10"]), .fail),
            ("a scheduler of TLS 1.1", C.host(["kube-scheduler", "--tls-min-version", "VersionTLS11"]), .fail),
            ("a kubelet whose file says nothing", kubelet(""), .pass),
            ("a kubelet whose file says 1.1", kubelet("tlsMinVersion: VersionTLS11\n"), .fail),
            (
                "a kubelet whose flag says 1.0",
                kubelet("tlsMinVersion: VersionTLS12\n", "--tls-min-version=VersionTLS10"), .fail
            ),
            ("a socket that knows nothing newer", answer("TLSv1.1"), .fail),
            ("a socket that does", answer("TLSv1.3"), .notApplicable),
            ("a socket whose version was not seen", answer(nil), .notApplicable),
        ] as [(String, Evidence, CheckResult.Outcome)]
    )
    func `each gets its outcome, and passes once its fix is made`(
        _ name: String,
        _ evidence: Evidence,
        _ outcome: CheckResult.Outcome
    ) {
        let results = Self.check.results(on: evidence)
        #expect(results.map(\.outcome) == [outcome], "\(results)")
        let fixes = Self.check.fixes(on: evidence)
        // What a socket of another program's takes, that program's owner says.
        guard outcome == .fail, !name.hasPrefix("a socket") else {
            #expect(fixes.isEmpty)
            return
        }
        let fixed = Self.check.results(on: evidence.applying(fixes))
        #expect(fixed.map(\.outcome) == [.pass], "\(fixes)\n\(fixed)")
    }
}
