@testable import Posture
import Testing

/// Outcomes of the control plane's checks that are rarer, and that every outcome of every check is somewhere.
@Suite struct ControlPlaneOutcomeTests {
    typealias Case = ControlPlaneCheckTests.Case
    typealias Made = ControlPlaneCheckTests

    /// An API server with another set of paths for whoever it is, authorizers, or a certificate.
    private static func server(_ flag: String, _ file: String) -> Evidence {
        Made.host(Made.server.filter { !$0.contains("authorization") } + ["\(flag)=/c.yaml"], files: ["/c.yaml": file])
    }

    private static func anonymous(_ paths: String) -> Evidence {
        server("--authentication-config", "anonymous: {enabled: true, conditions: [\(paths)]}")
    }

    private static func certificate(_ change: (inout HostEvidence) -> Void) -> Evidence {
        guard case .known(var host) = Made.host(Made.server).host else { return Evidence() }
        change(&host)
        return host.evidence
    }

    private static let certificatePath = "/etc/kubernetes/pki/apiserver.crt"

    private static func body(_ text: String) -> Probe {
        var probe = Made.api("/api", 200)
        probe.body = text
        return probe
    }

    private static func k3s(_ settings: String, dropIn: String? = nil, unit: String? = nil) -> Evidence {
        let folder = "/var/lib/rancher/k3s/agent/etc/kubelet.conf.d"
        var files = ["/etc/rancher/k3s/config.yaml": settings]
        if let dropIn {
            files["\(folder)/00-k3s-defaults.conf"] = Made.goodKubelet
            files["\(folder)/50-own.conf"] = dropIn
        }
        if let unit { files["/etc/systemd/system/k3s.service"] = unit }
        return Made.host(["/usr/local/bin/k3s", "server"], files: files)
    }

    private static let kubelite = [
        "/snap/microk8s/1/kubelite", "--apiserver-args-file=/var/snap/microk8s/1/args/kube-apiserver",
    ]

