package import Deployments
package import JSON

/// An object of the Kubernetes API as its server holds it, by the very reading of requests and manifests.
package enum ListedWorkload {
    /// A record for each container that the object runs; none for what runs none.
    ///
    /// - Parameter object: a whole object, with `apiVersion` and `kind`.
    package static func deployments(of object: JSONValue) -> [ContainerDeployment] {
        guard !WorkloadReader.isNoWorkload(object) else { return [] }
        let isPod = object["kind"]?.text.map { $0 == "Pod" } ?? false
        var base = ContainerDeployment(
            event: .init(action: isPod ? .podCreate : .workloadCreate, dataset: .kubernetesManifest),
            route: .kubernetesAPI
        )
        base.placement.orchestratorType = "kubernetes"
        return WorkloadReader.records(of: object, base: base)
    }

    /// Where an object of a kind of Kubernetes' own keeps its pods' template; empty for a pod, nil for other kinds.
    package static func templatePath(kind: String, apiVersion: String) -> [String]? {
        NativeWorkload.template(ofVersion: apiVersion) { kind == "\($0)" }?.map { "\($0)" }
    }
}
