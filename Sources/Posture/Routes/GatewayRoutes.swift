/// Ways that gateways of the Gateway API open.
///
/// Source: gateway.networking.k8s.io, `HTTPRoute`, `GRPCRoute`, `TLSRoute`, `TCPRoute` and `Gateway`.
extension ClusterEvidence {
    func gatewayRoutes(_ route: ClusterObject) -> [OutsideRoute] {
        let spec = route.document["spec"] ?? [:]
        let own = route.namespace ?? "default"
        let hosts = spec["hostnames"]?.texts ?? []
        let parents = (spec["parentRefs"]?.elements ?? []).compactMap { gatewayParent($0, of: route) }
        let plainText = parents.lazy.compactMap { $0.plainListener(for: hosts) }.first
        return (spec["rules"]?.elements ?? []).flatMap { rule -> [OutsideRoute] in
            let login = gatewayLogin(route, rule, parents)
            return (rule["backendRefs"]?.elements ?? []).compactMap { backend in
                guard let name = backend["name"]?.text, (backend["kind"]?.text ?? "Service") == "Service" else {
                    return nil
                }
                return OutsideRoute(
                    object: route,
                    host: hosts.first ?? "",
                    service: name,
                    namespace: backend["namespace"]?.text ?? own,
                    plainText: plainText,
                    login: login
                )
            }
        }
    }

    func gatewayParent(_ reference: Document, of route: ClusterObject) -> GatewayParent? {
        guard let name = reference["name"]?.text, (reference["kind"]?.text ?? "Gateway") == "Gateway" else {
            return nil
        }
        let namespace = reference["namespace"]?.text ?? route.namespace ?? "default"
        let gateway = objects("Gateway").value?.first {
            !$0.isOfIstio && $0.name == name && ($0.namespace ?? "default") == namespace
        }
        guard let gateway else { return nil }
        let classes = objects("GatewayClass").value ?? []
        let kind = classes.first { $0.name == gateway.document.at("spec", "gatewayClassName")?.text }
        return GatewayParent(
            gateway: gateway,
            reference: reference,
            controller: kind?.document.at("spec", "controllerName")?.text
        )
    }

    // MARK: Who is asked

    private func gatewayLogin(
        _ route: ClusterObject,
        _ rule: Document,
        _ parents: [GatewayParent]
    ) -> OutsideRoute.Login {
        // What is not HTTP is handed on as it comes.
        guard ["HTTPRoute", "GRPCRoute"].contains(route.kind) else { return .none }
        let middlewares = (rule["filters"]?.elements ?? []).compactMap { filter in
            filter.at("extensionRef", "kind")?.text == "Middleware"
                ? filter.at("extensionRef", "name")?.text.map { (namespace: route.namespace ?? "default", name: $0) }
                : nil
        }
        if case .asked(let words) = middlewareLogin(middlewares) { return .asked(words) }
        let logins = parents.map { parent -> OutsideRoute.Login in
            switch parent.implementation {
            case .envoy: securityPolicyLogin(route, parent)
            case .istio: meshLogin(to: route.namespace ?? "default")
            case .traefik: middlewareLogin(middlewares)
            case .other: .unseen("policies of the gateway's implementation")
            }
        }
        // Each gateway is a way of its own.
        return logins.first { $0 == .none }
            ?? logins.first { if case .unseen = $0 { true } else { false } }
            ?? logins.first ?? .unseen("policies of the gateway's implementation")
    }

    /// Source: gateway.envoyproxy.io/v1alpha1, `SecurityPolicy`.
    private func securityPolicyLogin(_ route: ClusterObject, _ parent: GatewayParent) -> OutsideRoute.Login {
        guard case .known(let policies) = objects("SecurityPolicy") else {
            return .unseen("SecurityPolicies, which were not collected")
        }
        let meant = policies.first { policy in
            let spec = policy.document["spec"] ?? [:]
            let targets = (spec["targetRefs"]?.elements ?? []) + [spec["targetRef"]].compactMap(\.self)
            let isAsking = ["extAuth", "oidc", "jwt", "basicAuth", "apiKeyAuth"].contains { spec[$0] != nil }
            return isAsking
                && targets.contains { target in
                    [route, parent.gateway].contains {
                        $0.kind == target["kind"]?.text && $0.name == target["name"]?.text
                            && $0.namespace == policy.namespace
                    }
                }
        }
        return meant.map { .asked($0.words) } ?? .none
    }
}

/// A Gateway that a route is attached to, and what it is made by.
struct GatewayParent: Sendable {
    enum Implementation: Sendable, Equatable {
        case envoy
        case istio
        case traefik
        case other
    }

    var gateway: ClusterObject
    /// The route's own words for it.
    var reference: Document
    /// That of its class; nil where that was not collected.
    var controller: String?

    var implementation: Implementation {
        switch controller {
        case "gateway.envoyproxy.io/gatewayclass-controller"?: .envoy
        case "istio.io/gateway-controller"?: .istio
        case "traefik.io/gateway-controller"?: .traefik
        default: .other
        }
    }

    /// The listeners that the route is attached to.
    func listeners(for hosts: [String]) -> [Document] {
        (gateway.document.at("spec", "listeners")?.elements ?? []).filter { listener in
            let name = reference["sectionName"]?.text
            let port = reference["port"]?.integer
            let own = listener["hostname"]?.text ?? ""
            return (name == nil || name == listener["name"]?.text) && (port == nil || port == listener["port"]?.integer)
                && (hosts.isEmpty || hosts.contains { HostPattern.meet($0, own) })
        }
    }

    func plainListener(for hosts: [String]) -> String? {
        let plain = listeners(for: hosts).first { ["HTTP", "TCP", "UDP"].contains($0["protocol"]?.text) }
        return plain.map { "\(gateway.words): listener \($0["name"]?.text ?? "") is \($0["protocol"]?.text ?? "")" }
    }
}
