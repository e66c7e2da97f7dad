@testable import Posture
import Testing

/// The checks of a host's segmentation, each on the smallest host that gets each outcome.
@Suite struct HostSegmentationTests {
    private typealias E = SegmentationEvidence
    private static let dockerd = [E.process("dockerd")]
    private static let open = [Listener("::", 2375, processes: [1])]

    private static func expecting(_ evidence: Evidence, _ change: (inout Expectations) -> Void) -> Evidence {
        var evidence = evidence
        change(&evidence.expectations)
        return evidence
    }

    private static let listenerCases = [
        CheckCase("nothing is known", .openListeners, Evidence(), .notApplicable),
        CheckCase(
            "sockets could not be read",
            .openListeners,
            E.host { $0.listeners = .unreadable("not root") },
            .unknown
        ),
        CheckCase(
            "a web server at 8080",
            .openListeners,
            E.host([Listener("0.0.0.0", 8080, processes: [1])], [E.process("nginx")]),
            .notApplicable
        ),
        CheckCase(
            "dockerd on loopback",
            .openListeners,
            E.host([Listener("127.0.0.1", 2375, processes: [1])], dockerd),
            .pass
        ),
        CheckCase("dockerd everywhere", .openListeners, E.host(open, dockerd), .fail),
        CheckCase("a forwarder at 2375", .openListeners, E.host(open, [E.process("haproxy")]), .fail),
        CheckCase("dockerd behind rules", .openListeners, E.host(open, dockerd, E.closed), .pass),
        CheckCase(
            "rules that could not be read",
            .openListeners,
            E.host(open, dockerd) { $0.firewall.nft = .unreadable("not root") },
            .fail
        ),
        CheckCase(
            "expected by port",
            .openListeners,
            expecting(E.host(open, dockerd)) { $0.openListeners = ["2375"] },
            .pass
        ),
        CheckCase(
            "expected by address",
            .openListeners,
            expecting(E.host([Listener("203.0.113.5", 6443, processes: [1])], [E.process("kube-apiserver")])) {
                $0.openListeners = ["203.0.113.5:6443"]
            },
            .pass
        ),
        CheckCase(
            "a node's kubelet",
            .openListeners,
            E.host([Listener("::", 10250, processes: [1])], [E.process("kubelet")]),
            .warn
        ),
        CheckCase(
            "a kubelet's read-only port",
            .openListeners,
            E.host([Listener("::", 10255, processes: [1])], [E.process("kubelet")]),
            .fail
        ),
        CheckCase(
            "kube-proxy's health",
            .openListeners,
            E.host([Listener("::", 10256, processes: [1])], [E.process("kube-proxy")]),
            .notApplicable
        ),
        CheckCase(
            "an engine that answers at another port",
            .openListeners,
            E.host([Listener("0.0.0.0", 5555, processes: [1])], [E.process("socat")]) { host in
                var probe = Probe("0.0.0.0", 5555, .http, "GET", "/_ping", status: 200)
                probe.headers = ["api-version": "1.41", "ostype": "linux"]
                host.probes = [probe]
            },
            .fail
        ),
        CheckCase(
            "in a container's own network",
            .openListeners,
            E.host([Listener("::", 2375, processes: [1])], dockerd) {
                $0.listeners = $0.listeners.map {
                    $0.map {
                        var one = $0; one.isInHostNetwork = false; return one
                    }
                }
            },
            .notApplicable
        ),
        CheckCase(
            "in a swarm dockerd listens for services",
            .openListeners,
            E.host([Listener("::", 80, processes: [1])], dockerd) { $0.docker = .known(E.docker([], swarm: "active")) },
            .notApplicable
        ),
    ]

