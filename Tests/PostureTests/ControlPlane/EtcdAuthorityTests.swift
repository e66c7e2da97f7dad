@testable import Posture
import Testing

/// Whose clients an etcd lets in that demands certificates.
@Suite struct EtcdAuthorityTests {
    private typealias Made = ControlPlaneCheckTests

    /// An etcd on the host of an API server.
    private static func beside(_ flags: [String]) -> Evidence {
        var evidence = Made.host(Made.secureEtcd + ["--client-cert-auth"] + flags)
        guard var host = evidence.host.value else { return evidence }
        host.processes = host.processes.map {
            $0 + [HostProcess(id: 8, name: "kube-apiserver", arguments: Made.server)]
        }
        evidence.host = .known(host)
        return evidence
    }

    private static let shared = ["--trusted-ca-file=/etc/kubernetes/pki/ca.crt"]

    @Test(arguments: [
        ("one of its own", ["--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt"], "pass"),
        ("that of the API server's clients", shared, "fail"),
        ("the same, for one name of them", shared + ["--client-cert-allowed-hostname=apiserver-etcd-client"], "pass"),
    ])
    func `an etcd that trusts the authority of the API server's clients fails`(
        _ what: String,
        _ flags: [String],
        _ verdict: String
    ) {
        let results = Check.etcdAccess.results(on: Self.beside(flags))
        #expect(results.verdict == verdict, "\(what): \(results)")
    }

    @Test func `what shares an authority is told what to make, and no flag that it has`() {
        let fixes = Check.etcdAccess.fixes(on: Self.beside(Self.shared))
        #expect(fixes.map(\.title) == ["Give etcd an authority of its own"])
        #expect(fixes.flatMap(\.changes).allSatisfy { if case .steps = $0 { true } else { false } })
    }

    @Test func `without an API server beside it nothing is said of whose authority it is`() {
        #expect(Check.etcdAccess.results(on: Made.host(Made.secureEtcd + Self.shared)).verdict == "pass")
    }
}
