internal import Deployments

/// Where a request to a Docker Engine or Podman API goes, as the daemon routes it: what is read of logs.
///
/// The endpoint is found in the same table that the gate uses. What the gate refuses is followed here, since it is told
/// and not forwarded: doubled slashes and dot segments, which the daemon redirects and a proxy before it cleans, and
/// versions that nobody has.
struct DockerRoute {
    /// What the request asks of.
    let endpoint: DockerEndpoint
    /// What it does.
    let action: Action
    /// The container, service, volume or image in the path.
    var subject: String?
    var query: Query

    /// What its body is.
    var body: BodySchema { endpoint.body }
    /// Whether Podman's own API is addressed.
    var isLibpod: Bool { endpoint.isLibpod }

    /// The route; nil when the request deploys nothing.
    ///
    /// - Parameter form: the body, where it is a form: its values come before the query's.
    init?(method: String, target: String, form: String? = nil) {
        let plain = Query(of: Query.originForm(target))
        let query = form.map { Query(plain, form: $0) } ?? plain
        guard let path = Self.plainPath(query.path),
            let match = DockerRouter.shared.find(method.utf8.span, path.utf8.span)
        else { return nil }
        self.init(match.endpoint, match.name, query)
    }

    /// The route of a request that was read at the gate; nil when it deploys nothing.
    init?(_ request: DockerAPIRequest) {
        self.init(request.endpoint, request.name, Query(of: request.canonicalTarget, items: request.query))
    }

    private init?(_ endpoint: DockerEndpoint, _ name: String?, _ query: Query) {
        guard let action = endpoint.action else { return nil }
        self.endpoint = endpoint
        self.action = action
        self.query = query
        // An exec's id names no container.
        subject = endpoint == .execStart || endpoint == .libpodExecStart ? nil : name
    }

    /// The path without its version, each segment as it is meant; nil for a path that the daemon does not route.
    private static func plainPath(_ path: String) -> String? {
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
        if let first = parts.first, isVersion(first) { parts.removeFirst() }
        return parts.reduce(into: "") { path, part in
            path += "/"
            path += part
        }
    }

    /// Keeps only what the request does, where it cannot be told which of several it is.
    mutating func forgetName() {
        subject = nil
        query = Query(path: action == .containerCreate ? query.path : "")
    }

    /// Whether its body, where it has one, is read as JSON.
    var takesJSON: Bool { body.isJSON }

    /// Whether a body that says something may come with it.
    var mayHaveBody: Bool {
        // Starts take one up to version 1.23.
        takesJSON && !(body == .containerStart && !isBefore(1, 24))
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

    private static func isVersion(_ part: Substring) -> Bool {
        guard part.utf8.first == UInt8(ascii: "v"), let digit = part.utf8.dropFirst().first else { return false }
        // Podman's versions may end in a word: `v5.0.0-rc1`.
        let rest = part.utf8.dropFirst().split(separator: UInt8(ascii: "-"), maxSplits: 1).first ?? "".utf8[...]
        return ((48...57).contains(digit) || digit == UInt8(ascii: "."))
            && rest.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
