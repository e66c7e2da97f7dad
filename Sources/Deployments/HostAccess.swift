/// What of the host a container is given.
public struct HostAccess: Sendable, Equatable {
    /// A piece of the host's file system inside the container.
    public struct Mount: Sendable, Equatable {
        /// The host path, cleaned.
        public var source: HostPath
        /// Where it appears in the container.
        public var target: String
        /// Whether the container cannot write through it.
        public var isReadOnly: Bool

        /// A mount of `source` at `target`.
        public init(source: HostPath, target: String, isReadOnly: Bool) {
            self.source = source
            self.target = target
            self.isReadOnly = isReadOnly
        }
    }

    /// Host paths mounted: binds, hostPath volumes, and volumes whose driver options lead to the host.
    public var mounts: [Mount] = []
    /// Device nodes given, as host paths; device cgroup rules as written.
    public var devices: [String] = []
    /// Ports opened on the host, as numbers (0 for one the system chooses).
    public var ports: [Int] = []
    /// Host namespaces joined: `pid`, `network`, `ipc`, `uts`, `user`, `cgroup`.
    public var namespaces: Set<HostNamespace> = []
    /// The network asked for (Docker `NetworkMode`).
    public var networkMode: String?

    /// Nothing of the host.
    public init() {}
}

/// A namespace of the host that a container can join instead of having its own.
public enum HostNamespace: String, Sendable, CaseIterable {
    case pid, network, ipc, uts, user, cgroup
}
