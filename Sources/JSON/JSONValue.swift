// Public, as its parts are, and not `package`: the compiler inlines only public declarations in other modules, and a call
// for each look at the tape costs more than the look.

/// A value in a parsed document: lent, not copied.
///
/// It points into its parser's memory and is valid only inside the closure that lent it.
/// Layout: simdjson's tape, https://github.com/simdjson/simdjson/blob/master/doc/tape.md.
@safe
public struct JSONValue {
    @usableFromInline let tape: UnsafePointer<UInt64>
    @usableFromInline let strings: UnsafePointer<UInt8>
    @usableFromInline let index: Int

    @inlinable @inline(__always)
    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
        unsafe self.tape = tape
        unsafe self.strings = strings
        self.index = index
    }

    /// The JSON type of a value; numbers are told apart as they are written.
    public enum Kind: Sendable { case object, array, string, integer, unsigned, double, boolean, null }

    @inlinable @inline(__always) var tag: UInt8 { unsafe UInt8(truncatingIfNeeded: tape[index] >> 56) }
    @inlinable @inline(__always) var payload: Int {
        unsafe Int(truncatingIfNeeded: tape[index] & 0x00FF_FFFF_FFFF_FFFF)
    }

    /// The JSON type.
    @inlinable @inline(__always)
    public var kind: Kind {
        switch tag {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "l"): .integer
        case UInt8(ascii: "u"): .unsigned
        case UInt8(ascii: "d"): .double
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        default: .null
        }
    }

    /// Whether this is an object.
    @inlinable @inline(__always) public var isObject: Bool { tag == UInt8(ascii: "{") }
    /// Whether this is an array.
    @inlinable @inline(__always) public var isArray: Bool { tag == UInt8(ascii: "[") }
    /// Whether this is `null`.
    @inlinable @inline(__always) public var isNull: Bool { tag == UInt8(ascii: "n") }

    /// The text, when this is a string.
    @inlinable @inline(__always)
    public var text: JSONText? {
        guard tag == UInt8(ascii: "\"") else { return nil }
        return unsafe JSONText(header: strings + payload)
    }

    /// The text as a Swift string, when this is a string.
    public var string: String? { text.map { String($0) } }

    /// The boolean, when this is one.
    @inlinable @inline(__always)
    public var bool: Bool? {
        switch tag {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// The whole number, when this is one that fits.
    @inlinable @inline(__always)
    public var integer: Int64? {
        switch tag {
        case UInt8(ascii: "l"): unsafe Int64(bitPattern: tape[index + 1])
        default: nil
        }
    }

    /// The number, when this is one, rounded to a double.
    public var double: Double? {
        switch tag {
        case UInt8(ascii: "l"): unsafe Double(Int64(bitPattern: tape[index + 1]))
        case UInt8(ascii: "u"): unsafe Double(tape[index + 1])
        case UInt8(ascii: "d"): unsafe Double(bitPattern: tape[index + 1])
        default: nil
        }
    }

    /// The tape index of what follows this value.
    @inlinable @inline(__always)
    var next: Int {
        switch tag {
        // Containers hold the index after their end in the low 32 bits.
        case UInt8(ascii: "{"), UInt8(ascii: "["): payload & 0xFFFF_FFFF
        case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index + 2
        default: index + 1
        }
    }

    @inlinable @inline(__always)
    func at(_ index: Int) -> JSONValue { unsafe JSONValue(tape: tape, strings: strings, index: index) }
}

extension JSONValue {
    /// The members of an object in the order they are written, a key written twice coming twice; empty for others.
    @inlinable @inline(__always) public var members: JSONMembers { JSONMembers(of: self) }

    /// The elements of an array; empty for others.
    @inlinable @inline(__always) public var elements: JSONElements { JSONElements(of: self) }

    /// The member of that name, by exact bytes; the last one where a key is written twice, as Kubernetes reads it.
    @inlinable @inline(__always)
    public subscript(key: StaticString) -> JSONValue? {
        var found: JSONValue?
        for (name, value) in members where name == key {
            found = value
        }
        return found
    }

    /// The member of that name, by exact bytes; the last one where a key is written twice.
    ///
    /// By another name than the subscript, since a literal would otherwise be taken for a `String` and be slower.
    public func member(named key: String) -> JSONValue? {
        var found: JSONValue?
        for (name, value) in members where name.isSame(as: key) {
            found = value
        }
        return found
    }
}

/// The members of an object, as written.
@safe
public struct JSONMembers: Sequence, IteratorProtocol {
    @usableFromInline var cursor: JSONValue
    @usableFromInline let end: Int

    @inlinable @inline(__always)
    init(of value: JSONValue) {
        // The container's last slot is its closing bracket; `next` is behind it.
        end = value.isObject ? value.next - 1 : value.index + 1
        cursor = value.at(value.index + 1)
    }

    /// The next member; nil behind the last.
    @inlinable @inline(__always)
    public mutating func next() -> (key: JSONText, value: JSONValue)? {
        guard cursor.index < end, let key = cursor.text else { return nil }
        let value = cursor.at(cursor.index + 1)
        cursor = cursor.at(value.next)
        return (key, value)
    }
}

/// The elements of an array.
@safe
public struct JSONElements: Sequence, IteratorProtocol {
    @usableFromInline var cursor: JSONValue
    @usableFromInline let end: Int

    @inlinable @inline(__always)
    init(of value: JSONValue) {
        end = value.isArray ? value.next - 1 : value.index + 1
        cursor = value.at(value.index + 1)
    }

    /// The next element; nil behind the last.
    @inlinable @inline(__always)
    public mutating func next() -> JSONValue? {
        guard cursor.index < end else { return nil }
        let value = cursor
        cursor = cursor.at(value.next)
        return value
    }
}
