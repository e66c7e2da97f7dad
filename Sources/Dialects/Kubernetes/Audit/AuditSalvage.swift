internal import Deployments
internal import JSON

/// What is left of a document that is no JSON as a whole: cut, too deep, or broken in one place.
///
/// The API server writes who asked for what first and the bodies last, so that most of an event survives.
struct AuditSalvage {
    /// Nesting that the parser takes, with room for the object around.
    private static let maximumDepth = 500

    /// The members that are whole, as an object; nil where there is none.
    private(set) var event: [UInt8]?
    /// The events of a list, each whole or what there is of it.
    private(set) var items: [Range<Int>] = []
    /// Whether the document ends before it is closed.
    private(set) var isCut: Bool

    /// - Parameter isItem: whether it is an event of a list, and so no list itself.
    init(_ bytes: UnsafeRawBufferPointer, isItem: Bool, parser: JSONParser) {
        let pieces = unsafe JSONPieces(of: bytes)
        isCut = pieces.end == nil
        if !isItem, let list = unsafe Self.list(in: bytes, pieces) {
            let elements = unsafe JSONPieces(of: UnsafeRawBufferPointer(rebasing: bytes[list...]))
            items = elements.whole.map(\.range).map { ($0.lowerBound + list)..<($0.upperBound + list) }
            if let rest = elements.rest { items.append((rest.lowerBound + list)..<(rest.upperBound + list)) }
            isCut = elements.end == nil
            return
        }
        var members: [UInt8] = []
        for piece in pieces.whole where piece.depth < Self.maximumDepth {
            var member = [members.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            unsafe member += bytes[piece.range]
            // Each is tried by itself, so that one that is broken costs only itself.
            let alone = [UInt8(ascii: "{")] + member.dropFirst() + [UInt8(ascii: "}")]
            let isSound = unsafe alone.withUnsafeBytes { alone in
                (try? unsafe parser.withDocument(alone) { $0.isObject }) ?? false
            }
            if isSound { members += member }
        }
        if !members.isEmpty { event = members + [UInt8(ascii: "}")] }
    }

    /// Where the `items` of an event list begin.
    private static func list(in bytes: UnsafeRawBufferPointer, _ pieces: JSONPieces) -> Int? {
        let name = Array("\"items\"".utf8)
        let ranges = pieces.whole.map(\.range) + (pieces.rest.map { [$0] } ?? [])
        for range in ranges {
            let member = unsafe bytes[range].drop { $0 <= 32 }
            guard unsafe member.starts(with: name) else { continue }
            let value = unsafe member.dropFirst(name.count).drop { $0 <= 32 || $0 == UInt8(ascii: ":") }
            if unsafe value.first == UInt8(ascii: "[") { return unsafe value.startIndex }
        }
        return nil
    }
}
