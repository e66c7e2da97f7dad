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
    package mutating func key(written name: ArraySlice<UInt8>) {
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
        var text = text
        let isASCII = text.withUTF8 { utf8 in
            let plain = unsafe Self.plainCount(utf8)
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[..<plain]))
            // Nearly every text ends here.
            if plain == utf8.count { return true }
            let rest = unsafe UnsafeBufferPointer(rebasing: utf8[plain...])
            guard unsafe rest.allSatisfy({ $0 < 127 }) else {
                bytes.removeLast(plain)
                return false
            }
            unsafe escape(ascii: rest)
            return true
        }
        if !isASCII { quoteScalars(text) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// How many bytes at the start are ASCII that needs no escape.
    private static func plainCount(_ utf8: UnsafeBufferPointer<UInt8>) -> Int {
        let all = UnsafeRawBufferPointer(utf8)
        var index = 0
        // Eight at a time: each byte's highest bit says whether the byte is one that stops here.
        while index + 8 <= all.count {
            let word = unsafe all.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let ones: UInt64 = 0x0101_0101_0101_0101
            let high = ones << 7
            let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let slashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let deletes = word ^ (ones &* 127)
            let stops =
                word | (word &- ones &* 32) | (quotes &- ones) | (slashes &- ones) | (deletes &- ones)
            if stops & high != 0 { break }
            index += 8
        }
        while index < all.count {
            let byte = unsafe all[index]
            if byte < 32 || byte >= 127 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }

    private mutating func escape(ascii utf8: UnsafeBufferPointer<UInt8>) {
        // What needs no escape is copied in runs.
        var start = 0
        for index in utf8.indices {
            let byte = unsafe utf8[index]
            guard byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
            start = index + 1
            escape(ascii: byte)
        }
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }

    private mutating func escape(ascii byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
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
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                if byte < 32 || scalar == "\"" || scalar == "\\" { escape(ascii: byte) } else { bytes.append(byte) }
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
