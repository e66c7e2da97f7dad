import Foundation
@testable import Posture
import Testing

/// The checks of applications' accounts, namespaces and admission, each on small clusters.
@Suite struct AccountCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var check: String
        var note: String
        var objects: String
        var outcomes: [CheckResult.Outcome]

        init(_ check: String, _ note: String, _ outcomes: [CheckResult.Outcome], _ objects: String = "") {
            self.check = "TW-M1018-\(check)"
            self.note = note
            self.outcomes = outcomes
            self.objects = objects
        }

        var testDescription: String { "\(check): \(note)" }
    }

    /// A cluster of which all kinds were collected, with these objects in it.
    static func cluster(_ yaml: String) -> ClusterEvidence {
        var reader = ClusterReader()
        for kind in ClusterKind.all where !kind.isExtension || kind.apiVersion.hasPrefix("admission") {
            reader.read(
                Array(#"{"kind":"\#(kind.kind)List","apiVersion":"\#(kind.apiVersion)","items":[]}"#.utf8),
                from: kind.resource
            )
        }
        if !yaml.isEmpty { reader.read(Array("---\n\(yaml)".utf8), from: "objects.yaml") }
        // What every cluster has, so that its access is known.
        reader.read(
            Array(
                #"{"kind":"ClusterRole","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"none"},"rules":[]}"#
                    .utf8
            ),
            from: "none"
        )
        #expect(reader.problems == [])
        return reader.cluster
    }

    static func evidence(_ yaml: String) -> Evidence {
        var evidence = Evidence()
        evidence.cluster = .known(cluster(yaml))
        return evidence
    }

    private static let roles = """
        {kind: ClusterRole, metadata: {name: cluster-admin}, rules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"]}]}
        ---
        {kind: ClusterRole, metadata: {name: deployer}, rules: [{verbs: [create, get], apiGroups: ["", apps], resources: [pods, deployments]}]}
        ---
        {kind: ClusterRole, metadata: {name: viewer}, rules: [{verbs: [get, list], apiGroups: [""], resources: [pods]}]}
        ---
        {kind: ClusterRole, metadata: {name: admin}, rules: [{verbs: [create], apiGroups: ["", rbac.authorization.k8s.io], resources: [pods, rolebindings]}]}
        ---
        {kind: ClusterRole, metadata: {name: secrets}, rules: [{verbs: [get], apiGroups: [""], resources: [secrets]}]}
        ---

        """

    private static let named =
        #"{kind: ClusterRole, metadata: {name: named}, rules: [{verbs: [get], apiGroups: [""], resources: [secrets], "#
        + "resourceNames: [web]}]}\n---\n"

    private static func secret(of type: String) -> String {
        "{kind: Secret, apiVersion: v1, metadata: {name: web, namespace: kube-system}, type: \(type)}\n---\n"
    }

    private static func binding(_ role: String, _ subject: String, in namespace: String? = nil, name: String = "b")
        -> String
    {
        let kind = namespace == nil ? "ClusterRoleBinding" : "RoleBinding"
        let place = namespace.map { ", namespace: \($0)" } ?? ""
        return
            "{kind: \(kind), metadata: {name: \(name)\(place)}, roleRef: {kind: ClusterRole, name: \(role)}, subjects: [\(subject)]}\n---\n"
    }

    private static func account(_ name: String, _ namespace: String) -> String {
        "{kind: ServiceAccount, name: \(name), namespace: \(namespace)}"
    }

    private static func workload(_ image: String, _ namespace: String, account: String, args: String = "") -> String {
        """
        kind: Deployment
        apiVersion: apps/v1
        metadata: {name: app, namespace: \(namespace)}
        spec:
          template:
            metadata: {labels: {app: app}}
            spec: {serviceAccountName: \(account), containers: [{name: app, image: \(image), args: [\(args)]}]}
        ---

        """
    }

    private static let dashboard = workload("kubernetesui/dashboard:v2.7.0", "dash", account: "dash")
    private static let argo = workload(
        "quay.io/argoproj/argocli:v3.5.0",
        "argo",
        account: "argo-server",
        args: "server"
    )
    private static let portainer = workload("portainer/portainer-ce:2.21.4", "portainer", account: "portainer")

    static let cases: [Case] = [
        Case("016", "secrets of all namespaces", [.fail], roles + binding("secrets", "{kind: User, name: bob}")),
        Case(
            "016",
            "secrets of kube-system",
            [.fail],
            roles + binding("secrets", "{kind: User, name: bob}", in: "kube-system")
        ),
        Case(
            "016",
            "secrets of one's own namespace",
            [.pass],
            roles + binding("secrets", "{kind: User, name: bob}", in: "team")
        ),
        Case(
            "016",
            "secrets of an administrator's namespace",
            [.fail, .fail],
            roles + binding("cluster-admin", account("admin", "ops"))
                + binding("secrets", "{kind: User, name: bob}", in: "ops", name: "c")
        ),
        Case(
            "016",
            "a secret by its name",
            [.pass],
            roles + named + binding("named", "{kind: User, name: bob}", in: "kube-system") + secret(of: "Opaque")
        ),
        Case(
            "016",
            "a token by its name",
            [.fail],
            roles + named + binding("named", "{kind: User, name: bob}", in: "kube-system")
                + secret(of: "kubernetes.io/service-account-token")
        ),
        Case("018", "no application", [.notApplicable], roles + binding("deployer", account("dash", "dash"))),
        Case("018", "a dashboard that reads", [.pass], roles + dashboard + binding("viewer", account("dash", "dash"))),
        Case(
            "018",
            "a dashboard that deploys in a namespace",
            [.fail],
            roles + dashboard + binding("deployer", account("dash", "dash"), in: "team")
        ),
        Case(
            "018",
            "a workflow engine in its namespace",
            [.pass],
            roles + argo + binding("deployer", account("argo-server", "argo"), in: "argo")
        ),
        Case(
            "018",
            "a workflow engine everywhere",
            [.fail],
            roles + argo + binding("deployer", account("argo-server", "argo"))
        ),
        Case("019", "no dashboard", [.notApplicable], roles + binding("cluster-admin", account("admin-user", "dash"))),
        Case("019", "a dashboard alone", [.pass], roles + dashboard + binding("viewer", account("dash", "dash"))),
        Case(
            "019",
            "the guide's administrator, with a token",
            [.fail, .fail],
            roles + dashboard + binding("cluster-admin", account("admin-user", "dash"))
                + "{kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: t, namespace: dash, annotations: {kubernetes.io/service-account.name: admin-user}}}"
        ),
        Case(
            "019",
            "a viewer's token that does not end",
            [.warn],
            roles + dashboard
                + "{kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: t, namespace: dash, annotations: {kubernetes.io/service-account.name: dash}}}"
        ),
        Case("020", "no engine", [.notApplicable], roles),
        Case(
            "020",
            "steps that deploy in their namespace",
            [.pass],
            roles + argo + binding("deployer", account("default", "argo"), in: "argo")
        ),
        Case(
            "020",
            "steps that administer their namespace",
            [.fail],
            roles + argo + binding("admin", account("default", "argo"), in: "argo")
        ),
        Case(
            "020",
            "pipelines that deploy elsewhere",
            [.fail],
            roles + binding("deployer", account("pipeline-runner", "kubeflow"), in: "team")
        ),
        Case(
            "020",
            "an engine of all namespaces",
            [.fail],
            roles + argo + binding("deployer", account("argo-server", "argo"))
        ),
        Case("021", "no Portainer", [.notApplicable], roles),
        Case(
            "021",
            "Portainer that administers",
            [.fail],
            roles + portainer + binding("cluster-admin", account("portainer", "portainer"))
        ),
        Case(
            "021",
            "Portainer that is bound to less",
            [.warn],
            roles + portainer + binding("deployer", account("portainer", "portainer"), in: "team")
        ),
        Case("023", "nothing bound, nothing mounted", [.pass], roles),
        Case(
            "023",
            "a default account with rights",
            [.fail],
            roles + binding("viewer", account("default", "team"), in: "team")
        ),
        Case(
            "023",
            "a default account that pods mount",
            [.warn],
            roles
                + "{kind: ServiceAccount, apiVersion: v1, metadata: {name: default, namespace: team}}\n---\n{kind: Pod, metadata: {name: p, namespace: team}, spec: {containers: []}}"
        ),
        Case(
            "023",
            "a default account that is not mounted",
            [.pass],
            roles
                + "{kind: ServiceAccount, metadata: {name: default, namespace: team}, automountServiceAccountToken: false}\n---\n{kind: Pod, metadata: {name: p, namespace: team}, spec: {containers: []}}"
        ),
        Case(
            "023",
            "pods of the cluster's own",
            [.pass],
            roles + "{kind: Pod, metadata: {name: p, namespace: kube-system}, spec: {containers: []}}"
        ),
        Case("024", "nobody deploys", [.pass], roles + "{kind: Namespace, metadata: {name: team}}"),
        Case(
            "024",
            "a deployer, and no level",
            [.fail],
            roles + binding("deployer", "{kind: User, name: bob}", in: "team")
                + "{kind: Namespace, apiVersion: v1, metadata: {name: team}}\n---\n{kind: Namespace, metadata: {name: other}}"
        ),
        Case(
            "024",
            "levels that hold and one that does not",
            [.pass, .fail],
            roles + binding("deployer", "{kind: User, name: bob}")
                + "{kind: Namespace, metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: baseline}}}\n---\n"
                + "{kind: Namespace, apiVersion: v1, metadata: {name: b, labels: {pod-security.kubernetes.io/enforce: privileged}}}\n---\n{kind: Namespace, metadata: {name: kube-system}}"
        ),
        Case(
            "024",
            "another guard that fails closed",
            [.warn],
            roles + binding("deployer", "{kind: User, name: bob}", in: "team")
                + "{kind: Namespace, apiVersion: v1, metadata: {name: team}}\n---\n" + webhook("Fail")
        ),
        Case("025", "nothing is asked", [.fail], roles),
        Case("025", "one that fails closed, everywhere", [.pass], roles + webhook("Fail")),
        Case("025", "one that fails open", [.fail], roles + webhook("Ignore")),
        Case("025", "one that is asked about services", [.fail], roles + webhook("Fail", resources: "services")),
        Case(
            "025",
            "one that labels of pods switch off",
            [.fail],
            roles + webhook("Fail", more: "objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}")
        ),
        Case(
            "025",
            "one that namespaces are to ask for",
            [.fail],
            roles + webhook("Fail", more: "namespaceSelector: {matchLabels: {guard: wanted}}")
        ),
        Case(
            "025",
            "one whose selector cannot be read",
            [.unknown],
            roles + webhook("Fail", more: "namespaceSelector: {matchLabels: {guard: true}}")
        ),
        Case(
            "025",
            "one that labels of namespaces switch off",
            [.warn],
            roles
                + webhook("Fail", more: "namespaceSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}")
        ),
        Case(
            "025",
            "one that leaves out its own and the cluster's",
            [.pass],
            roles + webhook("Fail", more: leavingOut("guard", "kube-system"))
        ),
        Case("025", "one that leaves out others", [.warn], roles + webhook("Fail", more: leavingOut("guard", "team"))),
        Case(
            "025",
            "one with conditions",
            [.warn],
            roles + webhook("Fail", more: "matchConditions: [{name: x, expression: 'true'}]")
        ),
        Case("025", "pods alone, no containers that are added", [.warn], roles + webhook("Fail", resources: "pods")),
        Case("025", "a policy that denies", [.pass], roles + policy("Deny")),
        Case("025", "a policy that warns", [.fail], roles + policy("Warn")),
        Case(
            "025",
            "a policy that parameters switch off",
            [.unknown],
            roles + policy("Deny", more: ", paramRef: {name: p}")
        ),
        Case("026", "no application", [.notApplicable], roles),
        Case("026", "no audit log", [.unknown], roles + dashboard),
        Case(
            "026",
            "a dashboard that lets people skip its login",
            [.fail],
            roles + workload("kubernetesui/dashboard:v2.7.0", "dash", account: "dash", args: "--enable-skip-login")
        ),
        Case(
            "026",
            "an engine that acts as itself",
            [.fail],
            roles + workload("argoproj/argocli:v3", "argo", account: "argo-server", args: "server, --auth-mode, server")
        ),
    ]

    static func webhook(_ failure: String, resources: String = "'pods', 'pods/*'", more: String = "") -> String {
        """
        kind: ValidatingWebhookConfiguration
        apiVersion: admissionregistration.k8s.io/v1
        metadata: {name: guard}
        webhooks:
          - name: guard.example.test
            failurePolicy: \(failure)
            clientConfig: {service: {namespace: guard, name: guard}}
            rules: [{apiGroups: [""], apiVersions: ["v1"], operations: [CREATE, UPDATE], resources: [\(resources)]}]
            \(more)
        """
    }

    private static func leavingOut(_ names: String...) -> String {
        "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [\(names.joined(separator: ", "))]}]}"
    }

    private static func policy(_ action: String, more: String = "") -> String {
        """
        kind: ValidatingAdmissionPolicy
        apiVersion: admissionregistration.k8s.io/v1
        metadata: {name: p}
        spec:
          matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["pods/*"]}]}
        ---
        kind: ValidatingAdmissionPolicyBinding
        apiVersion: admissionregistration.k8s.io/v1
        metadata: {name: p}
        spec: {policyName: p, validationActions: [\(action)]\(more)}
        """
    }

    @Test(arguments: cases)
    func `each small cluster gets the verdict that it has`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: Self.evidence(one.objects))
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
    }

    @Test(arguments: cases.filter { $0.outcomes.contains(.fail) })
    func `once its exact changes are made nothing fails`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let evidence = Self.evidence(one.objects)
        let fixes = check.fixes(on: evidence)
        #expect(!fixes.isEmpty)
        let after = check.results(on: evidence.applying(fixes))
        #expect(after.contains { $0.outcome == .fail } == fixes.isBeyondEvidence, "\(after)")
    }

    @Test(arguments: ["016", "018", "019", "020", "021", "023", "024", "025", "026"])
    func `what was not collected passes nothing, and without a cluster nothing applies`(_ number: String) throws {
        let check = try #require(Check.all.first { $0.id == "TW-M1018-\(number)" })
        var evidence = Evidence()
        #expect(check.results(on: evidence).map(\.outcome) == [.notApplicable])
        evidence.cluster = .known(ClusterReader().cluster)
        let outcomes = Set(check.results(on: evidence).map(\.outcome))
        #expect(outcomes == [.unknown], "\(check.results(on: evidence))")
        evidence.cluster = .unreadable("connection refused")
        #expect(Set(check.results(on: evidence).map(\.outcome)) == [.unknown])
    }

    @Test func `who deploys as a dashboard is told by the audit log`() throws {
        var evidence = Self.evidence(Self.roles + Self.dashboard)
        var cluster = try #require(evidence.cluster.value)
        var used = UsedRights()
        let event =
            #"{"verb":"create","user":{"username":"system:serviceaccount:dash:dash"},"objectRef":{"resource":"deployments","apiGroup":"apps","namespace":"team","name":"x"},"annotations":{"authorization.k8s.io/decision":"allow"}}"#
        used.read(Array(event.utf8))
        cluster.used = .known(used)
        evidence.cluster = .known(cluster)
        let results = Check.ownIdentity.results(on: evidence)
        #expect(results.map(\.outcome) == [.fail])
        #expect(results.first?.evidence == ["create deployments.apps in 'team'"])
        used = UsedRights()
        used.read(Array(event.replacing(":dash:dash", with: ":other:bob").utf8))
        cluster.used = .known(used)
        evidence.cluster = .known(cluster)
        #expect(Check.ownIdentity.results(on: evidence).map(\.outcome) == [.pass])
    }

    @Test func `what Portainer lets regular users do is read from its answer`() throws {
        var evidence = Self.evidence(Self.roles + Self.portainer)
        var cluster = try #require(evidence.cluster.value)
        var probe = Probe("10.0.0.1", 9000, .http, "GET", "/api/endpoints", status: 200, certificate: .configured)
        probe.body =
            #"[{"Id":1,"SecuritySettings":{"allowBindMountsForRegularUsers":true,"allowPrivilegedModeForRegularUsers":false}}]"#
        cluster.serviceProbes = [ServiceProbe(namespace: "portainer", service: "portainer", probe: probe)]
        evidence.cluster = .known(cluster)
        let results = Check.portainerRights.results(on: evidence)
        #expect(results.map(\.outcome) == [.fail])
        #expect(results.first?.evidence == [#""allowBindMountsForRegularUsers":true"#])
        let settings = Check.portainerRights.fixes(on: evidence).last
        #expect(
            settings?.changes == [
                .command(#": "${PORTAINER_TOKEN:?an access token of an administrator: My account, Access tokens}""#),
                .command(Self.setting(1, #"{"allowBindMountsForRegularUsers":false}"#)),
            ]
        )
        probe.body = String(probe.body.dropLast(2))
        cluster.serviceProbes = [ServiceProbe(namespace: "portainer", service: "portainer", probe: probe)]
        evidence.cluster = .known(cluster)
        #expect(Check.portainerRights.results(on: evidence).map(\.outcome) == [.unknown])
    }

    private static func setting(_ id: some CustomStringConvertible, _ body: String) -> String {
        #"printf 'X-API-Key: %s\n' "$PORTAINER_TOKEN" | curl --fail --silent --show-error --request PUT --header @- "#
            + "--header 'Content-Type: application/json' --data '\(body)' --output /dev/null "
            + "http://10.0.0.1:9000/api/endpoints/\(id)/settings"
    }

    @Test func `each environment of Portainer's is set by what it allows`() throws {
        var evidence = Self.evidence(Self.roles)
        var cluster = try #require(evidence.cluster.value)
        var probe = Probe("10.0.0.1", 9000, .http, "GET", "/api/endpoints", status: 200, certificate: .configured)
        probe.body = #"""
            [{"Snapshots": [{"Id": 9, "Name": "\"Id\": 8"}], "Id": 1, "SecuritySettings":
            {"allowBindMountsForRegularUsers": true, "allowSysctlSettingForRegularUsers": true}},
            {"Id": 2, "SecuritySettings": {"allowSysctlSettingForRegularUsers": false}},
            {"Id": 3, "SecuritySettings": {"allowSysctlSettingForRegularUsers": true, "x": "allowYForRegularUsers"}}]
            """#
        func answering(_ body: String) -> Evidence {
            probe.body = body
            cluster.serviceProbes = [ServiceProbe(namespace: "portainer", service: "portainer", probe: probe)]
            evidence.cluster = .known(cluster)
            return evidence
        }
        let changes = Check.portainerRights.fixes(on: answering(probe.body)).flatMap(\.changes).dropFirst()
        let both = #"{"allowBindMountsForRegularUsers":false,"allowSysctlSettingForRegularUsers":false}"#
        #expect(
            Array(changes) == [
                .command(Self.setting(1, both)),
                .command(Self.setting(3, #"{"allowSysctlSettingForRegularUsers":false}"#)),
            ]
        )
        // As Portainer tells them once the bodies were put there.
        let after = answering(probe.body.replacing("Users\": true", with: "Users\": false"))
        #expect(Check.portainerRights.results(on: after).map(\.outcome) == [.pass])
        #expect(Check.portainerRights.fixes(on: after).isEmpty)
    }

    @Test func `Tidewaiter's own conditions are known as its chart has them`() throws {
        let chart = try Self.chart()
        #expect(AdmissionGuard.knownConditions.allSatisfy { chart.withoutSpace.contains($0) })
    }

    private static func chart() throws -> String {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = "Deploy/helm/tidewaiter/templates/validatingwebhookconfiguration.yaml"
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
