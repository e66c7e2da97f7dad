internal import JSON

/// The fields of an ECS record by their dotted names, in the record's order, and the record laid out for reading.
package struct ECSFields: Sendable {
    package struct Field: Sendable {
        package var name: String
        package var values: [String]
    }

    package private(set) var fields: [Field] = []
    /// The record over several lines; as it stands where it is no JSON.
    package private(set) var text = ""

    private static let maximumBytes = 4 << 20
    private static let maximumDepth = 16
    private static let maximumFields = 512

    package init(of record: [UInt8]) {
        let parser = JSONParser(maximumBytes: Self.maximumBytes, maximumDepth: 64)
        var fields: [Field] = []
        var text: String?
        _ = unsafe record.withUnsafeBytes { bytes in
            try? unsafe parser.withDocument(bytes) { root in
                Self.collect(root, "", depth: 0, into: &fields)
                text = JSONLayout.text(of: root)
            }
        }
        self.fields = fields
        self.text = text ?? String(decoding: record, as: UTF8.self)
    }

    /// The values of a field; empty where it has none.
    package subscript(name: String) -> [String] { fields.first { $0.name == name }?.values ?? [] }

    private static func collect(_ value: JSONValue, _ name: String, depth: Int, into fields: inout [Field]) {
        guard depth <= maximumDepth, fields.count < maximumFields else { return }
        switch value.kind {
        case .object:
            for (key, member) in value.members {
                collect(member, name.isEmpty ? String(key) : "\(name).\(String(key))", depth: depth + 1, into: &fields)
            }
        case .array:
            var plain: [String] = []
            for element in value.elements {
                if element.isObject || element.isArray {
                    collect(element, name, depth: depth + 1, into: &fields)
                } else {
                    plain.append(Self.text(of: element))
                }
            }
            if !plain.isEmpty { fields.append(Field(name: name, values: plain)) }
        case .null: break
        default: fields.append(Field(name: name, values: [text(of: value)]))
        }
    }

    private static func text(of value: JSONValue) -> String { value.string ?? value.jsonText }
}
