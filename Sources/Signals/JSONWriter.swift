/// Writes JSON text, piece by piece, into memory that it reuses, unless it was very much.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    private static let keptBytes = 256 << 10

    package init() { bytes.reserveCapacity(4_096) }

    package mutating func clear() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
        needsComma = false
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A name that was written before, with its quotes and colon.
    package mutating func key(written name: [UInt8]) {
        separate()
        bytes += name
        needsComma = false
    }

    package mutating func value(_ text: String) {
        separate()
        quote(text)
    }

    package mutating func value(_ number: Int) { raw(String(number)) }
    package mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }

    package mutating func pair(_ name: String, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    package mutating func pair(_ name: String, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        key(name)
        array { array in for text in texts { array.value(text) } }
    }

    /// What another writer has written, as the next values.
    package mutating func append(_ written: [UInt8]) {
        guard !written.isEmpty else { return }
        separate()
        bytes += written
    }

    package mutating func newline() {
        bytes.append(10)
        needsComma = false
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes += text.utf8
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 >= 127 }) { quoteScalars(text) } else { quoteASCII(text) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func quoteASCII(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            // What needs no escape is copied in runs.
            var start = 0
            for index in utf8.indices {
                let byte = unsafe utf8[index]
                guard byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                unsafe bytes.append(contentsOf: utf8[start..<index])
                start = index + 1
                escape(ascii: byte)
            }
            unsafe bytes.append(contentsOf: utf8[start...])
        }
    }

    private mutating func escape(ascii byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 10: bytes += "\\n".utf8
        case 9: bytes += "\\t".utf8
        case 13: bytes += "\\r".utf8
        default: escape(UInt16(byte))
        }
    }

    /// The lines may be looked at on a terminal: what could lead it astray is escaped, which JSON allows of anything.
    private mutating func quoteScalars(_ text: String) {
        for scalar in text.unicodeScalars {
            if VisibleText.isHostile(scalar), scalar.value >= 127 {
                UTF16.encode(scalar)?.forEach { escape($0) }
            } else if scalar.isASCII {
                quoteASCII(String(scalar))
            } else {
                bytes += String(scalar).utf8
            }
        }
    }

    private mutating func escape(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        bytes += "\\u".utf8
        bytes += String(repeating: "0", count: 4 - digits.utf8.count).utf8
        bytes += digits.utf8
    }
}
