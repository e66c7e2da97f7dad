internal import Intake

/// The logs of a node's containers, as the kubelet lays them out: each start of a container is a stream.
///
/// Lines are given as the container runtime wrote them (the CRI's form, or Docker's json-file form). The kubelet's
/// rotation is followed as that of any file; a stream ends once its file is gone for good, as its pod is.
///
/// A pod that the host's `/var/log` is mounted into can put a link to any file in a log's place. So links are followed to
/// where the kubelet and the engines keep logs, and nowhere else.
package struct ContainerLogs: LiveSource {
    package struct Configuration: Sendable {
        /// Where logs are looked for.
        package var paths = ["/var/log/pods/*/*/*.log", "/var/log/containers/*.log"]
        package var namespaces = Selection()
        package var pods = Selection()
        package var containers = Selection()
        /// Below which folders what a path leads to is read.
        package var roots = [
            "/var/log/pods", "/var/log/containers", "/var/lib/docker/containers", "/var/lib/containerd",
            "/var/lib/containers",
        ]
        package var from = FollowedFiles.Start.end
        /// How they are read; its paths are not looked at.
        package var files = FollowedFiles.Configuration(paths: [])

        package init() {}
    }

    /// Names as patterns in a shell's way (`*`, `?`, `[…]`).
    package struct Selection: Sendable, Equatable {
        /// Which names are meant; all where there is none.
        package var include: [String]
        /// Which of them are not.
        package var exclude: [String]

        package init(include: [String] = [], exclude: [String] = []) {
            self.include = include
            self.exclude = exclude
        }

        func contains(_ name: String) -> Bool {
            func matches(_ pattern: String) -> Bool { PathPattern(pattern).matchesAcrossFolders(name) }
            return (include.isEmpty || include.contains(where: matches)) && !exclude.contains(where: matches)
        }
    }

    package var name: String { files.name }
    package var isReplayable: Bool { true }
    private let files: FollowedFiles

    package init(name: String, _ configuration: Configuration = Configuration()) {
        var follower = configuration.files
        follower.paths = configuration.paths
        follower.from = configuration.from
        let filter = PathFilter(
            accepts: { path in
                guard let log = ContainerLogPath(path) else { return false }
                return configuration.namespaces.contains(log.namespace) && configuration.pods.contains(log.pod)
                    && configuration.containers.contains(log.container)
            },
            acceptsTarget: { path in configuration.roots.contains { path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
            }
        )
        files = FollowedFiles(name: name, follower, filter)
    }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        try await files.follow(from: cursors, into: feed)
    }
}
