/// A way from outside the cluster to a Service: a rule of an Ingress, a VirtualService or an HTTPRoute.
struct OutsideRoute: Sendable {
    /// The object that opens it.
    var object: ClusterObject
    /// The host's name that it is for; empty for all.
    var host: String
    var service: String
    var namespace: String

    var hasTLS: Bool
    var login: Login

    /// What asks who comes.
    enum Login: Sendable, Equatable {
        /// By the annotation or the object that says so.
        case asked(String)
        case none
        /// Something stands there whose meaning is not seen.
        case unseen(String)
    }
}

extension ClusterEvidence {
    /// All ways from outside that were collected.
    var outsideRoutes: [OutsideRoute] {
        (objects("Ingress").value ?? []).flatMap(ingressRoutes)
            + (objects("VirtualService").value ?? []).flatMap(meshRoutes)
            + (objects("HTTPRoute").value ?? []).flatMap(gatewayRoutes)
    }

    // MARK: Ingress

    private func ingressRoutes(_ ingress: ClusterObject) -> [OutsideRoute] {
        let spec = ingress.document["spec"] ?? [:]
        let namespace = ingress.namespace ?? "default"
        var backends: [(host: String, service: String)] = []
        if let name = Self.service(of: spec["defaultBackend"] ?? spec["backend"]) { backends.append(("", name)) }
        for rule in spec["rules"]?.elements ?? [] {
            for path in rule.at("http", "paths")?.elements ?? [] {
                guard let name = Self.service(of: path["backend"]) else { continue }
                backends.append((rule["host"]?.text ?? "", name))
            }
        }
        let login = self.login(of: ingress)
        return backends.map { host, service in
            OutsideRoute(
                object: ingress,
                host: host,
                service: service,
                namespace: namespace,
                hasTLS: Self.hasTLS(ingress, host: host),
                login: login
            )
        }
    }

    /// As `networking.k8s.io/v1` has it, or as the versions before.
    private static func service(of backend: Document?) -> String? {
        backend?.at("service", "name")?.text ?? backend?["serviceName"]?.text
    }

