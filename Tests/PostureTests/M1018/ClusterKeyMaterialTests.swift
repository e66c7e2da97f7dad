@testable import Posture
import Testing

/// Who else can be the cluster: its keys, whom it believes, and what etcd keeps.
@Suite struct ClusterKeyMaterialTests {
    typealias Made = ControlPlaneCheckTests

    struct Case: Sendable, CustomTestStringConvertible {
        var outcome: String
        var name: String
        /// Of what is found; empty where nothing is.
        var subject: String
        var change: @Sendable (inout HostEvidence) -> Void

        init(
            _ outcome: String,
            _ name: String,
            _ subject: String = "",
            _ change: @escaping @Sendable (inout HostEvidence) -> Void
        ) {
            self.outcome = outcome
            self.name = name
            self.subject = subject
            self.change = change
        }

        var testDescription: String { "\(name): \(outcome)" }
    }

    private static let pki = "/etc/kubernetes/pki"
    private static let etcd = [
        "etcd", "--data-dir=/var/lib/etcd", "--key-file=\(pki)/etcd/server.key", "--peer-key-file=\(pki)/etcd/peer.key",
        "--trusted-ca-file=\(pki)/etcd/ca.crt", "--peer-trusted-ca-file=\(pki)/etcd/ca.crt",
    ]
    private static func kubeadm() -> HostEvidence {
        let own = ["ca", "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-ca"].flatMap {
            ["\(pki)/\($0).key", "\(pki)/\($0).crt"]
        }
        let ofEtcd = ["ca", "server", "peer"].flatMap { ["\(pki)/etcd/\($0).key", "\(pki)/etcd/\($0).crt"] }
        let kubelets = ["kubelet-client-current.pem", "kubelet.key"].map { "/var/lib/kubelet/pki/\($0)" }
        return HostEvidence.node(
            [
                Made.server + ["--service-account-signing-key-file=\(pki)/sa.key"], etcd, Made.kubelet,
                ["kube-controller-manager", "--cluster-signing-key-file=\(pki)/ca.key"],
            ],
            keys: own + ofEtcd + kubelets + ["\(pki)/sa.key", "\(pki)/sa.pub"],
            folders: ["/var/lib/etcd", "/var/lib/etcd/member"],
            texts: ["/var/lib/kubelet/config.yaml": Made.goodKubelet]
        )
    }

    private static func mode(_ path: String, _ mode: UInt16, group: UInt32 = 0, owner: UInt32 = 0)
        -> @Sendable (
            inout HostEvidence
        ) -> Void
    {
        {
            $0.files[path]?.mode = mode
            $0.files[path]?.group = group
            $0.files[path]?.owner = owner
        }
    }

