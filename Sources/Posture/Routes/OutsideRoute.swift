/// A way from outside the cluster to a Service: a rule of an Ingress, a VirtualService, an HTTPRoute or the like.
struct OutsideRoute: Sendable {
    /// The object that opens it.
    var object: ClusterObject
    /// The host's name that it is for; empty for all.
    var host: String
    var service: String
    var namespace: String

    /// What takes plain text there, in words; nil where the way is TLS.
    var plainText: String?
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
            + ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"].flatMap { objects($0).value ?? [] }.flatMap(
                gatewayRoutes
            )
            + (objects("IngressRoute").value ?? []).flatMap(traefikRoutes)
            + (objects("Route").value ?? []).flatMap(openShiftRoutes)
    }

    /// Why ``outsideRoutes`` may lack some; nil where all kinds were read that were asked for.
    var outsideRoutesUnread: String? {
        let kinds = ["VirtualService", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "IngressRoute", "Route"]
        for kind in kinds {
            if case .unreadable(let reason)? = self.kinds[kind] { return reason }
        }
        return nil
    }

    /// OpenShift's Routes: each leads to one Service.
    ///
    /// Source: route.openshift.io/v1, `RouteSpec` and `TLSConfig`.
    private func openShiftRoutes(_ route: ClusterObject) -> [OutsideRoute] {
        let spec = route.document["spec"] ?? [:]
        guard route.apiVersion.hasPrefix("route.openshift.io/"), let service = spec.at("to", "name")?.text else {
            return []
        }
        let plainText: String? =
            if spec["tls"] == nil {
                "no tls"
            } else if spec.at("tls", "insecureEdgeTerminationPolicy")?.text == "Allow" {
                "insecureEdgeTerminationPolicy: Allow"
            } else { nil }
        return [
            OutsideRoute(
                object: route,
                host: spec["host"]?.text ?? "",
                service: service,
                namespace: route.namespace ?? "default",
                plainText: plainText,
                login: .none
            )
        ]
    }
}
