@testable import Posture
import Testing

/// The checks of what Docker, containerd, Podman, their clients and SSH are told.
@Suite struct DockerConfigurationCheckTests {

    private static let keys = #""tlscacert": "/k/ca.pem", "tlscert": "/k/cert.pem", "tlskey": "/k/key.pem""#
    private static let override = "/etc/systemd/system/docker.service.d/o.conf"

    /// dockerd as the unit starts it, with more arguments and a configuration.
    private static func started(
        _ arguments: String,
        _ configuration: String = "{}",
        then change: @escaping @Sendable (inout HostEvidence) -> Void = { _ in }
    ) -> @Sendable (inout HostEvidence) -> Void {
        { host in
            host.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd \(arguments)\n")
            host.put("/etc/docker/daemon.json", configuration)
            host.restartDocker()
            host.missAll()
            change(&host)
        }
    }

    private static func variables(_ text: String) -> @Sendable (inout HostEvidence) -> Void {
        { $0.put("/etc/environment", text) }
    }

    private static func context(_ endpoint: String, keys: [String] = []) -> @Sendable (inout HostEvidence) -> Void {
        { host in
            let root = "\(rootHome)/.docker/contexts"
            host.put("\(root)/meta/ab/meta.json", #"{"Name": "x", "Endpoints": {"docker": \#(endpoint)}}"#)
            host.files["\(root)/tls"] = HostFile("\(root)/tls", .missing)
            for key in keys { host.put("\(root)/tls/ab/docker/\(key)", "") }
        }
    }

    private static func members(_ ssh: String) -> @Sendable (inout HostEvidence) -> Void {
        { host in
            host.groups = .known([HostGroup("root", id: 0), HostGroup("docker", id: 113, members: ["eve"])])
            host.put("/etc/ssh/sshd_config", ssh)
        }
    }

    static let cases: [HostCase] = [
        HostCase("M1035-007", "na", "as it is installed") { _ in },
        HostCase("M1035-007", "pass", "tlsverify", started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#)),
        HostCase("M1035-007", "fail", "keys alone", started("-H tcp://0.0.0.0:2376", "{\(keys)}")),
        HostCase(
            "M1035-007",
            "fail",
            "tlsverify: false",
            started("-H tcp://0.0.0.0:2376", #"{"tls": true, "tlsverify": false, \#(keys)}"#)
        ),
        HostCase(
            "M1035-007",
            "fail",
            "a variable",
            started("-H tcp://0.0.0.0:2376") { host in
                host.processes = host.processes.map { processes in
                    processes.map { process in
                        var process = process
                        if process.isDockerDaemon { process.environment = ["DOCKER_TLS_VERIFY": "1"] }
                        return process
                    }
                }
            }
        ),
        HostCase(
            "M1035-007",
            "warn",
            "keys, and nothing on TCP",
            started("-H fd://", #"{"tlsverify": true, \#(keys)}"#)
        ),
        HostCase(
            "M1035-007",
            "unknown",
            "nobody asked",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) { $0.probes = [] }
        ),
        HostCase(
            "M1035-007",
            "unknown",
            "a file that is no JSON",
            started("-H fd://", "{}") { $0.put("/etc/docker/daemon.json", "{") }
        ),
        HostCase("M1035-008", "pass", "as it is installed") { _ in },
        HostCase("M1035-008", "na", "no dockerd") { $0 = .bare() },
        HostCase("M1035-008", "unknown", "processes that could not be read") { $0.processes = .unreadable("not root") },
        HostCase("M1035-008", "warn", "a file that was written since") {
            $0.put("/etc/docker/daemon.json", "{}")
            $0.files["/etc/docker/daemon.json"]?.modified = 1_799_999_999
        },
        HostCase("M1035-008", "fail", "a unit that was changed since") {
            $0.put(override, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H unix:///x.sock\n")
        },
        HostCase(
            "M1035-008",
            "fail",
            "a host that was added since",
            started("") {
                $0.put("/etc/docker/daemon.json", #"{"hosts": ["tcp://127.0.0.1:2375"]}"#)
            }
        ),
        HostCase(
            "M1035-008",
            "fail",
            "a host that was taken away, and only reloaded",
            started("", #"{"hosts": ["tcp://127.0.0.1:2375"]}"#) {
                $0.put("/etc/docker/daemon.json", #"{"hosts": ["unix:///run/docker.sock"]}"#)
            }
        ),
        HostCase("M1035-008", "pass", "systemd's own socket, which another check judges") {
            $0.put("/etc/systemd/system/docker.socket.d/a.conf", "[Socket]\nListenStream=2375\n")
            $0.restartDocker()
        },
        HostCase("M1035-009", "na", "as it is installed") { _ in },
        HostCase(
            "M1035-009",
            "pass",
            "keys as they should be",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) { $0.putKeys() }
        ),
        HostCase(
            "M1035-009",
            "warn",
            "a certificate that ends soon",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) {
                $0.putKeys()
                let tomorrow = $0.collectedAt + 86_400
                $0.files["/k/cert.pem"]?.certificates?[0].notAfter = tomorrow
            }
        ),
        HostCase(
            "M1035-009",
            "fail",
            "a certificate that has ended",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) {
                $0.putKeys()
                let before = $0.collectedAt - 1
                $0.files["/k/cert.pem"]?.certificates?[0].notAfter = before
            }
        ),
        HostCase(
            "M1035-009",
            "fail",
            "a short key",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) {
                $0.putKeys()
                $0.files["/k/ca.pem"]?.certificates?[0].key = "RSA 1024"
            }
        ),
        HostCase(
            "M1035-009",
            "fail",
            "an authority's key",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) {
                $0.putKeys()
                $0.put("/k/ca-key.pem", "", mode: 0o400)
            }
        ),
        HostCase(
            "M1035-009",
            "fail",
            "a key that a list gives others",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) {
                $0.putKeys()
                $0.files["/k/key.pem"]?.mode = 0o440
                $0.files["/k/key.pem"]?.accessEntries = ["user:eve:r--"]
            }
        ),
        HostCase(
            "M1035-009",
            "unknown",
            "certificates that nobody read",
            started("-H tcp://0.0.0.0:2376", #"{"tlsverify": true, \#(keys)}"#) {
                $0.putKeys()
                $0.files["/k/ca.pem"]?.certificates = nil
            }
        ),
        HostCase("M1035-010", "pass", "as it is installed") { _ in },
        HostCase("M1035-010", "na", "no dockerd") { $0 = .bare() },
        HostCase("M1035-010", "fail", "an answer") {
            var probe = Probe("::", 2375, .http, "GET", "/_ping", status: 200)
            probe.headers = ["server": "Docker/20.10", "access-control-allow-origin": "*"]
            $0.probes = [probe]
        },
        HostCase("M1035-010", "unknown", "processes that could not be read") { $0.processes = .unreadable("not root") },
        HostCase("M1035-011", "na", "as it is installed") { _ in },
        HostCase("M1035-011", "fail", "a variable", variables("DOCKER_HOST=tcp://build:2375\n")),
        HostCase(
            "M1035-011",
            "fail",
            "an exported one, without a scheme",
            variables("export DOCKER_HOST=\"build:2375\"\n")
        ),
        HostCase(
            "M1035-011",
            "pass",
            "with verification",
            variables("DOCKER_HOST=tcp://build:2376\nDOCKER_TLS_VERIFY=1\n")
        ),
        HostCase(
            "M1035-011",
            "fail",
            "without verification",
            variables("DOCKER_HOST=tcp://build:2376\nDOCKER_TLS=1\n")
        ),
        HostCase("M1035-011", "pass", "by SSH", variables("DOCKER_HOST=ssh://ci@build\n")),
        HostCase("M1035-011", "na", "a comment, and another's", variables("#DOCKER_HOST=tcp://x\nDOCKER_HOST=$X\n")),
        HostCase("M1035-011", "fail", "a unit") {
            $0.put(
                "/etc/systemd/system/containerd.service.d/a.conf",
                "[Service]\nEnvironment=\"DOCKER_HOST=tcp://x:2375\" A=b\n"
            )
        },
        HostCase("M1035-011", "fail", "a process") {
            var process = HostProcess(id: 9, name: "runner", arguments: ["runner"])
            process.environment = ["DOCKER_HOST": "tcp://build:2375"]
            $0.run(process)
        },
        HostCase("M1035-011", "pass", "a context by SSH", context(#"{"Host": "ssh://x"}"#)),
        HostCase(
            "M1035-011",
            "fail",
            "a context in clear",
            context(#"{"Host": "tcp://x:2375", "SkipTLSVerify": false}"#)
        ),
        HostCase(
            "M1035-011",
            "fail",
            "a context that skips",
            context(#"{"Host": "tcp://x:2376", "SkipTLSVerify": true}"#, keys: ["ca.pem"])
        ),
        HostCase(
            "M1035-011",
            "pass",
            "a context with certificates",
            context(#"{"Host": "tcp://x:2376"}"#, keys: ["ca.pem", "key.pem"])
        ),
        HostCase("M1035-011", "fail", "a connection of Podman's") {
            $0.put(
                "\(rootHome)/.config/containers/podman-connections.json",
                #"{"Connection": {"Connections": {"a": {"URI": "tcp://x:8080"}, "b": {"URI": "ssh://x"}}}}"#
            )
        },
        HostCase("M1035-011", "unknown", "processes that could not be read") { $0.processes = .unreadable("not root") },
        HostCase("M1035-012", "pass", "as it is installed") { _ in },
        HostCase("M1035-012", "na", "no runtime") { $0 = .bare() },
        HostCase("M1035-012", "pass", "containerd.io's own") {
            $0.put("/etc/containerd/config.toml", "disabled_plugins = [\"cri\"]\n")
        },
        HostCase("M1035-012", "pass", "k3s' own") {
            $0.run(HostProcess(id: 5, name: "containerd", arguments: ["containerd", "-c", "/k3s.toml"]))
            $0.put("/k3s.toml", "[plugins.\"io.containerd.grpc.v1.cri\"]\n  stream_server_address = \"127.0.0.1\"\n")
        },
        HostCase("M1035-012", "warn", "TCP with certificates") {
            $0.put("/etc/containerd/config.toml", "[grpc]\ntcp_address = \"0.0.0.0:1\"\ntcp_tls_ca = \"/ca\"\n")
        },
        HostCase("M1035-012", "fail", "what it imports") {
            $0.put("/etc/containerd/config.toml", "imports = [\"/etc/containerd/conf.d/*.toml\"]\n")
            $0.put("/etc/containerd/conf.d/a.toml", "[grpc]\ntcp_address = \"0.0.0.0:1\"\n")
        },
        HostCase("M1035-012", "pass", "streams over TLS") {
            $0.put(
                "/etc/containerd/config.toml",
                "[plugins.\"io.containerd.grpc.v1.cri\"]\nstream_server_address = \"\"\nenable_tls_streaming = true\n"
            )
        },
        HostCase("M1035-012", "fail", "a socket that nothing accounts for") {
            $0.listen(Listener("::", 10010, processes: [700]))
        },
        HostCase("M1035-012", "pass", "metrics, and streams on loopback") {
            $0.put("/etc/containerd/config.toml", "[metrics]\naddress = \"0.0.0.0:1338\"\n")
            $0.listen(Listener("::", 1338, processes: [700]))
            $0.listen(Listener("127.0.0.1", 40123, processes: [700]))
        },
        HostCase("M1035-012", "unknown", "a file that is no TOML") { $0.put("/etc/containerd/config.toml", "a = ") },
        HostCase("M1035-013", "na", "no Podman") { _ in },
        HostCase("M1035-013", "pass", "as it is installed") {
            $0.put(
                "/usr/lib/systemd/system/podman.socket",
                "[Socket]\nListenStream=%t/podman/podman.sock\nSocketMode=0660\n"
            )
            $0.run(
                HostProcess(
                    id: 5,
                    name: "podman",
                    arguments: ["/usr/bin/podman", "--log-level=info", "system", "service"]
                )
            )
        },
        HostCase("M1035-013", "fail", "a socket that answers") {
            $0.listen(Listener("::", 8888))
            var probe = Probe("::", 8888, .http, "GET", "/_ping", status: 200)
            probe.headers = ["libpod-api-version": "5.0.0"]
            $0.probes = [probe]
        },
        HostCase("M1035-013", "pass", "with certificates") {
            $0.run(
                HostProcess(
                    id: 5,
                    name: "podman",
                    arguments: ["podman", "system", "service", "--tls-client-ca=/c", "tcp:x:1"]
                )
            )
        },
        HostCase("M1035-013", "unknown", "a unit that nobody looked for") {
            $0.files["/etc/systemd/system/podman.socket"] = nil
        },
        HostCase("M1035-014", "pass", "as it is installed") { _ in },
        HostCase("M1035-014", "na", "no runtime") { $0 = .bare() },
        HostCase("M1035-014", "na", "no SSH") { $0.files["/etc/ssh/sshd_config"]?.kind = .missing },
        HostCase("M1035-014", "fail", "passwords by default", members("")),
        HostCase(
            "M1035-014",
            "fail",
            "the first word counts",
            members("PasswordAuthentication yes\nPasswordAuthentication no\n")
        ),
        HostCase("M1035-014", "warn", "keys, and sockets for all", members("PasswordAuthentication no\n")),
        HostCase("M1035-014", "fail", "passwords by another way", members("PasswordAuthentication no\nUsePAM yes\n")),
        HostCase(
            "M1035-014",
            "pass",
            "keys, and sockets for some",
            members(
                "PasswordAuthentication=no\nAllowStreamLocalForwarding no\nMatch Group docker\n AllowStreamLocalForwarding yes\n"
            )
        ),
        HostCase(
            "M1035-014",
            "pass",
            "keys with more",
            members("AuthenticationMethods publickey,password\nDisableForwarding yes\n")
        ),
        HostCase(
            "M1035-014",
            "warn",
            "passwords for some",
            members(
                "PasswordAuthentication no\nDisableForwarding yes\nMatch User x\nPasswordAuthentication yes\n"
            )
        ),
        HostCase("M1035-014", "unknown", "snippets that nobody looked for") {
            $0.files["/etc/ssh/sshd_config.d"] = nil
        },
    ]

    @Test(arguments: cases)
    func `each host gets its verdict`(_ one: HostCase) throws {
        var host = HostEvidence.debian()
        one.change(&host)
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: host.evidence)
        #expect(results.verdict == one.verdict, "\(results)")
    }
}
