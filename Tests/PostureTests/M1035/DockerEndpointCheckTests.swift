@testable import Posture
import Testing

/// The checks of Docker's sockets on the network: each on hosts where it passes, fails, and cannot tell.
@Suite struct DockerEndpointCheckTests {
    private static func proxy(_ name: String, _ listener: Listener) -> @Sendable (inout HostEvidence) -> Void {
        { host in
            host.run(
                HostProcess(id: 50, name: name, executable: "/usr/sbin/\(name)", arguments: [name, "guard", "docker"])
            )
            var listener = listener
            listener.processes = [50]
            host.listen(listener)
            host.answer(listener, isTLS: false, verifies: false)
        }
    }

    /// dockerd started by hand, with what it answers.
    private static func dockerd(_ arguments: String...) -> @Sendable (inout HostEvidence) -> Void {
        let arguments = arguments
        return { host in
            for path in ["docker.service", "docker.socket"] {
                host.files["/lib/systemd/system/\(path)"]?.kind = .missing
            }
            host.processes = host.processes.map { processes in
                processes.map { process in
                    guard process.isDockerDaemon else { return process }
                    var process = process
                    process.arguments = ["/usr/sbin/dockerd"] + arguments
                    return process
                }
            }
            host.restartDocker()
            host.missAll()
        }
    }

    private static let elsewhere = Listener("10.0.0.5", 80, processes: [60])

