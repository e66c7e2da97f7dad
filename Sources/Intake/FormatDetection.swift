internal import Dialects
internal import JSON

/// Tells a file's format by its first bytes; file names do not count, since they lie.
package enum FormatDetection {
    /// The format of a file that begins with `head`; nil when it is none that is known.
    package static func format(head: [UInt8]) -> InputFormat? {
        let head = Array(withoutByteOrderMark(head))
        let lines = Self.lines(of: head[...])
        // Whole values first: their keys stand where they mean something, not in somebody's string.
        if let format = lines.lazy.prefix(20).compactMap(format(ofJSON:)).first { return format }
        let first = lines.lazy.compactMap(format(ofLine:)).first
        // Argo's servers write as dockerd does.
        if first == nil || first == .dockerLog, let format = requestLog(lines) { return format }
        return first ?? format(ofText: head)
    }

    /// The format of lines that tell of requests, when some line near the top does.
    private static func requestLog(_ lines: [ArraySlice<UInt8>]) -> InputFormat? {
        let head = lines.prefix(40)
        let isApplication = head.contains { ApplicationLogDialect.knows($0) }
        let isDocker = head.contains { format(ofLine: $0) == .dockerLog }
        if head.prefix(20).contains(where: isContainerLine), isApplication || !isDocker { return .containerLog }
        if isApplication { return .applicationLog }
        return head.contains { AccessLogDialect.knows($0) } ? .accessLog : nil
    }

    /// Whether a container runtime wrote the line: `TIME stdout F …`, or Docker's json-file.
    private static func isContainerLine(_ line: ArraySlice<UInt8>) -> Bool {
        if line.starts(with: "{\"log\":\"".utf8) { return true }
        guard let digit = line.first, (48...57).contains(digit) else { return false }
        let words = line.prefix(64).split(separator: 32, maxSplits: 3)
        guard words.count >= 3, words[0].contains(UInt8(ascii: "T")) else { return false }
        return (words[1].elementsEqual("stdout".utf8) || words[1].elementsEqual("stderr".utf8))
            && (words[2].first == UInt8(ascii: "F") || words[2].first == UInt8(ascii: "P"))
    }

    /// Whether records stand one a line: some line near the top is a whole JSON object, or text around one.
    static func isOneValueALine(_ head: [UInt8]) -> Bool {
        let lines = Self.lines(of: withoutByteOrderMark(head)).prefix(20)
        guard let first = lines.first else { return true }
        guard isOpening(first.first) else { return true }
        if isList(first, lines.dropFirst().first) || holdsSeveral(first) { return false }
        // A line longer than the head is no pretty-printed one.
        if first.count >= LogFile.headBytes / 2 { return true }
        return lines.contains(where: isWholeObject)
    }

    /// The lines that hold anything, from their first byte that is no white space or NUL.
    ///
    /// A log that was cut while it was written to (logrotate's copytruncate) begins with NULs.
    private static func lines(of head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        head.split(separator: 10, maxSplits: 200).prefix(200).map { $0.drop { $0 <= 32 } }.filter { !$0.isEmpty }
    }

    private static func isOpening(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

    /// Whether objects stand over several lines, the first bracket on one of its own, as `journalctl -o json-pretty`
    /// writes them.
    static func isPrettyJSON(_ head: [UInt8]) -> Bool {
        let first = lines(of: withoutByteOrderMark(head)).first
        return first?.first == UInt8(ascii: "{") && first?.dropFirst().allSatisfy { $0 <= 32 } == true
    }

    /// Whether a list of objects begins there: `jq -s` and many exports put all records into one.
    private static func isList(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>?) -> Bool {
        guard first.first == UInt8(ascii: "[") else { return false }
        let next = first.dropFirst().first { $0 > 32 } ?? second?.first
        return next == UInt8(ascii: "{")
    }

    /// Whether one object follows another on the line, as in a stream that ends no lines.
    private static func holdsSeveral(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == UInt8(ascii: "{") else { return false }
        var scanner = DocumentScanner()
        for (index, byte) in zip(line.indices, line) {
            guard case .end = scanner.take(byte) else { continue }
            return line[(index + 1)...].first { $0 > 32 } == UInt8(ascii: "{")
        }
        return false
    }

    /// What some editors and tools of Windows write before UTF-8 text.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func withoutByteOrderMark(_ head: [UInt8]) -> ArraySlice<UInt8> {
        head.starts(with: byteOrderMark) ? head.dropFirst(3) : head[...]
    }

    /// Whether there is nothing but white space.
    package static func isBlank(head: [UInt8]) -> Bool { withoutByteOrderMark(head).allSatisfy { $0 <= 32 && $0 > 0 } }

    /// Whether the file is one document, such as stand among manifests: JSON, or YAML by its name.
    ///
    /// Any text may be YAML, so there the name decides; lines of JSON are a log, whatever the name.
    package static func isDocument(head: [UInt8], path: String) -> Bool {
        let name = path.lowercased()
        if [".yaml", ".yml", ".yaml.gz", ".yml.gz"].contains(where: name.hasSuffix) { return true }
        let text = withoutByteOrderMark(head)
        guard let first = text.firstIndex(where: { $0 > 32 }), isOpening(text[first]) else { return false }
        var scanner = DocumentScanner()
        for index in first..<text.endIndex {
            guard case .end = scanner.take(text[index]) else { continue }
            return text[(index + 1)...].allSatisfy { $0 <= 32 }
        }
        // Longer than what is looked at: one that is indented, its bracket on a line of its own.
        return head.count >= LogFile.headBytes && lines(of: text).first?.count == 1
    }

    /// Whether the text is UTF-16, as Windows tools redirect it; nothing here reads that.
    package static func isUTF16(head: [UInt8]) -> Bool {
        head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
    }

    /// Whether the line is one object and nothing else; an empty one may stand on a line of its own anywhere.
    private static func isWholeObject(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == UInt8(ascii: "{") else { return false }
        var scanner = DocumentScanner()
        for (index, byte) in zip(line.indices, line) {
            guard case .end = scanner.take(byte) else { continue }
            return index - line.startIndex > 2 && line[(index + 1)...].allSatisfy { $0 <= 32 }
        }
        return false
    }

    private static func format(ofJSON line: ArraySlice<UInt8>) -> InputFormat? {
        guard isOpening(line.first) else { return nil }
        return unsafe line.withUnsafeBytes { bytes in
            (try? unsafe JSONParser(maximumBytes: LogFile.headBytes).withDocument(bytes) { format(of: $0) }) ?? nil
        }
    }

    private static func format(of root: JSONValue) -> InputFormat? {
        if root.isArray { return root.elements.prefix(1).lazy.compactMap(format(of:)).first }
        if let format = requestLog(root) { return format }
        if root["auditID"] != nil { return .kubernetesAudit }
        if root["kind"]?.string == "EventList" {
            return root["apiVersion"]?.string?.hasPrefix("audit.k8s.io") == true ? .kubernetesAudit : nil
        }
        if root["method"] != nil, root["target"] != nil || root["path"] != nil { return .httpRequests }
        if root["Action"] != nil || root["status"] != nil,
            root["timeNano"] != nil || root["Actor"] != nil || root["from"] != nil
        {
            return .dockerEvents
        }
        if isWatchEvent(root) { return .kubernetesWatch }
        // journald, and Docker's json-file.
        if let message = (root["MESSAGE"] ?? root["log"])?.string { return format(ofMessage: message) }
        // dockerd --log-format json.
        if root["msg"]?.string != nil, root["level"]?.string != nil { return .dockerLog }
        if root["apiVersion"] != nil, root["kind"] != nil { return .kubernetesManifest }
        return nil
    }

    private static func isWatchEvent(_ root: JSONValue) -> Bool {
        guard let type = root["type"]?.string, let object = root["object"], object.isObject else { return false }
        return watchEventTypes.contains(type) && object["kind"] != nil
    }

    /// Kubernetes API concepts, "Efficient detection of changes".
    private static let watchEventTypes: Set<String> = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]

    /// The format of an object that is a line of an access log, of Rancher's audit log, or of an application's requests.
    private static func requestLog(_ root: JSONValue) -> InputFormat? {
        if root["auditID"] != nil {
            return root["verb"] == nil && root["method"] != nil && root["requestURI"] != nil ? .applicationLog : nil
        }
        if root["RequestMethod"] != nil, root["RequestPath"] != nil { return .accessLog }
        if root["msg"] != nil {
            let isRequest = root["msg"]?.string == "HTTP request" && root["method"] != nil && root["path"] != nil
            return isRequest ? .applicationLog : nil
        }
        if root["response_code"] != nil, root["method"] != nil, root["path"] != nil { return .accessLog }
        guard root["status"] != nil else { return nil }
        let isRequest =
            root["request_uri"] != nil || (root["uri"] != nil && root["method"] != nil)
            || (root["request"] != nil && root["remote_addr"] != nil)
        return isRequest ? .accessLog : nil
    }

    private static func format(ofMessage message: String) -> InputFormat? {
        if message.contains("\"auditID\"") { return .kubernetesAudit }
        return isDockerText(message) ? .dockerLog : nil
    }

    private static func format(ofLine line: ArraySlice<UInt8>) -> InputFormat? {
        format(ofMessage: String(decoding: line.prefix(16 << 10), as: UTF8.self))
    }

    /// Whether the text is one of dockerd's lines (logrus's text form).
    private static func isDockerText(_ text: String) -> Bool { text.contains("level=") && text.contains("msg=") }

    private static func format(ofText head: [UInt8]) -> InputFormat? {
        let text = String(decoding: head, as: UTF8.self)
        if text.contains("audit.k8s.io/"), text.contains("auditID") { return .kubernetesAudit }
        // A journal whose first entries are not dockerd's: both of journalctl's forms have the field.
        if text.contains("__REALTIME_TIMESTAMP") { return .dockerLog }
        let isJSON = isOpening(head.first { $0 > 32 })
        if isJSON, text.contains("\"Actor\""), text.contains("\"Action\"") { return .dockerEvents }
        if isJSON, text.contains("\"method\""), text.contains("\"target\"") { return .httpRequests }
        // Pretty-printed, as kubectl does.
        if isJSON, text.contains("\"object\""),
            watchEventTypes.contains(where: { text.contains("\"type\": \"\($0)\"") })
        {
            return .kubernetesWatch
        }
        return isManifest(text) ? .kubernetesManifest : nil
    }

    /// Whether `apiVersion` and `kind` stand as keys, in YAML or JSON.
    private static func isManifest(_ text: String) -> Bool {
        var isVersioned = false
        var isKindred = false
        for line in text.split(whereSeparator: \.isNewline) {
            let key = line.drop { " \t-{[,\"'".contains($0) }
            isVersioned = isVersioned || (key.hasPrefix("apiVersion") && key.prefix(13).contains(":"))
            isKindred = isKindred || (key.hasPrefix("kind") && key.prefix(8).contains(":"))
            // In JSON both may stand on one line.
            if line.contains("\"apiVersion\":") && line.contains("\"kind\":") { return true }
        }
        return isVersioned && isKindred
    }
}
