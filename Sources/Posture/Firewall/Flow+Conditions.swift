/// For which of some sources a condition holds.
struct Holding {
    var surely = NumberSet.none
    /// For which nobody can tell.
    var perhaps = NumberSet.none
}

extension Flow {
    /// Ports that clients get from the system by themselves: Linux' default, `net.ipv4.ip_local_port_range`.
    private static let ephemeralPorts = NumberSet([32_768...60_999])

    func holding(_ condition: Ruleset.Condition) -> Holding {
        // What a packet does not have is neither one of them nor another.
        if condition.fields.contains(where: isMissing) { return Holding() }
        // Sets of a firewall have many rows: they are put together at once.
        var (surely, perhaps): ([ClosedRange<UInt128>], [ClosedRange<UInt128>]) = ([], [])
        for row in condition.rows where row.count == condition.fields.count {
            let one = self.holding(row, of: condition.fields)
            surely += one.surely.ranges
            perhaps += one.perhaps.ranges
            if one.surely == sources { break }
        }
        var holding = Holding(surely: NumberSet(surely))
        holding.perhaps = NumberSet(perhaps).subtracting(holding.surely)
        if condition.isNegated { holding.surely = sources.subtracting(holding.surely).subtracting(holding.perhaps) }
        return holding
    }

    /// For which sources all of a row's fields have its values.
    private func holding(_ row: [Ruleset.Values], of fields: [Ruleset.Field]) -> Holding {
        var possible = sources
        var sure = sources
        for (field, values) in zip(fields, row) {
            switch field {
            case .source, .originalSource:
                sure = sure.intersection(values.numbers)
                if !values.isPartial { possible = possible.intersection(values.numbers) }
            default:
                switch isAmong(field, values) {
                case true?: continue
                case false?: return Holding()
                case nil: sure = .none
                }
            }
        }
        return Holding(surely: sure, perhaps: possible.subtracting(sure))
    }

    private func isMissing(_ field: Ruleset.Field) -> Bool {
        switch field {
        case .source(let family), .destination(let family), .originalSource(let family),
            .originalDestination(let family):
            family != way.family || (field.isOfConnection && (way.isUntracked || way.isTracked == false))
        case .absent: true
        // What is not tracked, or not yet, has no connection to tell something of.
        case .connectionStatus, .connectionMark, .direction, .originalDestinationPort:
            way.isUntracked || way.isTracked == false
        default: false
        }
    }

    private func connectionState(_ values: Ruleset.Values) -> Bool? {
        if way.isUntracked { return Self.isNamed("untracked", values) }
        // Before its connection is looked up, a packet's is invalid.
        return way.isTracked.flatMap { Self.isNamed($0 ? "new" : "invalid", values) }
    }

    /// Whether a field has one of some values; nil where nobody can tell.
    private func isAmong(_ field: Ruleset.Field, _ values: Ruleset.Values) -> Bool? {
        if values.isAll { return true }
        return switch field {
        case .source, .originalSource, .absent, .unknown: nil
        case .destination: Self.isAmong(way.destination, values)
        case .originalDestination: Self.isAmong(way.originalDestination, values)
        case .destinationPort: Self.isAmong(way.port.map { UInt128($0) }, values)
        case .originalDestinationPort where way.isTracked == nil: nil
        case .originalDestinationPort: Self.isAmong(UInt128(way.originalPort), values)
        case .sourcePort: isSourcePort(values)
        case .inputInterface: way.input.isAmong(values)
        case .outputInterface: (way.output ?? .none).isAmong(values)
        case .transport: Self.isAmong(6, values)
        case .version: Self.isAmong(way.family == .ip4 ? 4 : 6, values)
        case .connectionState: connectionState(values)
        case .connectionStatus: connectionStatus(values)
        case .direction: Self.isAmong(0, values)
        case .mark(let mask): Self.isAmong(way.mark.map { UInt128($0 & mask) }, values)
        case .connectionMark(let mask): Self.isAmong(way.connectionMark.map { UInt128($0 & mask) }, values)
        case .tcpFlags(let mask): Self.isAmong(UInt128(0x02 & mask), values)
        case .destinationType:
            way.isForHost.flatMap { Self.isNamed($0 ? "local" : "unicast", values) }
        // The host's own addresses and broadcasts begin no connection that comes from elsewhere.
        case .sourceType: Self.isNamed("unicast", values)
        case .returnRoute: Self.isAmong(1, values)
        }
    }

    private func isSourcePort(_ values: Ruleset.Values) -> Bool? {
        if values.numbers.isSuperset(of: Self.ephemeralPorts) { return true }
        return values.numbers.isEmpty && !values.isPartial ? false : nil
    }

    /// New connections have no other status than that they were translated, and those two that every tracked packet may have.
    private func connectionStatus(_ values: Ruleset.Values) -> Bool? {
        if values.names.contains("dnat"), way.isTranslated != false { return way.isTranslated }
        return values.names.isDisjoint(with: ["confirmed", "snat"]) && !values.isPartial ? false : nil
    }

    private static func isAmong(_ number: UInt128?, _ values: Ruleset.Values) -> Bool? {
        guard let number else { return values.numbers.isEmpty && !values.isPartial ? false : nil }
        return values.numbers.contains(number) ? true : values.isPartial ? nil : false
    }

    private static func isNamed(_ name: String, _ values: Ruleset.Values) -> Bool? {
        values.names.contains(name) ? true : values.isPartial ? nil : false
    }
}

extension Ruleset.Field {
    fileprivate var isOfConnection: Bool {
        switch self {
        case .originalSource, .originalDestination: true
        default: false
        }
    }
}
