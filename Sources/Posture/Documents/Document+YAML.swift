internal import JSON
internal import Sigma

extension Document {
    /// Reads the documents of a YAML file; what holds nothing is left out.
    ///
    /// - Throws: ``DocumentError``, with line and column, where it is no YAML, or too large for a configuration.
    package static func documents(yaml text: String) throws(DocumentError) -> [Document] {
        let yaml = YAMLDocuments(reading: text, file: "")
        if let error = yaml.diagnostics.first(where: { $0.severity == .error }) {
            throw DocumentError("\(error.place.line):\(error.place.column): \(error.message)")
        }
        return yaml.documents.map { Document($0) }.filter { $0 != .null }
    }

    private init(_ attribute: Attribute) {
        switch attribute.content {
        case .null: self = .null
        case .boolean(let bool): self = .bool(bool)
        case .integer(let integer): self = .integer(Int64(integer))
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        case .list(let elements): self = .list(elements.map { Document($0) })
        case .map(let members): self = .object(members.map { Member($0.key, Document($0.value)) })
        }
    }
}

extension Document {
    /// As YAML of one document, in block style: what people read and `kubectl apply` takes.
    package var yaml: String { lines.joined(separator: "\n") + "\n" }

    private var lines: [String] {
        switch self {
        case .object(let members) where !members.isEmpty:
            members.flatMap { member -> [String] in
                let name = Self.word(member.name)
                return switch member.value {
                case .list(let elements) where !elements.isEmpty: ["\(name):"] + member.value.lines
                case .object(let inner) where !inner.isEmpty: ["\(name):"] + member.value.lines.map { "  " + $0 }
                default: ["\(name): \(member.value.inline)"]
                }
            }
        case .list(let elements) where !elements.isEmpty:
            elements.flatMap { element in
                element.lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
            }
        default: [inline]
        }
    }

    /// What stands in one line.
    private var inline: String {
        switch self {
        case .object: "{}"
        case .list: "[]"
        case .text(let text): Self.word(text)
        case .null: "null"
        case .bool, .integer, .number: scalar ?? "null"
        }
    }

    /// A text that YAML reads as this text: quoted as in JSON, which YAML is a superset of, unless it is a plain word.
    private static func word(_ text: String) -> String {
        let isPlain =
            text.utf8.first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || $0 == UInt8(ascii: "/") }
            == true
            && text.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || "-_./".utf8.contains($0)
            }
        let isWord = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
        return isPlain && !isWord ? text : JSONValue.quote(text)
    }
}
