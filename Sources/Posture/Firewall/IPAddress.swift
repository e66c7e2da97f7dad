/// An address of IPv4 or IPv6, as a number.
struct IPAddress: Sendable, Hashable {
    enum Family: Sendable, Hashable, CaseIterable {
        case ip4
        case ip6

        var bits: Int { self == .ip4 ? 32 : 128 }
        var words: String { self == .ip4 ? "IPv4" : "IPv6" }
        var all: ClosedRange<UInt128> { 0...(self == .ip4 ? UInt128(UInt32.max) : .max) }
    }

    var family: Family
    var number: UInt128

    init(_ family: Family, _ number: UInt128) {
        self.family = family
        self.number = number
    }

    /// Reads `10.0.0.5`, `fe80::1` or `fe80::1%eth0`, whose zone is left out.
    init?(_ text: some StringProtocol) {
        let text = String(text.prefix { $0 != "%" })
        if text.contains(":") {
            guard let number = Self.number6(text) else { return nil }
            self.init(.ip6, number)
        } else {
            guard let number = Self.number4(text) else { return nil }
            self.init(.ip4, number)
        }
    }

    private static func number4(_ text: String) -> UInt128? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt128 = 0
        for part in parts {
            guard part.utf8.count <= 3, part.first != "+", let byte = UInt8(part) else { return nil }
            number = number << 8 | UInt128(byte)
        }
        return number
    }

    private static func number6(_ text: String) -> UInt128? {
        var text = text
        // The last 32 bits may be written as an IPv4 address.
        if let dot = text.firstIndex(of: "."), let colon = text[..<dot].lastIndex(of: ":") {
            guard let last = number4(String(text[text.index(after: colon)...])) else { return nil }
            text = text[...colon] + String(last >> 16, radix: 16) + ":" + String(last & 0xffff, radix: 16)
        }
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        let groups = halves.map { half in
            half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false)
        }
        let count = groups.reduce(0) { $0 + $1.count }
        guard halves.count == 2 ? count < 8 : count == 8 else { return nil }
        var number: UInt128 = 0
        for (place, half) in groups.enumerated() {
            if place == 1 { number = count == 0 ? 0 : shifted(number, groups: 8 - groups[0].count) }
            var low: UInt128 = 0
            for group in half {
                guard group.utf8.count <= 4, group.first != "+", let value = UInt16(group, radix: 16) else {
                    return nil
                }
                low = low << 16 | UInt128(value)
            }
            number |= low
        }
        return number
    }

    private static func shifted(_ number: UInt128, groups: Int) -> UInt128 { groups >= 8 ? 0 : number << (16 * groups) }
}

extension IPAddress: CustomStringConvertible {
    var description: String {
        if family == .ip4 {
            return [24, 16, 8, 0].map { String((number >> $0) & 0xff) }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: number >> (112 - 16 * $0)) }
        var longest = 0..<0
        var start: Int?
        for place in 0...8 {
            if place < 8, groups[place] == 0 {
                start = start ?? place
            } else if let first = start {
                if place - first > longest.count { longest = first..<place }
                start = nil
            }
        }
        let words = groups.map { String($0, radix: 16) }
        guard longest.count > 1 else { return words.joined(separator: ":") }
        return words[..<longest.lowerBound].joined(separator: ":") + "::"
            + words[longest.upperBound...].joined(separator: ":")
    }
}

/// A network: `10.0.0.0/8`; one address where no length is written.
struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    var first: IPAddress
    var length: Int

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        var length = address.family.bits
        if parts.count == 2 {
            if let number = Int(parts[1]), parts[1].first != "+" {
                length = number
            } else {
                // As old programs write it: 255.255.0.0, or ffff:ffff::.
                guard let mask = IPAddress(parts[1]), mask.family == address.family else { return nil }
                length = mask.number.nonzeroBitCount
                guard mask.number == Self.mask(length, address.family) else { return nil }
            }
        }
        self.init(address, length: length)
    }

    init?(_ address: IPAddress, length: Int) {
        guard 0...address.family.bits ~= length else { return nil }
        self.length = length
        first = IPAddress(address.family, address.number & Self.mask(length, address.family))
    }

    static func mask(_ length: Int, _ family: IPAddress.Family) -> UInt128 {
        let host = family.bits - length
        guard host < 128 else { return 0 }
        return (family.all.upperBound >> host) << host
    }

    var family: IPAddress.Family { first.family }
    var range: ClosedRange<UInt128> {
        first.number...(first.number | (~Self.mask(length, family) & family.all.upperBound))
    }
    func contains(_ address: IPAddress) -> Bool { address.family == family && range.contains(address.number) }

    var description: String { "\(first)/\(length)" }
}

extension NumberSet {
    /// Addresses as networks and ranges, the first few: `10.0.0.0/8`, `192.0.2.3-192.0.2.7`.
    func words(_ family: IPAddress.Family, limit: Int = 8) -> [String] {
        let shown = ranges.prefix(limit).map { range -> String in
            let size = range.upperBound - range.lowerBound
            let low = IPAddress(family, range.lowerBound)
            if size == 0 { return "\(low)" }
            let (count, isWhole) = size.addingReportingOverflow(1)
            let isPower = isWhole || (count & (count - 1) == 0 && range.lowerBound & (count - 1) == 0)
            let length = family.bits - (isWhole ? 128 : count.trailingZeroBitCount)
            return isPower ? "\(low)/\(length)" : "\(low)-\(IPAddress(family, range.upperBound))"
        }
        return ranges.count > limit ? shown + ["and \(ranges.count - limit) more"] : shown
    }
}
