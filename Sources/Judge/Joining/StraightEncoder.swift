/// Writes a value as JSON straight into bytes.
///
/// Foundation's encoder builds a tree of objects first, which takes most of the time that a deployment has. Members stand
/// in the order in which the value writes them, so that the same value has the same bytes; a value that writes numbers with
/// a fraction, or members of one container between those of another, is none of this one's.
final class StraightEncoder: Encoder {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    private var bytes: [UInt8] = []
    private var needsComma = false
    /// What closes the containers that are open, the outermost first.
    private var closing: [UInt8] = []

    private init() { bytes.reserveCapacity(2_048) }

    /// The value's JSON text.
    ///
    /// - Throws: what the value throws.
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = StraightEncoder()
        try encoder.write(value)
        return encoder.bytes
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Members<Key>(encoder: self, depth: begin(UInt8(ascii: "{"), UInt8(ascii: "}"))))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        Elements(encoder: self, depth: begin(UInt8(ascii: "["), UInt8(ascii: "]")))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Value(encoder: self) }

    // MARK: Writing

    private func begin(_ bracket: UInt8, _ end: UInt8) -> Int {
        separate()
        bytes.append(bracket)
        closing.append(end)
        needsComma = false
        return closing.count
    }

    /// Closes what was opened within the container that stands so deep.
    fileprivate func close(to depth: Int) {
        while closing.count > depth {
            bytes.append(closing.removeLast())
            needsComma = true
        }
    }

    fileprivate func key(_ name: String, _ depth: Int) {
        close(to: depth)
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    @inline(__always)
    fileprivate func write<Written: Encodable>(_ value: Written) throws {
        switch value {
        case let text as String:
            separate()
            quote(text)
        case let number as Int: raw(String(number))
        case let flag as Bool: raw(flag ? "true" : "false")
        case let number as Int64: raw(String(number))
        default: try writeParts(value)
        }
    }

    private func writeParts(_ value: some Encodable) throws {
        let depth = closing.count
        try value.encode(to: self)
        close(to: depth)
    }

    fileprivate func raw(_ text: String) {
        separate()
        bytes += text.utf8
    }

    private func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            // What needs no escape is copied in runs.
            var start = 0
            for index in utf8.indices {
                let byte = unsafe utf8[index]
                guard byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                unsafe bytes.append(contentsOf: utf8[start..<index])
                start = index + 1
                escape(byte)
            }
            unsafe bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func escape(_ byte: UInt8) {
        guard byte < 32 else {
            bytes += [UInt8(ascii: "\\"), byte]
            return
        }
        let digits = Array("0123456789abcdef".utf8)
        bytes += "\\u00".utf8
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

/// An object's members.
private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: StraightEncoder
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) {
        encoder.key(key.stringValue, depth)
        encoder.raw("null")
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        encoder.key(key.stringValue, depth)
        try encoder.write(value)
    }

    func nestedContainer<Inner>(keyedBy type: Inner.Type, forKey key: Key) -> KeyedEncodingContainer<Inner> {
        encoder.key(key.stringValue, depth)
        return encoder.container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.key(key.stringValue, depth)
        return encoder.unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        encoder.key("super", depth)
        return encoder
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        encoder.key(key.stringValue, depth)
        return encoder
    }
}

/// A list's elements.
private struct Elements: UnkeyedEncodingContainer {
    let encoder: StraightEncoder
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    private(set) var count = 0

    init(encoder: StraightEncoder, depth: Int) { (self.encoder, self.depth) = (encoder, depth) }

    private mutating func next() {
        encoder.close(to: depth)
        count += 1
    }

    mutating func encodeNil() {
        next()
        encoder.raw("null")
    }

    mutating func encode(_ value: some Encodable) throws {
        next()
        try encoder.write(value)
    }

    mutating func nestedContainer<Inner>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
        next()
        return encoder.container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        next()
        return encoder.unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        next()
        return encoder
    }
}

/// A value by itself.
private struct Value: SingleValueEncodingContainer {
    let encoder: StraightEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { encoder.raw("null") }
    func encode(_ value: some Encodable) throws { try encoder.write(value) }
}