    private static let firewallCases = [
        CheckCase(
            "nothing to protect",
            .hostFirewall,
            E.host([Listener("127.0.0.1", 2375, processes: [1])], dockerd),
            .notApplicable
        ),
        CheckCase("no rules", .hostFirewall, E.host(open, dockerd), .fail),
        CheckCase("all closed", .hostFirewall, E.host(open, dockerd, E.closed), .pass),
        CheckCase(
            "not readable",
            .hostFirewall,
            E.host(open, dockerd) { $0.firewall.nft = .unreadable("not root") },
            .unknown
        ),
        CheckCase(
            "not readable as iptables",
            .hostFirewall,
            E.host(open, dockerd) { $0.firewall.iptables = .unreadable("not root") },
            .unknown
        ),
        CheckCase(
            "rules nobody can follow",
            .hostFirewall,
            E.host(open, dockerd) {
                $0.firewall.iptables = .known(
                    "*filter\n:INPUT DROP [0:0]\n-A INPUT -m bpf --bytecode 1 -j ACCEPT\nCOMMIT\n"
                )
            },
            .warn
        ),
        CheckCase(
            "IPv6 is forgotten",
            .hostFirewall,
            E.host(open, dockerd) { host in
                E.closed(&host); host.addresses.append("2001:db8::5")
            },
            .fail
        ),
        CheckCase(
            "a network that is none of the management's",
            .hostFirewall,
            expecting(
                E.host(open, dockerd) {
                    $0.firewall.iptables = .known(
                        "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\nCOMMIT\n"
                    )
                }
            ) { $0.managementNetworks = ["192.0.2.0/28"] },
            .warn
        ),
        CheckCase(
            "a node's kubelet without rules",
            .hostFirewall,
            E.host([Listener("::", 10250, processes: [1])], [E.process("kubelet")]),
            .warn
        ),
    ]

    private static let publishedCases = [
        CheckCase("no engine", .publishedContainers, E.host(), .notApplicable),
        CheckCase(
            "neither sockets nor containers",
            .publishedContainers,
            E.host {
                $0.listeners = .unreadable("x"); $0.docker = .known(E.docker(nil))
            },
            .unknown
        ),
        CheckCase(
            "everywhere",
            .publishedContainers,
            E.host { $0.docker = .known(E.docker([E.portainer("0.0.0.0")])) },
            .fail
        ),
        CheckCase(
            "everywhere, as Docker writes it without address",
            .publishedContainers,
            E.host { $0.docker = .known(E.docker([E.portainer("")])) },
            .fail
        ),
        CheckCase(
            "on loopback",
            .publishedContainers,
            E.host { $0.docker = .known(E.docker([E.portainer("127.0.0.1")])) },
            .pass
        ),
        CheckCase(
            "another application",
            .publishedContainers,
            E.host {
                $0.docker = .known(
                    E.docker([
                        [
                            "Config": ["Image": "minio/minio"],
                            "NetworkSettings": ["Ports": ["9000/tcp": [["HostIp": "0.0.0.0", "HostPort": "9000"]]]],
                        ]
                    ])
                )
            },
            .notApplicable
        ),
        CheckCase(
            "not readable rules",
            .publishedContainers,
            E.host {
                $0.docker = .known(E.docker([E.portainer("0.0.0.0")])); $0.firewall.nft = .unreadable("x")
            },
            .unknown
        ),
        CheckCase(
            "DOCKER-USER",
            .publishedContainers,
            E.host {
                $0.docker = .known(E.docker([E.portainer("0.0.0.0")]));
                $0.firewall.iptables = .known(
                    TypicalRules.docker(user: "-A DOCKER-USER -p tcp -m conntrack --ctorigdstport 9000 -j DROP")
                )
            },
            .pass
        ),
        CheckCase(
            "INPUT alone",
            .publishedContainers,
            E.host {
                $0.docker = .known(E.docker([E.portainer("0.0.0.0")]));
                $0.firewall.iptables = .known(TypicalRules.docker().replacing(":INPUT ACCEPT", with: ":INPUT DROP"))
            },
            .fail
        ),
    ]

    private static func daemon(_ text: String, _ arguments: [String] = ["dockerd"]) -> Evidence {
        E.host([], [HostProcess(id: 1, name: "dockerd", arguments: arguments)]) { host in
            var file = HostFile("/etc/docker/daemon.json", .regular, mode: 0o644)
            file.text = text
            host.files[file.path] = file
        }
    }

