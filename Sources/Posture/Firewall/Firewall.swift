/// A host's packet filter: all of its rules together, whichever programs made them.
struct Firewall: Sendable {
    var rules: Ruleset
    var routes: Routes
    /// The interfaces by which the world comes in.
    var inputs: [Flow.Interface]
    /// Addresses of the host that others may call; none where they are not known.
    var addresses: [IPAddress]
    /// What asks from these networks is expected.
    var managementNetworks: [IPNetwork]

    /// Reads what was collected.
    ///
    /// - Returns: unreadable where part of it could not be read, as what is missing may close a port or turn it elsewhere.
    static func reading(_ host: HostEvidence, _ expectations: Expectations) -> Reading<Firewall> {
        var rules = Ruleset()
        var isKnownToNFT = false
        switch host.firewall.nft {
        case .absent: break
        case .known(let text):
            do throws(DocumentError) {
                rules = try NFTReader.read(text)
                isKnownToNFT = true
            } catch {
                return .unreadable("nft -j list ruleset: \(error)")
            }
        case .unreadable(let reason): return .unreadable("nft -j list ruleset: \(reason)")
        }
        let sets = host.firewall.ipsets.value.map { IPSets($0) } ?? IPSets()
        for (family, text, program) in [
            (IPAddress.Family.ip4, host.firewall.iptables, "iptables-save"),
            (.ip6, host.firewall.ip6tables, "ip6tables-save"),
        ] {
            switch text {
            case .absent: break
            case .known(let text):
                rules.add(IPTablesReader.read(text, family, sets: sets), isKnownToNFT: isKnownToNFT, program: program)
            case .unreadable(let reason):
                // nft knows what its own programs have made, but not the old kernel interface's rules.
                guard isKnownToNFT else { return .unreadable("\(program): \(reason)") }
            }
        }
        if let gap = rules.gaps.first { return .unreadable("the packet filter's rules: \(gap)") }
        let local = host.addresses.compactMap { IPAddress($0) }
        return .known(
            Firewall(
                rules: rules,
                routes: Routes(local: local, Routes.known(host) + rules.routes),
                inputs: host.outsideInterfaces,
                addresses: host.callableAddresses,
                managementNetworks: expectations.managementNetworks.compactMap { IPNetwork($0) }
            )
        )
    }
}

extension Ruleset {
    /// Adds tables of iptables, in place of those that nft shows of them without what they say.
    fileprivate mutating func add(_ read: IPTablesReader.Read, isKnownToNFT: Bool, program: String) {
        gaps += read.gaps
        if read.isIncomplete, !isKnownToNFT { gaps.append("\(program) says that nft alone can print some") }
        for table in read.tables {
            let place = tables.firstIndex { $0.family == table.family && $0.name == table.name }
            guard let place, read.shownOfNFT.contains(table.name) || tables[place].hasChains(of: table) else {
                tables.append(table)
                continue
            }
            if tables[place].isOpaque { tables[place] = table }
        }
    }

    /// Which interfaces the rules themselves show networks behind: `-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE`.
    fileprivate var routes: [Routes.Route] {
        tables.flatMap { table in
            table.chains.values.filter { $0.base?.hook == .postrouting && $0.base?.isNAT == true }
                .flatMap(\.rules).compactMap(\.route)
        }
    }
}

extension Ruleset.Table {
    fileprivate func hasChains(of other: Ruleset.Table) -> Bool {
        !other.chains.isEmpty
            && other.chains.keys.allSatisfy { chains[$0] != nil || other.chains[$0]?.rules.isEmpty == true }
    }
}

extension Ruleset.Rule {
    fileprivate var route: Routes.Route? {
        guard case .verdict(.accept)? = steps.last else { return nil }
        var network: IPNetwork?
        var interface: String?
        for step in steps {
            guard case .condition(let condition) = step, condition.fields.count == 1, condition.rows.count == 1,
                let values = condition.rows.first?.first
            else { continue }
            switch (condition.fields[0], condition.isNegated) {
            case (.source(let family), false):
                guard values.numbers.ranges.count == 1 else { return nil }
                network = IPNetwork(values.numbers.words(family)[0])
            case (.outputInterface, true):
                guard values.names.count == 1, values.prefixes.isEmpty else { return nil }
                interface = values.names.first
            default: return nil
            }
        }
        guard let network, let interface else { return nil }
        return Routes.Route(network: network, interface: interface)
    }
}

extension Routes {
    /// The networks of the host's interfaces, and of Docker's bridges.
    fileprivate static func known(_ host: HostEvidence) -> [Route] {
        let own = host.interfaces.flatMap { interface in
            interface.addresses.compactMap { text in
                IPNetwork(text).map { Route(network: $0, interface: interface.name) }
            }
        }
        let networks = host.docker.value?.networks.value ?? []
        let bridges = networks.flatMap { network -> [Route] in
            let id = network["Id"]?.text ?? ""
            let named = network.at("Options", "com.docker.network.bridge.name")?.text
            guard network["Driver"]?.text == "bridge", let name = named ?? (id.isEmpty ? nil : "br-\(id.prefix(12))")
            else { return [] }
            return (network.at("IPAM", "Config")?.elements ?? []).compactMap { config in
                config["Subnet"]?.text.flatMap { IPNetwork($0) }.map { Route(network: $0, interface: name) }
            }
        }
        return own + bridges
    }
}

extension HostEvidence {
    /// By which interfaces the world comes in: those of the default routes, or else any that is not for something else.
    fileprivate var outsideInterfaces: [Flow.Interface] {
        let outer = interfaces.filter(\.hasDefaultRoute).map(\.name)
        let others = interfaces.map(\.name).filter {
            $0 != "lo" && !Flow.Interface.isOfContainers($0) && !Flow.Interface.isTunnel($0)
        }
        let names = Set(outer + others).sorted().prefix(16)
        return names.isEmpty ? [.outside] : names.map { .named($0) }
    }

    fileprivate var callableAddresses: [IPAddress] {
        let ofContainers = Set(
            interfaces.filter { Flow.Interface.isOfContainers($0.name) }.flatMap(\.addresses).compactMap {
                $0.split(separator: "/").first.flatMap { IPAddress($0) }
            }
        )
        return addresses.compactMap { IPAddress($0) }.filter { address in
            let isLoopback = address.family == .ip4 ? address.number >> 24 == 127 : address.number == 1
            let isLinkLocal = address.family == .ip6 && address.number >> 118 == 0xfe80 >> 6
            return !isLoopback && !isLinkLocal && !ofContainers.contains(address)
        }
    }
}
