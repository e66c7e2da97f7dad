internal import JSON

/// A 64-bit hash over pieces of text (FNV-1a with a finisher), for bounded memories where a collision costs little.
struct TextHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ text: JSONText?) {
        if let text {
            for position in 0..<text.count { mix(text[position]) }
        }
        separate()
    }

    /// Without regard to ASCII case, for kinds.
    mutating func combine(lowercased text: JSONText?) {
        if let text {
            for position in 0..<text.count {
                let byte = text[position]
                mix((65...90).contains(byte) ? byte | 32 : byte)
            }
        }
        separate()
    }

    mutating func combine(_ text: String?) {
        for byte in (text ?? "").utf8 { mix(byte) }
        separate()
    }

    mutating func combine(_ number: UInt64) {
        value = (value ^ number) &* 0x0000_0100_0000_01b3
        separate()
    }

    private mutating func mix(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    private mutating func separate() {
        mix(0xff)
        value ^= value >> 32
    }
}

extension JSONValue {
    /// A hash of the whole value that does not depend on the order in which members are written.
    var contentHash: UInt64 {
        var hash = TextHash()
        switch kind {
        case .object:
            var sum: UInt64 = 0
            for (key, value) in members {
                var member = TextHash()
                member.combine(key)
                member.combine(value.contentHash)
                sum &+= member.value
            }
            hash.combine(sum)
        case .array:
            for element in elements { hash.combine(element.contentHash) }
        case .string: hash.combine(text)
        case .integer: hash.combine(UInt64(bitPattern: integer ?? 0))
        case .unsigned: hash.combine(unsigned ?? 0)
        case .double: hash.combine((double ?? 0).bitPattern)
        case .boolean: hash.combine(bool == true ? 2 : 1)
        case .null: hash.combine(0)
        }
        hash.combine(UInt64(truncatingIfNeeded: kind.hashValueForContent))
        return hash.value
    }

    /// Whether an object anywhere in the value has a key twice, so that two readers could see two things.
    var hasDuplicateKeys: Bool {
        if isArray { return elements.contains { ($0.isObject || $0.isArray) && $0.hasDuplicateKeys } }
        guard isObject else { return false }
        // A few are compared with each other, many by their hash.
        if members.dropFirst(16).first(where: { _ in true }) != nil {
            var seen: Set<UInt64> = []
            for (key, _) in members where !seen.insert(key.hash).inserted { return true }
        } else {
            var position = 0
            for (key, _) in members {
                for (other, _) in members.prefix(position) where other == key { return true }
                position += 1
            }
        }
        return members.contains { ($0.value.isObject || $0.value.isArray) && $0.value.hasDuplicateKeys }
    }
}

extension JSONValue.Kind {
    fileprivate var hashValueForContent: Int {
        switch self {
        case .object: 1
        case .array: 2
        case .string: 3
        case .integer, .unsigned: 4
        case .double: 5
        case .boolean: 6
        case .null: 7
        }
    }
}

extension JSONText {
    fileprivate var hash: UInt64 {
        var hash = TextHash()
        hash.combine(self)
        return hash.value
    }

    func hasSuffix(_ suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        guard count >= length else { return false }
        return unsafe withBytes { bytes in
            unsafe bytes.suffix(length).elementsEqual(UnsafeBufferPointer(start: suffix.utf8Start, count: length))
        }
    }
}
