@testable import Posture
import Testing

/// How an API server reaches etcd, as it is told.
@Suite struct APIServerToEtcdTests {
    typealias Made = ControlPlaneCheckTests

    private static let certificates = [
        "--etcd-cafile=/ca.crt", "--etcd-certfile=/client.crt", "--etcd-keyfile=/client.key",
    ]

    private static func server(_ flags: [String]) -> Evidence { Made.host(Made.server + flags) }

    @Test(
        arguments: [
            ("pass", certificates + ["--etcd-servers=https://10.0.0.5:2379"]),
            ("pass", certificates + ["--etcd-servers=https://127.0.0.1:2379,https://10.0.0.6:2379"]),
            ("pass", ["--etcd-servers=unix:///run/kine.sock"]),
            // Without a scheme it is spoken to as certificates say.
            ("pass", certificates + ["--etcd-servers=10.0.0.5:2379"]), ("fail", ["--etcd-servers=10.0.0.5:2379"]),
            ("warn", ["--etcd-servers=127.0.0.1:2379"]), ("warn", ["--etcd-servers=http://localhost:2379"]),
            ("warn", certificates + ["--etcd-servers=http://[::1]:2379"]),
            ("fail", ["--etcd-servers=http://10.0.0.5:2379"]),
            // An address of http is asked in the clear whatever certificates there are.
            ("fail", certificates + ["--etcd-servers=https://10.0.0.5:2379,http://10.0.0.6:2379"]),
            ("fail", certificates + ["--etcd-servers=https://127.0.0.1:2379", "--etcd-servers=http://10.0.0.6:2379"]),
            (
                "fail",
                certificates + [
                    "--etcd-servers=https://127.0.0.1:2379",
                    "--etcd-servers-overrides=/events#https://10.0.0.6:2379;http://10.0.0.7:2379",
                ]
            ),
            ("fail", Array(certificates.dropFirst()) + ["--etcd-servers=https://10.0.0.5:2379"]),
            ("fail", [certificates[0], "--etcd-servers=https://10.0.0.5:2379"]),
            ("fail", certificates + ["--etcd-keyfile=", "--etcd-servers=https://10.0.0.5:2379"]),
        ] as [(String, [String])]
    )
    func `an API server gets the verdict that it has, and passes once its fix is made`(
        _ verdict: String,
        _ flags: [String]
    ) {
        let evidence = Self.server(flags)
        let results = Check.apiServerToEtcd.results(on: evidence)
        #expect(results.verdict == verdict, "\(results)")
        let fixes = Check.apiServerToEtcd.fixes(on: evidence)
        #expect(fixes.isEmpty == (verdict == "pass"))
        let after = evidence.applying(fixes)
        #expect(Check.apiServerToEtcd.results(on: after).verdict == "pass", "\(fixes)")
    }

    @Test func `a fix keeps the certificates that are set, and says what has to be done before`() {
        let evidence = Self.server([Self.certificates[0], "--etcd-servers=http://10.0.0.5:2379"])
        let fixes = Check.apiServerToEtcd.fixes(on: evidence)
        #expect(
            fixes.map(\.changes) == [
                [
                    .arguments(
                        program: "kube-apiserver",
                        set: [
                            "--etcd-servers": "https://10.0.0.5:2379",
                            "--etcd-certfile": "/etc/kubernetes/pki/apiserver-etcd-client.crt",
                            "--etcd-keyfile": "/etc/kubernetes/pki/apiserver-etcd-client.key",
                        ],
                        removed: []
                    )
                ]
            ]
        )
        #expect(fixes[0].caution?.contains("TW-M1035-031") == true)
    }

    private static let kine = Listener("/var/lib/rancher/k3s/server/kine.sock", transport: .unix, processes: [7])

    @Test(
        arguments: [
            // What is elsewhere is told by a variable as well, which is not read.
            ("unknown", [], nil), ("pass", [], kine), ("pass", [], Listener("127.0.0.1", 2379, processes: [7])),
            ("unknown", [], Listener("127.0.0.1", 2379, processes: [8])),
            ("pass", ["--datastore-endpoint=mysql://k3s@tcp(10.0.0.9)/k3s"], kine),
            ("fail", ["--datastore-endpoint=http://10.0.0.9:2379"], nil),
            (
                "pass",
                [
                    "--datastore-endpoint=https://10.0.0.9:2379", "--datastore-cafile=/ca", "--datastore-certfile=/c",
                    "--datastore-keyfile=/k",
                ], nil
            ),
        ] as [(String, [String], Listener?)]
    )
    func `k3s is asked for the etcd that its owner names, and for where its own listens`(
        _ verdict: String,
        _ flags: [String],
        _ listener: Listener?
    ) {
        let listeners = [listener].compactMap { $0 }
        let evidence = Made.host(["/usr/local/bin/k3s", "server"] + flags, listeners: listeners)
        #expect(Check.apiServerToEtcd.results(on: evidence).verdict == verdict)
        let fixes = Check.apiServerToEtcd.fixes(on: evidence)
        #expect(fixes.isEmpty == (verdict != "fail"))
        for change in fixes.flatMap(\.changes) {
            if case .steps = change { continue }
            Issue.record("\(change)")
        }
    }

    @Test func `MicroK8s' quoted address of a Unix socket passes`() {
        let path = "/var/snap/microk8s/1/args/kube-apiserver"
        let evidence = Made.host(
            ["/snap/microk8s/1/kubelite", "--apiserver-args-file=\(path)"],
            files: [path: "--etcd-servers=\"unix://${SNAP_DATA}/var/kubernetes/backend/kine.sock:12379\"\n"]
        )
        #expect(Check.apiServerToEtcd.results(on: evidence).verdict == "pass")
    }

    @Test func `what is not known passes nothing, and what is not there does not apply`() {
        #expect(Check.apiServerToEtcd.results(on: Self.server([])).verdict == "unknown")
        #expect(Check.apiServerToEtcd.results(on: Evidence()).verdict == "na")
        #expect(Check.apiServerToEtcd.results(on: Made.host(["etcd"])).verdict == "na")
        #expect(
            Check.apiServerToEtcd.results(on: HostEvidence(name: "h", collectedAt: 0).evidence).verdict == "unknown"
        )
    }
}
