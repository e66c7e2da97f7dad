/// A network of IP addresses, of version 4 or 6.
struct Network: Sendable, Hashable {
    /// An address as its bits; version 4 addresses use the low 32.
    struct Address: Sendable, Hashable {
        var bits: UInt128
        var isVersion4: Bool
    }

    var address: Address
    var prefix: Int

    /// Reads `192.168.0.0/16`, `fe80::/10`, or a single address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Address(Array(parts[0].utf8)) else { return nil }
        let width = address.isVersion4 ? 32 : 128
        var prefix = width
        if parts.count == 2 {
            guard let length = Int(parts[1]), (0...width).contains(length), parts[1].utf8.first != UInt8(ascii: "+")
            else { return nil }
            prefix = length
        }
        let shift = width - prefix
        self.address = Address(
            bits: shift >= 128 ? 0 : (address.bits >> shift) << shift,
            isVersion4: address.isVersion4
        )
        self.prefix = prefix
    }

    /// Whether the address is in the network.
    func contains(_ other: Address) -> Bool {
        guard other.isVersion4 == address.isVersion4 else { return false }
        let shift = (address.isVersion4 ? 32 : 128) - prefix
        if shift >= 128 { return true }
        return other.bits >> shift == address.bits >> shift
    }
}

extension Network.Address {
    /// Reads an address of either version; `nil` for anything else.
    ///
    /// Takes no memory.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count <= 45, let parsed = unsafe Self.parse(text) else { return nil }
        self = parsed
    }

    init?(_ text: [UInt8]) {
        guard let parsed = unsafe text.withUnsafeBufferPointer({ unsafe Self($0) }) else { return nil }
        self = parsed
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Self? {
        var hasColon = false
        for position in 0..<text.count where unsafe text[position] == UInt8(ascii: ":") { hasColon = true }
        guard hasColon else {
            guard let bits = unsafe version4(text, from: 0, to: text.count) else { return nil }
            return Self(bits: UInt128(bits), isVersion4: true)
        }
        guard let bits = unsafe version6(text) else { return nil }
        // An IPv4 address in IPv6 clothes is the IPv4 address: hiding behind `::ffff:` is an old trick.
        if bits >> 32 == 0xFFFF { return Self(bits: bits & 0xFFFF_FFFF, isVersion4: true) }
        return Self(bits: bits, isVersion4: false)
    }

    private static func version4(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> UInt32? {
        var bits: UInt32 = 0
        var octet: UInt32 = 0
        var (digits, octets) = (0, 0)
        for position in start..<max(start, end) {
            let byte = unsafe text[position]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, octets < 3 else { return nil }
                bits = bits << 8 | octet
                (octet, digits, octets) = (0, 0, octets + 1)
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 3 else { return nil }
            octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
            digits += 1
            guard octet <= 255 else { return nil }
        }
        guard digits > 0, octets == 3 else { return nil }
        return bits << 8 | octet
    }

    private static func version6(_ text: UnsafeBufferPointer<UInt8>) -> UInt128? {
        var (head, tail): (UInt128, UInt128) = (0, 0)
        var (headGroups, tailGroups) = (0, 0)
        var compressed = false
        var position = 0
        if unsafe text.count >= 2 && text[0] == UInt8(ascii: ":") {
            guard unsafe text[1] == UInt8(ascii: ":") else { return nil }
            compressed = true
            position = 2
        }
        while position < text.count {
            let start = position
            var group: UInt32 = 0
            while position < text.count, let digit = unsafe hexadecimal(text[position]), position - start < 4 {
                group = group << 4 | digit
                position += 1
            }
            var bits = UInt128(group)
            var width = 1
            if unsafe position < text.count && text[position] == UInt8(ascii: ".") {
                guard let embedded = unsafe version4(text, from: start, to: text.count) else { return nil }
                bits = UInt128(embedded)
                width = 2
                position = text.count
            } else if position == start {
                return nil
            }
            if compressed {
                tail = tail << (16 * width) | bits
                tailGroups += width
            } else {
                head = head << (16 * width) | bits
                headGroups += width
            }
            guard headGroups + tailGroups <= 8 else { return nil }
            guard position < text.count else { break }
            guard unsafe text[position] == UInt8(ascii: ":") else { return nil }
            position += 1
            guard position < text.count else { return nil }
            if unsafe text[position] == UInt8(ascii: ":") {
                guard !compressed else { return nil }
                compressed = true
                position += 1
            }
        }
        if !compressed { return headGroups == 8 ? head : nil }
        guard headGroups + tailGroups < 8 else { return nil }
        let shifted = headGroups == 0 ? 0 : head << (16 * (8 - headGroups))
        return shifted | tail
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
