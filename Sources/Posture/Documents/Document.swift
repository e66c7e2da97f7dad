/// A configuration file or an API object, as a tree: what JSON and YAML have in common.
///
/// Members keep their order, so that a file that is written again reads as its owner wrote it.
package indirect enum Document: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([Document])
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: Document

        package init(_ name: String, _ value: Document) {
            self.name = name
            self.value = value
        }
    }
}

extension Document {
    /// The member of an object by its name, the last one where a name stands twice; nil where there is none, or no object.
    package subscript(name: String) -> Document? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The value at a path of names: `at("spec", "template", "spec")`.
    package func at(_ path: String...) -> Document? { at(path) }

    package func at(_ path: [String]) -> Document? {
        path.reduce(Optional(self)) { $0?[$1] }
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    package var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    /// The elements of a list; none of anything else.
    package var elements: [Document] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object; none of anything else.
    package var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The texts of a list; what is no text is left out.
    package var texts: [String] { elements.compactMap(\.text) }

    /// The texts of an object, by name, as labels and annotations are.
    package var textsByName: [String: String] {
        Dictionary(members.compactMap { one in one.value.text.map { (one.name, $0) } }) { _, last in last }
    }

    /// A single value as people write it; nil for lists, objects and null.
    package var scalar: String? {
        switch self {
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .text(let text): text
        case .null, .list, .object: nil
        }
    }
}

extension Document {
    /// The same with the value at a path set; objects are made on the way where there are none.
    package func setting(_ value: Document, at path: [String]) -> Document {
        guard let name = path.first else { return value }
        var members = members
        let inner = (self[name] ?? .object([])).setting(value, at: Array(path.dropFirst()))
        if let place = members.lastIndex(where: { $0.name == name }) {
            members[place].value = inner
        } else {
            members.append(Member(name, inner))
        }
        return .object(members)
    }

    /// The same without the value at a path.
    package func removing(_ path: [String]) -> Document {
        guard let name = path.first, case .object(var members) = self else { return self }
        if path.count == 1 {
            members.removeAll { $0.name == name }
        } else if let place = members.lastIndex(where: { $0.name == name }) {
            members[place].value = members[place].value.removing(Array(path.dropFirst()))
        }
        return .object(members)
    }
}

extension Document: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(arrayLiteral elements: Document...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Document)...) { self = .object(elements.map(Member.init)) }
}
