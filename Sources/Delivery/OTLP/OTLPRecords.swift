internal import Deployments
internal import Sigma
internal import Signals

/// Alerts as an `ExportLogsServiceRequest` in JSON.
///
/// Reference: opentelemetry-proto, `logs/v1/logs.proto`; names in lowerCamelCase, 64-bit numbers as strings, enumerations
/// as numbers, as OTLP's JSON encoding has it.
struct OTLPRecords {
    var resource: [String: String]
    var hasRecord: Bool

    /// Nobody reads a longer text in a log, and collectors take few megabytes at once.
    private static let valueLimit = 16 << 10

    func json(_ alerts: [Alert], observed: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { request in
            request.key("resourceLogs")
            request.array { resources in
                resources.object { logs in
                    logs.key("resource")
                    logs.object { attributes(["service.name": "tidewaiter"].merging(resource) { $1 }, into: &$0) }
                    logs.key("scopeLogs")
                    logs.array { scopes in
                        scopes.object { scope in
                            scope.key("scope")
                            scope.object { $0.pair("name", "tidewaiter.findings") }
                            scope.key("logRecords")
                            scope.array { records in
                                for alert in alerts { write(alert, observed, into: &records) }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    private func write(_ alert: Alert, _ observed: Timestamp, into writer: inout JSONWriter) {
        writer.object { record in
            if let time = alert.time { record.pair("timeUnixNano", Self.nanoseconds(time)) }
            record.pair("observedTimeUnixNano", Self.nanoseconds(observed))
            record.key("severityNumber")
            record.value(Self.severity(alert.level))
            record.pair("severityText", alert.level.rawValue)
            record.pair("eventName", "tidewaiter.finding")
            record.key("body")
            record.object { $0.pair("stringValue", AlertText.cut(alert.sentence, bytes: Self.valueLimit)) }
            attributes(Self.attributes(of: alert, hasRecord), into: &record, count: alert.repeats?.count)
        }
    }

    private static func attributes(of alert: Alert, _ hasRecord: Bool) -> [String: String] {
        var attributes = alert.fields
        attributes["tidewaiter.finding.id"] = alert.id
        attributes["rule.id"] = alert.ruleID
        attributes["rule.name"] = alert.title
        attributes["tidewaiter.group"] = alert.group
        if hasRecord { attributes["event.original.ecs"] = String(decoding: alert.ecs, as: UTF8.self) }
        return attributes
    }

    private func attributes(_ values: [String: String], into writer: inout JSONWriter, count: Int? = nil) {
        writer.key("attributes")
        writer.array { list in
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                list.object { attribute in
                    attribute.pair("key", key)
                    attribute.key("value")
                    attribute.object {
                        $0.pair("stringValue", AlertText.cut(value, bytes: Self.valueLimit))
                    }
                }
            }
            guard let count else { return }
            list.object { attribute in
                attribute.pair("key", "tidewaiter.repeats.count")
                attribute.key("value")
                attribute.object { $0.pair("intValue", String(count)) }
            }
        }
    }

    /// Nanoseconds since 1970; zero, which is unknown, before it.
    private static func nanoseconds(_ time: Timestamp) -> String {
        time.microseconds > 0 ? "\(time.microseconds)000" : "0"
    }

    /// INFO, INFO2, WARN, ERROR and FATAL (`SeverityNumber`).
    static func severity(_ level: Level) -> Int {
        switch level {
        case .informational: 9
        case .low: 10
        case .medium: 13
        case .high: 17
        case .critical: 21
        }
    }
}
