@testable import Posture
import Testing

/// Each fix is made to evidence that fails, Docker starts again, and the check that asked for it passes.
@Suite struct HostFixTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var check: String
        var name: String
        var change: @Sendable (inout HostEvidence) -> Void

        init(_ check: String, _ name: String, _ change: @escaping @Sendable (inout HostEvidence) -> Void) {
            self.check = check
            self.name = name
            self.change = change
        }

        var testDescription: String { "\(check): \(name)" }
    }

    private static let override = "/etc/systemd/system/docker.service.d/override.conf"
    private static let keys = #""tlscacert": "/k/ca.pem", "tlscert": "/k/cert.pem", "tlskey": "/k/key.pem""#

    static let cases: [Case] = [
        Case("TW-M1035-001", "a host among the unit's arguments") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2375\n")
        },
        Case("TW-M1035-001", "a host in the unit's variables") {
            $0.put("/etc/default/docker", "DOCKER_OPTS=\"-H tcp://10.0.0.5:2375 --dns 8.8.8.8\"\n")
        },
        Case("TW-M1035-001", "a host in the configuration file") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd\n")
            $0.put(
                "/etc/docker/daemon.json",
                #"{"hosts": ["unix:///run/docker.sock", "tcp://:::2375"], "bip": "10.0.0.1/24"}"#
            )
        },
        Case("TW-M1035-001", "a host, where there are keys") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2376\n")
            $0.put("/etc/docker/daemon.json", "{\(keys)}")
        },
        Case("TW-M1018-002", "a wide group, by an argument") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H unix:///run/docker.sock -G users\n")
            $0.groups = .known([HostGroup("root", id: 0), HostGroup("docker", id: 113), HostGroup("users", id: 100)])
            $0.files["/run/docker.sock"]?.group = 100
        },
        Case("TW-M1035-001", "the only host") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0\n")
        },
        Case("TW-M1035-001", "a socket of systemd's") {
            $0.put("/etc/systemd/system/docker.socket.d/tcp.conf", "[Socket]\nListenStream=2375\n")
        },
        Case("TW-M1035-005", "a host on loopback") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://:2375\n")
        },
        Case("TW-M1035-002", "certificates that are not demanded, by the file") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd\n")
            $0.put("/etc/docker/daemon.json", #"{"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": false, \#(keys)}"#)
        },
        Case("TW-M1035-002", "certificates that are not demanded, by arguments") {
            $0.put(
                override,
                "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0:2376 --tls --tlsverify=false\n"
            )
            $0.put("/etc/docker/daemon.json", "{\(keys)}")
        },
        Case("TW-M1035-004", "a socket of systemd's") {
            $0.put("/etc/systemd/system/docker.socket.d/tcp.conf", "[Socket]\nListenStream=0.0.0.0:2375\n")
        },
        Case("TW-M1035-002", "TLS without keys") {
            $0.put("/etc/docker/daemon.json", #"{"tlsverify": false, "debug": true}"#)
            $0.put(
                override,
                "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://10.0.0.5:2376 --tlscert=/k/cert.pem\n"
            )
        },
        Case("TW-M1035-007", "TLS that verifies nobody, without keys") {
            $0.put("/etc/docker/daemon.json", #"{"tlsverify": false, "hosts": ["tcp://10.0.0.5:2376"]}"#)
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd\n")
        },
        Case("TW-M1035-006", "every authority that the system trusts") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0:2376 --tlsverify\n")
            $0.put(
                "/etc/docker/daemon.json",
                #"{"tlscacert": "/etc/ssl/certs/ca-certificates.crt", "bip": "10.0.0.1/24"}"#
            )
        },
        Case("TW-M1035-006", "many, by arguments") {
            let keys = "--tlscacert=/k/ca.pem --tlscert=/k/cert.pem --tlskey=/k/key.pem"
            $0.put(
                override,
                "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0:2376 --tlsverify \(keys)\n"
            )
            $0.putKeys()
            let one = $0.files["/k/ca.pem"]?.certificates ?? []
            $0.files["/k/ca.pem"]?.certificates = Array([one, one, one, one].joined())
        },
        Case("TW-M1035-007", "keys without tlsverify") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0:2376\n")
            $0.put("/etc/docker/daemon.json", "{\(keys)}")
        },
        Case("TW-M1035-008", "what both say") {
            $0.put("/etc/docker/daemon.json", #"{"hosts": ["fd://"], "debug": true}"#)
        },
        Case("TW-M1035-008", "a socket that was open before") {
            $0.listen(Listener("::", 2375, processes: [812]))
            $0.answer(Listener("::", 2375), isTLS: false, verifies: false)
        },
        Case("TW-M1035-009", "a key that others read") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0:2376 --tlsverify\n")
            $0.put("/etc/docker/daemon.json", "{\(keys)}")
            $0.putKeys()
            $0.files["/k/key.pem"]?.mode = 0o644
            $0.files["/k/cert.pem"]?.mode = 0o664
        },
        Case("TW-M1035-010", "a header, by arguments and by the file") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --api-cors-header=*\n")
        },
        Case("TW-M1035-010", "a header, by the file") {
            $0.put("/etc/docker/daemon.json", ##"{"api-cors-header": "*"}"##)
        },
        Case("TW-M1035-012", "containerd on TCP, and its streams") {
            $0.put(
                "/etc/containerd/config.toml",
                """
                version = 2 # mine
                [grpc]
                  address = "/run/containerd/containerd.sock"
                  tcp_address = "0.0.0.0:10010"
                [plugins."io.containerd.grpc.v1.cri"]
                  stream_server_address = ""
                  sandbox_image = "pause"
                """
            )
        },
        Case("TW-M1035-012", "CRI-O's streams") {
            $0.run(HostProcess(id: 9, name: "crio", arguments: ["crio"]))
            $0.put("/etc/crio/crio.conf.d/10.conf", "[crio.api]\nstream_address = \"0.0.0.0\"\n")
        },
        Case("TW-M1035-013", "Podman's socket") {
            $0.put("/usr/lib/systemd/system/podman.socket", "[Socket]\nListenStream=%t/podman/podman.sock\n")
            $0.put("/etc/systemd/system/podman.socket.d/tcp.conf", "[Socket]\nListenStream=8888\n")
        },
        Case("TW-M1035-014", "passwords for those in Docker's group, with snippets") {
            $0.groups = .known([HostGroup("root", id: 0), HostGroup("docker", id: 113, members: ["eve"])])
        },
        Case("TW-M1035-014", "passwords for root, without snippets") {
            $0.put("/etc/ssh/sshd_config", "PermitRootLogin yes\nMatch User x\n  X11Forwarding no\n")
        },
        Case("TW-M1018-001", "a member") {
            $0.groups = .known([HostGroup("root", id: 0), HostGroup("docker", id: 113, members: ["eve", "bob"])])
        },
        Case("TW-M1018-001", "a primary group") {
            $0.groups = .known([HostGroup("root", id: 0), HostGroup("docker", id: 113), HostGroup("users", id: 100)])
            $0.users = .known([HostUser("eve", id: 1001, primaryGroup: 113, home: "/home/eve")])
        },
        Case("TW-M1018-001", "a wide group") {
            $0.groups = .known([HostGroup("root", id: 0), HostGroup("users", id: 100)])
            $0.files["/run/docker.sock"]?.group = 100
        },
        Case("TW-M1018-002", "permissions for everybody") { $0.files["/run/docker.sock"]?.mode = 0o646 },
        Case("TW-M1018-002", "a list") { $0.files["/run/docker.sock"]?.accessEntries = ["user:nobody:rw-"] },
        Case("TW-M1018-002", "another owner, in a folder that everybody writes") {
            $0.files["/run/docker.sock"]?.owner = 1001
            $0.files["/run"]?.mode = 0o777
        },
        Case("TW-M1018-003", "containerd's") {
            $0.files["/run/containerd/containerd.sock"]?.mode = 0o666
        },
        Case("TW-M1018-005", "no plugin") { $0.put("/etc/docker/daemon.json", #"{"debug": true}"#) },
        Case("TW-M1018-006", "a file and a folder that others write") {
            $0.put("/etc/docker/daemon.json", "{}", mode: 0o664, group: 113)
            $0.put(override, "[Service]\n", owner: 1001)
            $0.files["/etc/docker"]?.mode = 0o777
        },
        Case("TW-M1018-022", "an administrator's file that others read") {
            $0.put("/etc/kubernetes/admin.conf", "", mode: 0o644)
            $0.users = .known([
                HostUser("root", id: 0, primaryGroup: 0, home: rootHome),
                HostUser("eve", id: 1001, primaryGroup: 1001, home: "/home/eve"),
            ])
            $0.put("/home/eve/.kube/config", "", mode: 0o640, owner: 1001, group: 1001)
        },
    ]

    @Test(arguments: cases)
    func `what fails passes once its fix is in place`(_ one: Case) throws {
        var host = HostEvidence.debian()
        one.change(&host)
        host.missAll()
        // Of what is on disk already Docker was started; what was open before stays with what is on disk.
        if !one.name.contains("before") { host.restartDocker() }
        let check = try #require(Check.all.first { $0.id == one.check })
        let evidence = host.evidence
        #expect(check.results(on: evidence).verdict == "fail", "\(check.results(on: evidence))")
        let fixes = check.fixes(on: evidence)
        #expect(!fixes.isEmpty)
        let after = evidence.applying(fixes).restartingDocker()
        let results = check.results(on: after)
        #expect(["pass", "na"].contains(results.verdict), "\(results) after \(fixes)")
        #expect(check.fixes(on: after).isEmpty)
    }

    @Test func `the fixes of all checks hold together, in whichever order they are made`() throws {
        var host = HostEvidence.debian()
        host.put(
            Self.override,
            "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2375 --api-cors-header=* -G users\n"
        )
        host.put("/etc/systemd/system/docker.socket.d/tcp.conf", "[Socket]\nListenStream=2376\nSocketGroup=users\n")
        host.put("/etc/docker/daemon.json", #"{"debug": true}"#)
        host.groups = .known([
            HostGroup("root", id: 0), HostGroup("docker", id: 113), HostGroup("users", id: 100, members: ["eve"]),
        ])
        host.files["/run/docker.sock"]?.group = 100
        host.files["/run/docker.sock"]?.mode = 0o666
        host.missAll()
        host.restartDocker()
        let evidence = host.evidence
        let ofHosts = Check.all.filter { $0.mitigation == .limitAccess || $0.mitigation == .accounts }
        let failing = ofHosts.filter { ["fail", "warn"].contains($0.results(on: evidence).verdict) }
        // Of the plugin, whose guard has to run first, nothing is told with the others.
        let checks = failing.filter { $0.id != "TW-M1018-005" }
        #expect(
            checks.map(\.id)
                == ["TW-M1035-001", "TW-M1035-004", "TW-M1035-010", "TW-M1035-014", "TW-M1018-001", "TW-M1018-002"]
        )
        for order in [checks, checks.reversed()] {
            let after = evidence.applying(order.flatMap { $0.fixes(on: evidence) }).restartingDocker()
            let bad = order.filter { !["pass", "na"].contains($0.results(on: after).verdict) }
            #expect(bad.map(\.id) == [], "\(bad.map { $0.results(on: after) })")
        }
    }

    @Test func `a fix keeps what else the owners say`() throws {
        var host = HostEvidence.debian()
        host.put("/etc/default/docker", "DOCKER_OPTS=\"-H tcp://10.0.0.5:2375 --dns 8.8.8.8\"\n")
        host.restartDocker()
        let fix = try #require(Check.dockerWithoutTLS.fixes(on: host.evidence).first)
        #expect(
            fix.changes.first
                == .file(
                    path: "/etc/systemd/system/docker.service.d/zz-tidewaiter.conf",
                    text: "[Service]\nExecStart=\n"
                        + "ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock --dns 8.8.8.8\n"
                )
        )
        host = HostEvidence.debian()
        host.put(Self.override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd\n")
        host.put(
            "/etc/docker/daemon.json",
            #"{"bip": "10.0.0.1/24", "hosts": ["fd://", "tcp://0.0.0.0"], "log-opts": {"a": "b"}}"#
        )
        host.restartDocker()
        let merged: Document = ["bip": "10.0.0.1/24", "hosts": ["fd://"], "log-opts": ["a": "b"]]
        #expect(
            Check.dockerWithoutTLS.fixes(on: host.evidence).first?.changes.first
                == .file(path: "/etc/docker/daemon.json", text: merged.json + "\n")
        )
    }

    @Test func `a dockerd that people start is given other arguments`() throws {
        var host = HostEvidence.bare()
        let arguments = ["dockerd", "-H", "unix:///run/docker.sock", "-H", "tcp://127.0.0.1:2375"]
        host.run(HostProcess(id: 812, name: "dockerd", arguments: arguments))
        host.restartDocker()
        #expect(Check.verdict("TW-M1035-005", host.evidence) == "fail")
        let fixes = Check.plainDockerOnLoopback.fixes(on: host.evidence)
        #expect(
            fixes.first?.changes.first
                == .arguments(program: "dockerd", set: ["--host": "unix:///run/docker.sock"], removed: ["-H"])
        )
        #expect(Check.verdict("TW-M1035-005", host.evidence.applying(fixes).restartingDocker()) == "pass")
    }
}

extension HostEvidence {
    /// Docker's keys in /k, as they should be.
    mutating func putKeys() {
        for name in ["ca.pem", "cert.pem", "key.pem"] {
            put("/k/\(name)", "", mode: name == "key.pem" ? 0o400 : 0o444)
            guard name != "key.pem" else { continue }
            files["/k/\(name)"]?.certificates = [
                CertificateFacts(
                    subject: "CN=\(name)",
                    issuer: "CN=ca.pem",
                    notAfter: collectedAt + 300 * 86_400,
                    isAuthority: name == "ca.pem",
                    key: "P-256"
                )
            ]
        }
    }
}
