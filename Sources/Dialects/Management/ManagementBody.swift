internal import Deployments
internal import JSON

/// Reads the bodies that dashboards and orchestrators send: most hold Kubernetes templates somewhere, some have a form
/// of their own.
enum ManagementBody {
    static func records(of body: JSONValue, route: Route, base: ContainerDeployment) -> [ContainerDeployment] {
        switch route {
        case .kubernetesDashboard where body["containerImage"] != nil: return [dashboard(body, base)]
        case .kubeflowNotebooks where body["image"] != nil || body["customImage"] != nil: return [notebook(body, base)]
        case .marathon: return MarathonReader.records(of: body, base: base)
        case .nomad: return NomadReader.records(of: body, base: base)
        case .portainer:
            if let stack = (body["stackFileContent"] ?? body["StackFileContent"])?.string {
                return records(ofText: stack, base: base)
            }
            if let script = (body["fileContent"] ?? body["FileContent"])?.string { return [job(script, base)] }
        case .rancher:
            if let text = body["yaml"]?.string { return records(ofText: text, base: base) }
        case .katib:
            if let text = body["updatedTemplateYaml"]?.string { return records(ofText: text, base: base) }
        default: break
        }
        return WorkloadReader.records(of: body, base: base)
    }

    /// Reads a manifest or a Compose file, given as text.
    static func records(ofText text: String, base: ContainerDeployment) -> [ContainerDeployment] {
        guard let json = YAMLReader.json(fromEmbedded: text) else { return [] }
        return (try? JSONParser(maximumBytes: 8 << 20).withDocument(json) { records(ofManifest: $0, base: base) }) ?? []
    }

    /// Reads a manifest or a Compose file; a list holds several.
    static func records(ofManifest root: JSONValue, base: ContainerDeployment) -> [ContainerDeployment] {
        if root.isArray { return root.elements.flatMap { records(ofManifest: $0, base: base) } }
        if root["services"] != nil, root["kind"] == nil { return ComposeReader.records(of: root, base: base) }
        return WorkloadReader.records(of: root, base: base)
    }

    /// A script that Portainer runs on the hosts of an edge group.
    private static func job(_ script: String, _ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        record.process.args = ["sh", "-c", script]
        return record
    }

    /// Kubernetes Dashboard's form (AppDeploymentSpec).
    private static func dashboard(_ body: JSONValue, _ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        record.setImage(body["containerImage"]?.string)
        record.container.name = body["name"]?.string
        record.placement.resourceName = body["name"]?.string
        record.placement.resourceType = "deployment"
        record.placement.namespace = body["namespace"]?.string ?? record.placement.namespace
        record.placement.replicas = body["replicas"]?.integer.map { Int($0) }
        record.security.privileged = body["runAsPrivileged"]?.bool
        record.process.args = (body["containerCommand"]?.strings ?? []) + (body["containerCommandArgs"]?.strings ?? [])
        record.process.environment =
            (body["variables"]?.elements).map { variables in
                variables.compactMap { entry in entry["name"]?.string.map { "\($0)=\(entry["value"]?.string ?? "")" } }
            } ?? []
        return record
    }

    /// Kubeflow's notebook form.
    private static func notebook(_ body: JSONValue, _ base: ContainerDeployment) -> ContainerDeployment {
        var record = base
        let custom = body["customImage"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let isCustom = body["customImageCheck"]?.bool ?? (custom != nil)
        record.setImage(isCustom ? custom ?? body["image"]?.string : body["image"]?.string)
        record.container.name = body["name"]?.string
        record.placement.resourceName = body["name"]?.string
        record.placement.resourceType = "notebook"
        record.placement.namespace = body["namespace"]?.string ?? record.placement.namespace
        return record
    }
}
