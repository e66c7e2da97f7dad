/// Ways that Traefik opens by objects of its own, and what its middlewares ask for.
extension ClusterEvidence {
    /// Source: traefik.io/v1alpha1, `IngressRoute`.
    func traefikRoutes(_ ingress: ClusterObject) -> [OutsideRoute] {
        let spec = ingress.document["spec"] ?? [:]
        let own = ingress.namespace ?? "default"
        // An entry point may be TLS by the static configuration; this one is in Traefik's own chart.
        let isPlain = spec["tls"] == nil && spec["entryPoints"]?.texts != ["websecure"]
        return (spec["routes"]?.elements ?? []).flatMap { route -> [OutsideRoute] in
            let middlewares = (route["middlewares"]?.elements ?? []).compactMap { one in
                one["name"]?.text.map { (namespace: one["namespace"]?.text ?? own, name: $0) }
            }
            return (route["services"]?.elements ?? []).compactMap { service in
                guard let name = service["name"]?.text, (service["kind"]?.text ?? "Service") == "Service" else {
                    return nil
                }
                return OutsideRoute(
                    object: ingress,
                    host: Self.host(in: route["match"]?.text ?? ""),
                    service: name,
                    namespace: service["namespace"]?.text ?? own,
                    plainText: isPlain ? "no tls" : nil,
                    login: middlewareLogin(middlewares)
                )
            }
        }
    }

    /// The first name of `Host(`a.example.org`) && PathPrefix(`/x`)`; empty where there is none.
    private static func host(in rule: String) -> String {
        guard let start = rule.firstRange(of: "Host(`")?.upperBound else { return "" }
        return String(rule[start...].prefix { $0 != "`" })
    }

    /// What an annotation's middlewares ask for: `NAMESPACE-NAME@kubernetescrd, …`.
    func middlewareLogin(named names: String) -> OutsideRoute.Login {
        let all = objects("Middleware").value ?? []
        var missing: String?
        for name in names.split(separator: ",").map({ String($0).filter { $0 != " " } }) {
            guard let found = all.first(where: { "\($0.namespace ?? "default")-\($0.name)@kubernetescrd" == name })
            else {
                missing = name
                continue
            }
            if found.asksForLogin { return .asked(found.words) }
        }
        return missing.map { .unseen("Middleware \($0)") } ?? .none
    }

    /// What middlewares ask for, by namespace and name.
    func middlewareLogin(_ names: [(namespace: String, name: String)]) -> OutsideRoute.Login {
        let all = objects("Middleware").value ?? []
        var missing: String?
        for (namespace, name) in names {
            guard let found = all.first(where: { ($0.namespace ?? "default") == namespace && $0.name == name }) else {
                missing = "\(namespace)/\(name)"
                continue
            }
            if found.asksForLogin { return .asked(found.words) }
        }
        return missing.map { .unseen("Middleware \($0)") } ?? .none
    }
}

extension ClusterObject {
    /// Whether a Middleware of Traefik's has somebody asked who they are.
    fileprivate var asksForLogin: Bool {
        let spec = document["spec"] ?? [:]
        return ["forwardAuth", "basicAuth", "digestAuth"].contains { spec[$0] != nil }
    }
}
