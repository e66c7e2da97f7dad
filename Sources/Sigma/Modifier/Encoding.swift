/// Base64 and UTF-16, as the encoding modifiers have them.
enum Encoding {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Base64 with padding, RFC 4648 section 4.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | UInt32(offset < group.count ? group[start + offset] : 0) }
            for digit in 0..<4 {
                let isPadding = digit > group.count
                encoded.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * digit) & 63)])
            }
        }
        return encoded
    }

    /// The three ways a text can stand inside a longer one that is encoded, without the characters that its
    /// neighbours have a part in.
    static func base64Offsets(_ bytes: [UInt8]) -> [[UInt8]] {
        (0..<3).map { shift in
            let encoded = base64([UInt8](repeating: UInt8(ascii: " "), count: shift) + bytes)
            let start = [0, 2, 3][shift]
            let trailing = [0, 3, 2][(bytes.count + shift) % 3]
            return Array(encoded[min(start, encoded.count)..<max(min(start, encoded.count), encoded.count - trailing)])
        }
    }

    /// UTF-8 as UTF-16; `nil` where the bytes are no UTF-8.
    static func utf16(_ bytes: [UInt8], bigEndian: Bool) -> [UInt8] {
        String(decoding: bytes, as: UTF8.self).utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return bigEndian ? [high, low] : [low, high]
        }
    }
}
