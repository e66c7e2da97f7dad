internal import Deployments
internal import JSON

/// A JSON object as Go's encoding/json reads it into a struct, which is how dockerd reads a body.
///
/// Keys match in any case, with Unicode's simple folding (`Bindſ` is `Binds`); an object written twice is merged; of
/// other values the last one counts; null undoes an object and a list and leaves a scalar. What only such a reading
/// makes one thing is remembered in `defects`, since it is how bodies hide.
struct GoObject {
    private struct Member {
        let key: JSONText
        let value: JSONValue
    }

    /// The members of all that is written of the object, in order.
    private let members: [Member]
    /// The hash of each member's folded key: a body has many keys, and each of its fields is looked up.
    private let hashes: [UInt64]
    private let pieces: [JSONValue]

    /// - Parameter pieces: the same object's pieces, in the order they are written.
    init(_ pieces: [JSONValue]) {
        self.pieces = pieces
        var members: [Member] = []
        var hashes: [UInt64] = []
        let count = pieces.reduce(0) { $0 + $1.count }
        members.reserveCapacity(count)
        hashes.reserveCapacity(count)
        for piece in pieces {
            for (key, value) in piece.members {
                members.append(Member(key: key, value: value))
                hashes.append(GoFolding.hash(key))
            }
        }
        self.members = members
        self.hashes = hashes
    }

    init(_ value: JSONValue) { self.init(value.isObject ? [value] : []) }

    var isEmpty: Bool { members.isEmpty }

    /// Lends every value written under `name`, in order.
    @inline(__always)
    private func forEach(_ name: StaticString, _ body: (JSONValue) -> Void) {
        let hash = GoFolding.hash(name)
        for index in hashes.indices where hashes[index] == hash && GoFolding.isSame(members[index].key, name) {
            body(members[index].value)
        }
    }

    /// Whether anything but null is written under `name`.
    func has(_ name: StaticString) -> Bool { scalar(name) != nil }

    /// The last value written, null or not.
    private func last(_ name: StaticString) -> JSONValue? {
        var found: JSONValue?
        forEach(name) { found = $0 }
        return found
    }

    /// The scalar that counts.
    func scalar(_ name: StaticString) -> JSONValue? {
        var found: JSONValue?
        forEach(name) { if !$0.isNull { found = $0 } }
        return found
    }

    func string(_ name: StaticString) -> String? { scalar(name)?.string }
    func bool(_ name: StaticString) -> Bool? { scalar(name)?.bool }
    func integer(_ name: StaticString) -> Int? { scalar(name)?.integer.map { Int($0) } }

    /// The object that counts: all that are written, after the last null; nil when there is none.
    func object(_ name: StaticString) -> GoObject? {
        let pieces = objects(name)
        return pieces.isEmpty ? nil : GoObject(pieces)
    }

    private func objects(_ name: StaticString) -> [JSONValue] {
        var pieces: [JSONValue] = []
        forEach(name) { if $0.isNull { pieces = [] } else if $0.isObject { pieces.append($0) } }
        return pieces
    }

    /// The list that counts; nil when none is written or the last is null.
    func list(_ name: StaticString) -> [JSONValue]? {
        guard let last = last(name), last.isArray else { return nil }
        return Array(last.elements)
    }

    /// The strings of a list; a lone string counts as one, as `strslice.StrSlice` takes it.
    func strings(_ name: StaticString) -> [String] { last(name)?.strings ?? [] }

    /// A map's entries, pieces merged.
    func map(_ name: StaticString) -> [(key: String, value: JSONValue)] {
        objects(name).flatMap { piece in piece.members.map { (String($0.key), $0.value) } }
    }

    /// A map's entries as `key=value`, pieces merged; what is no text is empty.
    func assignments(_ name: StaticString) -> [String] {
        objects(name).flatMap { piece in
            piece.members.map { key, value in
                value.text.map { String(assigning: $0, to: key) } ?? "\(String(key))="
            }
        }
    }

    /// ``RecordDefect/wrongType`` where a field holds what Go's decoder, and so the daemon, refuses.
    func typeDefects(of fields: [(StaticString, GoType)]) -> Set<RecordDefect> {
        var isTaken = true
        for (name, type) in fields { forEach(name) { isTaken = isTaken && type.takes($0) } }
        return isTaken ? [] : [.wrongType]
    }

    /// What is odd about the keys of this object and of those within it.
    var nestedDefects: Set<RecordDefect> {
        var inspection = KeyInspection()
        inspection.take(pieces, isMap: false, depth: 0)
        return inspection.defects
    }
}

/// The types of Go that bodies are decoded into, as far as they refuse values.
enum GoType {
    case string, bool, integer, object
    /// A list of strings.
    case strings
    /// A list of strings, or one string (`strslice.StrSlice`).
    case stringOrStrings
    /// A list of objects.
    case objects

    /// Whether a value is taken; null always is.
    func takes(_ value: JSONValue) -> Bool {
        switch (self, value.kind) {
        case (_, .null), (.string, .string), (.bool, .boolean), (.integer, .integer), (.object, .object),
            (.stringOrStrings, .string):
            true
        case (.strings, .array), (.stringOrStrings, .array):
            value.elements.allSatisfy { $0.text != nil || $0.isNull }
        case (.objects, .array): value.elements.allSatisfy { $0.isObject || $0.isNull }
        default: false
        }
    }
}
