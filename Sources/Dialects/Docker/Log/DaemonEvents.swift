internal import Deployments
internal import JSON
internal import Patterns

/// Hands the daemon's own lines over to rules on raw records: `time`, `level`, `msg` and whatever else a line holds.
///
/// Such rules are rare, and the log is large: its lines are only taken apart where there is one.
struct DaemonEvents {
    typealias Handler = (RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void

    private let parser = JSONParser(maximumBytes: 4 << 20)
    private let innerParser = JSONParser(maximumBytes: 4 << 20)

    /// Envelopes within envelopes are opened a few times.
    private static let maximumDepth = 3

    /// Calls `handler` with the line, where it is one of the daemon's.
    func read(_ record: RawRecord, _ handler: Handler) {
        if unsafe record.bytes.first == UInt8(ascii: "{") {
            let text = try? unsafe parser.withDocument(record.bytes, isPadded: true) { entry in
                Self.text(in: entry) { handler(.dockerDaemon, entry, record.position) }
            }
            if let text = text ?? nil { read(text, 0, record.position, handler) }
        } else if let fields = unsafe Self.fields(record.bytes) {
            tell(fields, record.position, handler)
        }
    }

    private func read(
        _ text: String,
        _ depth: Int,
        _ position: ContainerDeployment.LogPosition,
        _ handler: Handler
    ) {
        if text.utf8.first == UInt8(ascii: "{") {
            guard depth < Self.maximumDepth else { return }
            let inner = try? innerParser.withDocument(text) { entry in
                Self.text(in: entry) { handler(.dockerDaemon, entry, position) }
            }
            if let inner = inner ?? nil { read(inner, depth + 1, position, handler) }
            return
        }
        var text = text
        let fields = text.withUTF8 { unsafe Self.fields(UnsafeRawBufferPointer($0)) }
        if let fields { tell(fields, position, handler) }
    }

    /// The line within an envelope; nil for what is none, which is `isLine` where the daemon wrote it as JSON.
    private static func text(in entry: JSONValue, _ isLine: () -> Void) -> String? {
        switch LogEnvelope(entry) {
        case .text(let text, _, _): return text
        case .line, nil:
            if entry["msg"] != nil, entry["level"] != nil { isLine() }
            return nil
        }
    }

    private func tell(
        _ fields: [(name: String, value: String)],
        _ position: ContainerDeployment.LogPosition,
        _ handler: Handler
    ) {
        var text = "{"
        for field in fields { text += "\(text.utf8.count > 1 ? "," : "")\(quoted(field.name)):\(quoted(field.value))" }
        try? innerParser.withDocument(text + "}") { handler(.dockerDaemon, $0, position) }
    }

    /// A line's fields in their order, behind whatever stands before them; nil in a line that is none of the daemon's.
    private static func fields(_ bytes: UnsafeRawBufferPointer) -> [(name: String, value: String)]? {
        guard let message = unsafe DockerLogLine.message(in: bytes) else { return nil }
        let before = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<message])
        guard let level = unsafe ByteSearch.first("level=", in: before) else { return nil }
        let start = unsafe ByteSearch.first("time=\"", in: before) ?? level
        return unsafe LogField.all(in: UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }

    private func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": output += "\\\(scalar)"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}

extension LogField {
    /// Every field from the first byte on, of a name twice the first; a line that is cut ends with what there is.
    static func all(in line: UnsafeRawBufferPointer) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        var index = 0
        while index < line.count, found.count < 64 {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: line[index...])
            guard let equals = unsafe rest.firstIndex(of: UInt8(ascii: "=")) else { break }
            let name = unsafe String(decoding: rest[..<equals], as: UTF8.self)
            let value = unsafe UnsafeRawBufferPointer(rebasing: rest[(equals + 1)...])
            let isQuoted = unsafe value.first == UInt8(ascii: "\"")
            let count =
                isQuoted
                ? unsafe GoQuoted.end(of: value) ?? value.count
                : unsafe value.firstIndex { $0 <= 32 } ?? value.count
            let text = unsafe isQuoted ? GoQuoted.unquote(value) : String(decoding: value[..<count], as: UTF8.self)
            if !found.contains(where: { $0.name == name }) { found.append((name, text)) }
            index += equals + 1 + count
            while index < line.count, unsafe line[index] == 32 { index += 1 }
        }
        return found
    }
}
