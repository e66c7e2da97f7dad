@testable import Posture
import Testing

/// Control planes and nodes as installers and clouds make them, whole: what is so by default, and no false alarm beside it.
@Suite struct DistributionTests {
    struct Host: Sendable, CustomTestStringConvertible {
        var name: String
        /// The checks that neither pass nor have nothing of the kind, and what they say.
        var found: [String: String] = [:]
        var make: @Sendable () -> HostEvidence

        var testDescription: String { name }
    }

    static let hosts: [Host] = [
        // What kubeadm leaves open: anonymous requests, which have no rights, and kubelets' self-signed certificates.
        Host(name: "kubeadm's control plane", found: ["TW-M1035-021": "fail", "TW-M1035-026": "fail"]) { kubeadm() },
        Host(name: "kubeadm's node") {
            looked([kubeadmKubelet], files: ["/var/lib/kubelet/config.yaml": kubeletConfiguration])
        },
        // In a network of its own, where nobody asks it.
        Host(
            name: "kind, from the host that runs it",
            found: ["TW-M1035-020": "unknown", "TW-M1035-021": "fail", "TW-M1035-026": "fail"]
        ) {
            var host = kubeadm()
            host.probes = []
            host.listeners = host.listeners.map {
                $0.map { listener in
                    var listener = listener
                    listener.isInHostNetwork = false
                    return listener
                }
            }
            return host
        },
        Host(name: "k3s before 1.32") { k3s(dropIn: nil) },
        Host(name: "k3s") { k3s(dropIn: kubeletConfiguration) },
        Host(name: "k3s' agent") { looked([["/usr/local/bin/k3s agent"]], files: [:]) },
        Host(name: "RKE2") { rke2() },
        Host(name: "a node of EKS") {
            looked(
                [
                    [
                        "/usr/bin/kubelet", "--config", "/etc/kubernetes/kubelet/config.json", "--config-dir",
                        "/etc/kubernetes/k.d",
                    ]
                ],
                files: [
                    "/etc/kubernetes/kubelet/config.json": #"{"kind": "KubeletConfiguration", "authentication": "#
                        + #"{"anonymous": {"enabled": false}, "x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"}}, "#
                        + #""authorization": {"mode": "Webhook"}, "readOnlyPort": 0}"#,
                    "/etc/kubernetes/k.d/40-nodeadm.conf": #"{"kind": "KubeletConfiguration", "maxPods": 29}"#,
                ]
            )
        },
        Host(name: "a node of AKS") {
            looked(
                [
                    [
                        "/usr/local/bin/kubelet", "--anonymous-auth=false", "--authentication-token-webhook=true",
                        "--authorization-mode=Webhook", "--client-ca-file=/etc/kubernetes/certs/ca.crt",
                        "--read-only-port=0",
                    ]
                ],
                files: [:]
            )
        },
        Host(name: "a node whose cloud keeps the read-only port", found: ["TW-M1035-029": "fail"]) {
            let path = "/home/kubernetes/kubelet-config.yaml"
            return looked(
                [["/home/kubernetes/bin/kubelet", "--config=\(path)"]],
                files: [path: kubeletConfiguration + "readOnlyPort: 10255\n"]
            )
        },
        Host(
            name: "MicroK8s without roles",
            found: ["TW-M1035-022": "fail", "TW-M1035-028": "fail", "TW-M1030-017": "fail"]
        ) { microk8s() },
    ]

    @Test(arguments: hosts)
    func `a host as it is by default is told no more of than is so`(_ one: Host) throws {
        let evidence = one.make().evidence
        for id in ControlPlaneCheckTests.ids {
            let check = try #require(Check.all.first { $0.id == id })
            let results = check.results(on: evidence)
            let wanted = one.found[id].map { [$0] } ?? ["pass", "na"]
            #expect(wanted.contains(results.verdict), "\(results)")
        }
    }

    @Test func `a cluster whose provider runs its control plane is judged by what it answers`() {
        var cluster = ClusterEvidence()
        cluster.add([], of: "Pod")
        let node: Document = ["kind": "Node", "metadata": ["name": "n", "labels": ["kubernetes.io/os": "linux"]]]
        cluster.add([ClusterObject(node)].compactMap(\.self), of: "Node")
        cluster.probes = [Probe("1.2.3.4", 443, .https, "GET", "/api", status: 401)]
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        for id in ControlPlaneCheckTests.ids {
            let isAnswered = ["TW-M1035-020", "TW-M1035-021"].contains(id)
            #expect(Check.verdict(id, evidence) == (isAnswered ? "pass" : "na"), "\(id)")
        }
    }

