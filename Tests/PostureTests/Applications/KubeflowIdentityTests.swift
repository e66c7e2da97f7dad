@testable import Posture
import Testing

/// Whether Kubeflow's applications believe anybody as to who they are.
@Suite struct KubeflowIdentityTests {
    private typealias E = ApplicationEvidence
    typealias Case = CheckCase

    private static let image = "docker.io/kubeflownotebookswg/jupyter-web-app:v1.9.2"
    private static let gateway = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"

    private static func notebooks(
        mesh: Bool = true,
        env: [Document] = [],
        image: String = image,
        _ others: [Document] = [],
        missing: [String] = []
    ) -> Evidence {
        let labels = mesh ? ["istio-injection": "enabled"] : [:]
        return E.cluster(
            [
                E.deployment(image, env: env, ports: [["containerPort": 5000]]), E.service,
                E.object("Namespace", "apps", in: nil, labels: labels),
                E.object("Namespace", "istio-system", in: nil),
            ] + others,
            missing: missing
        )
    }

    private static func policy(
        _ action: String,
        _ rules: Document,
        in namespace: String = "apps",
        selector: String? = "app"
    )
        -> Document
    {
        let spec: Document = ["action": .text(action), "rules": rules]
        let selected = selector.map { spec.setting(.text($0), at: ["selector", "matchLabels", "app"]) }
        return E.object("AuthorizationPolicy", "p-\(action.lowercased())", in: namespace, ["spec": selected ?? spec])
    }

    private static func from(_ principals: String...) -> Document {
        [["from": [["source": ["principals": .list(principals.map { .text($0) })]]]]]
    }

    private static func network(_ ingress: Document, pods: Document = ["matchLabels": ["app": "app"]]) -> Document {
        E.object("NetworkPolicy", "n", ["spec": ["podSelector": pods, "policyTypes": ["Ingress"], "ingress": ingress]])
    }

    private static let fromGateway: Document = [
        "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "istio-system"]],
        "podSelector": ["matchLabels": ["app": "istio-ingressgateway"]],
    ]

