/// Reads one rule as `iptables-save` prints it.
struct IPTablesRule {
    let family: IPAddress.Family
    let sets: IPSets
    let words: [String]

    /// An option with what follows it, up to the next one.
    struct Option {
        var name: String
        var values: [String]
        var isNegated: Bool
        /// The extension that it belongs to, as `-m` last named it.
        var match: String
    }

    func steps(in table: String) -> [Ruleset.Step] {
        var steps: [Ruleset.Step] = []
        var target: (name: String, isGoto: Bool)?
        var targetOptions: [Option] = []
        var plain: Set<String> = []
        var met: Set<String> = []
        let options = self.options
        for option in options {
            if target != nil {
                targetOptions.append(option)
                continue
            }
            switch option.name {
            case "-j", "--jump": target = (option.values.first ?? "", false)
            case "-g", "--goto": target = (option.values.first ?? "", true)
            case "-m", "--match": plain.formUnion(option.values)
            default:
                met.insert(option.match)
                steps += condition(option, options)
            }
        }
        // Some extensions match by their presence.
        for name in plain.subtracting(met).sorted() { steps += presence(of: name) }
        guard let target else { return steps }
        if target.isGoto { return steps + [.verdict(.goto(target.name))] }
        return steps + IPTablesTarget(name: target.name, options: targetOptions).steps(in: table)
    }

    private var options: [Option] {
        var options: [Option] = []
        var match = ""
        var isNegated = false
        for word in words {
            if word == "!" {
                // Old programs print it after the option: `-s ! 10.0.0.0/8`.
                if let last = options.last, last.values.isEmpty, last.name != "--comment", Self.needsValue(last.name) {
                    options[options.count - 1].isNegated = true
                } else {
                    isNegated = true
                }
            } else if word.hasPrefix("-"), word.utf8.count > 1, !isValue(word, of: options.last) {
                options.append(Option(name: word, values: [], isNegated: isNegated, match: match))
                isNegated = false
            } else if !options.isEmpty {
                options[options.count - 1].values.append(word)
                if options.last?.name == "-m" || options.last?.name == "--match" { match = word }
            }
        }
        return options
    }

    /// Whether a word that begins like an option is a text instead.
    private func isValue(_ word: String, of option: Option?) -> Bool {
        guard let option, option.values.isEmpty else { return false }
        return ["--comment", "--log-prefix", "--nflog-prefix", "--string", "--hex-string"].contains(option.name)
    }

    private static func needsValue(_ name: String) -> Bool {
        !["--syn", "--update", "--rcheck", "--set", "--remove", "-f", "--physdev-is-bridged", "--limit-iface-in"]
            .contains(name)
    }

    private func condition(_ option: Option, _ all: [Option]) -> [Ruleset.Step] {
        let value = option.values.first ?? ""
        switch option.name {
        case "-p", "--protocol", "--ctproto":
            guard let number = TransportProtocol.number(value) else { return [.unknowable] }
            return number == 0 ? [] : [.equal(.transport, Ruleset.Values(NumberSet(number)), option.isNegated)]
        case "-s", "--source", "--src": return [.equal(.source(family), addresses(value), option.isNegated)]
        case "-d", "--destination", "--dst": return [.equal(.destination(family), addresses(value), option.isNegated)]
        case "--src-range": return [.equal(.source(family), range(value), option.isNegated)]
        case "--dst-range": return [.equal(.destination(family), range(value), option.isNegated)]
        case "--ctorigsrc": return [.equal(.originalSource(family), addresses(value), option.isNegated)]
        case "--ctorigdst": return [.equal(.originalDestination(family), addresses(value), option.isNegated)]
        case "-i", "--in-interface": return [.equal(.inputInterface, interface(value), option.isNegated)]
        case "-o", "--out-interface": return [.equal(.outputInterface, interface(value), option.isNegated)]
        case "--dport", "--dports", "--destination-port", "--destination-ports":
            return [port(.destinationPort, option)]
        case "--sport", "--sports", "--source-port", "--source-ports": return [port(.sourcePort, option)]
        case "--ctorigdstport": return [port(.originalDestinationPort, option)]
        case "--ctorigsrcport": return [port(.sourcePort, option)]
        // Either of both ports.
        case "--ports": return [.unknowable]
        case "--syn": return option.isNegated ? [.never] : []
        case "--tcp-flags": return [tcpFlags(option)]
        case "--ctstate", "--state": return [state(option)]
        case "--ctdir": return [(value == "ORIGINAL") == option.isNegated ? .never : .condition(.always)]
        case "--dst-type": return [.equal(.destinationType, names(value), option.isNegated)]
        case "--src-type": return [.equal(.sourceType, names(value), option.isNegated)]
        case "--pkt-type": return [.equal(.sourceType, names(value), option.isNegated)]
        case "--mark": return [mark(option)]
        case "--match-set": return [sets.step(option.values, family, isNegated: option.isNegated)]
        case "--limit", "--hashlimit-upto", "--hashlimit": return option.isNegated ? [.never] : [.rate]
        case "--hashlimit-above": return [.never]
        case "--connlimit-upto": return option.isNegated ? [.never] : [.rate]
        case "--connlimit-above": return option.isNegated ? [.rate] : [.never]
        case "--pol": return (value == "none") != option.isNegated ? [] : [.never]
        case "--invert" where option.match == "rpfilter": return [.never]
        case "--set" where option.match == "recent": return []
        // Who calls for the first time has not called several times; whether somebody has knocked elsewhere nobody can tell.
        case "--rcheck", "--update":
            let hits = all.first { $0.name == "--hitcount" }?.values.first.flatMap { Int($0) } ?? 1
            return hits > 1 ? (option.isNegated ? [] : [.never]) : [.unknowable]
        case "--icmp-type", "--icmpv6-type": return [.never]
        case "--uid-owner", "--gid-owner", "--socket-exists": return [.never]
        case let name where Self.idle.contains(name) || Self.idlePrefixes.contains(where: name.hasPrefix): return []
        default:
            // UDP's, ICMP's and others' are met by packets of theirs alone, which `-p` says as well.
            return ["udp", "icmp", "icmp6", "sctp", "dccp", "esp", "ah"].contains(option.match) ? [] : [.unknowable]
        }
    }

