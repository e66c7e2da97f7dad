internal import JSON

/// Which members of a JSON object say what, as a format string that is JSON itself tells.
struct JSONTemplate: Sendable {
    /// A member, by the names on the way to it, and what its value says.
    struct Member: Sendable {
        var path: [String]
        var template: LogTemplate
    }

    let members: [Member]

    /// Nil for a format that is no JSON object.
    init?(_ parts: [TemplateBuilder.Part], escape: LogEscape) {
        guard let text = Self.withPlaceholders(parts) else { return nil }
        let parser = JSONParser(maximumBytes: 64 << 10, maximumDepth: 8)
        let found = try? parser.withDocument(text) { root -> [Member]? in
            guard root.isObject else { return nil }
            var members: [Member] = []
            Self.gather(root, [], parts, &members)
            return members
        }
        guard let members = found ?? nil, !members.isEmpty else { return nil }
        self.members = members
    }

    /// Reads what an object says.
    ///
    /// - Returns: whether it has any of the members.
    func read(_ root: JSONValue, into entry: inout AccessLogEntry) -> Bool {
        var isKnown = false
        for member in members {
            var value: JSONValue? = root
            for name in member.path { value = value?.member(named: name) }
            guard let value else { continue }
            isKnown = true
            if let text = value.scalarText { _ = member.template.read(Array(text.utf8)[...], into: &entry) }
        }
        return isKnown
    }

    /// The format as JSON: each value as text that says which it is.
    private static func withPlaceholders(_ parts: [TemplateBuilder.Part]) -> String? {
        guard case .text(let first)? = parts.first?.piece, first.first(where: { $0 > 32 }) == UInt8(ascii: "{") else {
            return nil
        }
        var output: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for (index, part) in parts.enumerated() {
            guard case .text(let bytes) = part.piece else {
                let mark = "\u{E000}\(index)\u{E001}"
                output += Array((isInString ? mark : "\"\(mark)\"").utf8)
                continue
            }
            for byte in bytes {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString.toggle()
                }
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func gather(
        _ value: JSONValue,
        _ path: [String],
        _ parts: [TemplateBuilder.Part],
        _ members: inout [Member]
    ) {
        if let text = value.string {
            guard let pieces = pieces(of: text, parts) else { return }
            members.append(Member(path: path, template: LogTemplate(pieces, escape: .none)))
            return
        }
        for (name, value) in value.members { gather(value, path + [String(name)], parts, &members) }
    }

    /// The pieces of a value that holds any of the log's; nil for one that is always the same.
    private static func pieces(of text: String, _ parts: [TemplateBuilder.Part]) -> [LogTemplate.Piece]? {
        var pieces: [LogTemplate.Piece] = []
        var literal: [UInt8] = []
        var rest = text[...]
        var isOfUse = false
        while let mark = rest.firstIndex(of: "\u{E000}"), let end = rest[mark...].firstIndex(of: "\u{E001}"),
            let number = Int(rest[rest.index(after: mark)..<end]), parts.indices.contains(number)
        {
            literal += Array(rest[..<mark].utf8)
            if case .value(let field) = parts[number].piece {
                if !literal.isEmpty { pieces.append(.text(Needle(literal))) }
                literal = []
                pieces.append(.value(field))
                isOfUse = isOfUse || field != .ignored
            }
            rest = rest[rest.index(after: end)...]
        }
        literal += Array(rest.utf8)
        if !literal.isEmpty { pieces.append(.text(Needle(literal))) }
        return isOfUse ? pieces : nil
    }
}

extension JSONValue {
    /// A string, number or truth as text; nil for null and what holds others.
    var scalarText: String? {
        switch kind {
        case .string: string
        case .integer, .unsigned, .double, .boolean: jsonText
        case .object, .array, .null: nil
        }
    }
}
