internal import Sigma

extension Check {
    /// Whether ways from outside to management applications ask who comes.
    static let outsideRoutes = Check(
        id: "TW-M1030-006",
        title: "Ingress To Management Applications Without Login Or TLS",
        mitigation: .segmentation,
        level: .high,
        reads:
            "Ingresses, VirtualServices and HTTPRoutes that lead to management applications, and what asks for a login there",
        passes: "something before the application asks for a login, and the way is TLS",
        remedy: "have the controller ask the gateway (auth-url, forwardAuth, ext_authz), and give it a certificate",
        references: [
            "kubescape C-0256", "kubescape C-0263", "kubescape C-0266",
            "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication",
        ],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                for kind in ["Service", "Ingress"] {
                    if case .unreadable(let reason) = cluster.objects(kind) {
                        return [CheckResult(.unknown, subject: "", reason)]
                    }
                }
                let found = routes(to: workloads, in: cluster)
                guard !found.isEmpty else {
                    return [CheckResult(.notApplicable, subject: "", "no way leads to them from outside")]
                }
                return found.map { judge($0.route, to: $0.workload) }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value else { return [] }
            var seen: Set<String> = []
            return routes(to: cluster.managementWorkloads, in: cluster).compactMap { route, workload in
                guard judge(route, to: workload).outcome != .pass, seen.insert(route.object.words).inserted else {
                    return nil
                }
                return route.object.kind == "Ingress"
                    ? ingressFix(route, evidence.expectations) : meshFix(route, to: workload, evidence.expectations)
            }
        }
    )

    /// Applications that ask for a login themselves.
    private static let withLogin: Set<ManagementApplication.Name> = [
        .portainer, .argoCD, .rancher, .jupyterHub, .kubeSphere, .kuboard, .nifi, .dockge, .swarmpit,
    ]

    private static func routes(
        to workloads: [ManagementWorkload],
        in cluster: ClusterEvidence
    ) -> [(route: OutsideRoute, workload: ManagementWorkload)] {
        let services = cluster.objects("Service").value ?? []
        return cluster.outsideRoutes.compactMap { route in
            let service = services.first { $0.name == route.service && $0.namespace == route.namespace }
            guard let service, let workload = workloads.first(where: { $0.isBehind(service) }) else { return nil }
            return (route, workload)
        }
    }

    private static func judge(_ route: OutsideRoute, to workload: ManagementWorkload) -> CheckResult {
        let name = workload.application.name.rawValue
        let path = route.host.isEmpty ? name : "\(name) at \(route.host)"
        let tls = route.hasTLS ? [] : ["no TLS for \(route.host.isEmpty ? "any host" : route.host)"]
        switch route.login {
        case .asked(let words) where route.hasTLS:
            return CheckResult(
                .pass,
                subject: route.object.words,
                "a login is asked for before \(path)",
                evidence: [words]
            )
        case .asked(let words):
            let reason = "what people show to \(path) goes there in plain text"
            return CheckResult(.fail, subject: route.object.words, reason, evidence: [words] + tls)
        case .unseen(let words) where route.hasTLS:
            let reason = "whether a login is asked for before \(path) is not seen from here"
            return CheckResult(.warn, subject: route.object.words, reason, evidence: [words])
        case .none where route.hasTLS && withLogin.contains(workload.application.name):
            let reason = "the application's own login alone is before \(path)"
            return CheckResult(.warn, subject: route.object.words, reason)
        case .none, .unseen:
            let reason = "nothing asks for a login before \(path)" + (route.hasTLS ? "" : ", and it is plain text")
            return CheckResult(.fail, subject: route.object.words, reason, evidence: tls)
        }
    }

    private static func ingressFix(_ route: OutsideRoute, _ expectations: Expectations) -> Fix {
        let namespace = expectations.gatewayNamespace
        var manifest = route.object.applicable
        if case .asked = route.login {
        } else {
            let gateway = "http://tidewaiter-gateway.\(namespace).svc.cluster.local/auth"
            manifest = manifest.setting(
                .text(gateway),
                at: ["metadata", "annotations", "nginx.ingress.kubernetes.io/auth-url"]
            )
        }
        if !route.hasTLS {
            let hosts = (manifest.at("spec", "rules")?.elements ?? []).compactMap { $0["host"]?.text }
            let secret = Document.text("\(route.object.name)-tls")
            let entry: Document =
                hosts.isEmpty
                ? ["secretName": secret] : ["hosts": .list(hosts.map { .text($0) }), "secretName": secret]
            let own = manifest.at("spec", "tls")?.elements ?? []
            manifest = manifest.setting(.list(own + [entry]), at: ["spec", "tls"])
        }
        return Fix(
            "Have \(route.object.words) ask the gateway who comes, and speak TLS",
            [.manifest(manifest)],
            commands: ["kubectl apply -f FILE"],
            caution:
                "written for ingress-nginx; the gateway's Service has to answer in namespace \"\(namespace)\", and Secret \"\(route.object.name)-tls\" has to hold the certificate"
        )
    }

    private static func meshFix(
        _ route: OutsideRoute,
        to workload: ManagementWorkload,
        _ expectations: Expectations
    ) -> Fix {
        guard route.object.kind == "VirtualService" else {
            return Fix(
                "Have the gateway before \(route.object.words) ask who comes",
                [
                    .steps([
                        "Attach the implementation's policy for external authorization to the route: Envoy Gateway's SecurityPolicy with extAuth, Traefik's forwardAuth Middleware as ExtensionRef",
                        "Point it to tidewaiter-gateway.\(expectations.gatewayNamespace).svc.cluster.local",
                    ])
                ]
            )
        }
        let policy: Document = [
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": ["name": .text("tidewaiter-gateway-\(route.service)"), "namespace": .text(route.namespace)],
            "spec": [
                "selector": ["matchLabels": .labels(workload.ownLabels)], "action": "CUSTOM",
                "provider": ["name": "tidewaiter-gateway"], "rules": [[:]],
            ],
        ]
        return Fix(
            "Have the mesh ask the gateway who comes to \(route.service)",
            [
                .manifest(policy),
                .steps([
                    "Name the provider in the mesh's configuration: extensionProviders, name tidewaiter-gateway, envoyExtAuthzHttp, service tidewaiter-gateway.\(expectations.gatewayNamespace).svc.cluster.local"
                ]),
            ],
            commands: ["kubectl apply -f FILE"],
            caution: "until the mesh knows the provider, the application answers nobody"
        )
    }
}
