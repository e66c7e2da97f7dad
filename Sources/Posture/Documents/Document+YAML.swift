internal import JSON
internal import Yams

extension Document {
    /// What aliases may unfold to.
    private static let maximumNodes = 250_000
    private static let maximumDepth = 64

    /// Reads the documents of a YAML file; what holds nothing is left out.
    ///
    /// Scalars are what YAML 1.1 makes of them, as Kubernetes' reader has it: `on` and `yes` are true.
    ///
    /// - Throws: ``DocumentError``, with line and column, where it is no YAML.
    package static func documents(yaml text: String) throws(DocumentError) -> [Document] {
        var remaining = maximumNodes
        var documents: [Document] = []
        do {
            var nodes = try Yams.compose_all(yaml: text)
            while let node = nodes.next() {
                let document = try Document(node, depth: 0, remaining: &remaining)
                if document != .null { documents.append(document) }
            }
            // The sequence ends at an error as it does at the end.
            if let error = nodes.error { throw error }
        } catch let error as DocumentError {
            throw error
        } catch {
            throw DocumentError("\(error)")
        }
        return documents
    }

    private init(_ node: Node, depth: Int, remaining: inout Int) throws(DocumentError) {
        remaining -= 1
        guard remaining > 0, depth < Self.maximumDepth else {
            let place = node.mark.map { "\($0.line):\($0.column): " } ?? ""
            throw DocumentError("\(place)deeper or larger than any configuration: not read")
        }
        switch node {
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, value) in mapping {
                let value = try Document(value, depth: depth + 1, remaining: &remaining)
                members.append(Member(key.scalar?.string ?? "", value))
            }
            self = .object(members)
        case .sequence(let sequence):
            var elements: [Document] = []
            for element in sequence {
                elements.append(try Document(element, depth: depth + 1, remaining: &remaining))
            }
            self = .list(elements)
        case .scalar, .alias:
            self = Self.scalar(of: node)
        }
    }

    private static func scalar(of node: Node) -> Document {
        guard let scalar = node.scalar else { return .null }
        let isPlain = scalar.style == .plain || scalar.style == .any
        if !isPlain { return .text(scalar.string) }
        if node.null != nil { return .null }
        if let bool = node.bool { return .bool(bool) }
        if let integer = node.int { return .integer(Int64(integer)) }
        if let number = node.float { return .number(number) }
        return .text(scalar.string)
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
