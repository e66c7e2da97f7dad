/// The sets that rules of iptables look addresses up in, as `ipset save` prints them.
///
/// Source: ipset(8).
struct IPSets: Sendable {
    private struct Named: Sendable {
        /// `hash:ip,port`, what each entry is made of.
        var parts: [String]
        var family: IPAddress.Family
        var entries: [String] = []
        /// Whether addresses are taken out of its networks again.
        var hasExceptions = false
    }

    private var sets: [String: Named] = [:]
    private static let maximumEntries = 500_000

    init() {}

    init(_ text: String) {
        var count = 0
        for line in text.split(whereSeparator: \.isNewline) {
            let words = IPTablesReader.words(line)
            guard words.count >= 3 else { continue }
            count += 1
            if words[0] == "create" {
                let parts = words[2].split(separator: ":", maxSplits: 1).last?.split(separator: ",").map(String.init)
                sets[words[1]] = Named(
                    parts: words[2].hasPrefix("list:") ? ["list"] : parts ?? [],
                    family: words.contains("inet6") ? .ip6 : .ip4
                )
            } else if words[0] == "add", count <= Self.maximumEntries {
                sets[words[1]]?.entries.append(words[2])
                if words.contains("nomatch") { sets[words[1]]?.hasExceptions = true }
            } else if count > Self.maximumEntries {
                sets[words[1]] = nil
            }
        }
    }

    /// What `-m set --match-set NAME src,dst` is met by.
    func step(_ words: [String], _ family: IPAddress.Family, isNegated: Bool) -> Ruleset.Step {
        guard words.count == 2, let set = sets[words[0]], !set.hasExceptions else { return .unknowable }
        let directions = words[1].split(separator: ",").map(String.init)
        if set.parts == ["list"] {
            // Sets of one list may be of different kinds, which one condition cannot say.
            return set.entries.isEmpty ? (isNegated ? .condition(.always) : .never) : .unknowable
        }
        if set.family != family, set.parts != ["port"] { return isNegated ? .condition(.always) : .never }
        var fields: [Ruleset.Field] = []
        for (index, part) in set.parts.enumerated() {
            guard index < directions.count else { return .unknowable }
            let isSource = directions[index] == "src"
            switch part {
            case "ip", "net": fields.append(isSource ? .source(family) : .destination(family))
            case "port": fields.append(isSource ? .sourcePort : .destinationPort)
            case "iface": fields.append(isSource ? .inputInterface : .outputInterface)
            default: return .unknowable
            }
        }
        // One field's entries make one row.
        if fields.count == 1 {
            var ranges: [ClosedRange<UInt128>] = []
            var values = Ruleset.Values()
            for entry in set.entries {
                let value = Self.value(entry, fields[0], family)
                ranges += value.numbers.ranges
                values.isPartial = values.isPartial || value.isPartial
            }
            values.numbers = NumberSet(ranges)
            return .condition(Ruleset.Condition(fields: fields, rows: [[values]], isNegated: isNegated))
        }
        let rows = set.entries.map { entry in
            let parts = entry.split(separator: ",").map(String.init)
            return parts.count == fields.count
                ? zip(parts, fields).map { Self.value($0, $1, family) } : fields.map { _ in .unreadable }
        }
        return .condition(Ruleset.Condition(fields: fields, rows: rows, isNegated: isNegated))
    }

    private static func value(_ text: String, _ field: Ruleset.Field, _ family: IPAddress.Family) -> Ruleset.Values {
        switch field {
        case .inputInterface, .outputInterface: return Ruleset.Values(names: [text])
        case .sourcePort, .destinationPort: return port(text)
        default:
            if let network = IPNetwork(text), network.family == family {
                return Ruleset.Values(NumberSet([network.range]))
            }
            let bounds = text.split(separator: "-").compactMap { IPAddress($0) }
            guard bounds.count == 2, bounds[0].family == family, bounds[0].number <= bounds[1].number else {
                return .unreadable
            }
            return Ruleset.Values(NumberSet([bounds[0].number...bounds[1].number]))
        }
    }

    /// `tcp:80`, `6:80`, `80`, `8000-8010`.
    private static func port(_ text: String) -> Ruleset.Values {
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2, let transport = TransportProtocol.number(String(parts[0])), transport != 6 {
            return Ruleset.Values()
        }
        let bounds = (parts.last ?? "").split(separator: "-").compactMap { UInt16($0) }
        guard let low = bounds.first, let high = bounds.last, low <= high else { return .unreadable }
        return Ruleset.Values(NumberSet([UInt128(low)...UInt128(high)]))
    }
}