    static let cases = [
        Case(
            "the gateway alone, as upstream has it",
            .kubeflowIdentity,
            notebooks([policy("ALLOW", from(gateway))]),
            .pass
        ),
        Case("no policy", .kubeflowIdentity, notebooks(), .fail),
        Case("in no mesh", .kubeflowIdentity, notebooks(mesh: false, [policy("ALLOW", from(gateway))]), .fail),
        Case("everybody", .kubeflowIdentity, notebooks([policy("ALLOW", [[:]])]), .fail),
        Case("anybody of the mesh", .kubeflowIdentity, notebooks([policy("ALLOW", from("*"))]), .warn),
        Case(
            "a policy for other pods",
            .kubeflowIdentity,
            notebooks([policy("ALLOW", from(gateway), selector: "other")]),
            .fail
        ),
        Case(
            "nobody, but by other policies",
            .kubeflowIdentity,
            notebooks([
                E.object("AuthorizationPolicy", "deny-all", in: "istio-system", ["spec": [:]]),
                policy("ALLOW", from(gateway)),
            ]),
            .pass
        ),
        Case(
            "whoever sends no header",
            .kubeflowIdentity,
            notebooks([
                policy(
                    "ALLOW",
                    [
                        ["from": [["source": ["principals": [.text(gateway)]]]]],
                        ["when": [["key": "request.headers[kubeflow-userid]", "notValues": ["*"]]]],
                    ]
                )
            ]),
            .pass
        ),
        Case(
            "all others are turned away",
            .kubeflowIdentity,
            notebooks([policy("DENY", [["from": [["source": ["notPrincipals": [.text(gateway)]]]]]])]),
            .pass
        ),
        Case(
            "some others are turned away",
            .kubeflowIdentity,
            notebooks([
                policy(
                    "DENY",
                    [
                        [
                            "from": [["source": ["notPrincipals": [.text(gateway)]]]],
                            "to": [["operation": ["methods": ["POST"]]]],
                        ]
                    ]
                )
            ]),
            .fail
        ),
        Case(
            "by a NetworkPolicy",
            .kubeflowIdentity,
            notebooks(mesh: false, [network([["from": [fromGateway], "ports": [["port": 5000]]]])]),
            .pass
        ),
        Case(
            "all of the gateway's namespace and its own",
            .kubeflowIdentity,
            notebooks(mesh: false, [network([["from": [["podSelector": [:]]], "ports": [["port": 5000]]]])]),
            .warn
        ),
        Case("a NetworkPolicy for everybody", .kubeflowIdentity, notebooks(mesh: false, [network([[:]])]), .fail),
        Case(
            "it asks nobody",
            .kubeflowIdentity,
            notebooks(env: [E.env("APP_DISABLE_AUTH", "True")], [policy("ALLOW", from(gateway))]),
            .fail
        ),
        Case(
            "it believes a header",
            .kubeflowIdentity,
            notebooks([policy("ALLOW", from(gateway))]).answering(
                E.probe(
                    "/api/namespaces",
                    200,
                    #"{"namespaces":["a"],"success":true}"#,
                    sent: ["kubeflow-userid": "tidewaiter-audit"]
                )
            ),
            .fail
        ),
        Case(
            "the mesh turns the asker away",
            .kubeflowIdentity,
            notebooks().answering(
                E.probe("/api/namespaces", 403, "RBAC: access denied", sent: ["kubeflow-userid": "tidewaiter-audit"])
            ),
            .pass
        ),
        Case(
            "it turns the asker away itself",
            .kubeflowIdentity,
            notebooks().answering(
                E.probe(
                    "/api/namespaces",
                    403,
                    #"{"log":"User not authorized"}"#,
                    sent: ["kubeflow-userid": "tidewaiter-audit"]
                )
            ),
            .fail
        ),
        Case(
            "the pipelines' server",
            .kubeflowIdentity,
            notebooks(image: "ghcr.io/kubeflow/kfp-api-server:2.5.0"),
            .fail
        ),
        Case(
            "policies were not collected",
            .kubeflowIdentity,
            notebooks(missing: ["AuthorizationPolicy"]),
            .unknown
        ),
        Case(
            "network policies were not collected",
            .kubeflowIdentity,
            notebooks(mesh: false, missing: ["NetworkPolicy"]),
            .unknown
        ),
        Case("none", .kubeflowIdentity, E.nothing, .notApplicable),
        Case("nothing was collected", .kubeflowIdentity, E.unasked, .unknown),
    ]

    @Test(arguments: cases)
    func `each cluster gets its outcome`(_ one: Case) {
        let results = one.check.results(on: one.evidence)
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
    }

    @Test(arguments: cases.filter { !Set($0.outcomes).isDisjoint(with: [.fail, .warn]) })
    func `what a fix writes passes`(_ one: Case) {
        let fixes = one.check.fixes(on: one.evidence)
        #expect(!fixes.isEmpty)
        let results = one.check.results(on: one.evidence.startedAgain.applying(fixes))
        #expect(results.map(\.outcome) == [.pass], "\(results)\n\(fixes)")
    }

    @Test func `the pipelines' interface may hand the header on`() throws {
        let fix = try #require(
            Check.kubeflowIdentity.fixes(on: Self.notebooks(image: "ghcr.io/kubeflow/kfp-api-server:2.5.0")).first
        )
        guard case .manifest(let document) = try #require(fix.changes.first) else { return }
        let source = document.at("spec", "rules")?.elements.first?["from"]?.elements.first?["source"]
        #expect(source?["notPrincipals"]?.texts == [Self.gateway, "cluster.local/ns/apps/sa/ml-pipeline-ui"])
    }

    @Test func `the gateway that runs is the one that is let in`() throws {
        let other = E.object(
            "Deployment",
            "gw",
            in: "edge",
            [
                "spec": [
                    "template": [
                        "metadata": ["labels": ["istio": "ingressgateway", "pod-template-hash": "x"]],
                        "spec": ["serviceAccountName": "gw-account", "containers": [["image": "auto"]]],
                    ]
                ]
            ]
        )
        let gateway = try #require(E.cluster([other]).cluster.value?.ingressGateway)
        #expect(gateway.principal == "cluster.local/ns/edge/sa/gw-account")
        #expect(gateway.labels == ["istio": "ingressgateway"])
    }
}
