import Foundation

/// A JSON value that can be changed.
package enum Tree: Sendable, Equatable, Codable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Tree])
    case map([String: Tree])

    package init(json: String) throws {
        self = try JSONDecoder().decode(Tree.self, from: Data(json.utf8))
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Tree].self) {
            self = .list(value)
        } else {
            self = .map(try container.decode([String: Tree].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .map(let value): try container.encode(value)
        }
    }

    /// On one line, with keys in order.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }

    /// A member of a map, or nothing; setting one makes a map of what is none.
    package subscript(key: String) -> Tree? {
        get { if case .map(let members) = self { members[key] } else { nil } }
        set {
            var members: [String: Tree] = [:]
            if case .map(let known) = self { members = known }
            members[key] = newValue
            self = .map(members)
        }
    }

    /// RFC 7396.
    func merged(with patch: Tree) -> Tree {
        guard case .map(let changes) = patch else { return patch }
        var result = self
        if case .map = self {} else { result = .map([:]) }
        for (key, value) in changes {
            result[key] = value == .null ? nil : (result[key] ?? .null).merged(with: value)
        }
        return result
    }

    /// RFC 6902, of which `test`, `add`, `replace` and `remove` are known; nil where an operation fails.
    func patched(with operations: Tree) -> Tree? {
        guard case .list(let list) = operations else { return nil }
        var result = self
        for operation in list {
            guard let name = operation["op"]?.text, let path = operation["path"]?.text else { return nil }
            let keys = path.split(separator: "/").map {
                String($0).replacing("~1", with: "/").replacing("~0", with: "~")
            }
            guard result.apply(name, operation["value"], keys[...]) else { return nil }
        }
        return result
    }

    private mutating func apply(_ name: String, _ value: Tree?, _ keys: ArraySlice<String>) -> Bool {
        guard let key = keys.first else {
            if name == "test" { return self == value }
            guard let value, name != "remove" else { return false }
            self = value
            return true
        }
        if case .list(var elements) = self {
            if key == "-", name == "add", keys.count == 1, let value {
                self = .list(elements + [value])
                return true
            }
            guard let index = Int(key), elements.indices.contains(index) else { return false }
            if name == "remove", keys.count == 1 {
                elements.remove(at: index)
            } else if name == "add", keys.count == 1, let value {
                elements.insert(value, at: index)
            } else {
                guard elements[index].apply(name, value, keys.dropFirst()) else { return false }
            }
            self = .list(elements)
            return true
        }
        guard case .map = self else { return false }
        if keys.count == 1, name == "add" {
            self[key] = value
            return value != nil
        }
        guard var member = self[key] else { return false }
        if keys.count == 1, name == "remove" {
            self[key] = nil
            return true
        }
        guard member.apply(name, value, keys.dropFirst()) else { return false }
        self[key] = member
        return true
    }
}
