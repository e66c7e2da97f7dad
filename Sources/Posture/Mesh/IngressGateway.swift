/// The mesh's gateway to the outside, by which people come.
struct IngressGateway: Sendable, Equatable {
    var namespace: String
    var labels: [String: String]
    var account: String

    /// `cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account`: as policies name it.
    var principal: String { "cluster.local/ns/\(namespace)/sa/\(account)" }

    /// As Istio's own manifests have it.
    static let standard = IngressGateway(
        namespace: "istio-system",
        labels: ["app": "istio-ingressgateway", "istio": "ingressgateway"],
        account: "istio-ingressgateway-service-account"
    )
}

extension ClusterEvidence {
    /// The gateway that runs, or the one that there would be.
    var ingressGateway: IngressGateway {
        for object in objects("Deployment").value ?? [] {
            let template = object.document.at("spec", "template") ?? [:]
            let labels = template.at("metadata", "labels")?.textsByName ?? [:]
            guard labels["istio"] == "ingressgateway" else { continue }
            return IngressGateway(
                namespace: object.namespace ?? "default",
                labels: labels.filter { $0.key == "istio" || $0.key == "app" },
                account: template.at("spec", "serviceAccountName")?.text ?? "default"
            )
        }
        return .standard
    }
}
