internal import Deployments
internal import JSON

/// Which deployments an HTTP request asks for, whoever tells of it: Docker's and Podman's APIs first, then the management
/// applications and Kubernetes.
struct RequestedDeployments {
    /// The application that was asked, where it is known (`docker-engine`, `portainer`…).
    let app: String?
    let method: String
    let target: String
    private static let dockerApps: Set<String> = ["docker-engine", "docker-swarm", "docker", "podman"]

    /// - Parameters:
    ///   - base: what is known of the request.
    ///   - body: its body as JSON, where it is known.
    ///   - text: the same as text, for those that are YAML.
    func read(_ base: ContainerDeployment, body: JSONValue?, text: String?) -> [ToldRequest] {
        let isDocker = app.map(Self.dockerApps.contains) ?? true
        if isDocker {
            let origin = Query.originForm(target)
            for target in [origin, MountPoint.removed(from: origin)].compactMap(\.self) {
                if let route = DockerRoute(method: method, target: target) { return [docker(route, base, body)] }
            }
        }
        if isDocker, app != nil { return [] }
        return ManagementRequest(app: app, method: method, target: target).deployments(base, body: body, text: text)
    }

    private func docker(_ route: DockerRoute, _ base: ContainerDeployment, _ body: JSONValue?) -> ToldRequest {
        var record = base
        record.route = app == "podman" ? .podmanAPI : .dockerAPI
        let body = route.takesJSON ? body : nil
        let joins = DockerRequestReader.apply(route, body: body, to: &record)
        if body == nil, DockerRequestReader.needsBody(route) { record.visibility = .bodyNotLogged }
        return ToldRequest(record: record, route: route, joins: joins)
    }
}
