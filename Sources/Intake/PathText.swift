/// Paths as text: a file's name may hold any bytes but `/` and NUL, text only what is UTF-8.
///
/// A byte that is no UTF-8 stands as a scalar of its own in the last private-use plane, so that a path can be listed,
/// passed on and opened like any other; see ``shown(_:)`` for people.
package enum PathText {
    /// The scalar for the byte 0.
    private static let base: UInt32 = 0x10_FF00

    /// The text for a path's bytes.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        let plain = String(decoding: bytes, as: UTF8.self)
        guard plain.unicodeScalars.contains(where: { $0.value == 0xFFFD || $0.value >= base }) else { return plain }
        var text = ""
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let (scalar, count) = first(of: rest)
            if let scalar, scalar.value < base {
                text.unicodeScalars.append(scalar)
            } else {
                // What looks like a stand-in is spelled byte by byte, too, so that every name has one spelling.
                for byte in rest.prefix(count) { text.unicodeScalars.append(standIn(byte)) }
            }
            rest = rest.dropFirst(count)
        }
        return text
    }

    /// The bytes of the path that `text` stands for.
    package static func bytes(of text: String) -> [UInt8] {
        guard text.unicodeScalars.contains(where: { $0.value >= base }) else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { scalar in
            scalar.value >= base ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
        }
    }

    /// The path for people and reports: bytes that are no text as `\xff`.
    package static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value >= base }) else { return text }
        return text.unicodeScalars.map { scalar in
            guard scalar.value >= base else { return String(scalar) }
            let digits = String(scalar.value - base, radix: 16)
            return "\\x" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    /// Lends the path as the system's functions take it.
    package static func withPath<Result>(_ text: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        // Swift lends an array that ends in NUL as a C string.
        unsafe lend(bytes(of: text).map { CChar(bitPattern: $0) } + [0], body)
    }

    private static func lend<Result>(
        _ path: UnsafePointer<CChar>,
        _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        unsafe body(path)
    }

    /// The text for a path that the system gave.
    package static func text(of path: UnsafePointer<CChar>) -> String {
        var bytes: [UInt8] = []
        var index = 0
        while unsafe path[index] != 0 {
            unsafe bytes.append(UInt8(bitPattern: path[index]))
            index += 1
        }
        return text(of: bytes)
    }

    private static func standIn(_ byte: UInt8) -> Unicode.Scalar { Unicode.Scalar(base + UInt32(byte)) ?? "\u{FFFD}" }

    /// The first scalar and its length; nil and 1 for a byte that begins none.
    private static func first(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar?, Int) {
        for count in 1...4 where count <= bytes.count {
            let scalars = String(decoding: bytes.prefix(count), as: UTF8.self).unicodeScalars
            guard scalars.count == 1, let scalar = scalars.first, String(scalar).utf8.elementsEqual(bytes.prefix(count))
            else { continue }
            return (scalar, count)
        }
        return (nil, 1)
    }
}
