/// Reads what a rule of iptables does with a packet.
struct IPTablesTarget {
    let name: String
    let options: [IPTablesRule.Option]

    /// Targets after which the rules go on, and that nobody looks at later.
    private static let idle: Set = [
        "", "LOG", "NFLOG", "ULOG", "AUDIT", "TRACE", "CHECKSUM", "TCPMSS", "TCPOPTSTRIP", "CLASSIFY", "DSCP", "TOS",
        "TTL", "HL",
        "ECN", "SET", "SECMARK", "CONNSECMARK", "IDLETIMER", "LED", "RATEEST", "HMARK", "TEE",
    ]
    /// Extensions that take a packet elsewhere, or decide by themselves.
    private static let deciding: Set = [
        "QUEUE", "NFQUEUE", "TPROXY", "SYNPROXY", "TARPIT", "DELUDE", "CHAOS", "NETMAP",
    ]

    func steps(in table: String) -> [Ruleset.Step] {
        switch name {
        case "ACCEPT", "MASQUERADE", "SNAT": [.verdict(.accept)]
        case "DROP", "REJECT": [.verdict(.drop)]
        case "RETURN": [.verdict(.return)]
        case "NOTRACK": [.untrack]
        case "CT": has("--notrack") ? [.untrack] : []
        case "DNAT": [.translate(to: [translation(value("--to-destination"))])]
        case "REDIRECT":
            [.translate(to: [Ruleset.Translation(address: .this, ports: ports(value("--to-ports")))])]
        case "NETMAP": [.translate(to: [Ruleset.Translation(address: .unknown, ports: .kept)])]
        case "MARK": [mark(isConnection: false)]
        case "CONNMARK": connectionMark
        case _ where Self.idle.contains(name): []
        case _ where Self.deciding.contains(name): [.verdict(.unknown)]
        // Whether it is a chain shows where the table is followed: a jump to one that is not there decides nothing.
        default: [.verdict(.jump(name))]
        }
    }

    private func has(_ option: String) -> Bool { options.contains { $0.name == option } }
    private func value(_ option: String) -> String? { options.first { $0.name == option }?.values.first }

    /// `0x4000`, `16384`.
    static func number(_ text: some StringProtocol) -> UInt32? {
        text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    }

    /// A value with its mask: `0x4000/0x4000`.
    private func pair(_ option: String) -> (value: UInt32, mask: UInt32)? {
        let parts = (value(option) ?? "").split(separator: "/")
        guard let number = parts.first.flatMap(Self.number) else { return nil }
        guard parts.count > 1 else { return (number, .max) }
        return Self.number(parts[1]).map { (number, $0) }
    }

    private func mark(isConnection: Bool) -> Ruleset.Step {
        // As iptables-extensions(8) has them: --set-xmark clears the mask's bits and flips the value's.
        if let (value, mask) = pair("--set-xmark") {
            return .mark(isConnection: isConnection, clear: mask, flip: value)
        }
        if let (value, mask) = pair("--set-mark") {
            return .mark(isConnection: isConnection, clear: mask | value, flip: value)
        }
        if let (value, _) = pair("--and-mark") { return .mark(isConnection: isConnection, clear: ~value, flip: 0) }
        if let (value, _) = pair("--or-mark") { return .mark(isConnection: isConnection, clear: value, flip: value) }
        if let (value, _) = pair("--xor-mark") { return .mark(isConnection: isConnection, clear: 0, flip: value) }
        return .unknownMark(isConnection: isConnection)
    }

    private var connectionMark: [Ruleset.Step] {
        let isWhole = options.allSatisfy { option in
            !option.name.hasSuffix("mask") || option.values.first.flatMap(Self.number) == .max
        }
        if has("--restore-mark") { return isWhole ? [.copyMark(toPacket: true)] : [.unknownMark(isConnection: false)] }
        if has("--save-mark") { return isWhole ? [.copyMark(toPacket: false)] : [.unknownMark(isConnection: true)] }
        return [mark(isConnection: true)]
    }

    /// `172.17.0.2:80`, `[fd00::2]:80`, `:80`, `10.0.0.1-10.0.0.9`.
    private func translation(_ text: String?) -> Ruleset.Translation {
        guard let text else { return Ruleset.Translation(address: .unknown, ports: .unknown) }
        var address = Substring(text)
        var port: String?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            address = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            port = rest.hasPrefix(":") ? String(rest.dropFirst()) : nil
        } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
            address = text[..<colon]
            port = String(text[text.index(after: colon)...])
        }
        return Ruleset.Translation(
            address: address.isEmpty ? .kept : IPAddress(address).map { .other($0) } ?? .unknown,
            ports: ports(port)
        )
    }

    private func ports(_ text: String?) -> Ruleset.Translation.Ports {
        guard let text else { return .kept }
        return UInt16(text).map { .one($0) } ?? .unknown
    }
}