    static let cases: [Case] = [
        Case("M1035-020", "a server of something else", "na", Made.host(["nginx"], probes: [body("<html>hi</html>")])),
        Case("M1035-020", "data", "fail", Made.host(["nginx"], probes: [body(#"{"kind":"APIVersions"}"#)])),
        Case("M1035-020", "off, and not asked", "pass", Made.host(Made.server + ["--anonymous-auth=false"])),
        Case("M1035-021", "its version too", "warn", anonymous("{path: /livez}, {path: /version}")),
        Case("M1035-021", "its data too", "fail", anonymous("{path: /livez}, {path: /api}")),
        Case("M1035-021", "kubeadm's joining", "pass", anonymous("{path: \(AnonymousAuthentication.joiningPath)}")),
        Case("M1035-021", "out of sight, 403", "fail", Made.host(["nginx"], probes: [Made.api("/api", 403)])),
        Case("M1035-021", "out of sight, 401", "pass", Made.host(["nginx"], probes: [Made.api("/api", 401)])),
        Case("M1035-021", "k3s with a file that says nothing", "pass", k3s("# nothing\n")),
        Case("M1035-021", "k3s told to", "fail", k3s("kube-apiserver-arg: [anonymous-auth=true]")),
        Case(
            "M1035-022",
            "another server decides",
            "warn",
            Made.host(["kube-apiserver", "--authorization-mode=Webhook"])
        ),
        Case("M1035-022", "no Node", "warn", Made.host(["kube-apiserver", "--authorization-mode=RBAC"])),
        Case("M1035-022", "ABAC", "fail", Made.host(["kube-apiserver", "--authorization-mode=Node,ABAC"])),
        Case(
            "M1035-022",
            "a file",
            "pass",
            server("--authorization-config", "authorizers: [{type: Node, name: n}, {type: RBAC, name: r}]")
        ),
        Case(
            "M1035-022",
            "a file that allows everything",
            "fail",
            server("--authorization-config", "authorizers: [{type: RBAC, name: r}, {type: AlwaysAllow, name: a}]")
        ),
        Case("M1035-022", "a file that is none", "unknown", server("--authorization-config", "[")),
        Case("M1035-022", "MicroK8s' file that was not read", "unknown", Made.host(kubelite)),
        Case("M1035-024", "a file of passwords", "fail", Made.host(Made.server + ["--basic-auth-file=/p.csv"])),
        Case("M1035-024", "k3s' tokens", "fail", k3s("kube-apiserver-arg: [token-auth-file=/t.csv]")),
        Case("M1035-025", "20 days left", "warn", certificate { $0.put(certificate: certificatePath, days: 20) }),
        Case("M1035-025", "expired", "fail", certificate { $0.put(certificate: certificatePath, days: -1) }),
        Case("M1035-025", "not collected", "unknown", certificate { $0.files[certificatePath] = nil }),
        Case(
            "M1035-025",
            "not there",
            "unknown",
            certificate {
                $0.files[certificatePath] = HostFile(certificatePath, .missing)
            }
        ),
        Case("M1035-027", "k3s told to", "fail", k3s("kubelet-arg: [anonymous-auth=true]")),
        Case("M1035-027", "k3s with its own files", "pass", k3s("", dropIn: "maxPods: 42")),
        Case(
            "M1035-027",
            "k3s with a file over them",
            "fail",
            k3s("", dropIn: "authentication: {anonymous: {enabled: true}}")
        ),
        Case("M1035-028", "k3s with a file over them", "fail", k3s("", dropIn: "authorization: {mode: AlwaysAllow}")),
        Case("M1035-029", "k3s told to", "fail", k3s("kubelet-arg: [read-only-port=10255]")),
        Case("M1035-030", "k3s told to", "fail", k3s("kubelet-arg: [client-ca-file=]")),
        Case("M1035-027", "a configuration that is none", "unknown", Made.kubelet("[")),
        Case("M1035-028", "a configuration that was not read", "unknown", Made.host(Made.kubelet)),
        Case("M1035-029", "a configuration that was not read", "unknown", Made.host(Made.kubelet)),
        Case("M1035-030", "a configuration that was not read", "unknown", Made.host(Made.kubelet)),
        Case("M1035-032", "a file that was not read", "unknown", Made.host(["etcd", "--config-file=/etcd.yml"])),
        Case("M1030-017", "no port at all", "pass", Made.host(["kube-scheduler", "--secure-port=0"])),
    ]

    @Test(arguments: cases)
    func `each small host gets the verdict that it has`(_ one: Case) {
        let results = Check.all.first { $0.id == one.check }?.results(on: one.evidence) ?? []
        #expect(results.verdict == one.outcome, "\(results)")
    }

    /// What is fixed by hand: bindings, certificates.
    private static let byHand: Set = ["TW-M1035-020", "TW-M1035-025"]

    @Test(arguments: cases.filter { ["fail", "warn"].contains($0.outcome) && !byHand.contains($0.check) })
    func `what fails passes once its fix is made`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let fixes = check.fixes(on: one.evidence)
        // A server that shows itself by its answers alone cannot be told anything.
        guard one.evidence.host.value?.processes.value?.first?.name != "nginx" else {
            #expect(fixes.isEmpty)
            return
        }
        #expect(!fixes.isEmpty)
        let results = check.results(on: Made.restarted(one.evidence.applying(fixes)))
        #expect(results.verdict == "pass", "\(fixes) \(results)")
    }

    @Test func `every outcome of every check is covered`() {
        let all = Self.cases + Made.apiServers + Made.nodes
        let warning: Set = ["TW-M1035-021", "TW-M1035-022", "TW-M1035-025"]
        // The last's kubeconfigs, and what answers of kubectl proxy, have tests of their own.
        for id in Made.ids where id != "TW-M1035-033" {
            let seen = Set(all.filter { $0.check == id }.map(\.outcome))
            #expect(seen.isSuperset(of: warning.contains(id) ? ["pass", "fail", "warn"] : ["pass", "fail"]), "\(id)")
        }
    }

    @Test(arguments: [
        Made.kubelet(Made.badKubelet),
        Made.kubelet(
            #"{"kind": "KubeletConfiguration", "authentication": {"anonymous": {"enabled": true}}, "readOnlyPort": 10255}"#
        ),
        Made.kubelet(Made.badKubelet, more: ["--anonymous-auth=true", "--read-only-port", "10255"]),
        Made.host(["kubelet"]),
        k3s("kubelet-arg: [anonymous-auth=true, authorization-mode=AlwaysAllow, read-only-port=10255]"),
        k3s("", dropIn: "{authentication: {anonymous: {enabled: true}}, authorization: {mode: AlwaysAllow}}"),
        Made.host(
            ["kubelet", "--config=/k.yaml", "--config-dir=/k.d"],
            files: ["/k.yaml": Made.badKubelet, "/k.d/50.conf": "{authorization: {mode: AlwaysAllow}, maxPods: 7}"]
        ),
    ])
    func `no fix of a kubelet takes back what another does`(_ evidence: Evidence) {
        let checks: [Check] = [.kubeletAnonymous, .kubeletAuthorization, .kubeletReadOnlyPort, .kubeletClientAuthority]
        let fixes = checks.flatMap { $0.fixes(on: evidence) }
        for order in [fixes, fixes.reversed()] {
            let after = Made.restarted(evidence.applying(order))
            for check in checks { #expect(check.results(on: after).verdict == "pass", "\(check.results(on: after))") }
        }
    }

    @Test func `no fix of an etcd takes back what another does, nor what its owner says`() {
        let evidence = Made.etcd(
            "name: a\nlisten-client-urls: http://10.0.0.5:2379\nlisten-peer-urls: http://10.0.0.5:2380"
        )
        let fixes = Check.etcdAccess.fixes(on: evidence) + Check.etcdPeers.fixes(on: evidence)
        for order in [fixes, fixes.reversed()] {
            let after = evidence.applying(order)
            #expect(Check.etcdAccess.results(on: after).verdict == "pass")
            #expect(Check.etcdPeers.results(on: after).verdict == "pass")
            #expect(after.host.value?.files["/etcd.yml"]?.text?.contains("name: a") == true)
        }
    }

    @Test func `what k3s' unit says has to be changed there`() {
        let evidence = Self.k3s(
            "",
            unit: "[Service]\nExecStart=/usr/local/bin/k3s server '--kubelet-arg=anonymous-auth=true'\n"
        )
        #expect(Check.kubeletAnonymous.results(on: evidence).verdict == "fail")
        #expect(
            Check.kubeletAnonymous.fixes(on: evidence).map(\.changes) == [
                [
                    .steps([
                        "where k3s is told --kubelet-arg=anonymous-auth=…, make it --kubelet-arg=anonymous-auth=false"
                    ])
                ]
            ]
        )
    }

    @Test func `a fix of k3s is a file of its own beside the owner's`() {
        let evidence = Self.k3s("kube-apiserver-arg: [anonymous-auth=true, v=2]")
        let path = "/etc/rancher/k3s/config.yaml.d/zz-tidewaiter-kube-apiserver-anonymous-auth.yaml"
        #expect(
            Check.anonymousAuthentication.fixes(on: evidence) == [
                Fix(
                    "Take no anonymous requests",
                    [.file(path: path, text: "\"kube-apiserver-arg+\":\n- \"anonymous-auth=false\"\n")],
                    commands: ["systemctl restart k3s"]
                )
            ]
        )
    }

    @Test func `what programs are told to read is asked for, by whichever way they are told`() {
        func asked(_ evidence: Evidence) -> Set<FileRequest> {
            Set(evidence.host.value.map { ControlPlaneRequests.more(of: $0) } ?? [])
        }
        #expect(
            asked(Self.k3s("kube-apiserver-arg: [authentication-config=/a.yaml]\ndata-dir: /data")).isSuperset(of: [
                FileRequest("/a.yaml", .text),
                FileRequest("/data/server/tls/serving-kube-apiserver.crt", .certificates),
                FileRequest("/data/agent/etc/kubelet.conf.d"),
                FileRequest("/data/agent/etc/kubelet.conf.d/*.conf", .text),
            ])
        )
        let args = [
            Self.kubelite[1].split(separator: "=").last.map(String.init) ?? "": "--tls-cert-file=${SNAP_DATA}/c.crt"
        ]
        #expect(
            asked(Made.host(Self.kubelite, files: args)).isSuperset(of: [
                FileRequest("/var/snap/microk8s/1/args/kube-apiserver", .text),
                FileRequest("/var/snap/microk8s/1/c.crt", .certificates),
            ])
        )
        let manifest =
            "spec: {containers: [{name: a, image: kube-apiserver, command: [kube-apiserver, --client-ca-file=/pki/ca.crt]}]}"
        #expect(
            asked(Made.host(["sh", "--kubeconfig=/ci.conf"], files: ["/etc/kubernetes/manifests/a.yaml": manifest]))
                == [
                    FileRequest("/pki/ca.crt", .certificates), FileRequest("/ci.conf", .text),
                ]
        )
        #expect(
            asked(Made.host(["kubelet", "--config", "/k.yaml", "--config-dir=/k.d", "--kubeconfig=relative"])) == [
                FileRequest("/k.yaml", .text), FileRequest("/k.d"), FileRequest("/k.d/*.conf", .text),
            ]
        )
    }
}
