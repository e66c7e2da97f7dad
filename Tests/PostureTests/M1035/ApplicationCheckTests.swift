@testable import Posture
import Testing

/// Small clusters and hosts of the tests' own with management applications, and the recorded cluster.
@Suite struct ApplicationCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var number: String
        var what: String
        var outcome: String
        var manifests: String
        var answers: [Probe] = []
        var variables: [String] = []

        var id: String { "TW-M1035-\(number)" }
        var testDescription: String { "\(id) \(what)" }

        init(_ number: String, _ what: String, _ outcome: String, _ manifests: String, _ answers: [Probe] = []) {
            self.number = number
            self.what = what
            self.outcome = outcome
            self.manifests = manifests
            self.answers = answers
        }
    }

    static func workload(_ image: String, _ args: String = "[]", env: String = "[]", label: String = "web") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: ui, namespace: tools}
        spec:
          replicas: 2
          selector: {matchLabels: {app: \(label)}}
          template:
            metadata: {labels: {app: \(label)}}
            spec:
              containers:
                - {name: ui, image: "\(image)", args: \(args), env: \(env)}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: ui, namespace: tools}
        spec: {selector: {app: \(label)}, ports: [{port: 80}]}

        """
    }

    static func answer(_ path: String, _ status: Int, _ body: String = "", scheme: Probe.Scheme = .https) -> Probe {
        var probe = Probe("10.96.0.9", 80, scheme, "GET", path, status: status)
        probe.body = body
        return probe
    }

    static func config(_ name: String, _ data: String) -> String {
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: tools}\ndata: {\(data)}\n"
    }

    static let dashboard = "kubernetesui/dashboard:v2.7.0"
    static let argo = "quay.io/argoproj/argocli:v3.5.0"
    static let argoCD = "quay.io/argoproj/argocd:v2.11.0"
    static let notebooks = "ghcr.io/kubeflow/kubeflow/jupyter-web-app:v1.9.2"
    static let rancher = "rancher/rancher:v2.9.0"

    static let cases: [Case] = [
        Case("040", "with a login", "pass", workload(dashboard, "[--auto-generate-certificates]")),
        Case("040", "a login that can be skipped", "fail", workload(dashboard, "[--enable-skip-login, --namespace=x]")),
        Case("040", "a switch that is off", "pass", workload(dashboard, "[--enable-skip-login=false]")),
        Case("040", "in clear", "fail", workload(dashboard, "[--insecure-bind-address=0.0.0.0]")),
        Case("040", "in clear on loopback", "pass", workload(dashboard, "[--insecure-bind-address, 127.0.0.1]")),
        Case(
            "040",
            "whatever its arguments say, it answers",
            "fail",
            workload(dashboard),
            [answer("/api/v1/pod/default", 200, #"{"listMeta":{}}"#)]
        ),
        Case("040", "another image", "na", workload("nginx:1", "[--enable-skip-login]")),
        Case("041", "open to every pod", "fail", workload(notebooks) + "---\n{kind: NetworkPolicyList, items: []}\n"),
        Case("041", "asking nobody", "fail", workload(notebooks, env: "[{name: APP_DISABLE_AUTH, value: 'True'}]")),
        Case("041", "policies that nobody collected", "unknown", workload(notebooks)),
        Case("042", "callers' tokens", "pass", workload(argo, "[server, --auth-mode=client, --auth-mode=sso]")),
        Case("042", "its own account", "fail", workload(argo, "[server, --auth-mode, server, --auth-mode, client]")),
        Case("042", "in clear", "warn", workload(argo, "[server, --secure=false]")),
        Case("042", "a controller", "na", workload(argo, "[list]")),
        Case("043", "with logins", "pass", workload(argoCD, "[argocd-server]") + config("argocd-cm", "url: x")),
        Case(
            "043",
            "anonymous",
            "fail",
            workload(argoCD, "[argocd-server]") + config("argocd-cm", "users.anonymous.enabled: \"true\", url: x")
        ),
        Case("043", "none", "fail", workload(argoCD, "[argocd-server, --disable-auth]")),
        Case("043", "settings that nobody collected", "unknown", workload(argoCD, "[argocd-server]")),
        Case(
            "044",
            "nobody's yet",
            "fail",
            workload("portainer/portainer-ce:2.21.4"),
            [answer("/api/users/admin/check", 404, "No administrator account found inside the database")]
        ),
        Case(
            "044",
            "in clear",
            "warn",
            workload("portainer/portainer-ce:2.21.4"),
            [answer("/api/users/admin/check", 204, scheme: .http)]
        ),
        Case(
            "044",
            "somebody's",
            "pass",
            workload("portainer/portainer-ce:2.21.4"),
            [answer("/api/users/admin/check", 204)]
        ),
        Case("044", "that nobody asked", "unknown", workload("portainer/portainer-ce:2.21.4")),
        Case(
            "045",
            "with bodies",
            "pass",
            workload(rancher, env: "[{name: AUDIT_LEVEL, value: '2'}]") + "---\n{kind: SecretList, items: []}\n"
        ),
        Case("045", "without", "fail", workload(rancher)),
        Case(
            "045",
            "its first password",
            "warn",
            workload(rancher, env: "[{name: AUDIT_LEVEL, value: '3'}]")
                + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: bootstrap-secret, namespace: tools}\n"
        ),
        Case("046", "open", "fail", workload("hashicorp/nomad:1.8"), [answer("/v1/jobs", 200, "[]")]),
        Case("046", "closed", "pass", workload("hashicorp/nomad:1.8"), [answer("/v1/jobs", 403)]),
        Case("046", "for development", "fail", workload("hashicorp/nomad:1.8", "[agent, -dev]")),
        Case("046", "that nobody asked", "unknown", workload("hashicorp/nomad:1.8")),
        Case(
            "047",
            "Weave Scope",
            "fail",
            workload("weaveworks/scope:1.13.2"),
            [answer("/api", 200, #"{"hostname":"x","version":"1"}"#)]
        ),
        Case("047", "closed", "pass", workload("jupyterhub/k8s-hub:4.0.0"), [answer("/hub/api/users", 403)]),
        Case("047", "none", "na", workload("nginx:1")),
    ]

    static func evidence(_ one: Case) -> Evidence {
        var reader = ClusterReader()
        reader.read(Array(("# objects\n" + one.manifests).utf8), from: "objects.yaml")
        for kind in ["Pod", "StatefulSet", "DaemonSet", "Job", "CronJob"] {
            reader.read(Array(#"{"kind":"\#(kind)List","items":[]}"#.utf8), from: "\(kind).json")
        }
        #expect(reader.problems.isEmpty)
        var cluster = reader.cluster
        cluster.serviceProbes = one.answers.map { ServiceProbe(namespace: "tools", service: "ui", probe: $0) }
        // A cluster that lists no mesh's kinds knows none.
        cluster.add([], of: "AuthorizationPolicy")
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        return evidence
    }

    @Test(arguments: cases)
    func `each small cluster gets the verdict that it has`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.id })
        let results = check.results(on: Self.evidence(one))
        #expect(results.verdict == one.outcome, "\(results)")
    }

    /// Those of which the answer alone says it are mended by people.
    @Test(
        arguments: cases.filter {
            $0.answers.isEmpty && ["fail", "warn"].contains($0.outcome) && $0.number != "046"
                && $0.what != "its first password"
        }
    )
    func `what fails passes once its fix is made, and the rest stays as it was`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.id })
        let evidence = Self.evidence(one)
        let fixes = check.fixes(on: evidence)
        #expect(!fixes.isEmpty)
        let after = evidence.applying(fixes)
        let results = check.results(on: after)
        // What people have not collected stays unknown, but nothing fails.
        #expect(["pass", "unknown"].contains(results.verdict), "\(results)")
        let workload = try #require(after.cluster.value?.objects("Deployment").value?.first)
        #expect(workload.document.at("spec", "replicas")?.integer == 2)
    }

    static let ids = (40...47).map { "TW-M1035-0\($0)" }

    @Test(arguments: ids)
    func `a cluster whose workloads could not be read passes nothing`(_ id: String) throws {
        let check = try #require(Check.all.first { $0.id == id })
        var cluster = ClusterEvidence()
        for kind in ["Pod", "Deployment", "StatefulSet", "DaemonSet"] { cluster.miss(kind, "forbidden") }
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        #expect(check.results(on: evidence).verdict == "unknown")
    }

    @Test func `an application in an engine's container is asked at the port that it publishes`() throws {
        var host = HostEvidence(name: "h", collectedAt: 0)
        host.processes = .known([])
        var docker = DockerEvidence(info: [:])
        docker.containers = .inspected([
            try Document(
                json: #"""
                    {"Name": "/ui", "Path": "/portainer", "Args": [], "Config": {"Image": "portainer/portainer-ce:2.21.4"},
                     "NetworkSettings": {"Ports": {"9443/tcp": [{"HostIp": "0.0.0.0", "HostPort": "19443"}]}}}
                    """#
            )
        ])
        host.docker = .known(docker)
        var open = Probe("0.0.0.0", 19443, .https, "GET", "/api/users/admin/check", status: 404)
        open.body = "No administrator account found"
        var other = open
        other.port = 9443
        host.probes = [other]
        var evidence = Evidence()
        evidence.host = .known(host)
        #expect(Check.portainerFirstAccount.results(on: evidence).verdict == "unknown")
        host.probes = [open]
        evidence.host = .known(host)
        let results = Check.portainerFirstAccount.results(on: evidence)
        #expect(results.first?.subject == #"container "ui" (Portainer)"#)
        #expect(results.first?.reason == "it has no administrator yet: who comes first is")
    }
}

/// The recorded cluster's applications.
@Suite(.enabled(if: !RecordedCase.all.isEmpty, "needs ../shared/data: the recorded applications are NOT judged"))
struct RecordedApplicationTests {
    static let cases = RecordedCase.of(ApplicationCheckTests.ids)

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 2) }

    @Test(arguments: cases)
    func `each labelled application gets the verdict that it has`(_ one: RecordedCase) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.all())
        let name = try #require(one.part)
        let results = check.results(on: evidence).filter { $0.subject.contains("\"\(name)\"") }
        #expect(results.verdict == one.expected, "\(results)")
    }

    @Test(arguments: [("TW-M1035-041", "fail"), ("TW-M1035-042", "fail")])
    func `the recorded Kubeflow and Argo Workflows fail`(_ id: String, _ outcome: String) throws {
        let check = try #require(Check.all.first { $0.id == id })
        var evidence = Evidence()
        var cluster = try RecordedCluster.all()
        cluster.add([], of: "AuthorizationPolicy")
        evidence.cluster = .known(cluster)
        #expect(check.results(on: evidence).verdict == outcome, "\(check.results(on: evidence))")
    }
}
