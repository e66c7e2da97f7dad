/// The daemon's routes, laid out so that a path finds its endpoint without being split.
///
/// Like gorilla/mux as moby uses it: paths are matched decoded, in the order of registration; a variable of containers,
/// execs, images, networks, plugins and volumes may span segments (`{name:.*}`), others may not.
struct DockerRouter: Sendable {
    /// What a path leads to.
    struct Match {
        var endpoint: DockerEndpoint
        var version: APIVersion?
        var name: String?
        var secondName: String?
    }

    struct Route: Sendable {
        let endpoint: DockerEndpoint
        let method: [UInt8]
        /// What stands before the first variable; the whole path where there is none.
        let head: [UInt8]
        /// What stands between two variables.
        let middle: [UInt8]
        /// What stands behind the last variable.
        let tail: [UInt8]
        let variables: Int
        let spansSegments: Bool
    }

    static let shared = DockerRouter()

    private let routes: [UInt64: [Route]]

    private init() {
        let endpoints = DockerEndpoint.allCases.filter { $0 != .options && $0 != .libpodRead }
        let all: [Route] = endpoints.map { Route($0) }
        var routes: [UInt64: [Route]] = [:]
        // Paths without variables come first; the rest in the order of the endpoints.
        for variables in [0, 2, 1] {
            for route in all where route.variables == variables {
                routes[Self.bucket(method: route.method.span, path: route.head.span), default: []].append(route)
            }
        }
        self.routes = routes
    }

    /// The endpoint that a decoded path leads to.
    ///
    /// - Throws: 404 for what the daemon does not route, 400 for what it redirects or whose version it refuses.
    func match(method: Span<UInt8>, path: Span<UInt8>) throws(ReadingRefusal) -> Match {
        try Self.refuseUnclean(path)
        let (version, start) = try VersionPrefix.read(path)
        let rest = path.extracting(droppingFirst: start)
        if method.isSame(as: "OPTIONS") {
            return Match(endpoint: .options, version: nil, name: String(copying: path))
        }
        guard var match = find(method, rest) else {
            throw ReadingRefusal(
                status: 404,
                place: "target",
                "the Docker Engine API has no \(String(copying: method)) \(String(copying: rest)); "
                    + "paths are matched letter by letter, without a slash at their end"
            )
        }
        match.version = version
        try VersionPrefix.check(version, for: match.endpoint)
        return match
    }

    /// The endpoint of a path without its version, which is taken as it is.
    func find(_ method: Span<UInt8>, _ path: Span<UInt8>) -> Match? {
        for route in routes[Self.bucket(method: method, path: path)] ?? [] {
            guard method.isSame(as: route.method.span), let match = route.match(path) else { continue }
            return match
        }
        // Whatever else Podman answers to GET reads.
        guard method.isSame(as: "GET"), path.starts(with: "/libpod/"), path.count > 8 else { return nil }
        return Match(endpoint: .libpodRead, name: String(copying: path.extracting(droppingFirst: 8)))
    }

    /// Paths that mux cleans with a redirect are never the path that is meant to be judged.
    private static func refuseUnclean(_ path: Span<UInt8>) throws(ReadingRefusal) {
        var isClean = path.count > 0 && path[0] == UInt8(ascii: "/")
        var segment = 0
        var dots = 0
        for index in path.indices {
            let byte = path[index]
            if byte == UInt8(ascii: "/") {
                if index > 0, segment == 0 || (segment == dots && dots <= 2) { isClean = false }
                (segment, dots) = (0, 0)
            } else {
                segment += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        if segment > 0, segment == dots, dots <= 2 { isClean = false }
        guard isClean else {
            throw ReadingRefusal(
                place: "target",
                "the path has an empty segment or a dot segment, which the daemon redirects: ask for the clean path"
            )
        }
    }

    /// Tells apart by the method and the first segment, below `/libpod` the second too.
    private static func bucket(method: Span<UInt8>, path: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in method.indices { hash = (hash ^ UInt64(method[index])) &* 0x100_0000_01b3 }
        var slashes = path.starts(with: "/libpod/") ? 3 : 2
        for index in path.indices {
            if path[index] == UInt8(ascii: "/") { slashes -= 1 }
            if slashes == 0 { break }
            hash = (hash ^ UInt64(path[index])) &* 0x100_0000_01b3
        }
        return hash
    }
}

extension DockerRouter.Route {
    init(_ endpoint: DockerEndpoint) {
        let pattern = endpoint.pattern
        var literals: [[UInt8]] = []
        for (index, piece) in pattern.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
            literals.append(Array((index == 0 ? piece : piece.drop { $0 != "}" }.dropFirst()).utf8))
        }
        self.endpoint = endpoint
        method = Array(endpoint.method.utf8)
        head = literals[0]
        middle = literals.count > 2 ? literals[1] : []
        tail = literals.count > 1 ? literals[literals.count - 1] : []
        variables = literals.count - 1
        spansSegments = Self.spansSegments(pattern)
    }

    private static func spansSegments(_ pattern: Substring) -> Bool {
        let parts = pattern.split(separator: "/")
        if pattern.contains("{checkpoint}") { return false }
        let first = parts.first == "libpod" ? parts.dropFirst().first : parts.first
        let spanning: [Substring] =
            parts.first == "libpod"
            ? ["images", "artifacts", "manifests"]
            : ["containers", "exec", "images", "distribution", "networks", "plugins", "volumes"]
        return first.map(spanning.contains) ?? false
    }

    func match(_ path: Span<UInt8>) -> DockerRouter.Match? {
        guard path.starts(with: head.span) else { return nil }
        switch variables {
        case 0:
            // The daemon registers this one with a slash as well.
            let slashed = endpoint == .networkList && path.count == head.count + 1 && path[head.count] == 47
            return path.count == head.count || slashed ? DockerRouter.Match(endpoint: endpoint) : nil
        case 1:
            let end = path.count - tail.count
            guard end > head.count, path.extracting(end..<path.count).isSame(as: tail.span) else { return nil }
            guard let name = variable(path.extracting(head.count..<end)) else { return nil }
            return DockerRouter.Match(endpoint: endpoint, name: name)
        default:
            guard let split = path.lastRange(of: middle.span), split.lowerBound > head.count,
                let name = variable(path.extracting(head.count..<split.lowerBound)),
                let second = variable(path.extracting(split.upperBound..<path.count))
            else { return nil }
            return DockerRouter.Match(endpoint: endpoint, name: name, secondName: second)
        }
    }

    private func variable(_ bytes: Span<UInt8>) -> String? {
        guard bytes.count > 0 else { return nil }
        if !spansSegments {
            for index in bytes.indices where bytes[index] == UInt8(ascii: "/") { return nil }
        }
        return String(copying: bytes)
    }
}
