package import JSON

/// Why a text is not the document that it should be.
package struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

extension Document {
    /// All Pods of a large cluster in one list.
    private static let maximumBytes = 1 << 30

    /// Reads JSON.
    ///
    /// - Throws: ``DocumentError``, with the place, where it is none.
    package init(json bytes: [UInt8]) throws(DocumentError) {
        let parser = JSONParser(maximumBytes: Self.maximumBytes, maximumDepth: 64)
        let result: Result<Document, JSONError> = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in unsafe try parser.withDocument(bytes) { Document($0) } }
        }
        do throws(JSONError) { self = try result.get() } catch { throw DocumentError(error.description) }
    }

    package init(json text: String) throws(DocumentError) { try self.init(json: Array(text.utf8)) }

    /// Lends it as it is read from JSON.
    ///
    /// - Returns: nil for a document that is nested too deeply to be read.
    func reading<Result>(_ body: (JSONValue) -> Result) -> Result? {
        let bytes = Array(compactJSON.utf8)
        let parser = JSONParser(maximumBytes: Self.maximumBytes, maximumDepth: 66)
        return unsafe bytes.withUnsafeBytes { bytes in try? unsafe parser.withDocument(bytes, body) }
    }

    package init(_ value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { Member(String($0.key), Document($0.value)) })
        case .array: self = .list(value.elements.map { Document($0) })
        case .string: self = .text(value.string ?? "")
        case .integer: self = .integer(value.integer ?? 0)
        case .unsigned, .double: self = .number(value.double ?? 0)
        case .boolean: self = .bool(value.bool ?? false)
        case .null: self = .null
        }
    }

    /// As JSON, indented by two spaces: what people read and keep in files.
    package var json: String { json(indent: "") }

    private func json(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(inner)\(JSONValue.quote($0.name)): \($0.value.json(indent: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .list(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.json(indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        case .object: return "{}"
        case .list: return "[]"
        case .text(let text): return JSONValue.quote(text)
        case .null: return "null"
        case .bool, .integer, .number: return scalar ?? "null"
        }
    }

    /// As JSON in one line.
    package var compactJSON: String {
        switch self {
        case .object(let members):
            "{" + members.map { "\(JSONValue.quote($0.name)):\($0.value.compactJSON)" }.joined(separator: ",") + "}"
        case .list(let elements): "[" + elements.map(\.compactJSON).joined(separator: ",") + "]"
        case .text(let text): JSONValue.quote(text)
        case .null: "null"
        case .bool, .integer, .number: scalar ?? "null"
        }
    }
}
