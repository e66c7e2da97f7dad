internal import Deployments

/// What a record and another one of the same container have in common, from what proves it to what only hints at it.
///
/// Every key names the action too: an exec is not looked for among creates.
struct JoinKeys {
    /// The record itself, in this file or another.
    private(set) var record: [String] = []
    /// The container's id, by its first twelve digits.
    private(set) var id: [String] = []
    /// What is made or changed, by its name: a container, an object of a cluster, a volume, an image.
    private(set) var name: [String] = []
    /// The request as it stands in a server's log; or who makes what of which image, where it has no name yet.
    private(set) var hint: [String] = []

    var all: [String] { record + id + name + hint }

    /// - Parameter record: by what the record itself is found again (``Witness/keys``).
    init(of deployment: ContainerDeployment, record: [String]) {
        self.record = record
        let action = deployment.event.action.rawValue
        let (placement, container) = (deployment.placement, deployment.container)
        if let id = container.id, Self.isID(id) { self.id = ["id:\(action):\(id.prefix(12))"] }
        if let name = placement.resourceName {
            // The other actions say by themselves what they make.
            let isOfAnyKind = deployment.event.action == .workloadCreate || deployment.event.action == .workloadUpdate
            let kind = isOfAnyKind ? placement.resourceType ?? "" : ""
            self.name = Self.names(name, of: deployment).map { Self.key("object", action, kind, $0) }
        } else if Self.isOfImage(deployment.event.action) {
            if let image = Self.image(container) { self.name = [Self.key("image", action, image)] }
        } else if let name = container.name, placement.namespace == nil, placement.resourceType == nil {
            self.name = [Self.key("name", action, name)]
        }
        if let path = deployment.http?.path {
            let name = deployment.http?.query.flatMap(Self.nameInQuery) ?? ""
            hint.append(Self.key("request", action, Self.withoutVersion(path), name))
        }
        hint += Self.applications(deployment).map { Self.key("application", action, $0) }
        if let kind = placement.resourceType, let name = container.name, let image = Self.image(container),
            let user = deployment.actor.effectiveName ?? deployment.actor.userName
        {
            hint.append(Self.key("made", action, placement.namespace ?? "", kind, name, image, user))
        }
    }

    /// An application's request that shows no name, and what the application's own account makes in the cluster.
    private static func applications(_ deployment: ContainerDeployment) -> [String] {
        if deployment.event.dataset != .kubernetesAudit, deployment.event.dataset != .kubernetesAdmission {
            guard deployment.placement.resourceName == nil, let account = account(of: deployment.route) else {
                return []
            }
            return [account]
        }
        guard deployment.actor.serviceAccountNamespace != nil, let user = deployment.actor.userName else { return [] }
        let account = user.dropFirst("system:serviceaccount:".count)
        return accounts.map(\.1).filter { account.contains($0) }
    }

    /// What stands in the name or namespace of the account that an application asks the cluster by; nil for an API
    /// that clients ask themselves.
    static func account(of route: Route) -> String? { accounts.first { $0.0 == route }?.1 }

    /// As the applications' own manifests name them.
    private static let accounts: [(Route, String)] = [
        (.kubernetesDashboard, "kubernetes-dashboard"), (.kubeflowNotebooks, "jupyter-web-app"),
        (.kubeflowPipelines, "ml-pipeline"), (.kubeflowTensorboards, "tensorboards-web-app"),
        (.kubeflowVolumes, "volumes-web-app"), (.katib, "katib"), (.argoWorkflows, "argo-server"),
        (.argoCD, "argocd"), (.portainer, "portainer"), (.rancher, "cattle"),
    ]

    /// Whether the action's object is the image itself.
    static func isOfImage(_ action: Action) -> Bool {
        switch action {
        case .imagePull, .imageBuild, .imageLoad: true
        default: false
        }
    }

    /// An image's canonical name and tag, or digest.
    static func image(_ container: ContainerDeployment.Container) -> String? {
        guard let image = container.image else { return nil }
        return image.digest.map { "\(image.name)@\($0)" } ?? "\(image.name):\(image.tag ?? "latest")"
    }

    /// The names that an object has: a node shows its own file's pod with the node's name behind the pod's.
    static func names(_ name: String, of deployment: ContainerDeployment) -> [String] {
        let nodeUser = "system:node:"
        guard deployment.route == .staticPod, deployment.event.dataset != .kubernetesManifest,
            let user = deployment.actor.userName, user.hasPrefix(nodeUser)
        else { return [name] }
        let suffix = "-\(user.dropFirst(nodeUser.count))"
        return name.hasSuffix(suffix) && name != suffix ? [name, String(name.dropLast(suffix.count))] : [name]
    }

    static func isID(_ text: String) -> Bool {
        text.utf8.count >= 12 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// The path without the API version that a client chooses: `/v1.41/containers/create`.
    static func withoutVersion(_ path: String) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
        guard let first = parts.first, first.first == UInt8(ascii: "v"), first.count > 1,
            first.dropFirst().allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            first.contains(UInt8(ascii: "."))
        else { return path }
        return parts.dropFirst().reduce(into: "") { $0 += "/\(Substring($1))" }
    }

    /// The `name` that a query gives, as written.
    private static func nameInQuery(_ query: String) -> String? {
        let parts = query.utf8.split(separator: UInt8(ascii: "&"), maxSplits: 64)
        return parts.first { $0.starts(with: "name=".utf8) }.map { String(Substring($0.dropFirst(5))) }
    }

    /// Names are the client's, and as long as it likes: a long key is kept as its hash.
    private static func key(_ kind: String, _ action: String, _ parts: String...) -> String {
        let text = parts.joined(separator: "/")
        guard text.utf8.count <= 128 else {
            return "\(kind):\(action):#\(RecordIdentity.findingID(rule: kind, parts: parts))"
        }
        return "\(kind):\(action):\(text)"
    }
}
