/// Who reaches a port of a host, as far as its packet filter has a say.
struct Reach: Sendable {
    enum Extent: Int, Sendable, Comparable {
        case nobody
        /// Some networks that the rules name.
        case some
        case undecided
        /// Anybody who has a way to the host.
        case everybody

        static func < (a: Extent, b: Extent) -> Bool { a.rawValue < b.rawValue }
    }

    var extent: Extent
    var family: IPAddress.Family
    /// The networks from which it is reached.
    var networks: [String] = []
    /// The rules that decide, as they stand there.
    var rules: [String] = []
}

extension Firewall {
    /// The share of the world's addresses from which a port is as good as open.
    private static let wide: UInt128 = 256
    private static let maximumQuestions = 64

    /// Who reaches a listener from outside, for each family that it answers.
    func reaches(_ address: String, port: Int) -> [Reach] {
        guard let port = UInt16(exactly: port) else { return [] }
        return families(address).compactMap { family in
            var worst: Reach?
            for question in questions(address, port, family).prefix(Self.maximumQuestions) {
                let reach = self.reach(question)
                if worst.map({ $0.extent < reach.extent }) ?? true { worst = reach }
            }
            return worst
        }
    }

    /// What becomes of one connection.
    func outcome(of question: FirewallQuestion) -> Traversal.Outcome {
        Traversal.outcome(of: question, in: rules, routes: routes)
    }

    private func families(_ address: String) -> [IPAddress.Family] {
        guard let one = IPAddress(address) else { return [] }
        if one.family == .ip4 { return [.ip4] }
        if one.isMapped { return [.ip4] }
        // A socket of `::` takes IPv4, too, unless it says otherwise.
        guard one.number == 0 else { return [.ip6] }
        let hasNone = !addresses.isEmpty && !addresses.contains { $0.family == .ip6 }
        return hasNone ? [.ip4] : [.ip4, .ip6]
    }

    private func questions(_ address: String, _ port: UInt16, _ family: IPAddress.Family) -> [FirewallQuestion] {
        var destinations: [UInt128?] = [nil]
        if let one = IPAddress(address), one.number != 0 {
            destinations = [one.isMapped ? one.number & 0xffff_ffff : one.number]
        } else {
            let own = addresses.filter { $0.family == family }.map { Optional($0.number) }
            if !own.isEmpty { destinations = own }
        }
        let sources = outside(family)
        return destinations.flatMap { destination in
            inputs.map {
                FirewallQuestion(family: family, destination: destination, port: port, input: $0, sources: sources)
            }
        }
    }

    /// Addresses that connections may come from, but for those that are expected.
    func outside(_ family: IPAddress.Family) -> NumberSet {
        let expected = managementNetworks.filter { $0.family == family }.map(\.range)
        return NumberSet([family.all]).subtracting(NumberSet(expected + Self.special[family, default: []]))
    }

    private func reach(_ question: FirewallQuestion) -> Reach {
        let outcome = outcome(of: question)
        let world = Self.world[question.family] ?? .none
        let sure = outcome.accepted.subtracting(outcome.dropped)
        let isWide = { (set: NumberSet) in set.intersection(world).count > world.count / Self.wide }
        var reach = Reach(extent: .nobody, family: question.family)
        if isWide(sure) {
            reach.extent = .everybody
            reach.rules = outcome.accepting
        } else if isWide(outcome.accepted) {
            reach.extent = .undecided
            reach.rules = outcome.doubts
        } else if !outcome.accepted.isEmpty {
            reach.extent = .some
            reach.networks = outcome.accepted.words(question.family)
            reach.rules = outcome.accepting + outcome.dropping
        } else {
            reach.rules = outcome.dropping
        }
        return reach
    }

    private static func ranges(_ networks: [String]) -> [ClosedRange<UInt128>] {
        networks.compactMap { IPNetwork($0)?.range }
    }

    /// Addresses that no other host has: of this one, of groups, and none.
    ///
    /// Source: IANA's special-purpose address registries.
    private static let special: [IPAddress.Family: [ClosedRange<UInt128>]] = [
        .ip4: ranges(["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"]),
        .ip6: ranges(["::/127", "::ffff:0:0/96", "ff00::/8"]),
    ]

    /// Those of the Internet at large.
    static let world: [IPAddress.Family: NumberSet] = [
        .ip4: NumberSet(IPAddress.Family.ip4.all).subtracting(
            NumberSet(
                ranges([
                    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                    "192.168.0.0/16", "224.0.0.0/3",
                ])
            )
        ),
        .ip6: NumberSet(ranges(["2000::/3"])),
    ]
}

extension IPAddress {
    /// Whether it is one of IPv4 as sockets of IPv6 show it: `::ffff:10.0.0.5`.
    var isMapped: Bool { family == .ip6 && number >> 32 == 0xffff }
}

extension NumberSet {
    init(_ range: ClosedRange<UInt128>) { self.init([range]) }
}

extension [Reach] {
    /// The worst of all.
    var extent: Reach.Extent { map(\.extent).max() ?? .nobody }

    /// Who, and by which rules, in lines for people.
    var evidence: [String] {
        flatMap { reach -> [String] in
            let networks =
                reach.networks.isEmpty ? [] : ["\(reach.family.words) from \(reach.networks.joined(separator: ", "))"]
            return networks + reach.rules
        }
    }
}
