extension Ruleset {
    struct Place {
        var table: Int
        var chain: String
        var base: Base

        /// Whether connections are looked up before packets enter it; nil where that hangs on what was loaded first.
        var isTracked: Bool? {
            switch base.hook {
            case .ingress: false
            case .prerouting where !base.isNAT: base.priority == -200 ? nil : base.priority > -200
            default: true
            }
        }
    }

    /// The chains that packets of a family enter at a hook, in order; of several in one group nobody can tell which is first.
    ///
    /// Of chains of one priority the kernel enters the one that was made last, which no listing shows. It matters where they
    /// translate, as the first that does decides.
    func groups(at hook: Base.Hook, _ family: IPAddress.Family) -> [[Place]] {
        places(at: hook, family).reduce(into: []) { groups, place in
            if place.base.isNAT, let last = groups.last?.last, last.base.isNAT,
                last.base.priority == place.base.priority
            {
                groups[groups.count - 1].append(place)
            } else {
                groups.append([place])
            }
        }
    }

    /// The chains that packets of a family enter at a hook, in order.
    ///
    /// Chains of NAT are all entered where the kernel's own NAT is, whatever their priority, which orders them among each other.
    private func places(at hook: Base.Hook, _ family: IPAddress.Family) -> [Place] {
        var places: [Place] = []
        for (index, table) in tables.enumerated() {
            let isMeant =
                switch table.family {
                case .inet: true
                case .ip: family == .ip4
                case .ip6: family == .ip6
                case .netdev: hook == .ingress
                case .arp, .bridge: false
                }
            guard isMeant else { continue }
            let entered = table.chains.compactMap { name, chain -> Place? in
                guard let base = chain.base, base.hook == hook else { return nil }
                return Place(table: index, chain: name, base: base)
            }
            places += entered.sorted { $0.chain < $1.chain }
        }
        let nat = hook == .prerouting ? -100 : 100
        return places.enumerated().sorted { a, b in
            let first = (a.element.base.isNAT ? nat : a.element.base.priority, a.element.base.priority, a.offset)
            let second = (b.element.base.isNAT ? nat : b.element.base.priority, b.element.base.priority, b.offset)
            return first < second
        }.map(\.element)
    }
}
