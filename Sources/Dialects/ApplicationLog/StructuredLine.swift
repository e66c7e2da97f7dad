internal import Deployments
internal import JSON

/// A line with named fields, whichever library wrote it: logrus and slog (Argo), zap in JSON or for people (Kubeflow's and
/// Katib's controllers).
struct StructuredLine {
    let message: String
    let time: Timestamp?
    let fields: LogFields

    /// `time="…" level=info msg="…" key=value`, or `TIME\tINFO\tLOGGER\tMESSAGE\t{"key":…}`.
    init?(_ text: ApplicationText) {
        let bytes = text.bytes
        if bytes.starts(with: "time=".utf8) || bytes.starts(with: "level=".utf8) {
            let fields = LogFields(bytes)
            guard let message = fields["msg"] else { return nil }
            self.init(message, fields["time"].flatMap(AccessLogTime.read), fields)
            return
        }
        let columns = bytes.prefix(16 << 10).split(separator: 9, maxSplits: 8)
        guard columns.count >= 4, let last = columns.last, last.first == UInt8(ascii: "{") else { return nil }
        let parser = JSONParser(maximumBytes: 64 << 10)
        let fields = try? parser.withDocument(String(decoding: last, as: UTF8.self)) { Self.fields(of: $0) }
        guard let fields else { return nil }
        let time = AccessLogTime.read(String(decoding: columns[0], as: UTF8.self))
        self.init(String(decoding: columns[columns.count - 2], as: UTF8.self), time, LogFields(fields))
    }

    init?(_ root: JSONValue) {
        guard root["level"] != nil, let message = (root["msg"] ?? root["message"])?.string else { return nil }
        let time = (root["time"] ?? root["ts"])?.scalarText.flatMap(AccessLogTime.read)
        self.init(message, time, LogFields(Self.fields(of: root)))
    }

    private init(_ message: String, _ time: Timestamp?, _ fields: LogFields) {
        self.message = message
        self.time = time
        self.fields = fields
    }

    private static func fields(of root: JSONValue) -> [String: String] {
        var fields: [String: String] = [:]
        for (key, value) in root.members {
            guard fields.count < 64 else { break }
            if let text = value.scalarText, text.utf8.count <= 16 << 10 { fields[String(key)] = text }
        }
        return fields
    }
}