    private static let engineCases = [
        CheckCase("the default", .unfilteredEngine, daemon("{}"), .pass),
        CheckCase("by file", .unfilteredEngine, daemon(#"{"iptables": false, "log-driver": "local"}"#), .fail),
        CheckCase("by argument", .unfilteredEngine, daemon("{}", ["dockerd", "--iptables=false"]), .fail),
        CheckCase("IPv6 alone", .unfilteredEngine, daemon(#"{"ip6tables": false}"#), .warn),
        CheckCase("a file that is no JSON", .unfilteredEngine, daemon("{"), .unknown),
        CheckCase("no swarm", .swarmPlanes, E.host { $0.docker = .known(E.docker([])) }, .notApplicable),
        CheckCase("no engine", .swarmPlanes, E.host(), .notApplicable),
        CheckCase(
            "an engine that does not answer",
            .swarmPlanes,
            E.host { $0.docker = .unreadable("refused") },
            .unknown
        ),
        CheckCase(
            "a swarm everywhere, unlocked",
            .swarmPlanes,
            E.host([Listener("::", 2377), Listener("::", 7946)]) { $0.docker = .known(swarm(locked: false)) },
            .fail,
            .fail,
            .fail
        ),
        CheckCase(
            "a swarm at one address, locked",
            .swarmPlanes,
            E.host([Listener("10.0.0.5", 2377)]) { $0.docker = .known(swarm(locked: true)) },
            .pass,
            .pass
        ),
        CheckCase(
            "a swarm behind rules",
            .swarmPlanes,
            E.host([Listener("::", 2377)]) {
                $0.docker = .known(swarm(locked: true)); E.closed(&$0)
            },
            .pass,
            .pass
        ),
        CheckCase(
            "a swarm whose settings are not known",
            .swarmPlanes,
            E.host { $0.docker = .known(E.docker([], swarm: "active")) },
            .unknown
        ),
        CheckCase("icc off", .sharedBridge, E.host { $0.docker = .known(bridge("false", [E.portainer("")])) }, .pass),
        CheckCase(
            "icc on, shared",
            .sharedBridge,
            E.host { $0.docker = .known(bridge("true", [E.portainer("")])) },
            .fail
        ),
        CheckCase(
            "icc on, in another network",
            .sharedBridge,
            E.host { $0.docker = .known(bridge("true", [E.portainer("", network: "ui")])) },
            .pass
        ),
        CheckCase(
            "icc on, containers unknown",
            .sharedBridge,
            E.host { $0.docker = .known(bridge("true", nil)) },
            .unknown
        ),
        CheckCase("networks unknown", .sharedBridge, E.host { $0.docker = .known(E.docker([])) }, .unknown),
    ]

    private static func swarm(locked: Bool) -> DockerEvidence {
        var docker = E.docker([], swarm: "active")
        docker.swarm = .known(["Spec": ["EncryptionConfig": ["AutoLockManagers": .bool(locked)]]])
        return docker
    }

    private static func bridge(_ icc: String, _ containers: [Document]?) -> DockerEvidence {
        var docker = E.docker(containers)
        docker.networks = .known([
            ["Name": "bridge", "Driver": "bridge", "Options": ["com.docker.network.bridge.enable_icc": .text(icc)]]
        ])
        return docker
    }

    private static let server = [Listener("::", 6443, processes: [1])]
    private static let serverProcess = [E.process("kube-apiserver")]

    private static func withBridge(_ host: inout HostEvidence) {
        host.interfaces.append(HostInterface("docker0", addresses: ["172.17.0.1/16"]))
    }

    private static let reachCases = [
        CheckCase("an API server of the Internet", .apiServerReach, E.host(server, serverProcess), .fail),
        CheckCase(
            "an API server inside",
            .apiServerReach,
            E.host(server, serverProcess) { $0.addresses = ["10.0.0.5"] },
            .warn
        ),
        CheckCase("an API server behind rules", .apiServerReach, E.host(server, serverProcess, E.closed), .pass),
        CheckCase(
            "rules that could not be read",
            .apiServerReach,
            E.host(server, serverProcess) { $0.firewall.nft = .unreadable("x") },
            .unknown
        ),
        CheckCase("no API server", .apiServerReach, E.host(), .notApplicable),
        CheckCase("a provider's", .apiServerReach, E.cluster(), .unknown),
        CheckCase("no containers", .podsToNodes, E.host(open, dockerd), .notApplicable),
        CheckCase("containers reach dockerd", .podsToNodes, E.host(open, dockerd, withBridge), .fail),
        CheckCase(
            "rules for the outer interface alone",
            .podsToNodes,
            E.host(open, dockerd) {
                withBridge(&$0);
                $0.firewall.iptables = .known("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i eth0 -j DROP\nCOMMIT\n")
            },
            .fail
        ),
        CheckCase(
            "containers are dropped",
            .podsToNodes,
            E.host(open, dockerd) {
                withBridge(&$0); E.closed(&$0)
            },
            .pass
        ),
        CheckCase(
            "containers reach the kubelet",
            .podsToNodes,
            E.host([Listener("::", 10250, processes: [1])], [E.process("kubelet")], withBridge),
            .warn
        ),
        CheckCase(
            "containers may call the API server",
            .podsToNodes,
            E.host(server, serverProcess, withBridge),
            .notApplicable
        ),
        CheckCase(
            "rules that could not be read",
            .podsToNodes,
            E.host(open, dockerd) {
                withBridge(&$0); $0.firewall.nft = .unreadable("x")
            },
            .unknown
        ),
    ]

    @Test(arguments: listenerCases + firewallCases + publishedCases + engineCases + reachCases)
    func `each host gets its outcome`(_ one: CheckCase) {
        let results = one.check.results(on: one.evidence)
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
    }

    @Test func `a fix of daemon.json keeps what else is in it, and passes`() throws {
        let failing = Self.daemon(#"{"iptables": false, "log-driver": "local"}"#)
        let fixes = Check.unfilteredEngine.fixes(on: failing)
        #expect(
            fixes.flatMap(\.changes) == [
                .file(
                    path: "/etc/docker/daemon.json",
                    text: "{\n  \"iptables\": true,\n  \"log-driver\": \"local\"\n}\n"
                )
            ]
        )
        #expect(Check.unfilteredEngine.results(on: failing.applying(fixes)).map(\.outcome) == [.pass])
    }

    @Test func `a fix of an argument puts it into daemon.json, as dockerd takes it from one place`() throws {
        let failing = Self.daemon("{}", ["dockerd", "--iptables=false", "-H", "fd://"])
        let fixed = failing.applying(Check.unfilteredEngine.fixes(on: failing))
        #expect(fixed.host.value?.processes.value?.first?.arguments == ["dockerd", "-H", "fd://"])
        #expect(Check.unfilteredEngine.results(on: fixed).map(\.outcome) == [.pass])
    }

    @Test func `the table for open ports names them, and who may come`() throws {
        var failing = E.host(Self.open + [Listener("0.0.0.0", 6443)], Self.dockerd)
        failing.expectations.managementNetworks = ["192.0.2.0/28", "2001:db8::/64"]
        let fix = try #require(Check.openListeners.fixes(on: failing).first)
        #expect(fix.title == "Let 192.0.2.0/28, 2001:db8::/64 reach 2375, 6443")
        #expect(
            fix.changes == [
                .nftables(
                    """
                    table inet tidewaiter
                    delete table inet tidewaiter
                    table inet tidewaiter {
                      set management4 {
                        type ipv4_addr
                        flags interval
                        elements = { 192.0.2.0/28 }
                      }
                      set management6 {
                        type ipv6_addr
                        flags interval
                        elements = { 2001:db8::/64 }
                      }
                      chain input {
                        type filter hook input priority -10; policy accept;
                        iifname "lo" accept
                        ct state established,related accept
                        tcp dport { 2375, 6443 } ip saddr @management4 accept
                        tcp dport { 2375, 6443 } ip6 saddr @management6 accept
                        tcp dport { 2375, 6443 } counter drop
                      }
                    }

                    """
                )
            ]
        )
    }

    /// What nft 1.0.6 lists once that table is loaded.
    private static let listing = """
        {"nftables": [
        {"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}},
        {"table": {"family": "inet", "name": "tidewaiter", "handle": 2}},
        {"set": {"family": "inet", "name": "management4", "table": "tidewaiter", "type": "ipv4_addr", "handle": 2, "flags": ["interval"], "elem": [{"prefix": {"addr": "192.0.2.0", "len": 28}}]}},
        {"set": {"family": "inet", "name": "management6", "table": "tidewaiter", "type": "ipv6_addr", "handle": 3, "flags": ["interval"], "elem": [{"prefix": {"addr": "2001:db8::", "len": 64}}]}},
        {"chain": {"family": "inet", "table": "tidewaiter", "name": "input", "handle": 1, "type": "filter", "hook": "input", "prio": -10, "policy": "accept"}},
        {"rule": {"family": "inet", "table": "tidewaiter", "chain": "input", "handle": 4, "expr": [{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "tidewaiter", "chain": "input", "handle": 5, "expr": [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "tidewaiter", "chain": "input", "handle": 7, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [2375, 6443]}}}, {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@management4"}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "tidewaiter", "chain": "input", "handle": 9, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [2375, 6443]}}}, {"match": {"op": "==", "left": {"payload": {"protocol": "ip6", "field": "saddr"}}, "right": "@management6"}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "tidewaiter", "chain": "input", "handle": 11, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [2375, 6443]}}}, {"counter": {"packets": 0, "bytes": 0}}, {"drop": null}]}}
        ]}
        """

    @Test func `once the table is loaded, the ports are closed`() {
        var fixed = E.host(Self.open + [Listener("0.0.0.0", 6443)], Self.dockerd) { host in
            host.addresses.append("2001:db8::5")
            host.firewall.nft = .known(Self.listing)
        }
        fixed.expectations.managementNetworks = ["192.0.2.0/28", "2001:db8::/64"]
        for check in [Check.openListeners, .hostFirewall] {
            #expect(check.results(on: fixed).map(\.outcome) == [.pass, .pass])
        }
        // Without them being expected they are limited, as the rules say.
        fixed.expectations.managementNetworks = []
        let evidence = Check.hostFirewall.results(on: fixed).first?.evidence ?? []
        #expect(evidence.prefix(1) == ["IPv4 from 192.0.2.0/28"])
    }

    @Test func `all fixes write the one table, so that none opens what another has closed`() throws {
        let processes = ["dockerd", "docker-proxy", "kube-apiserver", "socat"].enumerated().map { place, name in
            var process = E.process(name)
            process.id = place + 1
            return process
        }
        let sockets = [
            Listener("0.0.0.0", 2375, processes: [1]), Listener("0.0.0.0", 9000, processes: [2]),
            Listener("0.0.0.0", 6443, processes: [3]), Listener("0.0.0.0", 8123, processes: [4]),
            Listener("0.0.0.0", 2377, processes: [1]), Listener("0.0.0.0", 7946, processes: [1]),
        ]
        let evidence = E.host(sockets, processes) { host in
            Self.withBridge(&host)
            host.docker = .known(E.docker(nil, swarm: "active"))
            var answer = Probe("0.0.0.0", 8123, .http, "GET", "/_ping", status: 200)
            answer.headers = ["api-version": "1.41", "ostype": "linux", "server": "Docker/20.10.24 (linux)"]
            answer.body = "OK"
            host.probes = [answer]
        }
        var tables: [String: Set<String>] = [:]
        for check in Check.all {
            for case .nftables(let text) in check.fixes(on: evidence).flatMap(\.changes) {
                tables[text, default: []].insert(check.id)
            }
        }
        let text = try #require(tables.keys.first)
        #expect(tables.count == 1)
        #expect(
            tables[text] == [
                "TW-M1030-001", "TW-M1030-002", "TW-M1030-003", "TW-M1030-011", "TW-M1030-012", "TW-M1030-013",
                "TW-M1035-003",
            ]
        )
        #expect(text.contains("tcp dport { 2375, 2377, 6443, 7946, 8123 } counter drop"))
        #expect(text.contains("fib daddr type local tcp dport { 9000 } counter drop"))
        #expect(text.contains("udp dport { 4789, 7946 } counter drop"))
    }
}