    /// Options that only say how others are meant.
    private static let idle: Set = [
        "--comment", "--limit-burst", "-4", "-6", "--connlimit-mask", "--connlimit-saddr", "--name", "--rsource",
        "--rdest",
        "--mask", "--dir", "--seconds", "--hitcount", "--reap", "--rttl", "--strict", "--return-nomatch", "--loose",
        "--validmark", "--accept-local",
    ]
    private static let idlePrefixes = ["--hashlimit-"]

    /// Extensions that say something without an option.
    private func presence(of name: String) -> [Ruleset.Step] {
        switch name {
        case "tcp", "udp", "comment", "conntrack", "state", "multiport", "set", "rpfilter", "standard", "mh": []
        default: [.unknowable]
        }
    }

    // MARK: Values

    private func addresses(_ text: String) -> Ruleset.Values {
        let networks = text.split(separator: ",").map { IPNetwork($0) }
        var values = Ruleset.Values(NumberSet(networks.compactMap { $0?.family == family ? $0?.range : nil }))
        values.isPartial = networks.isEmpty || networks.contains { $0?.family != family }
        return values
    }

    private func range(_ text: String) -> Ruleset.Values {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard let low = parts.first.flatMap({ IPAddress($0) }), let high = parts.last.flatMap({ IPAddress($0) }),
            low.family == family, high.family == family, low.number <= high.number
        else { return .unreadable }
        return Ruleset.Values(NumberSet([low.number...high.number]))
    }

    private func interface(_ text: String) -> Ruleset.Values {
        guard text.hasSuffix("+") else { return Ruleset.Values(names: [text]) }
        var values = Ruleset.Values()
        values.prefixes = [String(text.dropLast())]
        return values
    }

    private func names(_ text: String) -> Ruleset.Values {
        Ruleset.Values(names: Set(text.split(separator: ",").map { $0.lowercased() }))
    }

    private func port(_ field: Ruleset.Field, _ option: Option) -> Ruleset.Step {
        var values = Ruleset.Values()
        // The program itself takes fifteen.
        let parts = (option.values.first ?? "").split(separator: ",")
        values.isPartial = parts.count > 64
        for part in parts.prefix(64) {
            let bounds = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let low = bounds[0].isEmpty ? 0 : UInt16(bounds[0])
            let high = bounds.count == 1 ? low : bounds[1].isEmpty ? UInt16.max : UInt16(bounds[1])
            if let low, let high, low <= high {
                values.add(Ruleset.Values(NumberSet([UInt128(low)...UInt128(high)])))
            } else {
                values.isPartial = true
            }
        }
        if values.numbers.isEmpty { values.isPartial = true }
        // `-m udp --dport` is met by no packet of TCP.
        if ["udp", "udplite", "sctp", "dccp"].contains(option.match) { return .never }
        return .equal(field, values, option.isNegated)
    }

    private func tcpFlags(_ option: Option) -> Ruleset.Step {
        func bits(_ text: String) -> UInt8? {
            if text == "NONE" { return 0 }
            if text == "ALL" { return 0x3f }
            return NFTExpression.flags(.list(text.split(separator: ",").map { .text(String($0)) }))
        }
        guard option.values.count == 2, let mask = bits(option.values[0]), let set = bits(option.values[1]) else {
            return .unknowable
        }
        return (0x02 & mask == set) == option.isNegated ? .never : .condition(.always)
    }

    private func state(_ option: Option) -> Ruleset.Step {
        let names = names(option.values.first ?? "")
        // DNAT and SNAT are told as states, but are the connection's status.
        let statuses = names.names.intersection(["dnat", "snat"])
        var states = names
        states.names.subtract(statuses)
        if statuses.isEmpty { return .equal(.connectionState, states, option.isNegated) }
        var any = Ruleset.Condition(
            fields: [.connectionState, .connectionStatus],
            rows: [[states, .everything], [.everything, Ruleset.Values(names: statuses)]]
        )
        any.isNegated = option.isNegated
        return .condition(any)
    }

    private func mark(_ option: Option) -> Ruleset.Step {
        let parts = (option.values.first ?? "").split(separator: "/")
        guard let value = parts.first.flatMap(IPTablesTarget.number),
            let mask = parts.count > 1 ? IPTablesTarget.number(parts[1]) : .max
        else { return .unknowable }
        let field: Ruleset.Field = option.match == "connmark" ? .connectionMark(mask: mask) : .mark(mask: mask)
        return .equal(field, Ruleset.Values(NumberSet(UInt128(value))), option.isNegated)
    }
}

extension Ruleset.Step {
    static func equal(_ field: Ruleset.Field, _ values: Ruleset.Values, _ isNegated: Bool) -> Ruleset.Step {
        .condition(Ruleset.Condition(fields: [field], rows: [[values]], isNegated: isNegated))
    }
}

extension Ruleset.Values {
    /// What every field is one of, also what has a state or a status.
    static var everything: Ruleset.Values {
        var values = Ruleset.Values()
        values.isAll = true
        return values
    }
}
