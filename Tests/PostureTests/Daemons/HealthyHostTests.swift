@testable import Posture
import Testing

/// Hosts as distributions and installers make them: no check of hosts finds more than what is so by default everywhere.
@Suite struct HealthyHostTests {
    struct Host: Sendable, CustomTestStringConvertible {
        var name: String
        /// What is found in spite of it all: nothing judges what an engine is asked by default.
        var found: Set<String> = []
        var make: @Sendable () -> HostEvidence

        var testDescription: String { name }
    }

    private static let ids = Set(
        (1...14).map { "TW-M1035-0" + ($0 < 10 ? "0\($0)" : "\($0)") } + (1...7).map { "TW-M1018-00\($0)" } + [
            "TW-M1018-022"
        ]
    )

    static let hosts: [Host] = [
        Host(name: "an empty host") { .bare() },
        Host(name: "Debian's docker.io", found: ["TW-M1018-005"]) { .debian() },
        Host(name: "Docker's own packages, with swarm and metrics", found: ["TW-M1018-005"]) {
            var host = HostEvidence.debian()
            let line = "/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock"
            host.put("/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=\(line)\nKillMode=process\n")
            host.put("/lib/systemd/system/docker.service", "[Service]\nExecStart=\(line)\nKillMode=process\n")
            host.put("/etc/docker/daemon.json", #"{"metrics-addr": "127.0.0.1:9323", "log-driver": "journald"}"#)
            host.put("/etc/containerd/config.toml", "disabled_plugins = [\"cri\"]\n#root = \"/var/lib/containerd\"\n")
            host.restartDocker()
            for (address, port) in [("::", 2377), ("::", 7946), ("127.0.0.1", 9323)] {
                host.add(Listener(address, port, processes: [812]), status: port == 9323 ? 404 : nil)
            }
            return host
        },
        Host(name: "a node of kubeadm's") {
            var host = node()
            host.put(
                "/etc/containerd/config.toml",
                "version = 3\n[plugins.'io.containerd.grpc.v1.cri']\n  stream_server_address = '127.0.0.1'\n  stream_server_port = '0'\n"
            )
            host.run(HostProcess(id: 700, name: "containerd", arguments: ["/usr/bin/containerd"]))
            host.put(socket: "/run/containerd/containerd.sock")
            host.put(socket: "/run/nri/nri.sock", mode: 0o755)
            host.files["/run/nri"] = HostFile("/run/nri", .directory, mode: 0o700)
            host.listen(Listener("/var/run/nri/nri.sock", transport: .unix, processes: [700]))
            host.add(Listener("127.0.0.1", 40123, processes: [700]), status: 404)
            for name in ["admin", "super-admin", "kubelet", "controller-manager", "scheduler"] {
                host.put("/etc/kubernetes/\(name).conf", "", mode: 0o600)
            }
            host.put("\(rootHome)/.kube/config", "kubernetes-admin", mode: 0o600)
            return host
        },
        Host(name: "k3s") {
            var host = node()
            let path = "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"
            host.put(
                path,
                "version = 3\n[plugins.\"io.containerd.grpc.v1.cri\"]\n  stream_server_address = \"127.0.0.1\"\n"
            )
            host.run(HostProcess(id: 600, name: "k3s-server", arguments: ["/usr/local/bin/k3s", "server"]))
            host.run(HostProcess(id: 700, name: "containerd", arguments: ["containerd", "-c", path]))
            host.put(socket: "/run/k3s/containerd/containerd.sock")
            host.put(socket: "/var/lib/rancher/k3s/server/kine.sock", mode: 0o755)
            host.listen(Listener("/var/lib/rancher/k3s/server/kine.sock", transport: .unix, processes: [600]))
            host.put("/etc/rancher/k3s/k3s.yaml", "", mode: 0o600)
            return host
        },
        Host(name: "CRI-O, with Podman beside it") {
            var host = node()
            host.run(HostProcess(id: 700, name: "crio", arguments: ["/usr/bin/crio"]))
            host.put(
                "/etc/crio/crio.conf.d/10-crio.conf",
                "[crio.image]\nsignature_policy = \"/etc/crio/policy.json\"\n"
            )
            host.put(socket: "/run/crio/crio.sock")
            host.put(
                "/usr/lib/systemd/system/podman.socket",
                "[Socket]\nListenStream=%t/podman/podman.sock\nSocketMode=0660\n"
            )
            host.put(socket: "/run/podman/podman.sock")
            return host
        },
        Host(name: "a cloud's image, with sudo for its user") {
            var host = HostEvidence.debian()
            host.put("/etc/sudoers.d/90-cloud-init-users", "ubuntu ALL=(ALL) NOPASSWD:ALL\n", mode: 0o440)
            host.docker = .known(DockerEvidence(info: ["Plugins": ["Authorization": ["tidewaiter"]]]))
            return host
        },
    ]

    /// A host with a kubelet, which answers as it does.
    private static func node() -> HostEvidence {
        var host = HostEvidence.bare()
        host.put("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n")
        host.put("/etc/sudoers", "root ALL=(ALL:ALL) ALL\n")
        host.run(HostProcess(id: 500, name: "kubelet", arguments: ["/usr/bin/kubelet"]))
        host.add(Listener("::", 10250, processes: [500]), status: 400)
        host.add(Listener("127.0.0.1", 10248, processes: [500]), status: 404)
        return host
    }

    @Test(arguments: hosts)
    func `a healthy host passes, or has nothing of the kind`(_ one: Host) {
        var host = one.make()
        host.missAll()
        let checks = Check.all.filter { Self.ids.contains($0.id) }
        #expect(checks.count == Self.ids.count)
        var found: [String: [CheckResult]] = [:]
        for check in checks {
            let results = check.results(on: host.evidence)
            if !["pass", "na"].contains(results.verdict) { found[check.id] = results }
        }
        #expect(Set(found.keys) == one.found, "\(found)")
    }

    @Test func `nothing passes where nobody looked`() {
        let host = HostEvidence(name: "h", collectedAt: 0)
        var unseen = host
        unseen.processes = .unreadable("not collected")
        unseen.listeners = .unreadable("not collected")
        unseen.users = .unreadable("not collected")
        unseen.groups = .unreadable("not collected")
        unseen.docker = .unreadable("not collected")
        for check in Check.all where Self.ids.contains(check.id) {
            #expect(Check.verdict(check.id, unseen.evidence) == "unknown", "\(check.results(on: unseen.evidence))")
            #expect(!check.results(on: host.evidence).isEmpty)
            #expect(check.results(on: Evidence()).verdict == "na")
        }
    }

    @Test func `what is collected for checks is listed once each`() {
        let paths = RuntimeRequests.fixed.map(\.path)
        #expect(Set(paths).count == paths.count)
        let parts = Dictionary(RuntimeRequests.fixed.map { ($0.path, $0.part) }) { first, _ in first }
        #expect(parts["/etc/containerd/config.toml"] == .text)
        #expect(parts["/run/docker.sock"] == .facts)
        #expect(parts["/etc/systemd/system/docker.service.d/*.conf"] == .text)
        var host = HostEvidence.debian()
        host.put("/etc/docker/daemon.json", #"{"tlsverify": true, "tlskey": "/k/key.pem", "tlscacert": "/k/ca.pem"}"#)
        let more = RuntimeRequests.more(of: host)
        #expect(more.contains(FileRequest("/k/ca.pem", .certificates)))
        #expect(more.contains(FileRequest("/k/key.pem")))
        #expect(more.contains(FileRequest("/k/*")))
    }

    @Test(.timeLimit(.minutes(2))) func `many sockets of somebody else's are judged`() {
        var host = HostEvidence.debian()
        host.listeners = .known(
            (1...4_000).map { Listener("10.0.\($0 / 250).\($0 % 250)", $0 % 65_000 + 1, processes: [812]) }
        )
        host.probes = (1...4_000).map {
            Probe("10.0.\($0 / 250).\($0 % 250)", $0 % 65_000 + 1, .http, "GET", "/_ping", status: 404)
        }
        let checks = Check.all.filter { Self.ids.contains($0.id) }
        #expect(checks.allSatisfy { !$0.results(on: host.evidence).isEmpty })
    }
}

extension HostEvidence {
    /// A socket that listens, and that was asked for an engine.
    fileprivate mutating func add(_ listener: Listener, status: Int?) {
        listen(listener)
        var probe = Probe(listener.address, listener.port, .http, "GET", "/_ping", status: status)
        if status == nil { probe.failure = "connection reset by peer" }
        probes.append(probe)
    }
}
