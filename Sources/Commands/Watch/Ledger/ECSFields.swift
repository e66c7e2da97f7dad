#if Watch
    internal import JSON

    /// The fields of an ECS record by their dotted names; of several values the first.
    struct ECSFields {
        private var values: [String: String]

        private static let maximumDepth = 16

        /// The fields that the record has, and those that are kept beside it.
        init(of record: [UInt8], and fields: [String: String] = [:]) {
            var values = fields
            let parser = JSONParser(maximumBytes: 4 << 20, maximumDepth: 64)
            // A record that is no JSON has no fields.
            _ = unsafe record.withUnsafeBytes { bytes in
                try? unsafe parser.withDocument(bytes) { Self.collect($0, "", depth: 0, into: &values) }
            }
            self.values = values
        }

        subscript(name: String) -> String? { values[name] }

        private static func collect(_ value: JSONValue, _ name: String, depth: Int, into values: inout [String: String])
        {
            guard depth <= maximumDepth else { return }
            switch value.kind {
            case .object:
                for (key, member) in value.members {
                    collect(
                        member,
                        name.isEmpty ? String(key) : "\(name).\(String(key))",
                        depth: depth + 1,
                        into: &values
                    )
                }
            case .array:
                for element in value.elements {
                    collect(element, name, depth: depth + 1, into: &values)
                    return
                }
            case .string: values[name] = value.string
            case .null: break
            case .integer, .unsigned, .double, .boolean: values[name] = value.jsonText
            }
        }
    }
#endif
