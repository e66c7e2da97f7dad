internal import Deployments
internal import JSON

/// A JSON object as Go's encoding/json reads it into a struct, which is how dockerd reads a body.
///
/// Keys match in any case, with Unicode's simple folding (`Bindſ` is `Binds`); an object written twice is merged; of
/// other values the last one counts; null undoes an object and a list and leaves a scalar. What only such a reading
/// makes one thing is remembered in `defects`, since it is how bodies hide.
struct GoObject {
    /// The same object's pieces, in the order they are written.
    let pieces: [JSONValue]

    init(_ pieces: [JSONValue]) { self.pieces = pieces }
    init(_ value: JSONValue) { pieces = value.isObject ? [value] : [] }

    var isEmpty: Bool { pieces.allSatisfy { $0.count == 0 } }

    /// Every value written under `name`, in order.
    func all(_ name: StaticString) -> [JSONValue] {
        var values: [JSONValue] = []
        for piece in pieces {
            for (key, value) in piece.members where GoFolding.isSame(key, name) { values.append(value) }
        }
        return values
    }

    /// Whether anything but null is written under `name`.
    func has(_ name: StaticString) -> Bool {
        pieces.contains { piece in
            piece.members.contains { GoFolding.isSame($0.key, name) && !$0.value.isNull }
        }
    }

    /// The scalar that counts.
    func scalar(_ name: StaticString) -> JSONValue? { all(name).last { !$0.isNull } }

    func string(_ name: StaticString) -> String? { scalar(name)?.string }
    func bool(_ name: StaticString) -> Bool? { scalar(name)?.bool }
    func integer(_ name: StaticString) -> Int? { scalar(name)?.integer.map { Int($0) } }

    /// The object that counts: all that are written, after the last null; nil when there is none.
    func object(_ name: StaticString) -> GoObject? {
        var pieces: [JSONValue] = []
        for value in all(name) {
            if value.isNull { pieces = [] } else if value.isObject { pieces.append(value) }
        }
        return pieces.isEmpty ? nil : GoObject(pieces)
    }

    /// The list that counts; nil when none is written or the last is null.
    func list(_ name: StaticString) -> [JSONValue]? {
        guard let last = all(name).last, last.isArray else { return nil }
        return Array(last.elements)
    }

    /// The strings of a list; a lone string counts as one, as `strslice.StrSlice` takes it.
    func strings(_ name: StaticString) -> [String] {
        guard let last = all(name).last else { return [] }
        return last.strings
    }

    /// A map's entries, pieces merged.
    func map(_ name: StaticString) -> [(key: String, value: JSONValue)] {
        (object(name)?.pieces ?? []).flatMap { piece in piece.members.map { (String($0.key), $0.value) } }
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

extension GoObject {
    /// ``RecordDefect/wrongType`` where a field holds what Go's decoder, and so the daemon, refuses.
    func typeDefects(of fields: [(StaticString, GoType)]) -> Set<RecordDefect> {
        for (name, type) in fields where !all(name).allSatisfy({ type.takes($0) }) { return [.wrongType] }
        return []
    }

    /// What is odd about the keys of this object and of those within it.
    var nestedDefects: Set<RecordDefect> {
        var defects: Set<RecordDefect> = []
        Self.inspect(pieces, isMap: false, depth: 0, &defects)
        return defects
    }

    /// Fields whose keys are anybody's words, so that two in different cases are two.
    private static let maps: Set<String> = [
        "labels", "options", "driveropts", "sysctls", "exposedports", "volumes", "portbindings", "endpointsconfig",
        "config", "storageopt", "tmpfs", "annotations", "env", "secret_env", "unified",
    ]

    private static func inspect(_ pieces: [JSONValue], isMap: Bool, depth: Int, _ defects: inout Set<RecordDefect>) {
        guard depth < 12 else { return }
        var seen: [UInt64] = []
        var inner: [(key: UInt64, name: JSONText, pieces: [JSONValue])] = []
        for piece in pieces {
            for (key, value) in piece.members {
                let hash = isMap ? exactHash(key) : GoFolding.hash(key)
                seen.append(hash)
                if !isMap, GoFolding.isFolded(key) { defects.insert(.foldedKeys) }
                if value.isObject {
                    if let index = inner.firstIndex(where: { $0.key == hash }) {
                        inner[index].pieces.append(value)
                    } else {
                        inner.append((hash, key, [value]))
                    }
                }
                for element in value.elements.prefix(1_024) where element.isObject {
                    inspect([element], isMap: false, depth: depth + 1, &defects)
                }
            }
        }
        seen.sort()
        if zip(seen, seen.dropFirst()).contains(where: ==) { defects.insert(.duplicateKeys) }
        for (_, name, pieces) in inner {
            let holdsMap = !isMap && maps.contains(GoFolding.fold(String(name)))
            inspect(pieces, isMap: holdsMap, depth: depth + 1, &defects)
        }
    }

    private static func exactHash(_ key: JSONText) -> UInt64 {
        var hash = TextHash()
        hash.combine(key)
        return hash.value
    }
}

/// Go's case folding of object keys (encoding/json, fold.go).
enum GoFolding {
    /// Whether only folding makes an ASCII name of `key`.
    static func isFolded(_ key: JSONText) -> Bool {
        guard !isASCII(key) else { return false }
        return fold(String(key)).utf8.allSatisfy { $0 < 128 }
    }

    /// The same for all keys that fold together.
    static func hash(_ key: JSONText) -> UInt64 {
        var hash = TextHash()
        if isASCII(key) { hash.combine(lowercased: key) } else { hash.combine(fold(String(key))) }
        return hash.value
    }

    private static func isASCII(_ key: JSONText) -> Bool {
        for position in 0..<key.count where key[position] > 127 { return false }
        return true
    }

    /// Whether `key` stands for the field `name`, which is ASCII.
    static func isSame(_ key: JSONText, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        if key.count == count {
            return key == name || isSame(ignoringCaseOf: key, name)
        }
        // Letters that fold to ASCII take more bytes than they stand for.
        guard key.count > count, key.count <= count * 3, !isASCII(key) else { return false }
        return fold(String(key)) == fold("\(name)")
    }

    private static func isSame(ignoringCaseOf key: JSONText, _ name: StaticString) -> Bool {
        for position in 0..<key.count where lower(key[position]) != lower(unsafe name.utf8Start[position]) {
            return false
        }
        return true
    }

    /// One spelling for all that fold together: `ſ` is `s`, the Kelvin sign `k`.
    static func fold(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 > 127 }) else { return text.lowercased() }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{17f}" ? "s" : $0 == "\u{212a}" ? "k" : $0 })
        ).lowercased()
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 32 : byte }
}