    static let cases: [HostCase] = [
        HostCase("M1035-001", "pass", "as it is installed") { _ in },
        HostCase("M1035-001", "na", "where sockets are no thing of the host's") { $0.listeners = .absent },
        HostCase("M1035-001", "unknown", "sockets that could not be read") { $0.listeners = .unreadable("not root") },
        HostCase(
            "M1035-001",
            "fail",
            "sockets that could not be read, and a plain host",
            {
                dockerd("-H", "tcp://0.0.0.0:2375")(&$0)
                $0.listeners = .unreadable("not root")
            }
        ),
        HostCase("M1035-001", "fail", "plain on all addresses", dockerd("-H", "tcp://0.0.0.0:2375")),
        HostCase(
            "M1035-001",
            "fail",
            "plain, and nobody asked",
            {
                dockerd("-H", "tcp://0.0.0.0:2375")(&$0)
                $0.probes = []
            }
        ),
        HostCase(
            "M1035-001",
            "unknown",
            "TLS, and nobody asked",
            {
                dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify")(&$0)
                $0.probes = []
            }
        ),
        HostCase("M1035-001", "pass", "TLS", dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify")),
        HostCase("M1035-001", "warn", "a plain host that is to come") {
            $0.put("/etc/default/docker", "DOCKER_OPTS=\"-H tcp://0.0.0.0:2375\"\n")
        },
        HostCase("M1035-001", "unknown", "a web server that nobody asked") { $0.listen(elsewhere) },
        HostCase("M1035-001", "pass", "a web server that has no engine") {
            $0.listen(elsewhere)
            $0.probes = [Probe("10.0.0.5", 80, .http, "GET", "/_ping", status: 404)]
        },
        HostCase("M1035-001", "warn", "an engine that refuses") {
            $0.listen(elsewhere)
            var probe = Probe("10.0.0.5", 80, .http, "GET", "/_ping", status: 403)
            probe.headers = ["api-version": "1.41", "ostype": "linux"]
            $0.probes = [probe]
        },
        // Swarm's, metrics, and a container's port without docker-proxy: asked, and no engine.
        HostCase("M1035-001", "pass", "dockerd's other sockets") {
            for port in [2377, 7946, 9323, 8080] {
                $0.listen(Listener("::", port, processes: [812]))
                var probe = Probe("::", port, .http, "GET", "/_ping", status: port == 9323 ? 404 : nil)
                if port != 9323 { probe.failure = "timed out" }
                $0.probes.append(probe)
            }
        },
        HostCase("M1035-001", "pass", "dockerd's resolver in a container's network") {
            $0.listen(Listener("127.0.0.11", 40001, processes: [812]))
            $0.probes = [Probe("127.0.0.11", 40001, .http, "GET", "/_ping")]
        },
        HostCase("M1035-002", "na", "as it is installed") { _ in },
        HostCase("M1035-002", "na", "plain", dockerd("-H", "tcp://0.0.0.0:2375")),
        HostCase("M1035-002", "pass", "--tls alone demands certificates", dockerd("-H", "tcp://0.0.0.0:2376", "--tls")),
        HostCase(
            "M1035-002",
            "fail",
            "certificates are not demanded",
            dockerd("-H", "tcp://:2376", "--tlsverify=false")
        ),
        HostCase(
            "M1035-002",
            "unknown",
            "nobody asked",
            {
                dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify")(&$0)
                $0.probes = []
            }
        ),
        HostCase(
            "M1035-002",
            "unknown",
            "nobody showed a certificate of their own",
            {
                dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify")(&$0)
                $0.probes.removeAll { $0.certificate == .selfMade }
            }
        ),
        HostCase(
            "M1035-002",
            "fail",
            "nobody asked, and it is told not to",
            {
                dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify=false")(&$0)
                $0.probes = []
            }
        ),
        HostCase(
            "M1035-002",
            "pass",
            "a reset after a handshake that was done",
            {
                dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify")(&$0)
                for index in $0.probes.indices where $0.probes[index].scheme == .https {
                    $0.probes[index].failure = "connection reset by peer"
                    $0.probes[index].tlsVersion = "TLSv1.3"
                }
            }
        ),
        HostCase(
            "M1035-002",
            "unknown",
            "no time for an answer",
            {
                dockerd("-H", "tcp://0.0.0.0:2376", "--tlsverify")(&$0)
                for index in $0.probes.indices where $0.probes[index].scheme == .https {
                    $0.probes[index].failure = "SSL connection timed out"
                }
            }
        ),
        HostCase("M1035-003", "pass", "as it is installed") { _ in },
        HostCase("M1035-003", "pass", "dockerd's own", dockerd("-H", "tcp://0.0.0.0:2375")),
        HostCase("M1035-003", "fail", "HAProxy", proxy("haproxy", Listener("0.0.0.0", 2375))),
        HostCase("M1035-003", "fail", "socat on loopback", proxy("socat", Listener("127.0.0.1", 2375))),
        HostCase("M1035-003", "warn", "the guard", proxy("tidewaiter", Listener("0.0.0.0", 2375))),
        HostCase("M1035-003", "pass", "systemd, before dockerd starts") {
            $0.listen(Listener("::", 2375, processes: [1]))
            $0.answer(Listener("::", 2375), isTLS: false, verifies: false)
        },
        HostCase("M1035-003", "unknown", "nobody knows whose it is") {
            $0.listen(Listener("0.0.0.0", 2375))
            $0.answer(Listener("0.0.0.0", 2375), isTLS: false, verifies: false)
        },
        HostCase("M1035-004", "pass", "as it is installed") { _ in },
        HostCase("M1035-004", "fail", "an abstract socket") {
            $0.put("/etc/systemd/system/docker.socket.d/a.conf", "[Socket]\nListenStream=@docker\n")
        },
        HostCase("M1035-004", "fail", "a socket that dockerd is told nothing of") {
            $0.listen(Listener("::", 2375, processes: [812]))
            $0.answer(Listener("::", 2375), isTLS: false, verifies: false)
        },
        HostCase("M1035-004", "na", "no unit", dockerd("-H", "unix:///run/docker.sock")),
        HostCase("M1035-004", "unknown", "a unit that nobody looked for") {
            $0.files["/etc/systemd/system/docker.socket"] = nil
        },
        HostCase("M1035-005", "pass", "plain on all addresses alone", dockerd("-H", "tcp://0.0.0.0:2375")),
        HostCase("M1035-005", "fail", "plain at ::1", dockerd("-H", "tcp://[::1]:2375")),
        HostCase("M1035-005", "fail", "plain by default", dockerd("-H", "tcp://")),
        HostCase("M1035-005", "pass", "TLS on loopback", dockerd("-H", "tcp://", "--tlsverify")),
        HostCase("M1035-005", "unknown", "nobody asked a socket on loopback") { $0.listen(Listener("127.0.0.1", 99)) },
        HostCase("M1035-006", "na", "no certificates are demanded", dockerd("-H", "tcp://:2376", "--tlsverify=false")),
        HostCase(
            "M1035-006",
            "unknown",
            "what is in the file is not known",
            dockerd("-H", "tcp://:2376", "--tlsverify", "--tlscacert=/k/ca.pem")
        ),
        HostCase(
            "M1035-006",
            "pass",
            "one authority",
            {
                dockerd("-H", "tcp://:2376", "--tlsverify", "--tlscacert=/k/ca.pem")(&$0)
                $0.putKeys()
            }
        ),
        HostCase(
            "M1035-006",
            "fail",
            "many",
            {
                dockerd("-H", "tcp://:2376", "--tlsverify", "--tlscacert", "/k/ca.pem")(&$0)
                $0.putKeys()
                let one = $0.files["/k/ca.pem"]?.certificates ?? []
                $0.files["/k/ca.pem"]?.certificates = Array([one, one, one, one].joined())
            }
        ),
        HostCase(
            "M1035-006",
            "fail",
            "one that every program trusts",
            {
                dockerd("-H", "tcp://:2376", "--tlsverify", "--tlscacert", "/k/ca.pem")(&$0)
                $0.putKeys()
                $0.put("/etc/ssl/cert.pem", "")
                let certificates = $0.files["/k/ca.pem"]?.certificates
                $0.files["/etc/ssl/cert.pem"]?.certificates = certificates
            }
        ),
        HostCase(
            "M1035-006",
            "fail",
            "the authorities that the socket asks for are many",
            {
                dockerd("-H", "tcp://:2376", "--tlsverify", "--tlscacert", "/k/ca.pem")(&$0)
                for index in $0.probes.indices { $0.probes[index].acceptedAuthorities = (1...140).map { "CN=\($0)" } }
            }
        ),
        HostCase(
            "M1035-006",
            "unknown",
            "a file that nobody looked for",
            {
                dockerd("-H", "tcp://:2376", "--tlsverify")(&$0)
                $0.files["/etc/docker/daemon.json"] = nil
            }
        ),
    ]

    @Test(arguments: cases)
    func `each host gets its verdict`(_ one: HostCase) throws {
        var host = HostEvidence.debian()
        one.change(&host)
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: host.evidence)
        #expect(results.verdict == one.verdict, "\(results)")
    }

