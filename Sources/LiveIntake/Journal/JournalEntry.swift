internal import JSON

/// One entry of systemd's journal: its fields in their order, values as bytes.
struct JournalEntry: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        var name: String
        var value: [UInt8]
    }

    var fields: [Field] = []
    /// Whether a field was longer than is taken, and has been cut.
    var isCut = false

    /// The first value of a field, if it is text.
    subscript(_ name: String) -> String? {
        fields.first { $0.name == name }.flatMap { String(validating: $0.value, as: UTF8.self) }
    }

    /// Where the journal is gone on with behind it.
    var cursor: String? { self["__CURSOR"] }

    /// The entry as `journalctl -o json` writes it: text where a value is printable UTF-8, else an array of bytes; an array
    /// of such for a field that is there several times.
    var json: String {
        var order: [String] = []
        var values: [String: [[UInt8]]] = [:]
        for field in fields {
            if values[field.name] == nil { order.append(field.name) }
            values[field.name, default: []].append(field.value)
        }
        let members = order.map { name in
            let all = (values[name] ?? []).map(Self.json)
            return "\(JSONValue.quote(name)):" + (all.count == 1 ? all[0] : "[\(all.joined(separator: ","))]")
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func json(_ value: [UInt8]) -> String {
        if let text = String(validating: value, as: UTF8.self), text.unicodeScalars.allSatisfy(isPrintable) {
            return JSONValue.quote(text)
        }
        return "[\(value.map(String.init).joined(separator: ","))]"
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value >= 32 && !(127..<160).contains(scalar.value)) || scalar == "\n" || scalar == "\t"
    }
}
