/// Reads what nft's matches look at, and what they compare it with.
struct NFTExpression {
    let sets: [String: Document]
    let table: String

    func step(_ match: Document) -> Ruleset.Step {
        guard let left = match["left"], let right = match["right"] else { return .unknowable }
        let fields = fields(left)
        // What another protocol has is never met, whatever the comparison.
        if fields.contains(.absent) { return .never }
        if fields.contains(.unknown) { return .unknowable }
        switch match["op"]?.text ?? "==" {
        case "==": return equal(fields, right, isNegated: false)
        case "in": return isAnyBit(fields) ? bits(right, isNegated: false) : equal(fields, right, isNegated: false)
        case "!=": return equal(fields, right, isNegated: true)
        // `ct state ! invalid`: none of these bits.
        case "!": return isAnyBit(fields) ? bits(right, isNegated: true) : equal(fields, right, isNegated: true)
        case let comparison:
            guard fields.count == 1, let number = right.integer.flatMap({ UInt128(exactly: $0) }) else {
                return .unknowable
            }
            let range: ClosedRange<UInt128>?
            switch comparison {
            case "<": range = number == 0 ? nil : 0...(number - 1)
            case "<=": range = 0...number
            case ">": range = number == .max ? nil : (number + 1)...(.max)
            case ">=": range = number...(.max)
            default: return .unknowable
            }
            let values = Ruleset.Values(range.map { NumberSet([$0]) } ?? .none)
            return .condition(Ruleset.Condition(fields: fields, rows: [[values]]))
        }
    }

    private func isAnyBit(_ fields: [Ruleset.Field]) -> Bool {
        if fields.count == 1, case .tcpFlags = fields[0] { return true }
        return false
    }

    /// `tcp flags syn,ack`: any of these bits, of which a new connection has SYN.
    private func bits(_ right: Document, isNegated: Bool) -> Ruleset.Step {
        guard let bits = Self.flags(right) else { return .unknowable }
        return (bits & 0x02 != 0) == isNegated ? .never : .condition(.always)
    }

    private func equal(_ fields: [Ruleset.Field], _ right: Document, isNegated: Bool) -> Ruleset.Step {
        .condition(Ruleset.Condition(fields: fields, rows: rows(right, fields: fields), isNegated: isNegated))
    }

    // MARK: What is looked at

    func fields(_ expression: Document) -> [Ruleset.Field] {
        if case .list(let parts)? = expression["concat"] { return parts.map { field($0) } }
        return [field(expression)]
    }

    private func field(_ expression: Document) -> Ruleset.Field {
        if let payload = expression["payload"] { return payloadField(payload) }
        if let meta = expression["meta"] { return metaField(meta["key"]?.text ?? "") }
        if let ct = expression["ct"] { return connectionField(ct) }
        if let fib = expression["fib"] { return routeField(fib) }
        if case .list(let parts)? = expression["&"], parts.count == 2 { return masked(field(parts[0]), parts[1]) }
        if let text = expression["meta"]?.text { return metaField(text) }
        return .unknown
    }

    private func masked(_ field: Ruleset.Field, _ mask: Document) -> Ruleset.Field {
        switch field {
        case .mark: mask.integer.flatMap { UInt32(exactly: $0) }.map { .mark(mask: $0) } ?? .unknown
        case .connectionMark:
            mask.integer.flatMap { UInt32(exactly: $0) }.map { .connectionMark(mask: $0) } ?? .unknown
        case .tcpFlags: Self.flags(mask).map { .tcpFlags(mask: $0) } ?? .unknown
        case .absent: .absent
        default: .unknown
        }
    }

    private func payloadField(_ payload: Document) -> Ruleset.Field {
        switch (payload["protocol"]?.text, payload["field"]?.text) {
        case ("ip", "saddr"): .source(.ip4)
        case ("ip", "daddr"): .destination(.ip4)
        case ("ip6", "saddr"): .source(.ip6)
        case ("ip6", "daddr"): .destination(.ip6)
        case ("ip", "protocol"), ("ip6", "nexthdr"): .transport
        case ("ip", "version"), ("ip6", "version"): .version
        case ("tcp", "dport"), ("th", "dport"): .destinationPort
        case ("tcp", "sport"), ("th", "sport"): .sourcePort
        case ("tcp", "flags"): .tcpFlags(mask: 0xff)
        case ("udp", _), ("udplite", _), ("sctp", _), ("dccp", _), ("icmp", _), ("icmpv6", _), ("igmp", _), ("esp", _),
            ("ah", _), ("comp", _), ("gre", _), ("geneve", _), ("vxlan", _), ("arp", _):
            .absent
        default: .unknown
        }
    }

