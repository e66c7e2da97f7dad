@testable import Posture
import Testing

/// Where distributions and their owners have a cluster's keys, and what etcd keeps.
@Suite struct ClusterPlacesTests {
    @Test(arguments: [
        (["/usr/local/bin/k3s", "server"], "/var/lib/rancher/k3s/server/tls/etcd/server-ca.key"),
        (["/usr/local/bin/k3s", "server"], "/var/lib/rancher/k3s/agent/serving-kubelet.key"),
        (["/usr/local/bin/k3s", "server", "--data-dir=/data"], "/data/server/tls/server-ca.key"),
        (["rke2", "server"], "/var/lib/rancher/rke2/server/tls/service.key"),
        (["kubelite"], "/var/snap/microk8s/current/certs/ca.key"),
        (["k0s", "controller"], "/var/lib/k0s/pki/etcd/ca.key"),
        (["kubelet", "--cert-dir=/k/pki"], "/k/pki/kubelet-server-current.pem"),
        (["kubelet", "--tls-private-key-file=/k.key"], "/k.key"),
        (["kube-apiserver", "--tls-sni-cert-key=/a.crt,/a.key:example.test"], "/a.key"),
        (["kube-controller-manager", "--root-ca-file=/srv/pki/ca.pem"], "/srv/pki/ca-key.pem"),
        (["kube-apiserver", "--service-account-key-file=/srv/sa.key"], "/srv/sa.key"),
        (["kube-scheduler", "--tls-private-key-file=/s.key"], "/s.key"),
    ])
    func `each distribution's keys are found, wherever they are told to be`(_ arguments: [String], _ path: String) {
        var host = HostEvidence.node([arguments], keys: [path])
        let before = Check.clusterKeyMaterial.results(on: host.evidence).filter { $0.outcome == .fail }
        #expect(before == [])
        host.files[path]?.mode = 0o644
        let after = Check.clusterKeyMaterial.results(on: host.evidence).filter { $0.outcome == .fail }
        #expect(after.map(\.subject) == [path])
        // It was looked for, as what it is and no more.
        let requests = CollectionPlan.files + CollectionPlan.files(namedBy: host)
        let folder = HostFile.folder(of: path)
        let asked = requests.filter {
            $0.path == path || $0.path.hasPrefix("\(folder)/*") || $0.path.hasSuffix("/*/*.key")
        }
        #expect(asked.contains { $0.part == .facts })
        #expect(asked.allSatisfy { $0.part != .text })
    }

    @Test(arguments: [
        (["etcd", "--config-file=/etcd.yml"], "/srv/etcd"), (["etcd", "--data-dir", "/srv/etcd"], "/srv/etcd"),
        (["etcd", "--data-dir=/srv/a", "--wal-dir=/srv/etcd"], "/srv/etcd"),
        (["/usr/local/bin/k3s", "server"], "/var/lib/rancher/k3s/server/db"),
        (["/usr/local/bin/k3s", "server", "--data-dir=/data"], "/data/server/db"),
        (["k0s", "controller"], "/var/lib/k0s/db"),
    ])
    func `what etcd keeps is found, wherever it is told to be`(_ arguments: [String], _ path: String) {
        let texts = ["/etcd.yml": "data-dir: /srv/etcd\nclient-transport-security: {key-file: /e.key}"]
        var host = HostEvidence.node([arguments], keys: ["/e.key"], folders: [path, "/srv/a"], texts: texts)
        host.files[path]?.mode = 0o750
        host.files[path]?.group = 100
        let failed = Check.clusterKeyMaterial.results(on: host.evidence).filter { $0.outcome == .fail }
        #expect(failed.map(\.subject) == [path])
    }