    /// Annotations by which controllers take a certificate from elsewhere than `spec.tls`.
    private static let certificates: Set = [
        "alb.ingress.kubernetes.io/certificate-arn", "networking.gke.io/managed-certificates",
        "ingress.gcp.kubernetes.io/pre-shared-cert", "traefik.ingress.kubernetes.io/router.tls",
        "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    ]

    private static func hasTLS(_ ingress: ClusterObject, host: String) -> Bool {
        let annotations = ingress.annotations
        if certificates.contains(where: { annotations[$0].map { !$0.isEmpty && $0 != "false" } ?? false }) {
            return true
        }
        return (ingress.document.at("spec", "tls")?.elements ?? []).contains { entry in
            let hosts = entry["hosts"]?.texts ?? []
            return hosts.isEmpty
                || hosts.contains {
                    $0 == host
                        || ($0.hasPrefix("*.") && host.split(separator: ".", maxSplits: 1).last == $0.dropFirst(2))
                }
        }
    }

    /// Annotations by which controllers have somebody asked for a login.
    ///
    /// Sources: ingress-nginx, haproxy-ingress, HAProxy's own, AWS' load balancer controller, NGINX's own.
    private static let logins: Set = [
        "nginx.ingress.kubernetes.io/auth-url", "nginx.ingress.kubernetes.io/auth-tls-secret",
        "nginx.ingress.kubernetes.io/auth-secret", "haproxy-ingress.github.io/auth-url",
        "haproxy-ingress.github.io/auth-secret", "haproxy-ingress.github.io/auth-tls-secret",
        "haproxy-ingress.github.io/oauth", "ingress.kubernetes.io/auth-url", "ingress.kubernetes.io/auth-tls-secret",
        "haproxy.org/auth-secret", "haproxy.org/client-ca", "nginx.org/basic-auth-secret", "nginx.org/jwt-key",
    ]
    /// Those that may have a login behind them, which is not seen from here.
    private static let unseen: Set = [
        "konghq.com/plugins", "nginx.org/policies", "cloud.google.com/backend-config",
        "nginx.ingress.kubernetes.io/configuration-snippet", "nginx.ingress.kubernetes.io/server-snippet",
        "nginx.ingress.kubernetes.io/enable-global-auth",
    ]

    private func login(of ingress: ClusterObject) -> OutsideRoute.Login {
        let annotations = ingress.annotations.sorted { $0.key < $1.key }
        var optional: String?
        for (name, value) in annotations where Self.logins.contains(name) && !value.isEmpty {
            let verify = ingress.annotations[name.replacing("auth-tls-secret", with: "auth-tls-verify-client")]
            // It asks for a certificate, but takes who has none.
            guard name.hasSuffix("auth-tls-secret"), let verify, verify != "on" else {
                return .asked("\(name): \(value)")
            }
            optional = "auth-tls-verify-client: \(verify)"
        }
        if let optional { return .unseen(optional) }
        if let type = ingress.annotations["alb.ingress.kubernetes.io/auth-type"], type != "none" {
            return .asked("alb.ingress.kubernetes.io/auth-type: \(type)")
        }
        if let names = ingress.annotations["traefik.ingress.kubernetes.io/router.middlewares"] {
            return middlewares(names)
        }
        return annotations.first { Self.unseen.contains($0.key) }.map { .unseen($0.key) } ?? .none
    }

    /// Traefik's, by `NAMESPACE-NAME@kubernetescrd`.
    private func middlewares(_ names: String) -> OutsideRoute.Login {
        let all = objects("Middleware").value ?? []
        var missing: String?
        for name in names.split(separator: ",").map({ String($0).filter { $0 != " " } }) {
            guard let found = all.first(where: { "\($0.namespace ?? "default")-\($0.name)@kubernetescrd" == name })
            else {
                missing = name
                continue
            }
            let spec = found.document["spec"] ?? [:]
            if ["forwardAuth", "basicAuth", "digestAuth"].contains(where: { spec[$0] != nil }) {
                return .asked(found.words)
            }
        }
        return missing.map { .unseen("Middleware \($0)") } ?? .none
    }

    // MARK: Istio

    private func meshRoutes(_ virtual: ClusterObject) -> [OutsideRoute] {
        let spec = virtual.document["spec"] ?? [:]
        let gateways = (spec["gateways"]?.texts ?? []).filter { $0 != "mesh" }
        guard !gateways.isEmpty else { return [] }
        let own = virtual.namespace ?? "default"
        let hosts = spec["hosts"]?.texts ?? []
        let routes = ["http", "tls", "tcp"].flatMap { spec[$0]?.elements ?? [] }.flatMap { $0["route"]?.elements ?? [] }
        return routes.compactMap { $0.at("destination", "host")?.text }.map { destination in
            let parts = destination.split(separator: ".").map(String.init)
            let namespace = parts.count > 1 ? parts[1] : own
            return OutsideRoute(
                object: virtual,
                host: hosts.first ?? "",
                service: parts.first ?? "",
                namespace: namespace,
                // The Gateway's servers say it, which people read by themselves: its login matters more here.
                hasTLS: true,
                login: meshLogin(to: namespace)
            )
        }
    }

    /// AuthorizationPolicies that hand the decision to another, or that ask for a token, at the gateway or at the workload.
    private func meshLogin(to namespace: String) -> OutsideRoute.Login {
        guard case .known(let policies) = objects("AuthorizationPolicy") else {
            return .unseen("AuthorizationPolicies, which were not collected")
        }
        let meant = policies.filter { $0.namespace == namespace || $0.namespace?.hasPrefix("istio-") == true }
        if let custom = meant.first(where: { $0.document.at("spec", "action")?.text == "CUSTOM" }) {
            return .asked("\(custom.words): action: CUSTOM")
        }
        let asking = meant.first { policy in
            (policy.document.at("spec", "rules")?.elements ?? []).flatMap { $0["from"]?.elements ?? [] }.contains {
                $0.at("source", "requestPrincipals") != nil || $0.at("source", "notRequestPrincipals") != nil
            }
        }
        return asking.map { .unseen("\($0.words), which asks for a token") } ?? .none
    }

    // MARK: Gateway API

    private func gatewayRoutes(_ route: ClusterObject) -> [OutsideRoute] {
        let spec = route.document["spec"] ?? [:]
        let rules = spec["rules"]?.elements ?? []
        return rules.flatMap { $0["backendRefs"]?.elements ?? [] }.compactMap { backend in
            guard let name = backend["name"]?.text, (backend["kind"]?.text ?? "Service") == "Service" else {
                return nil
            }
            return OutsideRoute(
                object: route,
                host: spec["hostnames"]?.texts.first ?? "",
                service: name,
                namespace: backend["namespace"]?.text ?? route.namespace ?? "default",
                hasTLS: true,
                // Each implementation has policies of its own for it, attached from elsewhere.
                login: .unseen("policies of the gateway's implementation")
            )
        }
    }
}