    private func metaField(_ key: String) -> Ruleset.Field {
        switch key {
        case "iifname", "iif": .inputInterface
        case "oifname", "oif": .outputInterface
        case "l4proto": .transport
        case "nfproto", "protocol": .version
        case "mark": .mark(mask: .max)
        case "pkttype": .sourceType
        default: .unknown
        }
    }

    private func connectionField(_ ct: Document) -> Ruleset.Field {
        let isOriginal = ct["dir"]?.text == "original"
        return switch ct["key"]?.text {
        case "state": .connectionState
        case "status": .connectionStatus
        case "direction": .direction
        case "mark": .connectionMark(mask: .max)
        case "l3proto": .version
        case "protocol": .transport
        case "proto-dst" where isOriginal: .originalDestinationPort
        case "proto-src" where isOriginal: .sourcePort
        case "ip saddr" where isOriginal: .originalSource(.ip4)
        case "ip daddr" where isOriginal: .originalDestination(.ip4)
        case "ip6 saddr" where isOriginal: .originalSource(.ip6)
        case "ip6 daddr" where isOriginal: .originalDestination(.ip6)
        default: .unknown
        }
    }

    private func routeField(_ fib: Document) -> Ruleset.Field {
        let flags = Set(fib["flags"]?.texts ?? fib["flags"]?.text.map { [$0] } ?? [])
        if fib["result"]?.text == "type" {
            if flags.contains("daddr") { return .destinationType }
            return flags.contains("saddr") ? .sourceType : .unknown
        }
        return flags.contains("saddr") ? .returnRoute : .unknown
    }

    // MARK: What it is compared with

    private func rows(_ right: Document, fields: [Ruleset.Field]) -> [[Ruleset.Values]] {
        let elements: [Document]
        if let name = right.text, name.hasPrefix("@") {
            guard let set = sets["\(table) \(name.dropFirst())"] else { return [fields.map { _ in .unreadable }] }
            elements = set["elem"]?.elements ?? []
        } else {
            elements = right["set"]?.elements ?? (right.elements.isEmpty ? [right] : right.elements)
        }
        // One field's values are one row, which is looked up faster than many.
        if let field = fields.first, fields.count == 1 {
            var values = Ruleset.Values()
            var ranges: [ClosedRange<UInt128>] = []
            for element in elements {
                let value = self.value(element, field)
                ranges += value.numbers.ranges
                values.names.formUnion(value.names)
                values.prefixes += value.prefixes
                values.isPartial = values.isPartial || value.isPartial
            }
            values.numbers = NumberSet(ranges)
            return [[values]]
        }
        return elements.map { row($0, fields: fields) }
    }

    /// The values of an element, one for each field.
    func row(_ element: Document, fields: [Ruleset.Field]) -> [Ruleset.Values] {
        let element = element["elem"]?["val"] ?? element
        if fields.count == 1, let field = fields.first { return [value(element, field)] }
        let parts = element["concat"]?.elements ?? []
        guard parts.count == fields.count else { return fields.map { _ in .unreadable } }
        return zip(parts, fields).map { value($0, $1) }
    }

    private func value(_ element: Document, _ field: Ruleset.Field) -> Ruleset.Values {
        if let inner = element["elem"]?["val"] { return value(inner, field) }
        if element.text == "*" {
            var all = Ruleset.Values(NumberSet([0...UInt128.max]))
            all.prefixes = [""]
            return all
        }
        if let bounds = element["range"]?.elements, bounds.count == 2 {
            guard let low = number(bounds[0], field), let high = number(bounds[1], field), low <= high else {
                return .unreadable
            }
            return Ruleset.Values(NumberSet([low...high]))
        }
        if let prefix = element["prefix"], let text = prefix["addr"]?.text, let length = prefix["len"]?.integer {
            guard let address = IPAddress(text), let network = IPNetwork(address, length: Int(clamping: length)) else {
                return .unreadable
            }
            return Ruleset.Values(NumberSet([network.range]))
        }
        if let flags = element["|"]?.elements, case .tcpFlags = field {
            return Self.flags(.list(flags)).map { Ruleset.Values(NumberSet(UInt128($0))) } ?? .unreadable
        }
        return word(element, field)
    }

