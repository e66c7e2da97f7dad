/// What has a way from outside ask the gateway who comes, and speak TLS, in the words of whatever opens it.
struct OutsideRouteFix {
    private let route: OutsideRoute
    private let workload: ManagementWorkload
    private let cluster: ClusterEvidence
    /// Where the gateway stands.
    private let namespace: String

    init(
        route: OutsideRoute,
        workload: ManagementWorkload,
        cluster: ClusterEvidence,
        _ expectations: Expectations
    ) {
        self.route = route
        self.workload = workload
        self.cluster = cluster
        namespace = expectations.gatewayNamespace
    }

    var fixes: [Fix] {
        switch route.object.kind {
        case "Ingress": [ingress]
        case "VirtualService": mesh
        case "IngressRoute": [traefik]
        case "Route": [openShift]
        default: gatewayAPI
        }
    }

    private var object: ClusterObject { route.object }
    private var service: String { "tidewaiter-gateway.\(namespace).svc.cluster.local" }
    private var secret: Document { .text("\(object.name)-tls") }
    private var isAsked: Bool { if case .asked = route.login { true } else { false } }

    private var needs: String {
        "the gateway's Service has to answer in namespace \"\(namespace)\""
            + (route.plainText == nil ? "" : ", and Secret \"\(object.name)-tls\" has to hold the certificate")
    }

    // MARK: Ingress

    private var ingress: Fix {
        var manifest = object.applicable
        if !isAsked {
            manifest = manifest.setting(
                .text("http://\(service)/auth"),
                at: ["metadata", "annotations", "nginx.ingress.kubernetes.io/auth-url"]
            )
        }
        if route.plainText != nil {
            let hosts = (manifest.at("spec", "rules")?.elements ?? []).compactMap { $0["host"]?.text }
            let entry: Document =
                hosts.isEmpty
                ? ["secretName": secret] : ["hosts": .list(hosts.map { .text($0) }), "secretName": secret]
            manifest = manifest.setting(
                .list((manifest.at("spec", "tls")?.elements ?? []) + [entry]),
                at: ["spec", "tls"]
            )
        }
        return Fix(
            "Have \(object.words) ask the gateway who comes, and speak TLS",
            [.manifest(manifest)],
            caution: "written for ingress-nginx; \(needs)"
        )
    }

    // MARK: Traefik and OpenShift

    private var traefik: Fix {
        let own = object.namespace ?? "default"
        let middleware: Document = [
            "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
            "metadata": ["name": "tidewaiter-gateway", "namespace": .text(own)],
            "spec": ["forwardAuth": ["address": .text("http://\(service)/auth")]],
        ]
        var manifest = object.applicable
        let routes = (manifest.at("spec", "routes")?.elements ?? []).map { one -> Document in
            let asking: Document = ["name": "tidewaiter-gateway", "namespace": .text(own)]
            let middlewares = one["middlewares"]?.elements ?? []
            return middlewares.contains(asking) ? one : one.setting(.list([asking] + middlewares), at: ["middlewares"])
        }
        if !isAsked { manifest = manifest.setting(.list(routes), at: ["spec", "routes"]) }
        if route.plainText != nil { manifest = manifest.setting(["secretName": secret], at: ["spec", "tls"]) }
        return Fix(
            "Have \(object.words) ask the gateway who comes, and speak TLS",
            (isAsked ? [] : [.manifest(middleware)]) + [.manifest(manifest)],
            caution: needs
        )
    }

    private var openShift: Fix {
        var changes: [Fix.Change] = []
        if route.plainText != nil {
            let tls = object.document.at("spec", "tls") ?? ["termination": "edge"]
            changes.append(
                .manifest(
                    object.applicable.setting(
                        tls.setting("Redirect", at: ["insecureEdgeTerminationPolicy"]),
                        at: ["spec", "tls"]
                    )
                )
            )
        }
        changes.append(
            .steps([
                "OpenShift's router asks nobody who comes: have \(object.words) lead to a proxy that does, such as "
                    + "oauth-proxy beside \(workload.object.words)"
            ])
        )
        return Fix("Have somebody ask who comes by \(object.words), by TLS", changes)
    }

    // MARK: Istio

    private var mesh: [Fix] {
        let policy: Document = [
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": ["name": .text("tidewaiter-gateway-\(route.service)"), "namespace": .text(route.namespace)],
            "spec": [
                "selector": ["matchLabels": .labels(workload.ownLabels)], "action": "CUSTOM",
                "provider": ["name": "tidewaiter-gateway"], "rules": [[:]],
            ],
        ]
        let login = Fix(
            "Have the mesh ask the gateway who comes to \(route.service)",
            [
                .manifest(policy),
                .steps([
                    "Name the provider in the mesh's configuration: extensionProviders, name tidewaiter-gateway, "
                        + "envoyExtAuthzHttp, service \(service)"
                ]),
            ],
            caution: "until the mesh knows the provider, the application answers nobody"
        )
        return (isAsked ? [] : [login]) + (route.plainText == nil ? [] : [redirect])
    }

