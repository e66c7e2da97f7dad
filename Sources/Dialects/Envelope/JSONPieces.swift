/// Cuts a JSON object or array at its top-level commas without reading what it holds: what is left of text that no
/// parser takes.
///
/// A piece never reaches into another's string: text in a string holds no quote that is not escaped, so what stands
/// there cannot pass for a member.
struct JSONPieces {
    /// One member of an object, or one element of an array.
    struct Piece {
        var range: Range<Int>
        /// How deep values are nested in it.
        var depth: Int
    }

    /// The pieces that are whole.
    private(set) var whole: [Piece] = []
    /// What stands behind the last of them in a container that is not closed.
    private(set) var rest: Range<Int>?
    /// Where the container is closed.
    private(set) var end: Int?

    /// Cuts the container that `bytes` begin with, up to its end or theirs.
    init(of bytes: UnsafeRawBufferPointer, maximumPieces: Int = 1 << 20) {
        guard let first = unsafe bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
        var start = 1
        var depth = 1
        var deepest = 1
        var position = 1
        while position < bytes.count {
            let byte = unsafe bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): position = unsafe Self.stringEnd(bytes, position)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 {
                    unsafe append(bytes, start..<(position - 1), deepest - 1)
                    end = position
                    return
                }
            case UInt8(ascii: ",") where depth == 1:
                unsafe append(bytes, start..<(position - 1), deepest - 1)
                guard whole.count < maximumPieces else { return }
                (start, deepest) = (position, 1)
            default: break
            }
        }
        rest = start..<position
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ depth: Int) {
        var range = range
        while let first = range.first, unsafe bytes[first] <= 32 { range = (first + 1)..<range.upperBound }
        while let last = range.last, unsafe bytes[last] <= 32 { range = range.lowerBound..<last }
        if !range.isEmpty { whole.append(Piece(range: range, depth: depth)) }
    }

    /// The position behind the string whose text begins at `position`.
    private static func stringEnd(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int {
        var position = position
        while position < bytes.count {
            switch unsafe bytes[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""): return position + 1
            default: position += 1
            }
        }
        return bytes.count
    }
}

extension JSONPieces {
    /// The pieces of a container that is whole, as bytes.
    static func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let ranges = unsafe bytes.withUnsafeBytes { unsafe JSONPieces(of: $0).whole.map(\.range) }
        return ranges.map { bytes[$0] }
    }

    /// A member's name as it is written, quotes and all.
    static func key(of member: ArraySlice<UInt8>) -> String? {
        guard member.first == UInt8(ascii: "\"") else { return nil }
        let end = unsafe member.withUnsafeBytes { unsafe stringEnd($0, 1) }
        return String(decoding: member.prefix(end), as: UTF8.self)
    }
}
