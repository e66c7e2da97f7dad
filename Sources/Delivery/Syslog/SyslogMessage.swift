internal import Deployments
internal import Sigma
internal import Signals

/// Alerts as messages of RFC 5424, bounded in size.
package struct SyslogFormat: Sendable, Equatable {
    /// What a message says behind its header.
    package enum Text: String, Sendable, CaseIterable {
        /// The finding in one sentence, as UTF-8 text (MSG-UTF8, with its byte order mark).
        case sentence
        /// The ECS record as JSON (MSG-ANY, without the mark, which readers of JSON do not take).
        case json
    }

    /// RFC 5424, section 6.2.1; 16 is `local0`.
    package var facility = 16
    package var hostName: String
    package var appName = "tidewaiter"
    package var processID: String
    package var text = Text.sentence
    /// The name of the structured data; 32473 is the number that RFC 5612 keeps for examples: who has one of their own
    /// puts it here.
    package var dataID = "tidewaiter@32473"
    /// The largest message in bytes; receivers should take 2,048 (section 6.1), and usual ones take 8,192.
    package var maximumBytes = 8_192

    package init(hostName: String, processID: Int32) {
        self.hostName = hostName
        self.processID = String(processID)
    }

    /// What is wrong with it; nil for nothing.
    package var fault: String? {
        if !(0...23).contains(facility) { return "a facility is a number from 0 to 23" }
        if maximumBytes < 1_024 { return "a message has room for 1024 bytes at least" }
        let isName =
            !dataID.isEmpty && dataID.utf8.count <= 32
            && dataID.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"=]\"".utf8.contains($0) }
        return isName ? nil : "'\(dataID)' is no name of structured data"
    }

    private static let valueLimit = 256

    /// One message, without framing.
    func message(_ alert: Alert, now: Timestamp) -> [UInt8] {
        let priority = facility * 8 + Self.severity(alert.level)
        // To the microsecond, as it is; section 6.2.3 takes no more digits.
        let time = (alert.time ?? now).description
        let stamp = time.utf8.count == 27 ? time : "-"
        let header = [
            "<\(priority)>1", stamp, Self.name(hostName, 255), Self.name(appName, 48), Self.name(processID, 128),
            "finding", structuredData(alert),
        ].joined(separator: " ")
        var message = Array(header.utf8)
        let room = maximumBytes - message.count - 1
        // A record that is cut is none: the sentence is.
        if text == .json, alert.hasRecord {
            let record = OneLine.of(alert.record(now: now.description))
            if record.count <= room { return message + [32] + record }
        }
        let sentence = AlertText.visible("\(alert.title): \(alert.sentence)", bytes: max(3, room - 3))
        message += [32, 0xEF, 0xBB, 0xBF]
        message += sentence.utf8
        return message
    }

    private func structuredData(_ alert: Alert) -> String {
        var values: [(String, String?)] = [
            ("rule", alert.ruleID), ("level", alert.level.rawValue), ("title", alert.title), ("finding", alert.id),
            ("group", alert.group), ("count", alert.repeats.map { String($0.count) }),
        ]
        for (name, field) in [
            ("user", "user.name"), ("source", "source.ip"), ("namespace", "orchestrator.namespace"),
            ("container", "container.name"), ("image", "container.image.name"), ("host", "host.name"),
        ] {
            values.append((name, alert.value(of: field)))
        }
        // Whatever they are, values leave half of the message to what it says.
        var data = "[\(dataID)"
        for (name, value) in values {
            guard let value else { continue }
            let part = " \(name)=\"\(Self.escaped(AlertText.visible(value, bytes: Self.valueLimit)))\""
            if data.utf8.count + part.utf8.count < maximumBytes / 2 { data += part }
        }
        return data + "]"
    }

    /// Section 6.3.3: `"`, `\` and `]` are escaped.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" || scalar == "]" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// Printable ASCII without spaces; a dash for nothing.
    private static func name(_ text: String, _ limit: Int) -> String {
        let name = text.utf8.prefix(limit).map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "_") }
        return name.isEmpty ? "-" : String(decoding: name, as: UTF8.self)
    }

    /// Critical, error, warning, notice and informational (section 6.2.1).
    static func severity(_ level: Level) -> Int {
        switch level {
        case .critical: 2
        case .high: 3
        case .medium: 4
        case .low: 5
        case .informational: 6
        }
    }
}
