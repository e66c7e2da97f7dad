internal import Deployments

/// Where a request to a Docker Engine or Podman API goes, as the daemon routes it.
///
/// The version prefix is taken in every spelling that the daemon takes (`/v1.41.`, `/v01.041`), percent-encoded letters
/// and separators are decoded, and a target in absolute form is stripped of its scheme and host.
struct DockerRoute {
    /// What the request does.
    var action: Action
    /// Which form its body has.
    var body: Body
    /// The container, service, volume or image in the path.
    var subject: String?
    /// Whether Podman's own API is addressed.
    var isLibpod: Bool
    var query: Query

    enum Body {
        case containerConfig, hostConfig, update, exec, execStart, volume, service, libpod, libpodPod, plugin, form,
            none
    }

    /// The route; nil when the request deploys nothing.
    init?(method: String, target: String) {
        query = Query(of: Self.originForm(target))
        var parts = query.path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        if let first = parts.first, Self.isVersion(first) { parts.removeFirst() }
        isLibpod = parts.first == "libpod"
        if isLibpod { parts.removeFirst() }
        guard let route = Self.match(method.uppercased(), parts, isLibpod) else { return nil }
        action = route.action
        body = route.body
        subject = route.subject
    }

    private static func originForm(_ target: String) -> String {
        guard let scheme = target.firstIndex(of: ":"), target[scheme...].hasPrefix("://") else { return target }
        let rest = target[target.index(scheme, offsetBy: 3)...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }

    private static func isVersion(_ part: String) -> Bool {
        part.utf8.first == UInt8(ascii: "v") && part.utf8.count > 1
            && part.utf8.dropFirst().allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    }

    private static func match(
        _ method: String,
        _ parts: [String],
        _ isLibpod: Bool
    ) -> (action: Action, body: Body, subject: String?)? {
        guard let first = parts.first else { return nil }
        let last = parts.count > 1 ? parts[parts.count - 1] : nil
        // Names of images and plugins hold slashes.
        let middle = parts.count > 2 ? parts[1..<(parts.count - 1)].joined(separator: "/") : nil
        if method == "PUT", first == "containers", last == "archive" { return (.containerArchive, .none, middle) }
        if method == "GET", first == "containers", last == "ws" {
            return (.containerAttach, .none, parts.count > 2 ? parts[1] : nil)
        }
        guard method == "POST" else { return nil }
        switch (first, last) {
        case ("containers", "create") where parts.count == 2:
            return (.containerCreate, isLibpod ? .libpod : .containerConfig, nil)
        case ("pods", "create") where isLibpod: return (.podCreate, .libpodPod, nil)
        case ("containers", "restore") where isLibpod: return (.containerCreate, .none, middle)
        case ("quadlets", nil) where isLibpod: return (.containerCreate, .none, nil)
        case ("play", "kube"), ("kube", "play"), ("kube", "apply"): return isLibpod ? (.podCreate, .none, nil) : nil
        case ("containers", "start"), ("containers", "restart"), ("containers", "unpause"):
            return (.containerStart, .hostConfig, middle)
        case ("pods", "start") where isLibpod: return (.containerStart, .none, middle)
        case ("containers", "update"): return (.containerUpdate, .update, middle)
        case ("containers", "rename"): return (.containerRename, .none, middle)
        case ("containers", "exec"): return (.containerExec, .exec, middle)
        case ("exec", "start"): return (.containerExec, .execStart, nil)
        // BuildKit's own channels: a build is all that they are for.
        case ("session", nil), ("grpc", nil): return (.imageBuild, .none, nil)
        case ("containers", "attach"): return (.containerAttach, .none, middle)
        case ("commit", nil): return (.imageCommit, .containerConfig, nil)
        case ("build", nil): return (.imageBuild, .none, nil)
        case ("images", "create") where parts.count == 2: return (.imagePull, .form, nil)
        case ("images", "pull") where isLibpod: return (.imagePull, .form, nil)
        case ("images", "load"), ("images", "import"): return (.imageLoad, .none, nil)
        case ("volumes", "create"): return (.volumeCreate, .volume, nil)
        case ("services", "create"): return (.serviceCreate, .service, nil)
        case ("services", "update"): return (.serviceUpdate, .service, middle)
        case ("swarm", "join"): return (.swarmJoin, .none, nil)
        case ("swarm", "leave"): return (.swarmLeave, .none, nil)
        case ("plugins", "pull"), ("plugins", "create"), ("plugins", "upgrade"), ("plugins", "enable"),
            ("plugins", "set"):
            return (.pluginInstall, .plugin, middle)
        default: return nil
        }
    }
}
