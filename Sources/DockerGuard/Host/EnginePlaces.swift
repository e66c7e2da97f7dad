internal import Deployments
package import Relay

/// Places of the host that give whoever mounts them the engine, or the guard before it.
///
/// A socket leads past the guard; in the data root lie the files of every container, and in what the engine keeps while
/// it runs the configuration that they are started from; the guard's own files say what it refuses.
package struct EnginePlaces: Sendable, Equatable {
    /// One of them.
    package struct Place: Sendable, Equatable {
        package var path: String
        /// What is there, for people: `the engine's socket`.
        package var what: String

        package init(_ path: String, _ what: String) {
            self.path = path
            self.what = what
        }
    }

    private let places: [Place]

    /// - Parameter own: those of this guard and its engine, beside the usual ones.
    package init(_ own: [Place] = []) { places = own + Self.usual }

    /// Where engines and containerd keep their sockets and state unless told otherwise (dockerd's `--exec-root`).
    private static let usual = [
        Place("/run/docker.sock", "the engine's socket"),
        Place("/run/docker", "the engine's running state"),
        Place("/run/containerd", "containerd's socket"),
        Place("/var/lib/containerd", "containerd's data"),
    ]

    /// dockerd's `--data-root`, where the engine does not say.
    private static let usualDataRoot = "/var/lib/docker"

    /// Them all, where they really are: each as it is written, and as its links lead.
    ///
    /// - Parameter dataRoot: the engine's own word for it; nil where it has none.
    func resolved(dataRoot: String?, by files: any HostFiles) -> [ResolvedPlace] {
        let root = Place(dataRoot.flatMap { $0.isEmpty ? nil : $0 } ?? Self.usualDataRoot, "the engine's data root")
        return ([root] + places).flatMap { place in
            let written = HostPath(place.path)
            let real = try? files.resolve(place.path)
            let paths = real.map { $0 == written ? [written] : [written, $0] } ?? [written]
            return paths.map { ResolvedPlace(path: $0, what: place.what) }
        }
    }

    /// The engine's data root, as it says; nil where it does not answer.
    package static func dataRoot(of engine: any Upstream) async -> String? {
        try? await Daemon(upstream: engine).information().dataRoot
    }

    /// What is odd about a policy that allows directories in which some of these are.
    package func remarks(on policy: GuardPolicy, dataRoot: String?, files: any HostFiles) -> [String] {
        let places = resolved(dataRoot: dataRoot, by: files)
        let all = policy.clients.map(\.terms) + (policy.otherwise.map { [$0] } ?? [])
        var seen: Set<String> = []
        return all.flatMap { terms -> [String] in
            guard case .values(let directories)? = terms.allowances.openings[.binds] else { return [] }
            return directories.sorted().compactMap { directory in
                let real = (try? files.resolve(directory)) ?? HostPath(directory)
                let within = places.filter { real.contains($0.path) }
                guard let first = within.first, seen.insert(directory).inserted else { return nil }
                let others = Set(within.map(\.what)).count - 1
                let rest = others > 0 ? ", and \(others) more things of the engine's or the guard's" : ""
                return
                    "'\(directory)', which may be mounted, brings \(first.what) (\(first.path.path))\(rest): whoever "
                    + "mounts it itself can deploy what they like; below it, these stay refused"
            }
        }
    }
}

/// One of ``EnginePlaces``, followed to where it is.
struct ResolvedPlace: Equatable {
    var path: HostPath
    var what: String

    /// Whether a mount of `other` would bring it, or a part of it.
    func isWithinReach(of other: HostPath) -> Bool { path.contains(other) || other.contains(path) }
}
