/// Where gateways mount an application beside others: `/portainer/api/…`, `/argo/api/…`, `/service/marathon/v2/…`.
///
/// A gateway may use any name; these are those that the applications' own guides and charts use. What looks like a route
/// behind other names is not taken for one, since shops and blogs have containers too.
enum MountPoint {
    /// The target without a mount point's name; nil where it has none.
    static func removed(from target: String) -> String? {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        let parts = path.split(separator: UInt8(ascii: "/"), maxSplits: 2).map {
            Query.decode(Substring($0), plusIsSpace: false)
        }
        let count: Int
        if parts.count > 1, names.contains(parts[0]) {
            count = 1
        } else if parts.count > 2, parts[0] == "service" || parts[0] == "apps", names.contains(parts[1]) {
            count = 2
        } else {
            return nil
        }
        var rest = target[...]
        for _ in 0..<count {
            rest = rest.drop { $0 == "/" }.drop { $0 != "/" && $0 != "?" }
        }
        return rest.first == "/" ? String(rest) : nil
    }

    private static let names: Set<String> = [
        "argo", "argo-workflows", "argo-server", "argocd", "argo-cd", "dashboard", "dashboard-api", "docker",
        "docker-api",
        "dockerd", "engine", "k8s-dashboard", "katib", "kube", "kube-api", "kubeflow", "kubelet", "kubernetes",
        "kubernetes-api", "kubernetes-dashboard", "k8s", "k8s-api", "marathon", "nomad", "podman", "portainer",
        "rancher",
        "workflows",
    ]
}
