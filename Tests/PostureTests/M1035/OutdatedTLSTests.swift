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

    /// An engine at a socket, and what that says to a client of TLS 1.1.
    private static func answer(_ status: Int?, _ failure: String? = nil, port: Int = 2376) -> Evidence {
        let listener = Listener("0.0.0.0", port)
        var probe = Probe("0.0.0.0", port, .https, "GET", "/_ping", status: status)
        probe.newestTLS = Probe.outdatedTLS
        probe.failure = failure
        var evidence = C.host(["bash"], listeners: [listener])
        evidence.host = evidence.host.map { host in
            var host = host
            host.outdatedProbes = [probe]
            return host
        }
        return evidence
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
            ("a socket that answers", answer(200), .fail),
            ("a socket that minds the certificate alone", answer(nil, "… SSLV3_ALERT_BAD_CERTIFICATE …"), .fail),
            ("a socket that refuses the version", answer(nil, "… TLSV1_ALERT_PROTOCOL_VERSION …"), .pass),
            ("a socket that is nobody's management", answer(200, port: 8443), .notApplicable),
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
