@testable import Posture
import Testing

/// Engines in other network namespaces than the host's: judged by their own answers, and never by another's.
@Suite struct OtherNetworkEngineTests {
    private static let open = OtherNetwork.host(
        OtherNetwork.listening("dockerd", "0.0.0.0", 2375),
        OtherNetwork.answer("0.0.0.0", 2375, "/_ping", 200, asEngine: true)
    )
    private static let openOnLoopback = OtherNetwork.host(
        OtherNetwork.listening("dockerd", "127.0.0.1", 2375),
        OtherNetwork.answer("127.0.0.1", 2375, "/_ping", 200, asEngine: true)
    )
    private static let proxied = OtherNetwork.host(
        OtherNetwork.listening("haproxy", "::", 2375),
        OtherNetwork.answer("::", 2375, "/_ping", 200, asEngine: true)
    )
    private static let unasked = OtherNetwork.host(
        OtherNetwork.listening("program", "0.0.0.0", 8080),
        { host in
            host.listeners = host.listeners.map { listeners in
                listeners.map { listener in
                    var listener = listener
                    if listener.network != nil { listener.unasked = "its network namespace cannot be opened: no" }
                    return listener
                }
            }
        }
    )
    private static let resolver = OtherNetwork.host { host in
        var listener = Listener("127.0.0.11", 40_001, processes: [812])
        listener.network = OtherNetwork.network
        listener.isInHostNetwork = false
        host.listen(listener)
    }

    static let engines: [OtherNetwork.Case] = [
        OtherNetwork.Case("M1035-001", "fail", "an engine in a container", open),
        OtherNetwork.Case("M1035-005", "pass", "an engine in a container, which is not on its loopback", open),
        OtherNetwork.Case("M1035-003", "pass", "an engine in a container, which is dockerd's own", open),
        OtherNetwork.Case("M1030-001", "na", "an engine in a container, which no filter of the host's is before", open),
        OtherNetwork.Case("M1035-001", "pass", "an engine on a container's loopback", openOnLoopback),
        OtherNetwork.Case("M1035-005", "warn", "an engine on a container's loopback", openOnLoopback),
        OtherNetwork.Case("M1035-001", "fail", "a proxy in a container", proxied),
        OtherNetwork.Case("M1035-003", "fail", "a proxy in a container", proxied),
        OtherNetwork.Case("M1035-001", "unknown", "what could not be asked", unasked),
        OtherNetwork.Case("M1035-003", "unknown", "what could not be asked", unasked),
        OtherNetwork.Case(
            "M1035-001",
            "unknown",
            "networks that could not be read",
            OtherNetwork.host { $0.networksUnread = "not root" }
        ),
        OtherNetwork.Case("M1035-005", "pass", "an engine's resolver in a container", resolver),
        OtherNetwork.Case(
            "M1035-005",
            "unknown",
            "what a container itself has at its resolver's address",
            OtherNetwork.host(OtherNetwork.listening("dockerd-like", "127.0.0.11", 40_001))
        ),
        OtherNetwork.Case(
            "M1035-013",
            "fail",
            "Podman in a container",
            OtherNetwork.host(
                OtherNetwork.listening("podman", "0.0.0.0", 8888, ["system", "service"]),
                OtherNetwork.answer("0.0.0.0", 8888, "/_ping", 200),
                { $0.probes[0].headers = ["libpod-api-version": "5.0.0"] }
            )
        ),
        OtherNetwork.Case(
            "M1035-012",
            "fail",
            "containerd in a container",
            OtherNetwork.host(
                OtherNetwork.listening("containerd", "0.0.0.0", 10_010),
                OtherNetwork.answer("0.0.0.0", 10_010, "/_ping", 404),
                { $0.files["/etc/containerd/config.toml"] = HostFile("/etc/containerd/config.toml", .missing) }
            )
        ),
    ]

    @Test(arguments: engines)
    func `each network's answers are its own listeners'`(_ one: OtherNetwork.Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: one.host.evidence)
        #expect(results.verdict == one.verdict, "\(results)")
    }

    @Test(arguments: [true, false])
    func `one place in two networks is two sockets`(_ isHosts: Bool) {
        let (open, shut): (NetworkNamespace?, NetworkNamespace?) =
            isHosts ? (nil, OtherNetwork.network) : (OtherNetwork.network, nil)
        let host = OtherNetwork.host(
            OtherNetwork.listening("one", "0.0.0.0", 2375, in: open),
            OtherNetwork.listening("two", "0.0.0.0", 2375, in: shut),
            OtherNetwork.answer("0.0.0.0", 2375, "/_ping", 404, in: shut),
            OtherNetwork.answer("0.0.0.0", 2375, "/_ping", 200, in: open, asEngine: true)
        )
        let results = Check.dockerWithoutTLS.results(on: host.evidence)
        let place = isHosts ? "0.0.0.0:2375" : "0.0.0.0:2375 in container \"ci\""
        #expect(results.filter { $0.outcome == .fail }.map(\.subject) == [place])
        let inside = isHosts ? "" : " in net:[200] (container \"ci\")"
        #expect(results.first { $0.outcome == .fail }?.evidence == ["GET http://0.0.0.0:2375/_ping\(inside): 200"])
        #expect(results.allSatisfy { [.fail, .pass].contains($0.outcome) })
    }

    @Test func `a finding says in which network, by whom, and what was seen`() {
        #expect(
            Check.dockerWithoutTLS.results(on: Self.open.evidence).filter { $0.outcome == .fail }
                == [
                    CheckResult(
                        .fail,
                        subject: "0.0.0.0:2375 in container \"ci\"",
                        "Docker answers without TLS, held by dockerd (process 4003): every container in a network with it "
                            + "has containers made and entered as it likes",
                        evidence: ["GET http://0.0.0.0:2375/_ping in net:[200] (container \"ci\"): 200"]
                    )
                ]
        )
    }

    @Test func `why a socket was not asked is told`() {
        #expect(
            Check.dockerWithoutTLS.results(on: Self.unasked.evidence) == [
                CheckResult(
                    .unknown,
                    subject: "",
                    "nobody asked 1 sockets: 0.0.0.0:8080 in container \"ci\"",
                    evidence: [
                        "0.0.0.0:8080 in container \"ci\": its network namespace cannot be opened: no"
                    ]
                )
            ]
        )
    }

    @Test func `an engine in a container has nothing of the host's changed`() {
        let fixes = Check.dockerWithoutTLS.fixes(on: Self.open.evidence)
        #expect(
            fixes.map(\.title) == ["Have engines in containers serve nobody by the network who shows no certificate"]
        )
        #expect(
            fixes.flatMap(\.changes) == [
                .steps([
                    "0.0.0.0:2375 in container \"ci\": start dockerd (process 4003) with "
                        + "--host=unix:///var/run/docker.sock alone, and share that socket's folder with its clients; or "
                        + "with --tlsverify and its three files"
                ])
            ]
        )
        #expect(Self.open.evidence.closedPorts.isEmpty)
    }
}