    private func word(_ element: Document, _ field: Ruleset.Field) -> Ruleset.Values {
        switch field {
        case .inputInterface, .outputInterface:
            guard let name = element.text else { return .unreadable }
            guard name.hasSuffix("*") else { return Ruleset.Values(names: [name]) }
            var values = Ruleset.Values()
            values.prefixes = [String(name.dropLast())]
            return values
        case .connectionState, .connectionStatus, .destinationType, .sourceType:
            guard let name = element.text else { return .unreadable }
            // A packet to one host is of type `host` for that host.
            return Ruleset.Values(names: [name == "host" ? "unicast" : name])
        case .returnRoute:
            guard let exists = element.bool ?? element.integer.map({ $0 != 0 }) else { return .unreadable }
            return Ruleset.Values(NumberSet(exists ? 1 : 0))
        default: return number(element, field).map { Ruleset.Values(NumberSet($0)) } ?? .unreadable
        }
    }

    private func number(_ element: Document, _ field: Ruleset.Field) -> UInt128? {
        if let integer = element.integer { return UInt128(exactly: integer) }
        if case .number(let double) = element { return UInt128(exactly: double) }
        guard let text = element.text else { return nil }
        switch field {
        case .transport: return TransportProtocol.number(text)
        case .version:
            return ["ipv4": 4, "ip": 4, "ipv6": 6, "ip6": 6, "arp": 0, "vlan": 0, "8021q": 0, "8021ad": 0][text]
        case .direction: return ["original": 0, "reply": 1][text]
        case .tcpFlags: return Self.flags(element).map { UInt128($0) }
        default: return IPAddress(text)?.number
        }
    }

    private static let flagBits: [String: UInt8] = [
        "fin": 0x01, "syn": 0x02, "rst": 0x04, "psh": 0x08, "ack": 0x10, "urg": 0x20, "ecn": 0x40, "cwr": 0x80,
    ]

    static func flags(_ document: Document) -> UInt8? {
        if let text = document.text { return flagBits[text.lowercased()] }
        if let integer = document.integer { return UInt8(exactly: integer) }
        let parts = document["|"]?.elements ?? document["set"]?.elements ?? document.elements
        guard !parts.isEmpty else { return nil }
        var bits: UInt8 = 0
        for part in parts {
            guard let bit = flags(part) else { return nil }
            bits |= bit
        }
        return bits
    }

    /// How a mark's bits are changed by `mark & a | b ^ c`; nil where it is anything else.
    func change(_ value: Document, ofConnection isConnection: Bool) -> (clear: UInt32, flip: UInt32)? {
        switch field(value) {
        case .mark(mask: .max) where !isConnection, .connectionMark(mask: .max) where isConnection: return (0, 0)
        default: break
        }
        guard let member = value.members.first, member.value.elements.count == 2,
            let operand = member.value.elements[1].integer.flatMap({ UInt32(exactly: $0) }),
            let inner = change(member.value.elements[0], ofConnection: isConnection)
        else { return nil }
        return switch member.name {
        case "&": (inner.clear | ~operand, inner.flip & operand)
        case "|": (inner.clear | operand, inner.flip | operand)
        case "^": (inner.clear, inner.flip ^ operand)
        default: nil
        }
    }
}

extension Ruleset.Values {
    static var unreadable: Ruleset.Values {
        var values = Ruleset.Values()
        values.isPartial = true
        return values
    }
}

/// The names of transport protocols that filters use; TCP is 6.
enum TransportProtocol {
    private static let numbers: [String: UInt128] = [
        "all": 0, "icmp": 1, "igmp": 2, "ipencap": 4, "ipv4": 4, "tcp": 6, "udp": 17, "dccp": 33, "ipv6": 41,
        "ipv6-route": 43,
        "ipv6-frag": 44, "gre": 47, "esp": 50, "ah": 51, "ipv6-icmp": 58, "icmpv6": 58, "ipv6-nonxt": 59, "ospf": 89,
        "ipip": 94, "pim": 103, "comp": 108, "ipcomp": 108, "vrrp": 112, "sctp": 132, "mobility-header": 135, "mh": 135,
        "udplite": 136, "mptcp": 262,
    ]

    static func number(_ name: String) -> UInt128? { UInt128(name) ?? numbers[name.lowercased()] }
}
