/// A place on a host that gives power over it, by the paths where it is found.
///
/// A mount exposes a place when it is that place, lies inside it, or holds it: `/var` holds the container runtime's
/// data, `/` holds everything.
public enum SensitivePlace: String, Sendable, CaseIterable {
    /// The whole file system.
    case root
    /// The sockets that container runtimes and the kubelet listen on.
    case runtimeSocket = "runtime-socket"
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

    /// The cleaned paths of the place.
    public var paths: [String] {
        switch self {
        case .root: ["/"]
        case .runtimeSocket:
            [
                "/run/docker.sock", "/run/docker", "/run/containerd", "/run/crio", "/run/podman",
                "/run/cri-dockerd.sock",
                "/run/dockershim.sock", "/run/k3s/containerd", "/run/buildkit", "/run/balena-engine.sock",
                "/var/lib/kubelet/device-plugins", "/var/snap/docker/common/run", "/run/user",
            ]
        case .runtimeData:
            ["/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/rancher", "/var/lib/cni"]
        case .kubeletData: ["/var/lib/kubelet"]
        case .staticPods:
            [
                "/etc/kubernetes/manifests", "/etc/kubelet.d", "/var/lib/rancher/k3s/server/manifests",
                "/var/lib/rancher/k3s/agent/pod-manifests", "/var/lib/rancher/rke2/agent/pod-manifests",
            ]
        case .kubernetesConfiguration:
            ["/etc/kubernetes", "/var/lib/etcd", "/root/.kube", "/etc/rancher", "/etc/cni/net.d"]
        case .cron:
            [
                "/etc/crontab", "/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly",
                "/etc/cron.monthly", "/etc/anacrontab", "/var/spool/cron", "/var/spool/at",
            ]
        case .ssh: ["/root/.ssh", "/etc/ssh"]
        case .accounts: ["/etc/shadow", "/etc/passwd", "/etc/group", "/etc/sudoers", "/etc/sudoers.d", "/etc/pam.d"]
        case .services:
            [
                "/etc/systemd", "/usr/lib/systemd", "/lib/systemd", "/run/systemd", "/etc/init.d", "/etc/rc.local",
                "/etc/rc.d",
            ]
        case .programs:
            [
                "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/lib", "/lib64",
                "/usr/lib",
                "/usr/lib64", "/etc/ld.so.preload", "/etc/profile.d", "/opt/cni/bin",
            ]
        case .configuration: ["/etc"]
        case .kernelInterfaces: ["/proc", "/sys"]
        case .devices: ["/dev"]
        case .boot: ["/boot", "/lib/modules", "/usr/lib/modules", "/usr/src"]
        case .credentials:
            ["/root", "/root/.aws", "/root/.docker", "/root/.config/gcloud", "/root/.azure", "/var/lib/cloud", "/home"]
        case .logs: ["/var/log"]
        }
    }

    /// Whether a mount of `path` puts this place within reach.
    public func isExposed(by path: HostPath) -> Bool {
        if self == .root { return path.path == "/" }
        if self == .configuration { return path.path == "/etc" || path.path == "/" }
        return paths.contains { place in
            // Below a socket's folder is the socket; below /etc/kubernetes is still the cluster's configuration.
            path.contains(HostPath(place)) || HostPath(place).contains(path)
        }
    }
}

extension HostPath {
    /// The sensitive places that a mount of this path puts within reach, in their order of declaration.
    public var exposedPlaces: [SensitivePlace] {
        SensitivePlace.allCases.filter { $0.isExposed(by: self) }
    }
}
