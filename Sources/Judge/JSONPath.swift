internal import JSON
internal import Sigma

/// A field's name as a way into a JSON document: `user.username`, `sourceIPs[0]`.
///
/// A member of the whole name goes before nested ones, at every level; lists on the way are gone through.
struct JSONPath: Sendable {
    /// One way to go on from an object.
    private struct Way: Sendable {
        var name: [UInt8]
        /// The step that follows.
        var next: Int
    }

    /// For each step, the names that it may have: alone, or joined with those after it, the longest last.
    private let ways: [[Way]]
    /// For each step, the element it wants of a list; nil where it is a member.
    private let indices: [Int?]
    /// The name that an element which is no object answers to.
    private let isElementItself: Bool

    init(_ field: String) {
        let path = FieldPath(field)
        isElementItself = path.name == "."
        indices = path.steps.map { if case .index(let index) = $0 { index } else { nil } }
        var ways: [[Way]] = []
        for start in path.steps.indices {
            var (joined, name) = ([Way](), "")
            for (position, step) in path.steps.enumerated().dropFirst(start) {
                guard case .member(let part) = step else { break }
                name += (position == start ? "" : ".") + part
                joined.append(Way(name: Array(name.utf8), next: position + 1))
            }
            ways.append(joined)
        }
        // `args[0]` may also be a member of that very name.
        if indices.contains(where: { $0 != nil }) {
            ways[0].append(Way(name: Array(path.name.utf8), next: path.steps.count))
        }
        self.ways = ways
    }

    /// Visits what the path leads to; of a member written twice, the last, as Kubernetes reads it.
    func visit(_ root: JSONValue, _ found: (JSONValue) -> Void) {
        guard root.isObject else {
            if isElementItself { found(root) }
            return
        }
        visit(root, step: 0, found)
    }

    private func visit(_ value: JSONValue, step: Int, _ found: (JSONValue) -> Void) {
        guard step < ways.count else { return found(value) }
        if value.isObject {
            if let (member, next) = member(of: value, step) { visit(member, step: next, found) }
        } else if value.isArray {
            guard let index = indices[step] else {
                for element in value.elements { visit(element, step: step, found) }
                return
            }
            if let element = Self.element(index, of: value) { visit(element, step: step + 1, found) }
        }
    }

    private func member(of object: JSONValue, _ step: Int) -> (value: JSONValue, next: Int)? {
        var best: (value: JSONValue, way: Int)?
        for (key, value) in object.members {
            for way in ways[step].indices where way >= best?.way ?? 0 {
                if key.isSame(as: ways[step][way].name) { best = (value, way) }
            }
        }
        return best.map { ($0.value, ways[step][$0.way].next) }
    }

    private static func element(_ index: Int, of list: JSONValue) -> JSONValue? {
        var position = index
        if index < 0 {
            for _ in list.elements { position += 1 }
        }
        guard position >= 0 else { return nil }
        for element in list.elements {
            if position == 0 { return element }
            position -= 1
        }
        return nil
    }
}

extension JSONText {
    /// Whether it is these bytes.
    func isSame(as bytes: [UInt8]) -> Bool {
        guard count == bytes.count else { return false }
        return unsafe withBytes { text in
            for index in 0..<bytes.count where unsafe text[index] != bytes[index] { return false }
            return true
        }
    }
}

extension JSONValue {
    /// Visits the plain values in it.
    ///
    /// A list or an object with nothing in it counts as null: it is there, and there is nothing to compare.
    func visitScalars(_ visit: (FieldValue) -> Void) {
        switch kind {
        case .string: if let text { unsafe text.withBytes { unsafe visit(.utf8($0)) } }
        case .integer: if let integer { visit(.integer(integer)) }
        case .unsigned, .double: if let double { visit(.number(double)) }
        case .boolean: if let bool { visit(.boolean(bool)) }
        case .null: visit(.null)
        case .array:
            var isEmpty = true
            for element in elements {
                isEmpty = false
                element.visitScalars(visit)
            }
            if isEmpty { visit(.null) }
        case .object:
            var isEmpty = true
            for (_, member) in members {
                isEmpty = false
                member.visitScalars(visit)
            }
            if isEmpty { visit(.null) }
        }
    }
}
