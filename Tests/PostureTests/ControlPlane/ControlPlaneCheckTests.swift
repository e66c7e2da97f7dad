@testable import Posture
import Testing

/// Small hosts and clusters of the tests' own, for each outcome of each check.
@Suite struct ControlPlaneCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var check: String
        var what: String
        var outcome: String
        var evidence: Evidence

        init(_ number: String, _ what: String, _ outcome: String, _ evidence: Evidence) {
            check = "TW-\(number)"
            self.what = what
            self.outcome = outcome
            self.evidence = evidence
        }

        var testDescription: String { "\(check) \(what)" }
    }

    /// A host that runs one program.
    static func host(
        _ arguments: [String],
        probes: [Probe] = [],
        listeners: [Listener] = [],
        files: [String: String] = [:]
    ) -> Evidence {
        var host = HostEvidence(name: "node", collectedAt: 0)
        let name = arguments[0].split(separator: "/").last.map(String.init) ?? ""
        var process = HostProcess(id: 7, name: String(name.prefix(15)), arguments: arguments)
        process.environment = [:]
        host.processes = .known([process])
        host.listeners = .known(listeners)
        host.probes = probes
        for path in ControlPlaneRequests.fixed.map(\.path) where !path.contains("*") {
            host.files[path] = HostFile(path, .missing)
        }
        for (path, text) in files {
            host.files[path] = HostFile(path, .regular, mode: 0o600)
            host.files[path]?.text = text
        }
        for request in ControlPlaneRequests.more(of: host) where host.files[request.path] == nil {
            switch request.part {
            case .facts:
                let isThere = !host.files(below: request.path).isEmpty
                host.files[request.path] = HostFile(request.path, isThere ? .directory : .missing)
            case .certificates: host.put(certificate: request.path, days: 300)
            case .text: break
            }
        }
        var evidence = Evidence()
        evidence.host = .known(host)
        return evidence
    }

    static func kubelet(_ text: String, probes: [Probe] = [], more: [String] = []) -> Evidence {
        host(kubelet + more, probes: probes, files: ["/var/lib/kubelet/config.yaml": text])
    }

    static func api(_ path: String, _ status: Int) -> Probe {
        Probe("10.0.0.5", 6443, .https, "GET", path, status: status)
    }

    /// What kubeadm sets.
    static let server = [
        "kube-apiserver", "--authorization-mode=Node,RBAC", "--client-ca-file=/etc/kubernetes/pki/ca.crt",
        "--tls-cert-file=/etc/kubernetes/pki/apiserver.crt", "--tls-private-key-file=/etc/kubernetes/pki/apiserver.key",
        "--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt",
        "--kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key", "--secure-port=6443",
    ]
    static let kubelet = ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"]
    static let goodKubelet = """
        apiVersion: kubelet.config.k8s.io/v1beta1
        kind: KubeletConfiguration
        authentication: {anonymous: {enabled: false}, x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}
        authorization: {mode: Webhook}
        """
    static let badKubelet = """
        apiVersion: kubelet.config.k8s.io/v1beta1
        kind: KubeletConfiguration
        maxPods: 42
        authentication: {anonymous: {enabled: true}}
        authorization: {mode: AlwaysAllow}
        readOnlyPort: 10255
        """

    static let health = """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AuthenticationConfiguration
        anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}, {path: /healthz}]}
        """

    static let apiServers: [Case] = [
        Case(
            "M1035-020",
            "refused everywhere",
            "pass",
            host(server, probes: [api("/api", 401), api("/version", 401)])
        ),
        Case(
            "M1035-020",
            "anonymous without rights",
            "pass",
            host(server, probes: [api("/api", 403), api("/livez", 200)])
        ),
        Case("M1035-020", "open", "fail", host(server, probes: [api("/api", 200)])),
        Case("M1035-020", "nobody asked", "unknown", host(server)),
        Case("M1035-021", "off", "pass", host(server + ["--anonymous-auth=false"])),
        Case("M1035-021", "by default", "fail", host(server)),
        Case(
            "M1035-021",
            "for health alone",
            "pass",
            host(server + ["--authentication-config=/a.yaml"], files: ["/a.yaml": health])
        ),
        Case("M1035-021", "a file that is not there", "unknown", host(server + ["--authentication-config=/a.yaml"])),
        Case("M1035-022", "kubeadm's", "pass", host(server)),
        Case("M1035-022", "everything", "fail", host(["kube-apiserver", "--authorization-mode=RBAC,AlwaysAllow"])),
        Case("M1035-022", "upstream's default", "fail", host(["kube-apiserver", "--secure-port=6443"])),
        Case("M1035-023", "kubectl proxy for this host", "pass", host(["kubectl", "proxy"])),
        Case("M1035-023", "kubectl proxy for everybody", "fail", host(["kubectl", "proxy", "--address=0.0.0.0"])),
        Case("M1035-023", "kubectl proxy without its filter", "fail", host(["kubectl", "proxy", "--disable-filter"])),
        Case("M1035-023", "a plain port", "fail", host(server + ["--insecure-port=8080"])),
        Case("M1035-024", "none", "pass", host(server)),
        Case("M1035-024", "a file of tokens", "fail", host(server + ["--token-auth-file", "/t.csv"])),
        Case("M1035-025", "kubeadm's", "pass", host(server)),
        Case("M1035-025", "no clients' authority", "fail", host(server.filter { !$0.hasPrefix("--client-ca") })),
        Case("M1035-026", "client certificate alone", "fail", host(server)),
        Case(
            "M1035-026",
            "both",
            "pass",
            host(server + ["--kubelet-certificate-authority=/etc/kubernetes/pki/kubelet-ca.crt"])
        ),
    ]

    static let secureEtcd = ["etcd", "--listen-client-urls=https://10.0.0.5:2379"]

    /// An etcd that goes by a file, which makes it ignore its flags.
    static func etcd(_ file: String) -> Evidence {
        host(["etcd", "--config-file=/etcd.yml", "--client-cert-auth"], files: ["/etcd.yml": file])
    }

    static let nodes: [Case] = [
        Case("M1035-027", "kubeadm's", "pass", kubelet(goodKubelet)),
        Case("M1035-027", "anonymous", "fail", kubelet(badKubelet)),
        Case(
            "M1035-027",
            "a flag above the file",
            "fail",
            kubelet(goodKubelet, more: ["--anonymous-auth=true"])
        ),
        Case(
            "M1035-027",
            "an answer above both",
            "fail",
            kubelet(goodKubelet, probes: [Probe("::", 10250, .https, "GET", "/pods", status: 200)])
        ),
        Case(
            "M1035-027",
            "refused",
            "pass",
            kubelet(badKubelet, probes: [Probe("::", 10250, .https, "GET", "/pods", status: 401)])
        ),
        Case("M1035-027", "a file that was not read", "unknown", host(kubelet)),
        Case("M1035-027", "flags' defaults", "fail", host(["kubelet"])),
        Case("M1035-028", "kubeadm's", "pass", kubelet(goodKubelet)),
        Case("M1035-028", "everything", "fail", kubelet(badKubelet)),
        Case("M1035-028", "the file's default", "pass", kubelet("kind: KubeletConfiguration")),
        Case("M1035-029", "the file's default", "pass", kubelet(goodKubelet)),
        Case("M1035-029", "open", "fail", kubelet(badKubelet)),
        Case(
            "M1035-029",
            "an answer",
            "fail",
            kubelet(goodKubelet, probes: [Probe("::", 10255, .http, "GET", "/pods", status: 200)])
        ),
        Case("M1035-030", "kubeadm's", "pass", kubelet(goodKubelet)),
        Case("M1035-030", "none", "fail", kubelet(badKubelet)),
        Case("M1035-031", "open by its default", "fail", host(["etcd"])),
        Case("M1035-031", "demanding", "pass", host(secureEtcd + ["--client-cert-auth", "--trusted-ca-file=/ca.crt"])),
        Case("M1035-031", "an authority alone", "pass", host(secureEtcd + ["--trusted-ca-file=/ca.crt"])),
        Case("M1035-031", "an authority without a name", "fail", host(secureEtcd + ["--trusted-ca-file="])),
        // At an address of http it ignores its certificates.
        Case(
            "M1035-031",
            "demanding, in clear",
            "fail",
            host(["etcd", "--client-cert-auth", "--trusted-ca-file=/ca"])
        ),
        Case(
            "M1035-031",
            "demanding, in clear as well",
            "fail",
            host([
                "etcd", "--listen-client-urls", "https://10.0.0.5:2379,http://10.0.0.5:4001", "--client-cert-auth=true",
                "--trusted-ca-file=/ca.crt",
            ])
        ),
        Case("M1035-031", "a file that says nothing", "fail", etcd("name: a\nlisten-peer-urls: http://127.0.0.1:2380")),
        Case("M1035-031", "a file that was not read", "unknown", host(["etcd", "--config-file=/etcd.yml"])),
        Case(
            "M1035-031",
            "a file",
            "pass",
            etcd(
                """
                listen-client-urls: https://10.0.0.5:2379
                client-transport-security: {client-cert-auth: true, trusted-ca-file: /ca.crt}
                """
            )
        ),
        Case("M1035-032", "this host's alone", "warn", host(["etcd"])),
        Case("M1035-032", "a Unix socket", "pass", host(["etcd", "--listen-peer-urls=unix://localhost:2380"])),
        Case("M1035-032", "everybody's", "fail", host(["etcd", "--listen-peer-urls=http://10.0.0.5:2380"])),
        Case(
            "M1035-032",
            "by certificate",
            "pass",
            host([
                "etcd", "--listen-peer-urls=https://10.0.0.5:2380", "--peer-client-cert-auth",
                "--peer-trusted-ca-file=/ca",
            ])
        ),
        Case("M1035-032", "a file", "fail", etcd("listen-peer-urls: http://10.0.0.5:2380")),
        Case(
            "M1035-032",
            "certificates that plain HTTP does not take",
            "fail",
            host(["etcd", "--listen-peer-urls=http://10.0.0.5:2380", "--peer-trusted-ca-file=/ca"])
        ),
        // What k3s listens at for its API server says nothing of its scheduler.
        Case(
            "M1030-017",
            "k3s",
            "pass",
            host(
                ["/usr/local/bin/k3s", "server"],
                listeners: [Listener("::", 6443, processes: [7]), Listener("127.0.0.1", 10259, processes: [7])]
            )
        ),
        Case("M1030-017", "kubeadm's", "pass", host(["kube-scheduler", "--bind-address=127.0.0.1"])),
        Case("M1030-017", "upstream's default", "fail", host(["kube-controller-manager"])),
        Case(
            "M1030-017",
            "what listens",
            "fail",
            host(["kube-scheduler", "--bind-address=127.0.0.1"], listeners: [Listener("::", 10259, processes: [7])])
        ),
    ]

    @Test(arguments: apiServers + nodes)
    func `each small host gets the verdict that it has`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: one.evidence)
        #expect(results.verdict == one.outcome, "\(results)")
    }

    /// Answers of the time before say nothing of what a program says once it is started again.
    static func restarted(_ evidence: Evidence) -> Evidence {
        var after = evidence
        if case .known(var host) = after.host {
            host.probes = []
            host.listeners = host.listeners.map { $0.map { Listener("127.0.0.1", $0.port, processes: $0.processes) } }
            after.host = .known(host)
        }
        return after
    }

    @Test(arguments: (apiServers + nodes).filter { $0.outcome == "fail" && !["TW-M1035-020"].contains($0.check) })
    func `what fails passes once its fix is made, and nothing else that was set is gone`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let fixes = check.fixes(on: one.evidence)
        #expect(!fixes.isEmpty)
        let after = Self.restarted(one.evidence.applying(fixes))
        let results = check.results(on: after)
        #expect(["pass", "na"].contains(results.verdict), "\(fixes) \(results)")
        if let text = after.host.value?.files["/var/lib/kubelet/config.yaml"]?.text,
            one.evidence.host.value?.files["/var/lib/kubelet/config.yaml"]?.text == Self.badKubelet
        {
            #expect(text.contains("maxPods: 42"))
        }
    }

    /// A host of which processes could not be read, and what was asked of it.
    private static func unseen(_ probe: Probe) -> Evidence {
        var evidence = host(["sh"], probes: [probe])
        if case .known(var host) = evidence.host {
            host.processes = .unreadable("permission denied")
            evidence.host = .known(host)
        }
        return evidence
    }

    @Test(arguments: [("10.0.0.5", "fail"), ("127.0.0.1", "warn")])
    func `an API in plain HTTP is found whoever answers`(_ address: String, _ outcome: String) {
        var probe = Probe(address, 8080, .http, "GET", "/version", status: 200)
        probe.body = #"{"gitVersion": "v1.19.0"}"#
        let evidence = Self.unseen(probe)
        #expect(Check.plainAPI.results(on: evidence).verdict == outcome)
        #expect(Check.plainAPI.fixes(on: evidence).count == 1)
    }

    @Test(arguments: [(#"{"etcdserver":"3.5.9","etcdcluster":"3.5.0"}"#, "fail"), ("hello", "unknown")])
    func `an etcd in another program is found by its answer`(_ body: String, _ outcome: String) {
        var probe = Probe("10.0.0.5", 2379, .http, "GET", "/version", status: 200)
        probe.body = body
        #expect(Check.etcdAccess.results(on: Self.unseen(probe)).verdict == outcome)
    }

    @Test(arguments: [
        (["kubectl", "-n", "team", "proxy"], true), (["kubectl", "--kubeconfig", "/c", "proxy", "--port=8001"], true),
        (["kubectl", "logs", "-f", "proxy"], false), (["kubectl", "-n", "proxy", "get", "pods"], false),
    ])
    func `a kubectl proxy is told from what has that name`(_ arguments: [String], _ isProxy: Bool) {
        #expect((Check.plainAPI.results(on: Self.host(arguments)).verdict == "pass") == isProxy)
    }

    @Test(arguments: [
        (["10.yaml": "kube-apiserver-arg: anonymous-auth=true"], "fail"),
        (["10.yaml": "kube-apiserver-arg: [anonymous-auth=true]", "20.yaml": "kube-apiserver-arg: v=2"], "pass"),
        (["10.yaml": "kube-apiserver-arg: [anonymous-auth=true]", "20.yaml": "kube-apiserver-arg+: [v=2]"], "fail"),
    ])
    func `k3s reads its files in order, each instead of those before`(_ files: [String: String], _ outcome: String) {
        let folder = "/etc/rancher/k3s/config.yaml.d/"
        var all = Dictionary(uniqueKeysWithValues: files.map { (folder + $0.key, $0.value) })
        all["/etc/rancher/k3s/config.yaml"] = "kube-apiserver-arg: [anonymous-auth=false]"
        let evidence = Self.host(["/usr/local/bin/k3s server"], files: all)
        #expect(Check.anonymousAuthentication.results(on: evidence).verdict == outcome)
    }

    @Test(arguments: ids)
    func `a host of which nothing was collected passes nothing`(_ id: String) {
        let evidence = HostEvidence(name: "h", collectedAt: 0).evidence
        #expect(Check.verdict(id, evidence) == "unknown")
    }

    static let ids = (20...33).map { "TW-M1035-0\($0)" } + ["TW-M1030-017"]

    @Test(arguments: ids)
    func `a host that nobody looked into passes nothing`(_ id: String) throws {
        let check = try #require(Check.all.first { $0.id == id })
        var evidence = Evidence()
        var host = HostEvidence(name: "h", collectedAt: 0)
        host.processes = .unreadable("permission denied")
        host.listeners = .unreadable("permission denied")
        host.users = .unreadable("permission denied")
        evidence.host = .known(host)
        #expect(check.results(on: evidence).verdict == "unknown", "\(check.results(on: evidence))")
    }

    @Test(arguments: ids)
    func `a host without Kubernetes has nothing of it to fail`(_ id: String) throws {
        let check = try #require(Check.all.first { $0.id == id })
        var evidence = Self.host(["/usr/sbin/sshd", "-D"], listeners: [Listener("0.0.0.0", 22, processes: [7])])
        if case .known(var host) = evidence.host {
            host.users = .known([HostUser("root", id: 0, primaryGroup: 0, home: rootHome)])
            host.files["\(rootHome)/.kube/config"] = HostFile("\(rootHome)/.kube/config", .missing)
            evidence.host = .known(host)
        }
        #expect(check.results(on: evidence).verdict == "na", "\(check.results(on: evidence))")
    }

    @Test(arguments: [
        ("server: https://10.0.0.1:6443", "pass"), ("insecure-skip-tls-verify: true", "fail"),
        ("server: http://10.0.0.1:8080", "fail"), ("server: http://127.0.0.1:8080", "pass"), ("[", "unknown"),
    ])
    func `kubeconfigs are checked for whom they trust`(_ cluster: String, _ outcome: String) {
        let text = "clusters:\n- name: c\n  cluster:\n    \(cluster)\n"
        for path in ["\(rootHome)/.kube/config", "/etc/kubernetes/admin.conf", "/opt/ci.conf"] {
            let evidence = Self.host(["ci", "--kubeconfig", "/opt/ci.conf"], files: [path: text])
            #expect(Check.weakKubeconfigs.results(on: evidence).verdict == outcome)
        }
    }

    @Test(arguments: [
        ("token: \"***\"", "warn"), ("client-certificate: /c.crt", "pass"), ("exec: {command: x}", "pass"),
    ])
    func `what logs in and stands in a kubeconfig is told`(_ user: String, _ outcome: String) {
        let text = "clusters: []\nusers:\n- name: u\n  user:\n    \(user)\n"
        let evidence = Self.host(["sh"], files: ["\(rootHome)/.kube/config": text])
        #expect(Check.weakKubeconfigs.results(on: evidence).verdict == outcome)
        #expect(Check.weakKubeconfigs.fixes(on: evidence).isEmpty == (outcome == "pass"))
    }
}

extension HostEvidence {
    mutating func put(certificate path: String, days: Double) {
        let end = collectedAt + days * 86_400
        var file = HostFile(path, .regular, mode: 0o644)
        file.certificates = [
            CertificateFacts(
                subject: "CN=kube-apiserver",
                issuer: "CN=kubernetes",
                notAfter: end,
                isAuthority: false,
                key: "P-256"
            )
        ]
        files[path] = file
    }
}
