internal import Yams

/// The documents of a YAML text as trees with places, within bounds.
package struct YAMLDocuments {
    /// The longest text that is read, in bytes.
    static let byteLimit = 8 << 20
    /// How deep maps and lists may stand in each other.
    static let depthLimit = 64
    /// The longest key or value, in bytes.
    static let scalarLimit = 256 << 10
    /// How many values one text may have once its aliases are put in: a guard against aliases of aliases.
    static let valueLimit = 250_000

    package private(set) var documents: [Attribute] = []
    package private(set) var diagnostics: [Diagnostic] = []
    private let file: String
    private var remaining = YAMLDocuments.valueLimit

    package init(reading text: String, file: String) {
        self.file = file
        guard text.utf8.count <= Self.byteLimit else {
            complain("the file is larger than \(Self.byteLimit >> 20) MiB", nil)
            return
        }
        if let place = AliasedKeys.place(in: text) {
            diagnostics.append(
                Diagnostic(
                    .error,
                    "an alias cannot stand in a key",
                    at: Place(file: file, line: place.line, column: place.column),
                    hint: "nor can a key be explicit, after '?', in a file with anchors"
                )
            )
            return
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            while let node = try parser.nextRoot() {
                guard let document = value(node, depth: 0) else { return }
                documents.append(document)
            }
        } catch let error as YamlError {
            report(error)
        } catch {
            complain("the YAML cannot be read: \(error)", nil)
        }
    }

    private mutating func value(_ node: Node, depth: Int) -> Attribute? {
        guard depth < Self.depthLimit else {
            complain("maps and lists are nested deeper than \(Self.depthLimit) levels", node.mark)
            return nil
        }
        guard remaining > 0 else {
            complain("the file has more than \(Self.valueLimit) values once aliases are put in", node.mark)
            return nil
        }
        remaining -= 1
        let place = place(node.mark)
        switch node {
        case .scalar(let scalar):
            guard scalar.string.utf8.count <= Self.scalarLimit else {
                complain("the value is longer than \(Self.scalarLimit >> 10) KiB", node.mark)
                return nil
            }
            let content = content(of: scalar)
            return Attribute(content: content, place: place, spelling: scalar.string)
        case .sequence(let sequence):
            var list: [Attribute] = []
            list.reserveCapacity(sequence.count)
            for element in sequence {
                guard let element = value(element, depth: depth + 1) else { return nil }
                list.append(element)
            }
            return Attribute(content: .list(list), place: place, spelling: "")
        case .mapping(let mapping):
            var members: [Attribute.Member] = []
            members.reserveCapacity(mapping.count)
            for (key, member) in mapping {
                guard case .scalar(let name) = key else {
                    complain("a key must be a word, not a list or a map", key.mark)
                    return nil
                }
                guard let member = value(member, depth: depth + 1) else { return nil }
                members.append(Attribute.Member(key: name.string, place: self.place(key.mark), value: member))
            }
            return Attribute(content: .map(members), place: place, spelling: "")
        case .alias:
            complain("the alias cannot be resolved", node.mark)
            return nil
        }
    }

    private func content(of scalar: Node.Scalar) -> Attribute.Content {
        switch scalar.tag.description {
        case "tag:yaml.org,2002:str", "!": return .text(scalar.string)
        default: break
        }
        guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
        return ScalarResolution.content(ofPlain: scalar.string)
    }

    private func place(_ mark: Mark?) -> Place {
        Place(file: file, line: max(mark?.line ?? 1, 1), column: max(mark?.column ?? 1, 1))
    }

    private mutating func complain(_ message: String, _ mark: Mark?, hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, message, at: place(mark), hint: hint))
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            complain("this is not YAML: \(problem)", mark)
        case .reader(let problem, let offset, _, _):
            complain("this is not YAML: \(problem)" + (offset.map { " at byte \($0)" } ?? ""), nil)
        case .duplicatedKeysInMapping(let duplicates, let context):
            complain(
                "the key '\(duplicates.first ?? "")' stands twice in one map",
                context.mark,
                hint: "put several values in a list, or the maps in a list"
            )
        default:
            complain("the YAML cannot be read: \(error)", nil)
        }
    }
}