    @Test func `a finding says where, by whom, and what was seen`() throws {
        var host = HostEvidence.debian()
        Self.dockerd("-H", "tcp://0.0.0.0:2375")(&host)
        #expect(
            Check.dockerWithoutTLS.results(on: host.evidence)
                == [
                    CheckResult(
                        .fail,
                        subject: "[::]:2375",
                        "Docker answers without TLS, held by dockerd (process 812): everybody who reaches it is root on the host",
                        evidence: [
                            "GET http://[::]:2375/_ping: 200", "Server: Docker/20.10.24 (linux)",
                            "arguments of process 812: tcp://0.0.0.0:2375",
                        ]
                    )
                ]
        )
    }

    @Test func `a socket for all addresses is asked at any of them`() {
        #expect(Probe("10.0.0.5", 2375, .http, "GET", "/_ping").isTo(Listener("::", 2375)))
        #expect(Probe("10.0.0.5", 2375, .http, "GET", "/_ping").isTo(Listener("0.0.0.0", 2375)))
        #expect(!Probe("fe80::1", 2375, .http, "GET", "/_ping").isTo(Listener("0.0.0.0", 2375)))
        #expect(!Probe("10.0.0.5", 2375, .http, "GET", "/_ping").isTo(Listener("127.0.0.1", 2375)))
    }

    @Test(
        arguments: [
            (["api-version": "1.41", "ostype": "linux"], Probe.Engine.docker),
            (["server": "Docker/27.0.0 (linux)"], .docker),
            (["api-version": "1.41", "ostype": "linux", "libpod-api-version": "5.0.0"], .podman),
            (["server": "Libpod/4.3.1 (linux)"], .podman), (["server": "nginx"], nil), (["api-version": "7"], nil),
        ] as [([String: String], Probe.Engine?)]
    )
    func `an engine is known by what it says of itself`(_ headers: [String: String], _ engine: Probe.Engine?) {
        var probe = Probe("::", 1, .http, "GET", "/_ping", status: 200)
        probe.headers = headers
        #expect(probe.engine == engine)
        probe.status = nil
        #expect(probe.engine == nil)
    }
}
