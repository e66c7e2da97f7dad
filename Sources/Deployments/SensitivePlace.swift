/// A place on a host that gives power over it, by the paths where it is found.
///
/// A mount exposes a place when it is that place, lies inside it, or holds it: `/var` holds the container runtime's
/// data, `/` holds everything.
public enum SensitivePlace: String, Sendable, CaseIterable {
    /// The whole file system.
    case root
    /// The sockets that container runtimes and the kubelet listen on.
    case runtimeSocket = "runtime-socket"
    /// Plugins that set up the network of every pod, and their settings: the host runs them.
    case networkPlugins = "network-plugins"
    /// Where runtimes keep images and containers.
    case runtimeData = "runtime-data"
    /// The kubelet's state: pods' volumes, their tokens, its certificates.
    case kubeletData = "kubelet-data"
    /// Manifests that the kubelet runs without asking anybody.
    case staticPods = "static-pods"
    /// A cluster's keys, configurations and its store.
    case kubernetesConfiguration = "kubernetes-configuration"
    /// Work that the host runs by the clock.
    case cron
    /// Keys and settings of SSH, and the homes that hold them.
    case ssh
    /// Accounts and their passwords.
    case accounts
    /// Services that the host starts.
    case services
    /// Programs and libraries that the host runs.
    case programs
    /// All of the host's settings.
    case configuration
    /// The kernel's switches: /proc, /sys.
    case kernelInterfaces = "kernel-interfaces"
    /// Device nodes.
    case devices
    /// Kernel modules and boot files.
    case boot
    /// Credentials of clouds and tools in root's home.
    case credentials
    /// The host's logs.
    case logs

    /// The superuser's home directory (Filesystem Hierarchy Standard 3.0, section 3.14).
    package static let rootHome = "/root"

    /// The cleaned paths of the place.
    public var paths: [String] {
        switch self {
        case .root: ["/"]
        case .runtimeSocket:
            [
                "/run/docker.sock", "/run/docker", "/run/containerd", "/run/crio", "/run/podman",
                "/run/cri-dockerd.sock", "/run/dockershim.sock", "/run/k3s/containerd", "/run/buildkit",
                "/run/balena-engine.sock", "/var/snap/docker/common/run",
            ]
        case .networkPlugins: ["/opt/cni/bin", "/etc/cni/net.d", "/var/lib/cni"]
        case .runtimeData: ["/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/rancher"]
        case .kubeletData: ["/var/lib/kubelet"]
        case .staticPods:
            [
                "/etc/kubernetes/manifests", "/etc/kubelet.d", "/var/lib/rancher/k3s/server/manifests",
                "/var/lib/rancher/k3s/agent/pod-manifests", "/var/lib/rancher/rke2/agent/pod-manifests",
            ]
        case .kubernetesConfiguration:
            [
                "/etc/kubernetes/pki", "/etc/kubernetes/ssl", "/etc/kubernetes/admin.conf",
                "/etc/kubernetes/super-admin.conf", "/etc/kubernetes/kubelet.conf",
                "/etc/kubernetes/controller-manager.conf", "/etc/kubernetes/scheduler.conf", "/var/lib/etcd",
                "\(Self.rootHome)/.kube", "/etc/rancher",
            ]
        case .cron:
            [
                "/etc/crontab", "/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly",
                "/etc/cron.monthly", "/etc/anacrontab", "/var/spool/cron", "/var/spool/at",
            ]
        case .ssh: ["\(Self.rootHome)/.ssh", "/etc/ssh"]
        case .accounts: ["/etc/shadow", "/etc/passwd", "/etc/group", "/etc/sudoers", "/etc/sudoers.d", "/etc/pam.d"]
        case .services:
            [
                "/etc/systemd", "/usr/lib/systemd", "/lib/systemd", "/run/systemd/private", "/etc/init.d",
                "/etc/rc.local", "/etc/rc.d",
            ]
        case .programs:
            [
                "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/lib", "/lib64",
                "/usr/lib", "/usr/lib64", "/etc/ld.so.preload", "/etc/profile.d",
            ]
        case .configuration: ["/etc"]
        case .kernelInterfaces: ["/proc", "/sys"]
        case .devices: ["/dev"]
        case .boot: ["/boot", "/lib/modules", "/usr/lib/modules", "/usr/src"]
        case .credentials: ["/root", "/home", "/var/lib/cloud"]
        case .logs: ["/var/log"]
        }
    }

    /// Whether a mount of `path` puts this place within reach.
    public func isExposed(by path: HostPath) -> Bool {
        switch self {
        case .root: path.path == "/"
        case .configuration: path.path == "/etc" || path.path == "/"
        case .runtimeSocket: holdsOrLies(path) || path.isRuntimeSocket
        // Modules lie below /lib, but are no programs that the host runs.
        case .programs: holdsOrLies(path) && !Self.boot.hostPaths.contains { $0.contains(path) }
        case .ssh: holdsOrLies(path) || path.isHome || path.hasComponent(in: [".ssh"])
        case .credentials:
            // A project's folder in somebody's home is no credential; the home itself holds them.
            hostPaths.contains { path.contains($0) } || path.isHome
                || path.hasComponent(in: [".ssh", ".aws", ".kube", ".docker", ".azure", ".gnupg", "gcloud"])
        default: holdsOrLies(path)
        }
    }

    /// The same paths, read once.
    private static let hostPaths = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, $0.paths.map { HostPath($0) }) }
    )

    private var hostPaths: [HostPath] { Self.hostPaths[self] ?? [] }

    /// Whether the path is, holds or lies in one of the place's: below a socket's folder is the socket.
    private func holdsOrLies(_ path: HostPath) -> Bool {
        hostPaths.contains { path.contains($0) || $0.contains(path) }
    }
}

extension HostPath {
    /// The sensitive places that a mount of this path puts within reach, in their order of declaration.
    public var exposedPlaces: [SensitivePlace] {
        SensitivePlace.allCases.filter { $0.isExposed(by: self) }
    }
}

extension HostPath {
    private var components: [Substring] {
        guard path.utf8.first == UInt8(ascii: "/") else { return [] }
        return path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }

    /// Somebody's home: `/home/ada`.
    fileprivate var isHome: Bool {
        guard path.utf8.starts(with: "/home".utf8) else { return false }
        let parts = components
        return parts.first == "home" && parts.count <= 2
    }

    /// Whether one of these names stands anywhere in a path into a home, so that its key files are within reach.
    fileprivate func hasComponent(in names: [Substring]) -> Bool {
        guard path.utf8.starts(with: "/home".utf8) || path.utf8.starts(with: "/root".utf8) else { return false }
        let parts = components
        guard parts.first == "home" || parts.first == "root" else { return false }
        return parts.contains { names.contains($0) }
    }

    /// A runtime's socket wherever it stands, and the folders of users' own runtimes.
    var isRuntimeSocket: Bool {
        let parts = components
        if let last = parts.last, Self.runtimeSockets.contains(last) { return true }
        return parts.first == "run" && (parts.count == 1 || parts[1] == "user" && parts.count <= 3)
    }

    private static let runtimeSockets: Set<Substring> = [
        "docker.sock", "containerd.sock", "crio.sock", "podman.sock", "dockershim.sock", "cri-dockerd.sock",
        "buildkitd.sock",
    ]
}
