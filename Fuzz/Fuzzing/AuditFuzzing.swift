import Foundation
import Posture

/// Evidence of a host and a cluster, of which the first byte says which part the others are: every check has an answer, every
/// fix can be written, and nothing lands outside of the fixes' folder.
enum AuditFuzzing {
    /// Files whose text is read, by what is looked for first.
    private static let paths = [
        "/etc/docker/daemon.json", "/etc/containerd/config.toml", "/etc/sudoers", "/etc/ssh/sshd_config",
        "/etc/systemd/system/docker.service", "/etc/systemd/system/docker.service.d/override.conf",
        "/etc/systemd/system/docker.socket", "/var/lib/kubelet/config.yaml",
        "/etc/kubernetes/manifests/kube-apiserver.yaml",
        "/etc/kubernetes/audit.yaml", "/etc/rancher/k3s/config.yaml", "/home/ops/.kube/config",
        "/home/ops/.docker/config.json",
    ]

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        let text = String(decoding: rest, as: UTF8.self)
        var evidence = Evidence()
        var host = host
        switch Int(first) % (paths.count + 6) {
        case 0: host.firewall.nft = .known(text)
        case 1: host.firewall.iptables = .known(text)
        case 2:
            host.firewall.ip6tables = .known(text)
            host.firewall.ipsets = .known(text)
        case 3:
            var reader = ClusterReader()
            reader.read(rest, from: "fuzz.json")
            evidence.cluster = .known(reader.cluster)
        case 4:
            guard let decoded = try? JSONDecoder().decode(HostEvidence.self, from: Data(rest)) else { return }
            host = decoded
        case 5:
            let words = text.split(separator: "\n").map(String.init)
            host.processes = .known([HostProcess(id: 7, name: "x", arguments: words)])
        case let part:
            let path = paths[part - 6]
            host.files[path] = HostFile(path, .regular, mode: 0o644)
            host.files[path]?.text = text
        }
        evidence.host = .known(host)
        let report = AuditReport(of: evidence, at: 0)
        precondition(report.entries.count == Check.all.count)
        precondition(report.entries.allSatisfy { !$0.results.isEmpty })
        for file in FixFolder(report.entries).files {
            precondition(!file.path.hasPrefix("/") && !file.path.split(separator: "/").contains(".."))
        }
    }

    /// One that runs what checks ask about, so that they read on.
    private static let host: HostEvidence = {
        var host = HostEvidence(name: "fuzz", collectedAt: 1_800_000_000)
        host.processes = .known([
            HostProcess(
                id: 2,
                name: "dockerd",
                arguments: ["/usr/bin/dockerd", "-H", "fd://", "-H", "tcp://0.0.0.0:2375"]
            ),
            HostProcess(
                id: 3,
                name: "kubelet",
                arguments: ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"]
            ),
            HostProcess(
                id: 4,
                name: "kube-apiserver",
                arguments: [
                    "kube-apiserver", "--audit-policy-file=/etc/kubernetes/audit.yaml", "--audit-log-path=/a.log",
                ]
            ),
        ])
        host.listeners = .known([Listener("::", 2375, processes: [2]), Listener("0.0.0.0", 6443, processes: [4])])
        host.users = .known([HostUser("root", id: 0, primaryGroup: 0, home: "/home/ops")])
        host.groups = .known([HostGroup("docker", id: 113, members: ["ci"])])
        host.addresses = ["10.0.0.5", "fd00::5"]
        host.interfaces = [HostInterface("eth0", addresses: ["10.0.0.5/24", "fd00::5/64"], hasDefaultRoute: true)]
        return host
    }()
}
