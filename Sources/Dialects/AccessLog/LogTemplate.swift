/// A log line's shape: text that is always there and values between, read from left to right without going back.
///
/// A value ends where the text behind it first begins, so a line takes time by its length alone. Servers write what
/// identifies a request (method, target, status) before what its sender could write quotes into, or escape those; what
/// was read before a line stops fitting therefore counts.
struct LogTemplate: Sendable {
    enum Piece: Sendable {
        case text(Needle)
        case value(AccessLogField)
        /// HAProxy's captured headers, `{…}` or nothing, then without the space behind them.
        case captures
    }

    let pieces: [Piece]
    let escape: LogEscape

    /// How far a line was read.
    struct Extent: Equatable {
        /// Pieces that fitted.
        var pieces: Int
        /// Where the rest of the line begins.
        var end: Int
    }

    /// - Parameter pieces: as a compiler built them: no two values beside each other but those that a slash divides.
    init(_ pieces: [Piece], escape: LogEscape) {
        self.pieces = pieces
        self.escape = escape
    }

    /// Whether the line fitted to the template's end; more may follow.
    func isWhole(_ extent: Extent) -> Bool { extent.pieces == pieces.count }

    /// Reads what fits.
    func read(_ line: ArraySlice<UInt8>, into entry: inout AccessLogEntry) -> Extent {
        var position = line.startIndex
        var isSpaceTaken = false
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .text(let needle):
                let text = isSpaceTaken && needle.bytes[0] == 32 ? needle.bytes.dropFirst() : needle.bytes[...]
                isSpaceTaken = false
                guard line[position...].starts(with: text) else { return Extent(pieces: index, end: position) }
                position += text.count
            case .captures:
                if position < line.endIndex, line[position] == UInt8(ascii: "{") {
                    guard let end = line[position...].firstIndex(of: UInt8(ascii: "}")) else {
                        return Extent(pieces: index, end: position)
                    }
                    position = end + 1
                } else {
                    isSpaceTaken = true
                }
            case .value(let field):
                guard let end = end(of: index, in: line[position...]) else {
                    guard field.countsWhenCut else { return Extent(pieces: index, end: position) }
                    entry.take(escape.decoded(line[position...]), for: field)
                    return Extent(pieces: index, end: line.endIndex)
                }
                if field != .ignored { entry.take(escape.decoded(line[position..<end]), for: field) }
                position = end
            }
        }
        return Extent(pieces: pieces.count, end: position)
    }

    private func end(of index: Int, in text: ArraySlice<UInt8>) -> Int? {
        guard index + 1 < pieces.count else { return text.endIndex }
        switch pieces[index + 1] {
        case .value: return text.firstIndex(of: UInt8(ascii: "/"))
        case .captures: return text.firstIndex(of: 32)
        case .text(let needle): return end(before: needle, in: text)
        }
    }

    private func end(before needle: Needle, in text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        while let found = needle.first(in: rest) {
            guard escape.escapesQuotes, needle.bytes[0] == UInt8(ascii: "\"") else { return found }
            let slashes = text[text.startIndex..<found].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
            if slashes.isMultiple(of: 2) { return found }
            rest = text[(found + 1)...]
        }
        return nil
    }
}
