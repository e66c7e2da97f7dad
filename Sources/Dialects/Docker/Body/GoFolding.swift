internal import JSON

/// Go's case folding of object keys (encoding/json, fold.go).
enum GoFolding {
    /// Whether only folding makes an ASCII name of `key`.
    static func isFolded(_ key: JSONText) -> Bool {
        guard !isASCII(key) else { return false }
        return fold(String(key)).utf8.allSatisfy { $0 < 128 }
    }

    /// The same for all keys that fold together.
    static func hash(_ key: JSONText) -> UInt64 {
        if isASCII(key) { return unsafe key.withBytes { unsafe asciiHash($0) } }
        var folded = fold(String(key))
        return folded.withUTF8 { unsafe asciiHash($0) }
    }

    /// That of a field's name, which is ASCII.
    @inline(__always)
    static func hash(_ name: StaticString) -> UInt64 {
        unsafe asciiHash(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Whether `key` stands for the field `name`, which is ASCII.
    static func isSame(_ key: JSONText, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        if key.count == count {
            return unsafe key.withBytes { bytes in
                for position in 0..<count
                where unsafe lower(bytes[position]) != lower(name.utf8Start[position]) { return false }
                return true
            }
        }
        // Letters that fold to ASCII take more bytes than they stand for.
        guard key.count > count, key.count <= count * 3, !isASCII(key) else { return false }
        return fold(String(key)) == fold("\(name)")
    }

    /// One spelling for all that fold together: `ſ` is `s`, the Kelvin sign `k`.
    private static func fold(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{17f}" ? "s" : $0 == "\u{212a}" ? "k" : $0 })
        ).lowercased()
    }

    private static func isASCII(_ key: JSONText) -> Bool {
        unsafe key.withBytes { bytes in
            var all: UInt8 = 0
            for position in 0..<bytes.count { unsafe all |= bytes[position] }
            return all < 128
        }
    }

    /// Eight bytes at a time, ASCII letters in lower case; what is no ASCII as it is.
    @inline(__always)
    private static func asciiHash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(bytes)
        var value = 0xcbf2_9ce4_8422_2325 ^ UInt64(truncatingIfNeeded: raw.count)
        var position = 0
        while position &+ 8 <= raw.count {
            value = mix(value, lower(unsafe raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < raw.count {
            rest = rest << 8 | UInt64(lower(unsafe raw[position]))
            position &+= 1
        }
        return mix(value, rest)
    }

    @inline(__always)
    private static func mix(_ value: UInt64, _ word: UInt64) -> UInt64 {
        let product = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
        return product ^ product >> 29
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }

    /// The same for eight bytes at once.
    @inline(__always)
    private static func lower(_ word: UInt64) -> UInt64 {
        let low = word & 0x7f7f_7f7f_7f7f_7f7f
        let isFromA = low &+ 0x3f3f_3f3f_3f3f_3f3f
        let isBehindZ = low &+ 0x2525_2525_2525_2525
        return word | (~word & (isFromA ^ isBehindZ) & 0x8080_8080_8080_8080) >> 2
    }
}
