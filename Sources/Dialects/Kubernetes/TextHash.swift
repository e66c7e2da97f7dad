internal import JSON

/// A 64-bit hash over pieces of text, for bounded memories where a collision costs little.
struct TextHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    mutating func combine(_ text: JSONText?) {
        if let text { unsafe text.withBytes { unsafe mix(UnsafeRawBufferPointer($0)) } }
        separate()
    }

    /// Without regard to ASCII case, for kinds.
    mutating func combine(lowercased text: JSONText?) {
        if let text {
            unsafe text.withBytes { bytes in
                let lower = unsafe bytes.prefix(256).map { (65...90).contains($0) ? $0 | 32 : $0 }
                unsafe lower.withUnsafeBytes { unsafe mix($0) }
            }
        }
        separate()
    }

    mutating func combine(_ text: String?) {
        var text = text ?? ""
        text.withUTF8 { unsafe mix(UnsafeRawBufferPointer($0)) }
        separate()
    }

    mutating func combine(_ number: UInt64) {
        mix(number)
    }

    /// Eight bytes at a time.
    @inline(__always)
    private mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while position &+ 8 <= bytes.count {
            mix(unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < bytes.count {
            rest = rest << 8 | UInt64(unsafe bytes[position])
            position &+= 1
        }
        mix(rest ^ UInt64(truncatingIfNeeded: bytes.count) << 56)
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
        value ^= value >> 29
    }

    private mutating func separate() { mix(0xff) }
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
            hash.combine(sum ^ 7)
        case .array:
            for element in elements { hash.combine(element.contentHash) }
            hash.combine(5)
        case .string: hash.combine(text)
        case .integer: hash.combine(UInt64(bitPattern: integer ?? 0))
        case .unsigned: hash.combine(unsigned ?? 0)
        case .double: hash.combine((double ?? 0).bitPattern)
        case .boolean: hash.combine(bool == true ? 2 : 1)
        case .null: hash.combine(0)
        }
        return hash.value
    }
}

extension JSONText {
    func hasSuffix(_ suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        guard count >= length else { return false }
        return unsafe withBytes { bytes in
            unsafe bytes.suffix(length).elementsEqual(UnsafeBufferPointer(start: suffix.utf8Start, count: length))
        }
    }
}
