@testable import Posture
import Testing

/// The checks of management applications in clusters: each outcome, and that fixes pass.
@Suite struct ClusterApplicationTests {
    private typealias E = ApplicationEvidence
    typealias Case = CheckCase

    private static func board(_ arguments: String...) -> Evidence {
        E.cluster([E.deployment("kubernetesui/dashboard:v2.7.0", arguments), E.service])
    }

    static let dashboards = [
        Case(
            "as upstream has it",
            .kubernetesDashboardLogin,
            board("--auto-generate-certificates", "--namespace=kd"),
            .pass
        ),
        Case("skipped", .kubernetesDashboardLogin, board("--enable-skip-login"), .fail),
        Case("skipped no more", .kubernetesDashboardLogin, board("--enable-skip-login=false"), .pass),
        Case("in clear", .kubernetesDashboardLogin, board("--enable-insecure-login"), .fail),
        Case("bound to all", .kubernetesDashboardLogin, board("--insecure-bind-address=0.0.0.0"), .fail),
        Case(
            "bound to all, by the next word",
            .kubernetesDashboardLogin,
            board("--insecure-bind-address", "0.0.0.0"),
            .fail
        ),
        Case("bound to loopback", .kubernetesDashboardLogin, board("--insecure-bind-address=127.0.0.1"), .pass),
        Case("other sites", .kubernetesDashboardLogin, board("--disable-csrf-protection"), .fail),
        Case(
            "version 7 behind its own proxy",
            .kubernetesDashboardLogin,
            E.cluster([E.deployment("kubernetesui/dashboard-api:1.12.0", ["--insecure-bind-address=0.0.0.0"])]),
            .pass
        ),
        Case(
            "in a shell's script",
            .kubernetesDashboardLogin,
            E.cluster([E.deployment("kubernetesui/dashboard:v2.7.0", ["sh", "-c", "/dashboard --enable-skip-login"])]),
            .fail
        ),
        Case(
            "it says itself that it is not skipped",
            .kubernetesDashboardLogin,
            board("--enable-skip-login").answering(E.probe("/api/v1/login/skippable", 200, #"{"skippable":false}"#)),
            .pass
        ),
        Case(
            "it lists pods, whatever its arguments",
            .kubernetesDashboardLogin,
            board().answering(E.probe("/api/v1/pod/default", 200, #"{"listMeta":{"totalItems":1}}"#)),
            .fail
        ),
        Case("it refuses", .kubernetesDashboardLogin, board().answering(E.probe("/api/v1/pod/default", 401)), .pass),
        Case("none", .kubernetesDashboardLogin, E.nothing, .notApplicable),
        Case("no cluster", .kubernetesDashboardLogin, E.host(), .notApplicable),
        Case("nothing was collected", .kubernetesDashboardLogin, E.unasked, .unknown),
    ]

    private static func argo(
        _ arguments: [String],
        env: [Document] = [],
        image: String = "quay.io/argoproj/argocli:v3.6.0"
    )
        -> Evidence
    {
        let health: Document = ["httpGet": ["path": "/", "port": 2746, "scheme": "HTTP"]]
        let workload = E.deployment(image, ["server"] + arguments, env: env, ["readinessProbe": health])
        return E.cluster([workload, E.service, E.map("settings", ["mode": "server"])])
    }

    static let argos = [
        Case("by default", .argoWorkflowsLogin, argo([]), .pass),
        Case("before version 3", .argoWorkflowsLogin, argo([], image: "argoproj/argocli:v2.12.0"), .fail),
        Case("client", .argoWorkflowsLogin, argo(["--auth-mode=client"]), .pass),
        Case("server", .argoWorkflowsLogin, argo(["--auth-mode=server"]), .fail),
        Case(
            "server and client",
            .argoWorkflowsLogin,
            argo(["--auth-mode", "server", "--auth-mode", "client"]),
            .fail
        ),
        Case("sso in clear", .argoWorkflowsLogin, argo(["--auth-mode=sso", "--secure=false"]), .warn),
        Case("server by variable", .argoWorkflowsLogin, argo([], env: [E.env("ARGO_AUTH_MODE", "server")]), .fail),
        Case(
            "server by a ConfigMap",
            .argoWorkflowsLogin,
            argo(
                [],
                env: [
                    ["name": "ARGO_AUTH_MODE", "valueFrom": ["configMapKeyRef": ["name": "settings", "key": "mode"]]]
                ]
            ),
            .fail
        ),
        Case(
            "by a Secret",
            .argoWorkflowsLogin,
            argo([], env: [["name": "ARGO_AUTH_MODE", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]]]),
            .unknown
        ),
        Case(
            "client, but it lists workflows",
            .argoWorkflowsLogin,
            argo(["--auth-mode=client"]).answering(
                E.probe("/api/v1/workflows/apps", 200, #"{"metadata":{},"items":null}"#)
            ),
            .fail
        ),
        Case(
            "server, but it refuses",
            .argoWorkflowsLogin,
            argo(["--auth-mode=server"]).answering(E.probe("/api/v1/workflows/apps", 401)),
            .pass
        ),
        Case("none", .argoWorkflowsLogin, E.nothing, .notApplicable),
        Case("nothing was collected", .argoWorkflowsLogin, E.unasked, .unknown),
    ]

    private static func argoCD(
        _ arguments: [String] = [],
        env: [Document] = [],
        _ data: [String: String] = [:],
        parameters: [String: String] = [:],
        missing: [String] = []
    ) -> Evidence {
        let own: Document = [
            "name": "ARGOCD_SERVER_DISABLE_AUTH",
            "valueFrom": [
                "configMapKeyRef": ["name": "argocd-cmd-params-cm", "key": "server.disable.auth", "optional": true]
            ],
        ]
        let plain: Document = [
            "name": "ARGOCD_SERVER_INSECURE",
            "valueFrom": [
                "configMapKeyRef": ["name": "argocd-cmd-params-cm", "key": "server.insecure", "optional": true]
            ],
        ]
        return E.cluster(
            [
                E.deployment(
                    "quay.io/argoproj/argocd:v2.13.0",
                    ["/usr/local/bin/argocd-server"] + arguments,
                    env: env.isEmpty ? [own, plain] : env
                ), E.service, E.map("argocd-cm", data), E.map("argocd-cmd-params-cm", parameters),
            ],
            missing: missing
        )
    }

    static let argoCDs = [
        Case("as upstream has it", .argoCDLogin, argoCD(), .pass),
        Case("disabled", .argoCDLogin, argoCD(["--disable-auth"]), .fail),
        Case(
            "disabled by variable",
            .argoCDLogin,
            argoCD(env: [E.env("ARGOCD_SERVER_DISABLE_AUTH", "true")]),
            .fail
        ),
        Case("disabled by a ConfigMap", .argoCDLogin, argoCD(parameters: ["server.disable.auth": "true"]), .fail),
        Case("anonymous", .argoCDLogin, argoCD([], ["users.anonymous.enabled": "true"]), .fail),
        Case(
            "anonymous and in clear",
            .argoCDLogin,
            argoCD(
                [],
                ["users.anonymous.enabled": "true", "url": "https://cd.test"],
                parameters: ["server.insecure": "true", "server.disable.auth": "true"]
            ),
            .fail
        ),
        Case("not anonymous", .argoCDLogin, argoCD([], ["users.anonymous.enabled": "false"]), .pass),
        Case("in clear", .argoCDLogin, argoCD(parameters: ["server.insecure": "true"]), .warn),
        Case("ConfigMaps were not collected", .argoCDLogin, argoCD(missing: ["ConfigMap"]), .unknown),
        Case(
            "ConfigMaps were not collected, but it refuses",
            .argoCDLogin,
            argoCD(missing: ["ConfigMap"]).answering(E.probe("/api/v1/applications", 401)),
            .pass
        ),
        Case(
            "it lists applications",
            .argoCDLogin,
            argoCD().answering(E.probe("/api/v1/applications", 200, #"{"metadata":{},"items":[]}"#)),
            .fail
        ),
        Case("none", .argoCDLogin, E.nothing, .notApplicable),
        Case("nothing was collected", .argoCDLogin, E.unasked, .unknown),
    ]

    private static func rancher(
        _ env: [String: String],
        tag: String = "v2.12.1",
        helm: Bool = false,
        _ others: [Document] = []
    ) -> Evidence {
        let variables = env.sorted { $0.key < $1.key }.map { E.env($0.key, $0.value) }
        return E.cluster(
            [
                E.deployment(
                    "rancher/rancher:\(tag)",
                    ["--http-listen-port=80"],
                    env: variables,
                    labels: helm ? ["app.kubernetes.io/managed-by": "Helm"] : [:]
                )
            ] + others
        )
    }

    static let ranchers = [
        Case("off", .rancherAudit, rancher([:]), .fail),
        Case("on", .rancherAudit, rancher(["AUDIT_LOG_ENABLED": "true", "AUDIT_LEVEL": "2"]), .pass),
        Case("without bodies", .rancherAudit, rancher(["AUDIT_LOG_ENABLED": "true", "AUDIT_LEVEL": "1"]), .fail),
        Case("switched off", .rancherAudit, rancher(["AUDIT_LOG_ENABLED": "false", "AUDIT_LEVEL": "3"]), .fail),
        Case("a level alone, of old", .rancherAudit, rancher(["AUDIT_LEVEL": "2"], tag: "v2.9.4"), .pass),
        Case("a level alone, of new", .rancherAudit, rancher(["AUDIT_LEVEL": "2"]), .fail),
        Case("a level alone, of no known version", .rancherAudit, rancher(["AUDIT_LEVEL": "2"], tag: "stable"), .warn),
        Case(
            "a bootstrap secret",
            .rancherAudit,
            rancher(["AUDIT_LOG_ENABLED": "true", "AUDIT_LEVEL": "2"], [E.object("Secret", "bootstrap-secret")]),
            .pass,
            .warn
        ),
        Case(
            "no number",
            .rancherAudit,
            rancher(["AUDIT_LOG_ENABLED": "true", "AUDIT_LEVEL": "high"]),
            .unknown
        ),
        Case("none", .rancherAudit, E.nothing, .notApplicable),
        Case("nothing was collected", .rancherAudit, E.unasked, .unknown),
    ]

    private static func portainer(
        _ arguments: [String] = [],
        ports: [Document] = [],
        service: Document = [["port": 9443]]
    ) -> Evidence {
        E.cluster([
            E.deployment("portainer/portainer-ce:2.21.4", arguments, ports: ports), E.service(service),
        ])
    }

    private static let hasAdministrator: Probe = {
        var probe = E.probe("/api/users/admin/check", 204)
        probe.scheme = .https
        return probe
    }()

    static let portainers = [
        Case("all is well", .portainerFirstAccount, portainer().answering(hasAdministrator), .pass, .pass),
        Case(
            "no administrator",
            .portainerFirstAccount,
            portainer().answering(
                E.probe(
                    "/api/users/admin/check",
                    404,
                    #"{"message":"No administrator account found inside the database"}"#
                )
            ),
            .fail,
            .pass
        ),
        Case(
            "it answers in clear",
            .portainerFirstAccount,
            portainer().answering(E.probe("/api/users/admin/check", 204)),
            .pass,
            .warn
        ),
        Case("nobody asked", .portainerFirstAccount, portainer(), .unknown, .pass),
        Case("a password by file", .portainerFirstAccount, portainer(["--admin-password-file=/p"]), .pass, .pass),
        Case(
            "a host's port",
            .portainerFirstAccount,
            portainer(ports: [["containerPort": 9000, "hostPort": 9000]]).answering(hasAdministrator),
            .pass,
            .fail
        ),
        Case(
            "a Service's port",
            .portainerFirstAccount,
            portainer(service: [["port": 80, "targetPort": 9000]]).answering(hasAdministrator),
            .pass,
            .warn
        ),
        Case(
            "a Service's port by name",
            .portainerFirstAccount,
            portainer(ports: [["containerPort": 9000, "name": "http"]], service: [["port": 80, "targetPort": "http"]])
                .answering(hasAdministrator),
            .pass,
            .warn
        ),
        Case(
            "a Service's port that nothing is at",
            .portainerFirstAccount,
            portainer(["--http-disabled"], service: [["port": 80, "targetPort": 9000]]).answering(hasAdministrator),
            .pass,
            .pass
        ),
        Case("none", .portainerFirstAccount, E.nothing, .notApplicable),
        Case("nothing was collected", .portainerFirstAccount, E.unasked, .unknown),
    ]

    @Test(arguments: dashboards + argos + argoCDs + ranchers + portainers)
    func `each cluster gets its outcome`(_ one: Case) {
        let results = one.check.results(on: one.evidence)
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
        #expect(results.allSatisfy { $0.outcome == .notApplicable || $0.outcome == .unknown || !$0.subject.isEmpty })
    }

    /// What people have to do themselves: a shell's script, what stays unknown, and first passwords.
    private static let unfixable: Set = ["in a shell's script", "a bootstrap secret", "nobody asked"]

    @Test(
        arguments: (dashboards + argos + argoCDs + ranchers + portainers).filter {
            !unfixable.contains($0.name) && !Set($0.outcomes).isDisjoint(with: [.fail, .warn])
        }
    )
    func `what a fix writes passes`(_ one: Case) {
        let fixes = one.check.fixes(on: one.evidence)
        if one.check.id == Check.kubernetesDashboardLogin.id, one.name.hasPrefix("it lists pods") {
            // Its arguments are as they should be: somebody stands before it and logs in for all.
            #expect(fixes.isEmpty)
            return
        }
        #expect(!fixes.isEmpty)
        var fixed = one.evidence.startedAgain.applying(fixes)
        if one.check.id == Check.portainerFirstAccount.id { fixed = fixed.answering(Self.hasAdministrator) }
        let results = one.check.results(on: fixed)
        #expect(results.allSatisfy { $0.outcome == .pass }, "\(results)\n\(fixes)")
    }

    @Test func `a fix keeps all else that an object says`() throws {
        let fixes = Check.argoWorkflowsLogin.fixes(on: Self.argo(["--auth-mode=server", "--secure=false", "-v"]))
        guard case .manifest(let document) = try #require(fixes.first?.changes.first) else {
            Issue.record("\(fixes)")
            return
        }
        let containers = document.at("spec", "template", "spec", "containers")?.elements ?? []
        #expect(containers.count == 2)
        #expect(containers.first?["args"]?.texts == ["server", "-v", "--auth-mode=client"])
        #expect(containers.first?.at("readinessProbe", "httpGet", "scheme")?.text == "HTTPS")
        #expect(document["apiVersion"]?.text == "apps/v1")
    }

    @Test func `a fix of argocd-cm keeps its other entries`() throws {
        let failing = Self.argoCD([], ["users.anonymous.enabled": "true", "url": "https://cd.test"])
        let fix = try #require(Check.argoCDLogin.fixes(on: failing).first)
        guard case .manifest(let document) = try #require(fix.changes.first) else { return }
        #expect(document["data"]?.textsByName == ["users.anonymous.enabled": "false", "url": "https://cd.test"])
    }

    @Test func `a Rancher of Helm's is fixed by the chart's values`() throws {
        let failing = Self.rancher([:], helm: true)
        let fix = try #require(Check.rancherAudit.fixes(on: failing).first)
        guard case .file(let path, let text, _) = try #require(fix.changes.first) else {
            Issue.record("\(fix)")
            return
        }
        #expect(path == "rancher-values.yaml")
        #expect(fix.commands.first?.hasPrefix("helm upgrade app rancher-latest/rancher --namespace apps") == true)
        // As the chart's template makes variables of its values.
        let values = try #require(try Document.documents(yaml: text).first)
        let made = [
            "AUDIT_LOG_ENABLED": values.at("auditLog", "enabled")?.scalar ?? "",
            "AUDIT_LEVEL": values.at("auditLog", "level")?.scalar ?? "",
        ]
        #expect(Check.rancherAudit.results(on: Self.rancher(made)).map(\.outcome) == [.pass])
    }
}
