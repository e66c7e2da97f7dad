@testable import Posture
import Testing

/// What the evaluator says of rules, beside what the kernel does with connections.
@Suite(.serialized, .enabled(if: NetworkLab.isPossible, "\(NetworkLab.missing)"))
struct KernelComparisonTests {
    /// All that may happen: from every client to every port.
    private static let connections: [NetworkLab.Connection] = NetworkLab.ports.flatMap { port in
        NetworkLab.clients.map {
            NetworkLab.Connection(source: $0, destination: NetworkLab.hostAddresses[0], port: port)
        }
            + NetworkLab.clients6.map {
                NetworkLab.Connection(source: $0, destination: NetworkLab.hostAddresses[1], port: port)
            }
    }

    /// What the evaluator says of one connection: nil where it cannot tell.
    private func isAccepted(_ connection: NetworkLab.Connection, by firewall: Firewall) throws -> Bool? {
        let source = try #require(IPAddress(connection.source))
        let destination = try #require(IPAddress(connection.destination))
        let question = FirewallQuestion(
            family: source.family,
            destination: destination.number,
            port: UInt16(connection.port),
            input: .named("eth0"),
            sources: NumberSet(source.number)
        )
        let outcome = firewall.outcome(of: question)
        return outcome.dropped.isEmpty ? true : outcome.accepted.isEmpty ? false : nil
    }

    private func compare(_ lab: NetworkLab, _ text: String) throws -> (different: [String], undecided: Int) {
        let firewall = try #require(Firewall.reading(try lab.evidence(), Expectations()).value)
        let open = try lab.connected(Self.connections)
        var different: [String] = []
        var undecided = 0
        for connection in Self.connections {
            switch try isAccepted(connection, by: firewall) {
            case nil: undecided += 1
            case let says? where says != open.contains(connection):
                different.append("\(connection): said \(says)")
            default: break
            }
        }
        if !different.isEmpty { different.append(text) }
        return (different, undecided)
    }

    @Test func `random rules of nft do what the evaluator says`() throws {
        let lab = try NetworkLab("n")
        var (loaded, undecided) = (0, 0)
        for seed in UInt64(1)...24 {
            var rules = RandomRules(seed: seed)
            let text = rules.nft()
            let load = try lab.run(["nft", "-f", "-"], input: "flush ruleset\n" + text)
            #expect(load.status == 0, "seed \(seed): \(load.error)\n\(text)")
            guard load.status == 0 else { continue }
            loaded += 1
            let result = try compare(lab, text)
            #expect(result.different == [], "seed \(seed)")
            undecided += result.undecided
        }
        #expect(loaded == 24)
        // `ip saddr & mask` alone is not understood.
        #expect(undecided < 24 * Self.connections.count / 20)
    }

    @Test func `random rules of iptables do what the evaluator says`() throws {
        let lab = try NetworkLab("i")
        for seed in UInt64(1)...20 {
            var rules = RandomRules(seed: seed)
            let text = rules.iptables()
            let load = try lab.run(["iptables-restore"], input: text)
            #expect(load.status == 0, "seed \(seed): \(load.error)\n\(text)")
            guard load.status == 0 else { continue }
            let result = try compare(lab, text)
            #expect(result.different == [], "seed \(seed)")
            #expect(result.undecided == 0, "seed \(seed): \(text)")
        }
    }
}
