internal import JSON
internal import Sigma

/// A field's name as a way into a JSON document: `user.username`, `sourceIPs[0]`.
///
/// A member of the whole name goes before nested ones, at every level; lists on the way are gone through.
struct JSONPath: Sendable {
    /// One way to go on from an object: a member of this name.
    private struct Way: Sendable {
        /// Where the name stands in `names`.
        var name: Range<Int>
        /// The step that follows.
        var next: Int
    }

    private struct Step: Sendable {
        /// The names that it may have: alone, or joined with those after it, the longest last.
        var ways: Range<Int>
        /// Which lengths up to 63 the names have: most members are ruled out by this alone.
        var lengths: UInt64 = 0
        /// The element it wants of a list; nil where it is a member.
        var index: Int?
    }

    // Flat, since all of it is looked at for every record.
    private let steps: [Step]
    private let ways: [Way]
    private let names: [UInt8]
    /// The name that an element which is no object answers to.
    private let isElementItself: Bool

    init(_ field: String) {
        let path = FieldPath(field)
        isElementItself = path.name == "."
        var (steps, ways, names) = ([Step](), [Way](), [UInt8]())
        for start in path.steps.indices {
            let first = ways.count
            var name = ""
            for (position, step) in path.steps.enumerated().dropFirst(start) {
                guard case .member(let part) = step else { break }
                name += (position == start ? "" : ".") + part
                ways.append(Way(name: names.count..<names.count + name.utf8.count, next: position + 1))
                names += name.utf8
            }
            // `args[0]` may also be a member of that very name.
            if start == 0, path.steps.contains(where: \.isIndex) {
                ways.append(Way(name: names.count..<names.count + path.name.utf8.count, next: path.steps.count))
                names += path.name.utf8
            }
            var step = Step(ways: first..<ways.count)
            for way in ways[first...] { step.lengths |= 1 << UInt64(min(way.name.count, 63)) }
            if case .index(let index) = path.steps[start] { step.index = index }
            steps.append(step)
        }
        (self.steps, self.ways, self.names) = (steps, ways, names)
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
        guard step < steps.count else { return found(value) }
        if value.isObject {
            if let (member, next) = member(of: value, step) { visit(member, step: next, found) }
        } else if value.isArray {
            guard let index = steps[step].index else {
                for element in value.elements { visit(element, step: step, found) }
                return
            }
            if let element = Self.element(index, of: value) { visit(element, step: step + 1, found) }
        }
    }

    private func member(of object: JSONValue, _ step: Int) -> (value: JSONValue, next: Int)? {
        let step = steps[step]
        var best: (value: JSONValue, way: Int)?
        for (key, value) in object.members where step.lengths & (1 << UInt64(min(key.count, 63))) != 0 {
            for way in step.ways where way >= best?.way ?? 0 && isName(key, of: way) { best = (value, way) }
        }
        return best.map { ($0.value, ways[$0.way].next) }
    }

    @inline(__always)
    private func isName(_ key: JSONText, of way: Int) -> Bool {
        let name = ways[way].name
        guard key.count == name.count else { return false }
        return unsafe key.withBytes { text in
            for index in 0..<text.count where unsafe text[index] != names[name.lowerBound + index] { return false }
            return true
        }
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

extension FieldPath.Step {
    fileprivate var isIndex: Bool {
        if case .index = self { true } else { false }
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
