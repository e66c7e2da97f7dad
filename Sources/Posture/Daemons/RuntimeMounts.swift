internal import Deployments

/// A path of the host that a container sees, and the runtimes' sockets that are in it.
struct RuntimeMount: Sendable, Equatable {
    var source: HostPath
    /// Those that are known by name; none where the path only holds, or lies in, what is a runtime's.
    var sockets: [String]

    /// Where the guard listens by default; see Docs/guard-docker.md.
    static let guardSocket = "/run/tidewaiter/docker.sock"

    /// Those of some paths by which a runtime's socket is reached: what rules call exposing one, and the host's own sockets
    /// wherever they are.
    ///
    /// - Parameter sockets: what is known of the host's own, beyond the usual places.
    static func among(_ sources: [HostPath], sockets: [String]) -> [RuntimeMount] {
        let all = (RuntimeSockets.docker + RuntimeSockets.others + sockets).map { HostPath($0) }
        var seen: Set<HostPath> = []
        return sources.filter { seen.insert($0).inserted }.compactMap { source in
            var unique: Set<String> = []
            let inside = all.filter(source.contains).map(\.path).filter { unique.insert($0).inserted }
            // What comes by the guard's own socket is judged.
            guard source != HostPath(guardSocket) else { return nil }
            guard !inside.isEmpty || SensitivePlace.runtimeSocket.isExposed(by: source) else { return nil }
            return RuntimeMount(source: source, sockets: inside)
        }
    }

    /// `/run has /run/docker.sock and more in it`.
    var words: String {
        guard let first = sockets.first else { return "\(source.path) has runtimes' sockets in it, or is one" }
        if source.path == first { return "\(source.path) is a runtime's socket" }
        return "\(source.path) has \(first)\(sockets.count > 1 ? " and more" : "") in it"
    }
}