    /// Every Gateway of the route, whose plain servers send people on to one that speaks TLS.
    private var redirect: Fix {
        let names = (object.document.at("spec", "gateways")?.texts ?? []).map {
            $0.split(separator: "/").map(String.init)
        }
        let gateways = (cluster.objects("Gateway").value ?? []).filter { gateway in
            gateway.isOfIstio
                && names.contains { $0 == [gateway.name] || $0 == [gateway.namespace ?? "default", gateway.name] }
        }
        let changed = gateways.map { gateway -> Document in
            var servers = gateway.document.at("spec", "servers")?.elements ?? []
            for (index, server) in servers.enumerated() where server["tls"] == nil {
                servers[index] = server.setting(true, at: ["tls", "httpsRedirect"])
            }
            if !servers.contains(where: { $0.at("port", "protocol")?.text == "HTTPS" }) {
                servers.append([
                    "port": ["number": 443, "name": "https", "protocol": "HTTPS"],
                    "hosts": servers.first?["hosts"] ?? ["*"],
                    "tls": ["mode": "SIMPLE", "credentialName": .text("\(gateway.name)-tls")],
                ])
            }
            return gateway.applicable.setting(.list(servers), at: ["spec", "servers"])
        }
        return Fix(
            "Have \(gateways.map(\.words).joined(separator: ", ")) send people on to TLS",
            changed.map { .manifest($0) },
            caution:
                "who comes in plain text has to follow the redirect; the Secret that credentialName names has to be there"
        )
    }

    // MARK: Gateway API

    private var gatewayAPI: [Fix] {
        let isHTTP = ["HTTPRoute", "GRPCRoute"].contains(object.kind)
        return (isAsked ? [] : [login]) + (route.plainText == nil || !isHTTP ? [] : [listener])
    }

    private var login: Fix {
        let title = "Have the gateway before \(object.words) ask who comes"
        guard case .none = route.login, ["HTTPRoute", "GRPCRoute"].contains(object.kind) else {
            return Fix(
                title,
                [
                    .steps([
                        "Attach the implementation's policy for external authorization to the route, or have a proxy "
                            + "that asks stand before \(workload.object.words)",
                        "Point it to \(service)",
                    ])
                ]
            )
        }
        let own = Document.text(object.namespace ?? "default")
        let policy: Document = [
            "apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "SecurityPolicy",
            "metadata": ["name": .text("tidewaiter-gateway-\(object.name)"), "namespace": own],
            "spec": [
                "targetRefs": [
                    ["group": "gateway.networking.k8s.io", "kind": .text(object.kind), "name": .text(object.name)]
                ],
                "extAuth": [
                    "http": [
                        "backendRefs": [["name": "tidewaiter-gateway", "namespace": .text(namespace), "port": 80]],
                        "path": "/auth",
                    ]
                ],
            ],
        ]
        let grant: Document = [
            "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
            "metadata": ["name": .text("tidewaiter-gateway-\(object.name)"), "namespace": .text(namespace)],
            "spec": [
                "from": [["group": "gateway.envoyproxy.io", "kind": "SecurityPolicy", "namespace": own]],
                "to": [["group": "", "kind": "Service", "name": "tidewaiter-gateway"]],
            ],
        ]
        return Fix(
            title,
            [.manifest(grant), .manifest(policy)],
            caution: "written for Envoy Gateway; the gateway's Service has to answer in namespace \"\(namespace)\""
        )
    }

    /// The route at listeners of TLS alone, of which its gateways get one where they have none.
    private var listener: Fix {
        var changes: [Fix.Change] = []
        let hosts = object.document.at("spec", "hostnames")?.texts ?? []
        let parents = (object.document.at("spec", "parentRefs")?.elements ?? []).map { reference -> Document in
            guard let parent = cluster.gatewayParent(reference, of: object), parent.plainListener(for: hosts) != nil
            else {
                return reference
            }
            let all = parent.gateway.document.at("spec", "listeners")?.elements ?? []
            let existing = all.first { listener in
                listener["protocol"]?.text == "HTTPS"
                    && (hosts.isEmpty || hosts.contains { HostPattern.meet($0, listener["hostname"]?.text ?? "") })
            }
            if existing == nil {
                let certificate: Document = [["name": .text("\(parent.gateway.name)-tls")]]
                let added: Document = [
                    "name": "tidewaiter-https", "port": 443, "protocol": "HTTPS",
                    "tls": ["mode": "Terminate", "certificateRefs": certificate],
                    "allowedRoutes": ["namespaces": ["from": "All"]],
                ]
                changes.append(
                    .manifest(parent.gateway.applicable.setting(.list(all + [added]), at: ["spec", "listeners"]))
                )
            }
            return reference.removing(["port"])
                .setting(existing?["name"] ?? "tidewaiter-https", at: ["sectionName"])
        }
        changes.append(.manifest(object.applicable.setting(.list(parents), at: ["spec", "parentRefs"])))
        return Fix(
            "Have \(object.words) answer by TLS alone",
            changes,
            caution: "who comes in plain text finds nothing; the Secret that certificateRefs names has to be there"
        )
    }
}
