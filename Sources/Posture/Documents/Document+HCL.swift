extension Document {
    /// Reads a configuration in HashiCorp's language, as far as it sets values: blocks are objects, and blocks of one name
    /// one object, labels of a block names within it; what is no literal is its text.
    ///
    /// Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md, and https://github.com/hashicorp/hcl/tree/hcl1
    package init(hcl text: String) throws(DocumentError) {
        guard text.utf8.count <= 1 << 20 else { throw DocumentError("it is too large for a configuration") }
        var reader = HCLReader(text)
        self = try reader.body(depth: 0)
    }
}

/// Reads HCL from its beginning to its end.
private struct HCLReader {
    private var rest: Substring.UnicodeScalarView
    private var line = 1

    init(_ text: String) { rest = text.unicodeScalars[...] }

    private static let maximumDepth = 32

    private func error(_ message: String) -> DocumentError { DocumentError("line \(line): \(message)") }

    private mutating func next() -> Unicode.Scalar? {
        let one = rest.popFirst()
        if one == "\n" { line += 1 }
        return one
    }

    private mutating func drop(until isEnd: (Substring.UnicodeScalarView) -> Bool) {
        while !rest.isEmpty, !isEnd(rest) { _ = next() }
    }

    private mutating func skipSpace() {
        while let one = rest.first {
            if " \t\r\n,;".unicodeScalars.contains(one) {
                _ = next()
            } else if one == "#" || rest.starts(with: "//".unicodeScalars) {
                drop { $0.first == "\n" }
            } else if rest.starts(with: "/*".unicodeScalars) {
                drop { $0.starts(with: "*/".unicodeScalars) }
                _ = next()
                _ = next()
            } else {
                return
            }
        }
    }

    /// Attributes and blocks, to the closing brace or, of the whole, to the end.
    mutating func body(depth: Int) throws(DocumentError) -> Document {
        guard depth <= Self.maximumDepth else { throw error("blocks are nested too deep") }
        var object: Document = .object([])
        while true {
            skipSpace()
            guard let one = rest.first else {
                guard depth == 0 else { throw error("a block is not closed") }
                return object
            }
            if one == "}" {
                guard depth > 0 else { throw error("a brace closes nothing") }
                _ = next()
                return object
            }
            var path = [try name()]
            skipBlanks()
            while let one = rest.first, one != "=", one != ":", one != "{" {
                guard path.count < Self.maximumDepth else { throw error("a block has too many labels") }
                path.append(try name())
                skipBlanks()
            }
            guard let mark = next() else { throw error("nothing follows a name") }
            let value = mark == "{" ? try body(depth: depth + 1) : try value(depth: depth + 1)
            object = object.setting(object.at(path).map { $0.filledIn(by: value) } ?? value, at: path)
        }
    }

    private mutating func skipBlanks() {
        while let one = rest.first, one == " " || one == "\t" { _ = next() }
    }

    private static func isOfName(_ one: Unicode.Scalar) -> Bool {
        one.properties.isAlphabetic || ("0"..."9").contains(one) || "_-.".unicodeScalars.contains(one)
    }

    private mutating func name() throws(DocumentError) -> String {
        if rest.first == "\"" { return try string() }
        var name = ""
        while let one = rest.first, Self.isOfName(one) { name.unicodeScalars.append(one); _ = next() }
        guard !name.isEmpty else { throw error("a name is expected") }
        return name
    }

    private mutating func string() throws(DocumentError) -> String {
        _ = next()
        var text = ""
        while let one = next() {
            if one == "\"" { return text }
            guard one == "\\" else { text.unicodeScalars.append(one); continue }
            switch next() {
            case "n": text += "\n"
            case "t": text += "\t"
            case let escaped?: text.unicodeScalars.append(escaped)
            case nil: break
            }
        }
        throw error("a text is not closed")
    }

    private mutating func value(depth: Int) throws(DocumentError) -> Document {
        guard depth <= Self.maximumDepth else { throw error("values are nested too deep") }
        skipBlanks()
        switch rest.first {
        case "\"": return .text(try string())
        case "{":
            _ = next()
            return try body(depth: depth)
        case "[":
            _ = next()
            return try list(depth: depth)
        case "<" where rest.starts(with: "<<".unicodeScalars): return .text(heredoc())
        default: return word()
        }
    }

    private mutating func list(depth: Int) throws(DocumentError) -> Document {
        var elements: [Document] = []
        while true {
            skipSpace()
            guard let one = rest.first else { throw error("a list is not closed") }
            if one == "]" {
                _ = next()
                return .list(elements)
            }
            let before = rest.count
            elements.append(try value(depth: depth + 1))
            guard rest.count < before else { throw error("a list has something that is no value") }
        }
    }

    private mutating func heredoc() -> String {
        var mark = ""
        while let one = next(), one != "\n" { mark.unicodeScalars.append(one) }
        let end = mark.drop { $0 == "<" || $0 == "-" }.filter { !$0.isWhitespace }
        var lines: [String] = []
        while !rest.isEmpty {
            var text = ""
            while let one = next(), one != "\n" { text.unicodeScalars.append(one) }
            if text.filter({ !$0.isWhitespace }) == end { break }
            lines.append(text)
        }
        return lines.joined(separator: "\n")
    }

    /// A number, `true`, `false`, `null`, or an expression, which is its text.
    private mutating func word() -> Document {
        var text = ""
        while let one = rest.first, !"\n,]}#".unicodeScalars.contains(one) {
            text.unicodeScalars.append(one); _ = next()
        }
        text = String(text.reversed().drop { $0.isWhitespace }.reversed())
        switch text {
        case "true": return true
        case "false": return false
        case "null": return .null
        default: return Int64(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .text(text)
        }
    }
}

extension Document {
    /// An object with another's members over its own, at every depth; another's where one is no object.
    func filledIn(by other: Document) -> Document {
        guard case .object = self, case .object(let members) = other else { return other }
        return members.reduce(self) { object, member in
            object.setting(object[member.name].map { $0.filledIn(by: member.value) } ?? member.value, at: [member.name])
        }
    }
}
