/// A text of TOML whose single lines are changed: the rest stays as its owner wrote it, comments too.
struct TOMLLines {
    private(set) var lines: [String]

    init(_ text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    var text: String { lines.joined(separator: "\n") }

    /// Writes a value where the table's line for it is; adds one where there is none, and the table where that is not there.
    mutating func set(_ name: String, to value: String, in table: [String]) {
        guard let range = range(of: table) else {
            if lines.last?.isEmpty ?? false { lines.removeLast() }
            lines += ["", "[\(table.map(Self.part).joined(separator: "."))]", "  \(name) = \(value)", ""]
            return
        }
        if let place = place(of: name, in: range) {
            let indent = lines[place].prefix { $0 == " " || $0 == "\t" }
            lines[place] = "\(indent)\(name) = \(value)"
        } else {
            lines.insert("  \(name) = \(value)", at: range.lowerBound)
        }
    }

    /// Takes a value's line away.
    mutating func remove(_ name: String, in table: [String]) {
        guard let range = range(of: table), let place = place(of: name, in: range) else { return }
        lines.remove(at: place)
    }

    private func place(of name: String, in range: Range<Int>) -> Int? {
        range.last { index in
            let line = lines[index].trimmed
            guard let equals = line.firstIndex(of: "=") else { return false }
            return line[..<equals].trimmed == name
        }
    }

    /// The lines of a table, without its header.
    private func range(of table: [String]) -> Range<Int>? {
        guard let header = lines.firstIndex(where: { Self.header($0) == table }) else { return nil }
        let next = lines[(header + 1)...].firstIndex { Self.header($0) != nil }
        return (header + 1)..<(next ?? lines.count)
    }

    /// `["plugins", "io.containerd.grpc.v1.cri"]` of `[plugins."io.containerd.grpc.v1.cri"] # comment`.
    private static func header(_ line: String) -> [String]? {
        let line = line.trimmed
        guard line.hasPrefix("["), let document = try? Document(toml: line) else { return nil }
        var path: [String] = []
        var inner = document
        while let member = inner.members.first {
            path.append(member.name)
            inner = member.value
        }
        return path
    }

    private static func part(_ name: String) -> String {
        name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" } ? name : "\"\(name)\""
    }
}
