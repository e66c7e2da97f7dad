internal import Dialects
internal import JSON

/// Reads what the daemon answers to the guard's own questions.
enum DaemonAnswer {
    /// An inspection is a few kilobytes; lists are never asked for.
    private static let byteLimit = 8 << 20
    private static let depthLimit = 64

    /// The answer's value; nil for what is no JSON document.
    static func value(_ bytes: [UInt8]) -> CanonicalValue? {
        let parser = JSONParser(maximumBytes: byteLimit, maximumDepth: depthLimit)
        return unsafe bytes.withUnsafeBytes { bytes in
            try? unsafe parser.withDocument(bytes) { value(of: $0) }
        }
    }

    private static func value(of json: JSONValue) -> CanonicalValue {
        switch json.kind {
        case .object: .object(json.members.map { CanonicalMember(String($0.key), value(of: $0.value)) })
        case .array: .array(json.elements.map { value(of: $0) })
        case .string: .string(json.string ?? "")
        case .integer: .integer(json.integer ?? 0)
        case .unsigned, .double: .number(json.double.map { String($0) } ?? "0")
        case .boolean: .boolean(json.bool ?? false)
        case .null: .null
        }
    }
}