    // MARK: Hosts

    /// A host that was looked at whole, and that runs these programs.
    private static func looked(
        _ programs: [[String]],
        listeners: [Listener] = [],
        probes: [Probe] = [],
        files: [String: String]
    ) -> HostEvidence {
        var host = HostEvidence.bare()
        for (path, text) in files { host.put(path, text, mode: 0o600) }
        for (index, arguments) in programs.enumerated() {
            let path = arguments[0].split(separator: " ")[0].split(separator: "/").last.map(String.init) ?? ""
            var process = HostProcess(id: 100 + index, name: String(path.prefix(15)), arguments: arguments)
            process.environment = [:]
            host.run(process)
        }
        listeners.forEach { host.listen($0) }
        host.probes = probes
        for _ in 0..<2 {
            for request in ControlPlaneRequests.fixed + ControlPlaneRequests.more(of: host) {
                let path = request.path.contains("*") ? HostFile.folder(of: request.path) : request.path
                guard host.files[path] == nil else { continue }
                if request.part == .certificates {
                    host.put(certificate: path, days: 300)
                } else {
                    host.files[path] = HostFile(path, .missing)
                }
            }
        }
        return host
    }

    private static let kubeletConfiguration = """
        apiVersion: kubelet.config.k8s.io/v1beta1
        kind: KubeletConfiguration
        authentication:
          anonymous: {enabled: false}
          webhook: {cacheTTL: 0s, enabled: true}
          x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}
        authorization: {mode: Webhook}
        rotateCertificates: true

        """
    private static let kubeadmKubelet = [
        "/usr/bin/kubelet", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
        "--kubeconfig=/etc/kubernetes/kubelet.conf", "--config=/var/lib/kubelet/config.yaml",
    ]
    private static let kubeconfig = """
        apiVersion: v1
        clusters: [{name: kubernetes, cluster: {certificate-authority-data: QQ==, server: "https://10.0.0.5:6443"}}]
        users: [{name: a, user: {client-certificate-data: QQ==, client-key-data: "***"}}]
        """

    private static let pki = "/etc/kubernetes/pki"

    private static func kubeadm() -> HostEvidence {
        looked(
            [
                kubeadmKubelet,
                [
                    "kube-apiserver", "--advertise-address=10.0.0.5", "--allow-privileged=true",
                    "--authorization-mode=Node,RBAC", "--client-ca-file=\(pki)/ca.crt",
                    "--enable-admission-plugins=NodeRestriction", "--enable-bootstrap-token-auth=true",
                    "--etcd-cafile=\(pki)/etcd/ca.crt", "--etcd-servers=https://127.0.0.1:2379",
                    "--kubelet-client-certificate=\(pki)/apiserver-kubelet-client.crt",
                    "--kubelet-client-key=\(pki)/apiserver-kubelet-client.key", "--secure-port=6443",
                    "--tls-cert-file=\(pki)/apiserver.crt", "--tls-private-key-file=\(pki)/apiserver.key",
                ],
                [
                    "kube-controller-manager", "--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf",
                    "--bind-address=127.0.0.1", "--use-service-account-credentials=true",
                ],
                ["kube-scheduler", "--bind-address=127.0.0.1", "--leader-elect=true"],
                [
                    "etcd", "--cert-file=\(pki)/etcd/server.crt", "--client-cert-auth=true",
                    "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.5:2379",
                    "--listen-metrics-urls=http://127.0.0.1:2381", "--listen-peer-urls=https://10.0.0.5:2380",
                    "--peer-client-cert-auth=true", "--peer-trusted-ca-file=\(pki)/etcd/ca.crt",
                    "--trusted-ca-file=\(pki)/etcd/ca.crt",
                ],
            ],
            listeners: [
                Listener("::", 10250, processes: [100]), Listener("127.0.0.1", 10248, processes: [100]),
                Listener("::", 6443, processes: [101]), Listener("127.0.0.1", 10257, processes: [102]),
                Listener("127.0.0.1", 10259, processes: [103]), Listener("10.0.0.5", 2379, processes: [104]),
                Listener("10.0.0.5", 2380, processes: [104]), Listener("127.0.0.1", 2381, processes: [104]),
            ],
            probes: [
                Probe("::", 6443, .https, "GET", "/livez", status: 200),
                Probe("::", 6443, .https, "GET", "/version", status: 200),
                Probe("::", 6443, .https, "GET", "/api", status: 403),
                Probe("::", 6443, .https, "GET", "/api/v1/namespaces/default/pods", status: 403),
                Probe("::", 6443, .http, "GET", "/_ping", status: 400),
                Probe("::", 10250, .https, "GET", "/pods", status: 401),
                Probe("10.0.0.5", 2379, .https, "POST", "/v3/kv/range"),
                Probe("127.0.0.1", 2381, .http, "GET", "/version", status: 404),
            ],
            files: [
                "/var/lib/kubelet/config.yaml": kubeletConfiguration, "/etc/kubernetes/admin.conf": kubeconfig,
                "/etc/kubernetes/kubelet.conf": kubeconfig, "\(rootHome)/.kube/config": kubeconfig,
            ]
        )
    }

