internal import Deployments

/// The Unix sockets through which containers are started.
enum RuntimeSockets {
    static let docker = ["/run/docker.sock"]

    /// Those of the other runtimes, wherever they put them by default.
    static let others = [
        "/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock",
        "/run/k3s/containerd/containerd.sock", "/run/k0s/containerd.sock", "/run/crio/crio.sock",
        "/run/podman/podman.sock", "/run/buildkit/buildkitd.sock", "/run/cri-dockerd.sock", "/run/dockershim.sock",
        "/run/frakti.sock", "/var/snap/microk8s/common/run/containerd.sock",
        "/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket", "/var/lib/incus/unix.socket",
        "/run/incus/unix.socket",
    ]

    /// What whoever collects has to look for.
    static let requests: [FileRequest] = (docker + others).flatMap { path in
        [FileRequest(path), FileRequest(HostFile.folder(of: path))]
    }

    /// The programs whose Unix sockets are runtimes'.
    ///
    /// Not k3s and LXD, which have sockets for other things as well; those of their runtimes are named.
    static let programs: Set = ["containerd", "crio", "cri-o", "podman", "buildkitd", "cri-dockerd"]
}

extension HostEvidence {
    /// A file by either of its names.
    func socket(_ path: String) -> Reading<HostFile> {
        // `/var/run` is `/run` on every host of today, and sockets are told by either name.
        let canonical = HostPath(path).path
        for name in [path, canonical, "/var\(canonical)"] where files[name] != nil { return file(name) }
        return file(path)
    }

    /// Docker's sockets: the default's, and wherever dockerd is told to listen, or does.
    var dockerSocketPaths: [String] {
        var paths = RuntimeSockets.docker
        for daemon in dockerDaemons.value ?? [] {
            paths += daemon.settings.value?.endpoints.compactMap(\.value.path) ?? []
        }
        // Those for its own parts are not the API's.
        let internals = ["/libnetwork/", "/swarm/", "/metrics.sock", "/plugins/"]
        paths += unixListeners { $0.isDockerDaemon }.filter { path in !internals.contains { path.contains($0) } }
        if let unit = SystemdUnit.read("docker.socket", on: self).value {
            paths += unit.list("Socket", "ListenStream").map(\.value).filter { $0.hasPrefix("/") }
        }
        return Self.unique(paths)
    }

    /// The sockets of the other runtimes.
    var otherSocketPaths: [String] {
        let docker = Set(dockerSocketPaths)
        return Self.unique(RuntimeSockets.others + unixListeners { $0.isOne(of: RuntimeSockets.programs) }).filter {
            !docker.contains($0)
        }
    }

    private func unixListeners(_ isMeant: (HostProcess) -> Bool) -> [String] {
        (listeners.value ?? []).filter { listener in
            listener.transport == .unix && listener.address.hasPrefix("/")
                && processes(listener.processes).contains(where: isMeant)
        }.map(\.address)
    }

    private static func unique(_ paths: [String]) -> [String] {
        var seen: Set<String> = []
        return paths.map { HostPath($0).path }.filter { seen.insert($0).inserted }
    }
}