    /// Distributions as they are made.
    static let healthy: [(name: String, host: HostEvidence)] = [
        (
            "k3s",
            .node(
                [["/usr/local/bin/k3s", "server"]],
                keys: [
                    "server/tls/client-ca.crt", "server/tls/client-ca.key", "server/tls/server-ca.crt",
                    "server/tls/serving-kube-apiserver.crt", "server/tls/serving-kube-apiserver.key",
                    "server/tls/client-kube-apiserver.crt", "server/tls/client-kube-apiserver.key",
                    "server/tls/service.key", "server/tls/etcd/server-ca.key", "agent/client-ca.crt",
                    "agent/serving-kubelet.key",
                ].map { "/var/lib/rancher/k3s/\($0)" },
                folders: ["/var/lib/rancher/k3s/server", "/var/lib/rancher/k3s/server/db"]
            )
        ),
        (
            "a node of kubeadm's",
            .node(
                [ControlPlaneCheckTests.kubelet],
                keys: ["/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/pki/kubelet-client-current.pem"],
                texts: ["/var/lib/kubelet/config.yaml": ControlPlaneCheckTests.goodKubelet]
            )
        ),
        (
            "RKE2",
            .node(
                [
                    ["/var/lib/rancher/rke2/bin/rke2", "server"],
                    ["etcd", "--config-file=\(rke2)/server/db/etcd/config"],
                ],
                keys: ["ca.crt", "server.key", "peer.key"].map { "\(rke2)/server/tls/etcd/\($0)" },
                folders: ["\(rke2)/server", "\(rke2)/server/db", "\(rke2)/server/db/etcd"],
                texts: [
                    "\(rke2)/server/db/etcd/config": """
                    data-dir: \(rke2)/server/db/etcd
                    client-transport-security: {key-file: \(rke2)/server/tls/etcd/server.key}
                    peer-transport-security: {key-file: \(rke2)/server/tls/etcd/peer.key}
                    """
                ]
            )
        ),
    ]

    private static let rke2 = "/var/lib/rancher/rke2"

    @Test(arguments: healthy.indices)
    func `a distribution as it is made passes`(_ place: Int) {
        let (name, host) = Self.healthy[place]
        let results = Check.clusterKeyMaterial.results(on: host.evidence)
        #expect(results.verdict == "pass", "\(name): \(results)")
    }

    @Test func `what somebody runs by a program's name makes nothing theirs but what it names`() {
        let own = "/home/eve/etcd"
        var host = HostEvidence.node(
            [["etcd", "--data-dir=\(own)"]],
            keys: ["/etc/kubernetes/pki/ca.key"],
            folders: [own, "/home/eve"]
        )
        host.processes = host.processes.map {
            $0.map {
                var one = $0; one.user = 1001; return one
            }
        }
        for path in [own, "/home/eve", "/etc/kubernetes/pki/ca.key", "/etc/kubernetes"] {
            host.files[path]?.owner = 1001
        }
        let failed = Check.clusterKeyMaterial.results(on: host.evidence).filter { $0.outcome == .fail }
        #expect(failed.map(\.subject) == ["/etc/kubernetes/pki/ca.key", "/etc/kubernetes"])
    }

    @Test func `k0s' programs have their files to themselves`() {
        var host = HostEvidence.node(
            [["kube-apiserver", "--tls-private-key-file=/var/lib/k0s/pki/server.key"]],
            keys: ["/var/lib/k0s/pki/server.key", "/var/lib/k0s/pki/konnectivity.key"],
            folders: ["/var/lib/k0s/etcd"]
        )
        host.processes = host.processes.map {
            $0.map {
                var one = $0; one.user = 996; return one
            }
        }
        host.users = .known(HostEvidence.nodeUsers + [HostUser("konnectivity-server", id: 995, primaryGroup: 995)])
        for (name, owner) in [("server", UInt32(996)), ("konnectivity", 995)] {
            host.files["/var/lib/k0s/pki/\(name).key"]?.owner = owner
            host.files["/var/lib/k0s/pki/\(name).key"]?.mode = 0o640
        }
        host.files["/var/lib/k0s/etcd"]?.owner = 998
        #expect(Check.verdict("TW-M1018-028", host.evidence) == "pass")
    }

    @Test func `an etcd in a folder that nothing names is unknown`() {
        #expect(Check.verdict("TW-M1018-028", HostEvidence.node([["etcd"]], keys: []).evidence) == "unknown")
        #expect(
            Check.verdict("TW-M1018-028", HostEvidence.node([["etcd", "--config-file=/e"]], keys: []).evidence)
                == "unknown"
        )
    }
}
