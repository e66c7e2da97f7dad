/// Puts a template together from what a format string's reader finds in it.
struct TemplateBuilder {
    /// A part of the format with its place, so that what is wrong can be told with it.
    struct Part {
        var piece: Piece
        var offset: Int
    }

    enum Piece: Equatable {
        case text([UInt8])
        case value(AccessLogField)
        case captures
    }

    private(set) var parts: [Part] = []
    let escape: LogEscape
    /// Whether several spaces are written as one (HAProxy).
    private let mergesSpaces: Bool

    init(escape: LogEscape, mergesSpaces: Bool = false) {
        self.escape = escape
        self.mergesSpaces = mergesSpaces
    }

    mutating func append(text byte: UInt8, at offset: Int) {
        if mergesSpaces, byte == 32, parts.isEmpty { return }
        if case .text(let bytes)? = parts.last?.piece {
            if mergesSpaces, byte == 32, bytes.last == 32 { return }
            parts[parts.count - 1].piece = .text(bytes + [byte])
        } else {
            parts.append(Part(piece: .text([byte]), offset: offset))
        }
    }

    mutating func append(text: String, at offset: Int) {
        for byte in text.utf8 { append(text: byte, at: offset) }
    }

    mutating func append(_ piece: Piece, at offset: Int) {
        // A path and the query right behind it are the target.
        if case .value(.query) = piece, case .value(let last)? = parts.last?.piece, last.beginsWithSlash {
            parts[parts.count - 1].piece = .value(.target)
            return
        }
        if piece == .value(.ignored), parts.last?.piece == .value(.ignored) { return }
        if piece == .value(.ignored), parts.count > 1, parts[parts.count - 1].piece == .text([UInt8(ascii: ":")]),
            parts[parts.count - 2].piece == .value(.clientAddress)
        {
            parts.removeLast()
            parts[parts.count - 1].piece = .value(.clientEndpoint)
            return
        }
        parts.append(Part(piece: piece, offset: offset))
    }

    /// The template.
    ///
    /// - Parameters:
    ///   - end: the format's length, where something missing is told.
    ///   - request: what to add to a format that shows no request.
    /// - Throws: ``AccessLogFormatError`` for values that cannot be told apart, or a format without a request.
    func template(end: Int, request: String) throws(AccessLogFormatError) -> LogTemplate {
        try validate()
        let fields = parts.compactMap { part -> AccessLogField? in
            if case .value(let field) = part.piece { field } else { nil }
        }
        let hasTarget = fields.contains(.target) || fields.contains(.path)
        guard fields.contains(.requestLine) || (fields.contains(.method) && hasTarget) else {
            throw AccessLogFormatError("the format shows no request", at: end, hint: "have the log show \(request)")
        }
        return LogTemplate(pieces, escape: escape)
    }

    /// The pieces, whatever they show.
    var pieces: [LogTemplate.Piece] {
        parts.map { part in
            switch part.piece {
            case .text(let bytes): .text(Needle(bytes))
            case .value(let field): .value(field)
            case .captures: .captures
            }
        }
    }

    func validate() throws(AccessLogFormatError) {
        for (first, second) in zip(parts, parts.dropFirst()) {
            guard case .value = first.piece, case .value(let next) = second.piece, !next.beginsWithSlash else {
                continue
            }
            throw AccessLogFormatError(
                "two values with nothing between them cannot be told apart",
                at: second.offset,
                hint: "put a space or a quote between them in the server's format"
            )
        }
    }
}
