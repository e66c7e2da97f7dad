/// Ways that a mesh's gateways open.
extension ClusterEvidence {
    func meshRoutes(_ virtual: ClusterObject) -> [OutsideRoute] {
        let spec = virtual.document["spec"] ?? [:]
        let gateways = (spec["gateways"]?.texts ?? []).filter { $0 != "mesh" }
        guard !gateways.isEmpty else { return [] }
        let own = virtual.namespace ?? "default"
        let hosts = spec["hosts"]?.texts ?? []
        let plainText = gateways.lazy.compactMap { self.plainServer(of: $0, in: own, for: hosts) }.first
        let routes = ["http", "tls", "tcp"].flatMap { spec[$0]?.elements ?? [] }.flatMap { $0["route"]?.elements ?? [] }
        return routes.compactMap { $0.at("destination", "host")?.text }.map { destination in
            let parts = destination.split(separator: ".").map(String.init)
            let namespace = parts.count > 1 ? parts[1] : own
            return OutsideRoute(
                object: virtual,
                host: hosts.first ?? "",
                service: parts.first ?? "",
                namespace: namespace,
                plainText: plainText,
                login: meshLogin(to: namespace)
            )
        }
    }

    /// AuthorizationPolicies that hand the decision to another, or that ask for a token, at the gateway or at the workload.
    func meshLogin(to namespace: String) -> OutsideRoute.Login {
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

    /// A server of a Gateway that takes a host's name in plain text, and does not send people on to TLS.
    ///
    /// Where the Gateway was not collected nothing is known against it: its login matters more here.
    ///
    /// Source: networking.istio.io/v1, `Gateway` and `ServerTLSSettings.httpsRedirect`.
    private func plainServer(of name: String, in own: String, for hosts: [String]) -> String? {
        let parts = name.split(separator: "/").map(String.init)
        let (namespace, name) = parts.count == 2 ? (parts[0], parts[1]) : (own, name)
        let gateway = objects("Gateway").value?.first {
            $0.isOfIstio && $0.name == name && ($0.namespace ?? "default") == namespace
        }
        guard let gateway else { return nil }
        let servers = gateway.document.at("spec", "servers")?.elements ?? []
        let plain = servers.first { server in
            let meant = (server["hosts"]?.texts ?? []).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            return ["HTTP", "HTTP2", "GRPC", "GRPC-WEB"].contains(server.at("port", "protocol")?.text?.uppercased())
                && server.at("tls", "httpsRedirect")?.bool != true
                && meant.contains { pattern in hosts.contains { HostPattern.meet(pattern, $0) } }
        }
        return plain.map { "\(gateway.words): port \($0.at("port", "number")?.integer ?? 0) without httpsRedirect" }
    }
}

extension ClusterObject {
    /// Whether it is a Gateway of Istio's own, and none of the Gateway API.
    var isOfIstio: Bool { apiVersion.hasPrefix("networking.istio.io/") }
}