    private static func k3s(dropIn: String?) -> HostEvidence {
        var files = [
            "/etc/rancher/k3s/k3s.yaml": kubeconfig,
            "/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s \\\n    server \\\n",
        ]
        if let dropIn { files["/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/00-k3s-defaults.conf"] = dropIn }
        return looked(
            [["/usr/local/bin/k3s server"]],
            listeners: [
                Listener("::", 6443, processes: [100]), Listener("127.0.0.1", 6444, processes: [100]),
                Listener("::", 10250, processes: [100]), Listener("127.0.0.1", 10257, processes: [100]),
                Listener("127.0.0.1", 10259, processes: [100]),
            ],
            probes: [
                Probe("::", 6443, .https, "GET", "/api", status: 401),
                Probe("::", 10250, .https, "GET", "/pods", status: 401),
            ],
            files: files
        )
    }

    private static func rke2() -> HostEvidence {
        let tls = "/var/lib/rancher/rke2/server/tls"
        let folder = "/var/lib/rancher/rke2/agent/etc/kubelet.conf.d"
        let etcd = "/var/lib/rancher/rke2/server/db/etcd/config"
        return looked(
            [
                ["/usr/local/bin/rke2 server"], ["kubelet", "--config-dir=\(folder)", "--read-only-port=0"],
                [
                    "kube-apiserver", "--anonymous-auth=false", "--authorization-mode=Node,RBAC",
                    "--client-ca-file=\(tls)/client-ca.crt", "--kubelet-certificate-authority=\(tls)/server-ca.crt",
                    "--kubelet-client-certificate=\(tls)/client-kube-apiserver.crt", "--secure-port=6443",
                    "--tls-cert-file=\(tls)/serving-kube-apiserver.crt",
                ],
                ["kube-scheduler", "--bind-address=127.0.0.1"], ["etcd", "--config-file=\(etcd)"],
            ],
            probes: [Probe("::", 6443, .https, "GET", "/api", status: 401)],
            files: [
                "\(folder)/00-rke2-defaults.conf": kubeletConfiguration,
                etcd: """
                listen-client-urls: https://127.0.0.1:2379,https://10.0.0.5:2379
                listen-peer-urls: https://127.0.0.1:2380,https://10.0.0.5:2380
                client-transport-security: {client-cert-auth: true, trusted-ca-file: /tls/server-ca.crt}
                peer-transport-security: {client-cert-auth: true, trusted-ca-file: /tls/peer-ca.crt}
                """,
            ]
        )
    }

    private static func microk8s() -> HostEvidence {
        let folder = "/var/snap/microk8s/7/args"
        return looked(
            [
                [
                    "/snap/microk8s/7/kubelite", "--scheduler-args-file=\(folder)/kube-scheduler",
                    "--apiserver-args-file=\(folder)/kube-apiserver", "--kubelet-args-file=\(folder)/kubelet",
                ]
            ],
            listeners: [Listener("::", 16443, processes: [100]), Listener("::", 10259, processes: [100])],
            probes: [Probe("::", 16443, .https, "GET", "/api", status: 401)],
            files: [
                "\(folder)/kube-apiserver": """
                --authorization-mode=AlwaysAllow
                --secure-port=16443
                --client-ca-file=${SNAP_DATA}/certs/ca.crt
                --tls-cert-file=${SNAP_DATA}/certs/server.crt
                --kubelet-certificate-authority=${SNAP_DATA}/certs/ca.crt
                --kubelet-client-certificate=${SNAP_DATA}/certs/apiserver-kubelet-client.crt
                """,
                "\(folder)/kubelet": """
                --client-ca-file=${SNAP_DATA}/certs/ca.crt
                --anonymous-auth=false
                --authentication-token-webhook=true
                --read-only-port=0
                """,
                "\(folder)/kube-scheduler": "--leader-elect-lease-duration=60s\n",
            ]
        )
    }
}