    static let cases: [Case] = [
        Case("pass", "kubeadm's") { _ in },
        Case("pass", "a key that root's group may read", "", mode("\(pki)/ca.key", 0o640)),
        Case("pass", "etcd's folder of its own user") {
            $0.files["/var/lib/etcd"]?.owner = 998
            $0.files["\(pki)/etcd/server.key"]?.owner = 998
        },
        Case("fail", "an authority's key that everybody reads", "\(pki)/ca.key", mode("\(pki)/ca.key", 0o644)),
        Case("fail", "a key that a named list lets in", "\(pki)/sa.key") {
            $0.files["\(pki)/sa.key"]?.mode = 0o640
            $0.files["\(pki)/sa.key"]?.accessEntries = ["user:1001:r--", "mask::r--"]
        },
        Case("pass", "a list that its mask takes back", "") {
            $0.files["\(pki)/sa.key"]?.accessEntries = ["user:1001:r--", "mask::---"]
        },
        Case(
            "fail",
            "a key of a group with somebody",
            "\(pki)/etcd/peer.key",
            mode("\(pki)/etcd/peer.key", 0o640, group: 100)
        ),
        Case(
            "fail",
            "a key of somebody's first group",
            "\(pki)/etcd/peer.key",
            mode("\(pki)/etcd/peer.key", 0o640, group: 1001)
        ),
        Case(
            "warn",
            "a key of a group without anybody",
            "\(pki)/etcd/peer.key",
            mode("\(pki)/etcd/peer.key", 0o640, group: 997)
        ),
        Case("fail", "a key of root's group, with somebody in it", "\(pki)/ca.key") {
            $0.files["\(pki)/ca.key"]?.mode = 0o640
            $0.groups = .known([HostGroup("root", id: 0, members: ["eve"])])
        },
        Case("fail", "a key of a group that is not known", "\(pki)/ca.key") {
            $0.files["\(pki)/ca.key"]?.mode = 0o640
            $0.groups = .unreadable("permission denied")
        },
        Case("fail", "a key of somebody's", "\(pki)/ca.key", mode("\(pki)/ca.key", 0o600, owner: 1001)),
        Case("warn", "a key behind a closed folder", "\(pki)/etcd/server.key") {
            $0.files["\(pki)/etcd/server.key"]?.mode = 0o644
            $0.files["\(pki)/etcd"]?.mode = 0o700
        },
        Case(
            "fail",
            "the key of a kubelet's rotation",
            "/var/lib/kubelet/pki/kubelet-client-current.pem",
            mode("/var/lib/kubelet/pki/kubelet-client-current.pem", 0o644)
        ),
        Case("fail", "a key that nothing names", "\(pki)/front-proxy-ca.key", mode("\(pki)/front-proxy-ca.key", 0o604)),
        Case("pass", "an authority that everybody reads", "", mode("\(pki)/ca.crt", 0o444)),
        Case("fail", "an authority that everybody writes", "\(pki)/ca.crt", mode("\(pki)/ca.crt", 0o646)),
        Case(
            "fail",
            "a public key of tokens that a group writes",
            "\(pki)/sa.pub",
            mode("\(pki)/sa.pub", 0o664, group: 100)
        ),
        Case("fail", "etcd's folder", "/var/lib/etcd") {
            $0.files["/var/lib/etcd"]?.mode = 0o755
            $0.files["/var/lib/etcd/member"] = HostFile("/var/lib/etcd/member", .missing)
        },
        Case("warn", "etcd's folder, of which all within is closed", "/var/lib/etcd", mode("/var/lib/etcd", 0o755)),
        Case("fail", "etcd's folder that others write", "/var/lib/etcd", mode("/var/lib/etcd", 0o722)),
        Case("fail", "etcd's folder of somebody's", "/var/lib/etcd", mode("/var/lib/etcd", 0o700, owner: 1001)),
        Case("fail", "a folder above that others write", "/etc/kubernetes", mode("/etc/kubernetes", 0o777)),
        Case(
            "pass",
            "a folder above that others write, but for what is not theirs",
            "",
            mode("/etc/kubernetes", 0o1777)
        ),
        Case("fail", "a folder above of somebody's", "/var/lib/kubelet", mode("/var/lib/kubelet", 0o755, owner: 1001)),
        Case("unknown", "a key that is not where it is named") {
            $0.files["\(pki)/sa.key"] = HostFile("\(pki)/sa.key", .missing)
        },
        Case("unknown", "a key that is no file") {
            $0.files["\(pki)/sa.key"] = HostFile("\(pki)/sa.key", .other, mode: 0o600)
        },
        Case("unknown", "a key that could not be looked at") { $0.files["\(pki)/apiserver.key"]?.problem = "no" },
        Case("unknown", "a folder that could not be listed") {
            $0.files = $0.files.filter { !$0.key.hasPrefix("/var/lib/kubelet/pki/") }
            $0.files["/var/lib/kubelet/pki"]?.mode = 0o700
        },
        Case("unknown", "a place that nobody looked at") { $0.files["/var/lib/k0s/pki"] = nil },
        Case("unknown", "a folder above that nobody looked at") { $0.files["/etc/kubernetes"] = nil },
        Case("unknown", "a kubelet's configuration that was not read") {
            $0.files["/var/lib/kubelet/config.yaml"]?.text = nil
        },
    ]

    @Test(arguments: cases)
    func `each host gets the verdict that it has, and passes once its fix is made`(_ one: Case) {
        var host = Self.kubeadm()
        one.change(&host)
        let results = Check.clusterKeyMaterial.results(on: host.evidence)
        #expect(results.verdict == one.outcome, "\(results)")
        guard ["fail", "warn"].contains(one.outcome) else {
            #expect(Check.clusterKeyMaterial.fixes(on: host.evidence).isEmpty)
            return
        }
        #expect(results.map(\.subject) == [one.subject])
        let after = host.evidence.applying(Check.clusterKeyMaterial.fixes(on: host.evidence))
        #expect(Check.clusterKeyMaterial.results(on: after).verdict == "pass")
    }

