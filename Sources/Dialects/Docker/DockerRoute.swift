internal import Deployments

/// Where a request to a Docker Engine or Podman API goes, as the daemon routes it.
///
/// The version prefix is taken in every spelling that the daemon takes (`/v1.41.`, `/v01.041`), percent-encoded letters
/// and separators are decoded, and a target in absolute form is stripped of its scheme and host. Doubled slashes and dot
/// segments are followed as well: the daemon redirects them, a proxy before it cleans them. What it does not route (a
/// letter in another case, a trailing slash) is no request for a container.
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
        case containerConfig, commit, hostConfig, update, exec, execStart, volume, service, libpod, libpodPod, plugin,
            swarmJoin, manifest, tar, none
    }

    /// The route; nil when the request deploys nothing.
    ///
    /// - Parameter form: the body, where it is a form: its values come before the query's.
    init?(method: String, target: String, form: String? = nil) {
        let plain = Query(of: Self.originForm(target))
        query = form.map { Query(plain, form: $0) } ?? plain
        guard var parts = Self.segments(of: query.path) else { return nil }
        if let first = parts.first, Self.isVersion(first) { parts.removeFirst() }
        isLibpod = parts.first == "libpod"
        if isLibpod { parts.removeFirst() }
        guard let route = Self.match(method, parts, isLibpod) else { return nil }
        action = route.action
        body = route.body
        subject = route.subject
    }

    /// The cleaned path's segments; nil for a path that the daemon does not route.
    private static func segments(of path: String) -> [Substring]? {
        let slash = UInt8(ascii: "/")
        guard path.utf8.first == slash, path.utf8.last != slash else { return nil }
        var parts: [Substring] = []
        parts.reserveCapacity(8)
        for bytes in path.utf8.split(separator: slash) {
            let part = Substring(bytes)
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return parts
    }

    /// Keeps only what the request does, where it cannot be told which of several it is.
    mutating func forgetName() {
        subject = nil
        query = Query(path: action == .containerCreate ? query.path : "")
    }

    /// Whether its body, where it has one, is read as JSON.
    var takesJSON: Bool {
        switch body {
        case .manifest, .tar, .none: false
        default: true
        }
    }

    /// Whether a body that says something may come with it.
    var mayHaveBody: Bool {
        // Starts take one up to version 1.23.
        takesJSON && !(body == .hostConfig && !isBefore(1, 24))
    }

    private func isBefore(_ major: Int, _ minor: Int) -> Bool {
        let path = query.path.utf8.drop { $0 == UInt8(ascii: "/") }
        guard path.first == UInt8(ascii: "v") else { return false }
        let version = path.dropFirst().prefix { $0 != UInt8(ascii: "/") }
        let parts = version.split(separator: UInt8(ascii: "."), maxSplits: 2).map { Int(Substring($0)) ?? 0 }
        let (ownMajor, ownMinor) = (parts.first ?? 0, parts.count > 1 ? parts[1] : 0)
        return ownMajor < major || (ownMajor == major && ownMinor < minor)
    }

    /// Whether it starts a container for what may be the first time.
    var isFirstStartPossible: Bool { action == .containerStart && Self.isStart(query.path) }

    /// Whether a path is that of a container's start.
    static func isStart(_ path: String) -> Bool { path.utf8.suffix(6).elementsEqual("/start".utf8) }

    private static func originForm(_ target: String) -> String {
        guard target.utf8.first != UInt8(ascii: "/"), let scheme = target.firstIndex(of: ":"),
            target[scheme...].hasPrefix("://")
        else {
            return target
        }
        let rest = target[target.index(scheme, offsetBy: 3)...]
        return rest.firstIndex { $0 == "/" || $0 == "?" }.map { String(rest[$0...]) } ?? "/"
    }

    private static func isVersion(_ part: Substring) -> Bool {
        guard part.utf8.first == UInt8(ascii: "v"), let digit = part.utf8.dropFirst().first else { return false }
        // Podman's versions may end in a word: `v5.0.0-rc1`.
        let rest = part.utf8.dropFirst().split(separator: UInt8(ascii: "-"), maxSplits: 1).first ?? "".utf8[...]
        return ((48...57).contains(digit) || digit == UInt8(ascii: "."))
            && rest.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    }

    private static func match(
        _ method: String,
        _ parts: [Substring],
        _ isLibpod: Bool
    ) -> Match? {
        guard let first = parts.first else { return nil }
        let last = parts.count > 1 ? parts[parts.count - 1] : nil
        // Names of images and plugins hold slashes.
        let middle =
            parts.count > 3
            ? parts[1..<(parts.count - 1)].joined(separator: "/") : parts.count > 2 ? String(parts[1]) : nil
        switch (method, first) {
        case ("PUT", "containers"): return middle != nil && last == "archive" ? (.containerArchive, .tar, middle) : nil
        case ("GET", "containers"):
            return parts.count > 3 && parts.suffix(2) == ["attach", "ws"]
                ? (.containerAttach, .none, String(parts[1])) : nil
        case ("POST", "containers"): return container(last, middle, isLibpod)
        case ("POST", "images"): return image(last, middle, isLibpod)
        case ("POST", "plugins"): return plugin(last, middle)
        case ("POST", _): return other(first, last, middle, isLibpod)
        default: return nil
        }
    }

    private typealias Match = (action: Action, body: Body, subject: String?)

    private static func container(_ last: Substring?, _ name: String?, _ isLibpod: Bool) -> Match? {
        guard let name else {
            guard last == "create" else { return nil }
            return (.containerCreate, isLibpod ? .libpod : .containerConfig, nil)
        }
        return switch last {
        case "start": (.containerStart, .hostConfig, name)
        case "restart", "unpause": (.containerStart, .none, name)
        case "init" where isLibpod: (.containerStart, .none, name)
        case "restore" where isLibpod: (.containerCreate, .tar, name)
        case "update": (.containerUpdate, .update, name)
        case "rename": (.containerRename, .none, name)
        case "exec": (.containerExec, .exec, name)
        case "attach": (.containerAttach, .none, name)
        default: nil
        }
    }

    private static func image(_ last: Substring?, _ name: String?, _ isLibpod: Bool) -> Match? {
        guard name == nil else { return nil }
        return switch last {
        case "create": (.imagePull, .none, nil)
        case "load": (.imageLoad, .tar, nil)
        case "pull" where isLibpod: (.imagePull, .none, nil)
        case "import" where isLibpod: (.imageLoad, .tar, nil)
        default: nil
        }
    }

    private static func plugin(_ last: Substring?, _ name: String?) -> Match? {
        switch (last, name) {
        case ("create", nil): (.pluginInstall, .tar, nil)
        case ("pull", nil): (.pluginInstall, .plugin, nil)
        case ("upgrade", .some): (.pluginInstall, .plugin, name)
        case ("enable", .some), ("set", .some): (.pluginInstall, .none, name)
        default: nil
        }
    }

    private static func other(_ first: Substring, _ last: Substring?, _ name: String?, _ isLibpod: Bool) -> Match? {
        switch (first, last, name) {
        case ("exec", "start", let id?): id.contains("/") ? nil : (.containerExec, .execStart, nil)
        case ("commit", nil, nil): (.imageCommit, .commit, nil)
        case ("build", nil, nil): (.imageBuild, .tar, nil)
        // BuildKit's own channels: a build is all that they are for.
        case ("session", nil, nil), ("grpc", nil, nil): (.imageBuild, .none, nil)
        case ("local", "build", nil) where isLibpod: (.imageBuild, .none, nil)
        case ("local", "load", "images") where isLibpod: (.imageLoad, .none, nil)
        case ("volumes", "create", nil): (.volumeCreate, .volume, nil)
        case ("services", "create", nil): (.serviceCreate, .service, nil)
        case ("services", "update", .some): (.serviceUpdate, .service, name)
        case ("swarm", "join", nil): (.swarmJoin, .swarmJoin, nil)
        case ("swarm", "init", nil): (.swarmJoin, .none, nil)
        case ("swarm", "leave", nil): (.swarmLeave, .none, nil)
        case ("pods", "create", nil) where isLibpod: (.podCreate, .libpodPod, nil)
        case ("pods", "start", .some), ("pods", "restart", .some), ("pods", "unpause", .some):
            isLibpod ? (.containerStart, .none, name) : nil
        case ("play", "kube", nil), ("kube", "play", nil), ("kube", "apply", nil):
            isLibpod ? (.podCreate, .manifest, nil) : nil
        case ("quadlets", nil, nil) where isLibpod: (.containerCreate, .tar, nil)
        default: nil
        }
    }
}
