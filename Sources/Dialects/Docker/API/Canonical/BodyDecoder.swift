internal import JSON

/// Decodes a parsed body by its type, into the one value that the daemon would see.
struct BodyDecoder {
    /// Keys that the type does not have.
    private(set) var dropped: [String] = []
    /// Where a refusal stands: the ordinal of the member or element, from the outside in.
    private(set) var refusedSteps: [Int] = []
    private var path: [Step] = []

    /// One step of a place; made into text for the one place that is told.
    private struct Step {
        /// The member's name; nil for an element.
        let name: String?
        /// Which member or element it is.
        let ordinal: Int
    }

    private static let maximumDropped = 64

    mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        as type: BodyType,
        with parser: JSONParser
    ) -> Result<CanonicalValue, ReadingRefusal> {
        do throws(JSONError) {
            return try unsafe parser.withDocument(bytes) { root in
                do throws(ReadingRefusal) {
                    return .success(try decode(root, as: type))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            return .failure(ReadingRefusal(place: "body", offset: error.offset, error.reason.rawValue))
        }
    }

    private mutating func decode(_ value: JSONValue, as type: BodyType) throws(ReadingRefusal) -> CanonicalValue {
        switch (type, value.kind) {
        case (_, .null): return .null
        case (.string, .string): return .string(try text(value))
        case (.bool, .boolean): return .boolean(value.bool == true)
        case (.int64, .integer): return .integer(value.integer ?? 0)
        case (.uint16, .integer): return try unsigned(value, upTo: Int64(UInt16.max), type)
        case (.uint32, .integer): return try unsigned(value, upTo: Int64(UInt32.max), type)
        case (.uint64, .integer): return try unsigned(value, upTo: .max, type)
        case (.uint64, .unsigned), (.float, .unsigned), (.any, .unsigned): return .number(value.jsonText)
        case (.float, .integer), (.any, .integer): return .integer(value.integer ?? 0)
        case (.float, .double), (.any, .double): return .number(value.jsonText)
        case (.stringOrStrings, .string): return .array([.string(try text(value))])
        case (.stringOrStrings, .array): return try list(value, of: .string)
        case (.list(let element), .array): return try list(value, of: element)
        case (.map(let element), .object): return try map(value, of: element)
        case (.object(let fields), .object): return try object(value, fields)
        case (.any, .string): return .string(try text(value))
        case (.any, .boolean): return .boolean(value.bool == true)
        case (.any, .array): return try list(value, of: .any)
        case (.any, .object): return try object(value, .any)
        default: throw refused("\(Self.name(value.kind)) stands where \(type.description) belongs")
        }
    }

    private mutating func unsigned(
        _ value: JSONValue,
        upTo maximum: Int64,
        _ type: BodyType
    ) throws(ReadingRefusal) -> CanonicalValue {
        guard let integer = value.integer, (0...maximum).contains(integer) else {
            throw refused("the number is not \(type.description)")
        }
        return .integer(integer)
    }

    private mutating func text(_ value: JSONValue) throws(ReadingRefusal) -> String {
        guard let text = value.text else { return "" }
        guard unsafe !text.withBytes({ unsafe $0.contains(0) }) else { throw refused("the text holds NUL") }
        return String(text)
    }

    private mutating func list(_ value: JSONValue, of type: BodyType) throws(ReadingRefusal) -> CanonicalValue {
        var elements: [CanonicalValue] = []
        for element in value.elements {
            enter(nil, elements.count)
            // Go leaves an empty value for it, or nothing that may be used.
            if element.isNull, !type.isAny { throw refused("null stands where \(type.description) belongs") }
            elements.append(try decode(element, as: type))
            leave()
        }
        return .array(elements)
    }

    private mutating func map(_ value: JSONValue, of type: BodyType) throws(ReadingRefusal) -> CanonicalValue {
        var members: [CanonicalMember] = []
        var keys: Set<String> = []
        for (key, member) in value.members {
            let name = String(key)
            enter(name, members.count)
            guard !name.utf8.contains(0) else { throw refused("the key holds NUL") }
            guard keys.insert(name).inserted else { throw refused("the key is written twice") }
            members.append(CanonicalMember(name, try decode(member, as: type)))
            leave()
        }
        return .object(members)
    }

    private mutating func object(_ value: JSONValue, _ type: BodyObject) throws(ReadingRefusal) -> CanonicalValue {
        var members: [CanonicalMember] = []
        var seen: Set<UInt64> = []
        var runtime: CanonicalValue?
        var ordinal = 0
        for (key, member) in value.members {
            let hash = GoFolding.hash(key)
            if let index = type.field(key, hash: hash) {
                let field = type.fields[index]
                enter(field.text, ordinal)
                guard seen.insert(hash).inserted else {
                    throw refused("the field is written twice, be it in another case")
                }
                members.append(CanonicalMember(field.text, try decode(member, as: field.type)))
            } else {
                enter(String(key), ordinal)
                if type.isOpen {
                    guard seen.insert(hash).inserted else {
                        throw refused("the key is written twice, be it in another case")
                    }
                    guard !GoFolding.isFolded(key) else {
                        throw refused("the key has a letter that only folding makes ASCII")
                    }
                    members.append(CanonicalMember(String(key), try decode(member, as: .any)))
                } else if let field = type.misplacedField(key, hash: hash), field.text == Self.runtime, !member.isNull {
                    guard seen.insert(hash).inserted else {
                        throw refused("the field is written twice, be it in another case")
                    }
                    runtime = try decode(member, as: field.type)
                } else {
                    try drop(key, hash, member, type)
                }
            }
            leave()
            ordinal += 1
        }
        if let runtime { members = Self.moving(runtime, into: members) }
        return .object(members)
    }

    /// The one field of a host's configuration that a client of wide use, docker-py, gives beside it.
    private static let runtime = "Runtime"

    /// Moves a runtime given beside the host's configuration to where engines up to 26 find it: into one of its own,
    /// where there is no other, which would count alone.
    private static func moving(_ runtime: CanonicalValue, into members: [CanonicalMember]) -> [CanonicalMember] {
        let others = members.filter { $0.name != "HostConfig" || $0.value != .null }
        guard !others.contains(where: { $0.name == "HostConfig" }) else { return members }
        return others + [CanonicalMember("HostConfig", .object([CanonicalMember(Self.runtime, runtime)]))]
    }

    /// Drops what the daemon would not read, unless an older one would.
    private mutating func drop(
        _ key: JSONText,
        _ hash: UInt64,
        _ value: JSONValue,
        _ type: BodyObject
    ) throws(ReadingRefusal) {
        if let field = type.misplacedField(key, hash: hash), !value.isZeroScalar {
            throw refused("engines up to 26 take it here, later ones do not: write it as HostConfig.\(field.text)")
        }
        // Null says nothing, whichever engine may know the key.
        if !value.isNull, dropped.count < Self.maximumDropped { dropped.append(String(place.prefix(256))) }
    }

    // MARK: Places

    private mutating func enter(_ name: String?, _ ordinal: Int) {
        path.append(Step(name: name, ordinal: ordinal))
    }

    private mutating func leave() { path.removeLast() }

    private var place: String {
        guard let first = path.first else { return "body" }
        var text = first.name ?? "body[\(first.ordinal)]"
        for step in path.dropFirst() { text += step.name.map { ".\($0)" } ?? "[\(step.ordinal)]" }
        return text
    }

    private mutating func refused(_ message: String) -> ReadingRefusal {
        refusedSteps = path.map(\.ordinal)
        return ReadingRefusal(place: place, message)
    }

    private static func name(_ kind: JSONValue.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "a list"
        case .string: "a string"
        case .integer, .unsigned, .double: "a number"
        case .boolean: "true or false"
        case .null: "null"
        }
    }
}

extension BodyType {
    fileprivate var isAny: Bool { if case .any = self { true } else { false } }
}

extension JSONValue {
    /// Null, false, 0 or the empty string, which ask for nothing wherever they stand.
    fileprivate var isZeroScalar: Bool {
        switch kind {
        case .null: true
        case .boolean: bool == false
        case .integer: integer == 0
        case .string: text?.isEmpty == true
        default: false
        }
    }
}
