internal import Sigma

extension Check {
    /// Who may change what the runtimes and the kubelet are told: whoever may is root by it.
    static let writableDaemonConfiguration = Check(
        id: "TW-M1018-006",
        title: "Daemon Configuration Writable By Others",
        mitigation: .accounts,
        level: .high,
        reads:
            "owner, group, permission bits and access control list of the runtimes' and the kubelet's configuration files and "
            + "units, of the pods that it starts by itself, and of their folders",
        passes: "they belong to root, and neither a group nor everybody may write them",
        remedy: "chown root:root and chmod go-w the file",
        references: [
            "CIS Docker 3.1", "CIS Docker 3.2", "CIS Docker 3.3", "CIS Docker 3.4", "CIS Docker 3.5", "CIS Docker 3.6",
            "CIS Docker 3.17", "CIS Docker 3.18", "CIS Docker 3.19", "CIS Docker 3.20", "CIS Docker 3.21",
            "CIS Docker 3.22", "CIS Kubernetes 1.1.1", "CIS Kubernetes 1.1.2", "CIS Kubernetes 1.1.7",
            "CIS Kubernetes 4.1.1", "CIS Kubernetes 4.1.9", "CIS Kubernetes 4.1.10",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let files = host.daemonConfiguration
                let found = files.compactMap { file -> CheckResult? in
                    let writers = host.writers(of: file)
                    guard !writers.isEmpty else { return nil }
                    let isPods = ControlPlane.manifestFolders.contains {
                        file.path == $0 || file.path.hasPrefix("\($0)/")
                    }
                    let power =
                        isPods
                        ? "the kubelet runs what is put there" : "who writes it is root at the daemon's next start"
                    let reason = "\(writers.joined(separator: "; ")): \(power)"
                    return CheckResult(.fail, subject: file.path, reason, evidence: [file.words])
                }
                let unread = DaemonConfiguration.named.filter {
                    if case .unreadable = host.file($0) { true } else { false }
                }
                guard unread.isEmpty else {
                    let reason = "not all could be looked at: \(unread.joined(separator: ", "))"
                    return found + [CheckResult(.unknown, subject: "", reason)]
                }
                guard found.isEmpty else { return found }
                return files.isEmpty
                    ? [CheckResult(.notApplicable, subject: "", "no runtime is configured")]
                    : [CheckResult(.pass, subject: "", "root alone writes all \(files.count) files and folders")]
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            let changes = host.daemonConfiguration.filter { !host.writers(of: $0).isEmpty }.map { file in
                Fix.Change.permissions(path: file.path, mode: file.mode & ~0o022, owner: 0, group: 0)
            }
            return [Fix("Let root alone write what the runtimes are told", changes)]
        }
    )
}

/// The files that say what container runtimes and the kubelet do.
enum DaemonConfiguration {
    /// Those that are there once.
    static let named =
        [
            "/etc/docker", "/etc/docker/daemon.json", "/etc/default/docker", "/etc/sysconfig/docker", "/etc/containerd",
            "/etc/containerd/config.toml", "/etc/crio", "/etc/crio/crio.conf", "/etc/containers",
            "/etc/containers/containers.conf", "/etc/containers/policy.json", "/etc/containers/registries.conf",
            "/var/lib/kubelet/config.yaml",
        ] + ControlPlane.manifestFolders
    static let units = [
        "docker.service", "docker.socket", "containerd.service", "crio.service", "podman.service", "podman.socket",
        "kubelet.service", "k3s.service", "k3s-agent.service",
    ]

    /// What whoever collects has to look for.
    static let requests: [FileRequest] =
        named.map { FileRequest($0) } + units.flatMap(SystemdUnit.requests)
        + [FileRequest("/etc/crio/crio.conf.d/*.conf", .text), FileRequest("/etc/containerd/conf.d/*.toml", .text)]
        + ControlPlane.manifestFolders.map { FileRequest("\($0)/*") }
}

extension HostEvidence {
    /// Those of the files that are there; a link is judged by what it leads to.
    fileprivate var daemonConfiguration: [HostFile] {
        let folders = SystemdUnit.systemFolders.flatMap { folder in DaemonConfiguration.units.map { "\(folder)/\($0)" }
        }
        let beside =
            ["/etc/crio/crio.conf.d", "/etc/containerd/conf.d"] + ControlPlane.manifestFolders
            + folders.map { "\($0).d" }
        let own = DaemonConfiguration.named + folders + beside
        let paths = own + beside.flatMap { files(below: $0).map(\.path) }
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }.compactMap { file($0).value }.filter {
            $0.kind == .regular || $0.kind == .directory
        }
    }
}
