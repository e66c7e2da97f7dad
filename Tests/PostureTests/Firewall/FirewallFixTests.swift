@testable import Posture
import Testing

/// The rules that fixes write, loaded where a kernel tells what they do.
@Suite(.serialized, .enabled(if: NetworkLab.isPossible, "\(NetworkLab.missing)"))
struct FirewallFixTests {
    private static let networks = ["198.51.100.0/24", "198.51.100.0/25", "2001:db8:1::/48"]

    private var expectations: Expectations {
        var expectations = Expectations()
        expectations.managementNetworks = Self.networks
        return expectations
    }

    /// A host that runs all, and publishes 9000 of a container.
    private func evidence(_ lab: NetworkLab) throws -> Evidence {
        var host = try lab.evidence()
        host.processes = .known([
            HostProcess(id: 1, name: "dockerd", arguments: ["dockerd"]),
            HostProcess(id: 2, name: "docker-proxy", arguments: ["docker-proxy"]),
        ])
        host.listeners = .known([
            Listener("::", 2375, processes: [1]), Listener("0.0.0.0", 9000, processes: [2]),
        ])
        var evidence = Evidence()
        evidence.host = .known(host)
        evidence.expectations = expectations
        return evidence
    }

    private static let published = """
        *nat
        :PREROUTING ACCEPT [0:0]
        :DOCKER - [0:0]
        -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
        -A DOCKER ! -i docker0 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.2:2375
        COMMIT
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :DOCKER-USER - [0:0]
        -A FORWARD -j DOCKER-USER
        -A DOCKER-USER -s 192.0.2.77/32 -j DROP
        -A DOCKER-USER -j RETURN
        COMMIT
        """

    private static func calls(_ port: Int) -> [NetworkLab.Connection] {
        NetworkLab.clients.map {
            NetworkLab.Connection(source: $0, destination: NetworkLab.hostAddresses[0], port: port)
        }
            + NetworkLab.clients6.map {
                NetworkLab.Connection(source: $0, destination: NetworkLab.hostAddresses[1], port: port)
            }
    }

    @Test func `the table closes the ports to all but the management networks, whatever else is loaded`() throws {
        let lab = try NetworkLab("f")
        #expect(try lab.run(["iptables-restore"], input: Self.published).status == 0)
        // Somebody's own rules, which accept all.
        let own = "table inet own {\nchain c {\ntype filter hook input priority 0; policy accept;\naccept\n}\n}\n"
        #expect(try lab.run(["nft", "-f", "-"], input: own).status == 0)
        let failing = try evidence(lab)
        #expect(Check.hostFirewall.results(on: failing).map(\.outcome) == [.fail])
        #expect(Check.publishedContainers.results(on: failing).map(\.outcome) == [.fail])
        #expect(try lab.connected(Self.calls(2375)).count == 7)
        #expect(try lab.connected(Self.calls(9000)).count == 7)

        let fixes = Check.openListeners.fixes(on: failing)
        for case .nftables(let text) in fixes.flatMap(\.changes) {
            let checked = try lab.run(["nft", "-c", "-f", "-"], input: text)
            #expect(checked.status == 0, "\(checked.error)\n\(text)")
            // Twice, as an operator may.
            #expect(try lab.run(["nft", "-f", "-"], input: text).status == 0)
            #expect(try lab.run(["nft", "-f", "-"], input: text).status == 0)
        }
        #expect(fixes.count == 1)
        let fixed = try evidence(lab)
        for check in [Check.openListeners, .hostFirewall, .publishedContainers] {
            let results = check.results(on: fixed)
            #expect(!results.isEmpty && results.allSatisfy { $0.outcome == .pass }, "\(check.id): \(results)")
        }
        let expected: Set = ["198.51.100.7", "2001:db8:1::7"]
        #expect(Set(try lab.connected(Self.calls(2375)).map(\.source)) == expected)
        #expect(Set(try lab.connected(Self.calls(9000)).map(\.source)) == expected)
        #expect(try lab.connected(Self.calls(8080)).count == 7)
    }

    @Test func `the rules in DOCKER-USER close a published port by the number that is called`() throws {
        let lab = try NetworkLab("u")
        #expect(try lab.run(["iptables-restore"], input: Self.published).status == 0)
        let six = "*filter\n:FORWARD ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\nCOMMIT\n"
        #expect(try lab.run(["ip6tables-restore"], input: six).status == 0)
        let fix = Fix.closingInDockerUser([9000], for: expectations)
        for case .file(let path, let text, _) in fix.changes {
            let program = path.contains("v4") ? "iptables-restore" : "ip6tables-restore"
            let loaded = try lab.run([program, "--noflush"], input: text)
            #expect(loaded.status == 0, "\(loaded.error)\n\(text)")
        }
        // What its owner has put there stays.
        #expect(try lab.run(["iptables-save"]).text.contains("-A DOCKER-USER -s 192.0.2.77/32 -j DROP"))
        var fixed = try evidence(lab)
        fixed.host = fixed.host.map { host in
            var host = host
            host.addresses = [NetworkLab.hostAddresses[0]]
            return host
        }
        #expect(Check.publishedContainers.results(on: fixed).map(\.outcome) == [.pass])
        let open = try lab.connected(Self.calls(9000)).filter { !$0.source.contains(":") }
        #expect(Set(open.map(\.source)) == ["198.51.100.7"])
    }

    @Test func `without management networks the host alone is let in`() throws {
        let lab = try NetworkLab("e")
        let text = TidewaiterTable.text(ClosedPorts(own: [2375], published: [9000], udp: [4789]), networks: [])
        let loaded = try lab.run(["nft", "-f", "-"], input: text)
        #expect(loaded.status == 0, "\(loaded.error)\n\(text)")
        #expect(try lab.connected(Self.calls(2375)) == [])
        #expect(try lab.connected(Self.calls(9000)) == [])
    }

    @Test func `a swarm's ports are closed to all but its own nodes, its datagrams too`() throws {
        let lab = try NetworkLab("s")
        func swarm() throws -> Evidence {
            var evidence = try evidence(lab)
            evidence.host = evidence.host.map { host in
                var host = host
                host.docker = .known(DockerEvidence(info: ["Swarm": ["LocalNodeState": "active"]]))
                host.listeners = .known([Listener("::", 2377), Listener("::", 7946)])
                return host
            }
            return evidence
        }
        let failing = try swarm()
        #expect(Check.swarmPlanes.results(on: failing).map(\.outcome) == [.fail, .fail])
        let text = try #require(Self.tables(Check.swarmPlanes, failing).first)
        #expect(text.contains("udp dport { 4789, 7946 } counter drop"))
        #expect(try lab.run(["nft", "-f", "-"], input: text).status == 0)
        #expect(Check.swarmPlanes.results(on: try swarm()).map(\.outcome) == [.pass, .pass])
    }

    /// The tables of nft's that a check's fixes write.
    private static func tables(_ check: Check, _ evidence: Evidence) -> [String] {
        check.fixes(on: evidence).flatMap(\.changes).compactMap { change in
            guard case .nftables(let text) = change else { return nil }
            return text
        }
    }
}
