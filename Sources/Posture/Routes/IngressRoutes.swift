/// Ways that Ingresses open.
extension ClusterEvidence {
    func ingressRoutes(_ ingress: ClusterObject) -> [OutsideRoute] {
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
                plainText: Self.hasTLS(ingress, host: host) ? nil : "no TLS for \(host.isEmpty ? "any host" : host)",
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
            return middlewareLogin(named: names)
        }
        return annotations.first { Self.unseen.contains($0.key) }.map { .unseen($0.key) } ?? .none
    }
}
