/// A string in a parsed document, unescaped, in UTF-8: lent like its ``JSONValue``.
@safe
public struct JSONText {
    @usableFromInline let start: UnsafePointer<UInt8>
    /// How many bytes of UTF-8.
    public let count: Int

    // simdjson's string buffer: a 32-bit length in the machine's order, the bytes, a NUL.
    @inlinable @inline(__always)
    init(header: UnsafePointer<UInt8>) {
        count = unsafe Int(UnsafeRawPointer(header).loadUnaligned(as: UInt32.self))
        unsafe start = header + 4
    }

    /// Whether there is nothing in it.
    @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

    /// Lends the UTF-8 bytes.
    @inlinable @inline(__always)
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe body(UnsafeBufferPointer(start: start, count: count))
    }

    /// The byte at `position`, which must be in range.
    @inlinable @inline(__always)
    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count)
        return unsafe start[position]
    }

    /// Whether it is the same text, byte by byte.
    @inlinable @inline(__always)
    public static func == (left: JSONText, right: StaticString) -> Bool {
        guard left.count == right.utf8CodeUnitCount else { return false }
        return unsafe sameBytes(left.start, right.utf8Start, left.count)
    }

    /// Whether it is the same text, byte by byte.
    ///
    /// Not `==`, since a literal would otherwise be taken for a `String` and be slower.
    public func isSame(as text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        return unsafe UnsafeBufferPointer(start: start, count: count).elementsEqual(text.utf8)
    }

    /// Whether both are the same text, byte by byte.
    @inlinable @inline(__always)
    public static func == (left: JSONText, right: JSONText) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe sameBytes(left.start, right.start, left.count)
    }

    /// Whether it begins with those bytes.
    @inlinable @inline(__always)
    public func hasPrefix(_ prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        return unsafe sameBytes(start, prefix.utf8Start, prefix.utf8CodeUnitCount)
    }
}

extension String {
    /// Copies the text out of the document.
    public init(_ text: JSONText) {
        self = unsafe text.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// Compares two runs of `count` bytes, eight at a time; written out so that it is inlined where keys are compared.
@inlinable @inline(__always)
func sameBytes(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let left = unsafe UnsafeRawPointer(left)
    let right = unsafe UnsafeRawPointer(right)
    var position = 0
    while position &+ 8 <= count {
        let (a, b) = unsafe (
            left.loadUnaligned(fromByteOffset: position, as: UInt64.self),
            right.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        )
        guard a == b else { return false }
        position &+= 8
    }
    while position < count {
        guard
            unsafe left.load(fromByteOffset: position, as: UInt8.self)
                == right.load(fromByteOffset: position, as: UInt8.self)
        else { return false }
        position &+= 1
    }
    return true
}
