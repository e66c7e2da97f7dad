internal import JSON

/// The kinds of log that can be read, by the names that `--input` takes.
package enum InputFormat: String, Sendable, CaseIterable {
    case dockerLog = "docker-log"
    case dockerEvents = "docker-events"
    case httpRequests = "http-requests"
    case kubernetesAudit = "kubernetes-audit"
    case kubernetesManifest = "kubernetes-manifest"

    /// How files of that kind are told apart into records, given their head.
    package func framing(head: [UInt8]) -> Framing {
        switch self {
        case .dockerLog: .lines
        case .kubernetesManifest: .wholeFile
        case .dockerEvents, .httpRequests, .kubernetesAudit:
            FormatDetection.isOneValueALine(head) ? .lines : .jsonDocuments
        }
    }
}

/// Tells a file's format by its first bytes; file names do not count, since they lie.
package enum FormatDetection {
    /// The format of a file that begins with `head`; nil when it is none that is known.
    package static func format(head: [UInt8]) -> InputFormat? {
        let lines = head.split(separator: 10, maxSplits: 200).prefix(200).filter { $0.contains { $0 > 32 } }
        guard let first = lines.first else { return nil }
        if first.first(where: { $0 > 32 }) == UInt8(ascii: "{") || first.first(where: { $0 > 32 }) == UInt8(ascii: "[")
        {
            if let format = lines.lazy.prefix(20).compactMap(format(ofJSON:)).first { return format }
            return format(ofText: head)
        }
        return lines.lazy.compactMap(format(ofLine:)).first ?? format(ofText: head)
    }

    /// Whether the first line is a whole JSON value, or text around one.
    static func isOneValueALine(_ head: [UInt8]) -> Bool {
        guard let line = head.split(separator: 10).first(where: { $0.contains { $0 > 32 } }) else { return true }
        guard line.first == UInt8(ascii: "{") || line.first == UInt8(ascii: "[") else {
            return line.first(where: { $0 > 32 }) != UInt8(ascii: "{")
        }
        var scanner = DocumentScanner()
        for byte in line where scanner.take(byte) { return true }
        // A line longer than the head is no pretty-printed one.
        return line.count >= LogFile.headBytes / 2
    }

    private static func format(ofJSON line: ArraySlice<UInt8>) -> InputFormat? {
        let text = String(decoding: line, as: UTF8.self)
        return (try? JSONParser(maximumBytes: 1 << 20).withDocument(text) { root in format(of: root) }) ?? nil
    }

    private static func format(of root: JSONValue) -> InputFormat? {
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
        if let message = (root["MESSAGE"] ?? root["log"])?.string {
            return message.contains("\"auditID\"") ? .kubernetesAudit : .dockerLog
        }
        if root["apiVersion"] != nil, root["kind"] != nil { return .kubernetesManifest }
        return nil
    }

    private static func format(ofLine line: ArraySlice<UInt8>) -> InputFormat? {
        let text = String(decoding: line.prefix(16 << 10), as: UTF8.self)
        if text.contains("\"auditID\"") { return .kubernetesAudit }
        if text.contains("level="), text.contains("msg=") { return .dockerLog }
        return nil
    }

    private static func format(ofText head: [UInt8]) -> InputFormat? {
        let text = String(decoding: head, as: UTF8.self)
        if text.contains("audit.k8s.io/") && text.contains("auditID") { return .kubernetesAudit }
        if text.contains("__REALTIME_TIMESTAMP=") { return .dockerLog }
        if text.contains("apiVersion"), text.contains("kind") { return .kubernetesManifest }
        if text.contains("\"Actor\""), text.contains("\"Action\"") { return .dockerEvents }
        if text.contains("\"method\""), text.contains("\"target\"") { return .httpRequests }
        return nil
    }
}