    @Test func `a fix is of exact permissions, and changes no more`() {
        var host = Self.kubeadm()
        let changes: [(String, UInt16)] = [
            ("\(Self.pki)/ca.key", 0o644), ("\(Self.pki)/sa.key", 0o444), ("\(Self.pki)/ca.crt", 0o666),
            ("/var/lib/etcd", 0o777), ("/etc/kubernetes", 0o775),
        ]
        for (path, mode) in changes {
            host.files[path]?.mode = mode
            host.files[path]?.group = 100
        }
        host.files["/var/lib/etcd"]?.owner = 998
        host.files["\(Self.pki)/ca.key"]?.owner = 1001
        #expect(
            Set(Check.clusterKeyMaterial.fixes(on: host.evidence).flatMap(\.changes).map { "\($0)" })
                == Set(
                    [
                        Fix.Change.permissions(path: "\(Self.pki)/ca.key", mode: 0o600, owner: 0, group: 0),
                        .permissions(path: "\(Self.pki)/sa.key", mode: 0o400, owner: 0, group: 100),
                        .permissions(path: "\(Self.pki)/ca.crt", mode: 0o644, owner: 0, group: 100),
                        .permissions(path: "/var/lib/etcd", mode: 0o700, owner: 998, group: 100),
                        .permissions(path: "/etc/kubernetes", mode: 0o755, owner: 0, group: 100),
                    ].map { "\($0)" }
                )
        )
    }

    @Test func `a program that reads its key by a group gets the key, and etcd its folder`() {
        var host = HostEvidence.node(
            [Self.etcd],
            keys: ["server.key", "peer.key", "ca.crt"].map { "\(Self.pki)/etcd/\($0)" },
            folders: ["/var/lib/etcd"]
        )
        host.processes = host.processes.map {
            $0.map {
                var one = $0; one.user = 998; return one
            }
        }
        host.files["\(Self.pki)/etcd/server.key"]?.mode = 0o640
        host.files["\(Self.pki)/etcd/server.key"]?.group = 100
        host.files["/var/lib/etcd"]?.owner = 1001
        #expect(
            Check.clusterKeyMaterial.fixes(on: host.evidence).flatMap(\.changes) == [
                .permissions(path: "\(Self.pki)/etcd/server.key", mode: 0o600, owner: 998, group: 0),
                .permissions(path: "/var/lib/etcd", mode: 0o700, owner: 998, group: 0),
            ]
        )
    }

    @Test func `each file and each folder above is asked for, and none for its text`() {
        let requests = ClusterPlaces.requests + ClusterFiles.requests(of: Self.kubeadm())
        #expect(requests.allSatisfy { $0.part == .facts && $0.path.hasPrefix("/") && $0.path.count > 1 })
        let paths = Set(requests.map(\.path))
        #expect(
            paths.isSuperset(of: [
                "/etc", "/etc/kubernetes", "/etc/kubernetes/pki", "/etc/kubernetes/pki/*.key", "/var/lib",
                "/var/lib/etcd",
                "/var/lib/etcd/member", "/etc/kubernetes/pki/ca.key", "/var/lib/kubelet/pki/*.pem",
            ])
        )
    }

    @Test
    func `a host that has nothing of a cluster has nothing to fail, and one that nobody looked at passes nothing`() {
        #expect(Check.verdict("TW-M1018-028", HostEvidence.node([["dockerd"]], keys: []).evidence) == "na")
        #expect(Check.verdict("TW-M1018-028", Evidence()) == "na")
        #expect(Check.verdict("TW-M1018-028", HostEvidence(name: "h", collectedAt: 0).evidence) == "unknown")
        // What was collected before has none of it.
        #expect(Check.verdict("TW-M1018-028", Made.host(Made.server)) == "unknown")
        #expect(Check.verdict("TW-M1018-028", HostEvidence.debian().evidence) == "unknown")
        var unseen = Self.kubeadm()
        unseen.processes = .unreadable("permission denied")
        #expect(Check.verdict("TW-M1018-028", unseen.evidence) == "unknown")
    }
}
