extension Span<UInt8> {
    /// Whether both hold the same bytes.
    func isSame(as other: Span<UInt8>) -> Bool { count == other.count && starts(with: other) }

    func isSame(as text: StaticString) -> Bool { count == text.utf8CodeUnitCount && starts(with: text) }

    func starts(with other: Span<UInt8>) -> Bool {
        guard count >= other.count else { return false }
        for index in other.indices where self[index] != other[index] { return false }
        return true
    }

    func starts(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where unsafe self[index] != text.utf8Start[index] { return false }
        return true
    }

    /// Where those bytes stand last.
    func lastRange(of other: Span<UInt8>) -> Range<Int>? {
        var start = count - other.count
        while start >= 0 {
            if extracting(start..<(start + other.count)).starts(with: other) { return start..<(start + other.count) }
            start -= 1
        }
        return nil
    }
}

extension String {
    /// Copies UTF-8 that is known to be valid.
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
