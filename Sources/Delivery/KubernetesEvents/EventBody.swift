internal import Crypto
internal import Deployments
internal import Sigma
internal import Signals

/// An Event as its JSON (k8s.io/api, `events/v1`, Event; bounds: `pkg/apis/core/validation/events.go`).
struct EventBody {
    let configuration: EventSink.Configuration
    let alert: Alert
    let object: EventObject

    private static let noteLimit = 1_024
    private static let wordLimit = 128

    /// The same for the same finding, so that it is told once whatever happens.
    static func name(of alert: Alert, on object: EventObject) -> String {
        let digits = SHA256.hash(data: Array(alert.id.utf8)).prefix(8).map {
            ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }
        var stem = object.name.prefix(230)
        while stem.last == "." || stem.last == "-" { stem = stem.dropLast() }
        return "\(stem).\(digits.joined())"
    }

    func json(name: String, now: Timestamp, count: Int) -> String {
        var writer = JSONWriter()
        writer.object { event in
            event.pair("apiVersion", "events.k8s.io/v1")
            event.pair("kind", "Event")
            event.key("metadata")
            event.object { metadata in
                metadata.pair("name", name)
                metadata.pair("namespace", object.eventNamespace)
            }
            event.pair("eventTime", now.description)
            event.pair("reportingController", configuration.controller)
            event.pair("reportingInstance", AlertText.visible(configuration.instance, bytes: Self.wordLimit))
            event.pair("action", "Detected")
            event.pair("reason", Self.reason(of: alert))
            event.pair("type", alert.level >= .medium ? "Warning" : "Normal")
            event.pair("note", note)
            event.key("regarding")
            event.object { regarding in
                regarding.pair("apiVersion", object.apiVersion)
                regarding.pair("kind", object.kind)
                regarding.pair("namespace", object.namespace)
                regarding.pair("name", object.name)
            }
            guard count > 1 else { return }
            event.key("series")
            Self.write(count, now, into: &event)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A change of an Event's series (RFC 7396).
    static func series(count: Int, at now: Timestamp) -> String {
        var writer = JSONWriter()
        writer.object { event in
            event.key("series")
            write(count, now, into: &event)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func write(_ count: Int, _ now: Timestamp, into writer: inout JSONWriter) {
        writer.object { series in
            series.key("count")
            series.value(min(max(count, 2), Int(Int32.max)))
            series.pair("lastObservedTime", now.description)
        }
    }

    private var note: String {
        let repeats = AlertText.repeats(alert).map { " (\($0))" } ?? ""
        let text = "\(alert.level.rawValue): \(alert.title): \(alert.sentence)\(repeats) [finding \(alert.id)]"
        return AlertText.visible(text, bytes: Self.noteLimit)
    }

    /// The rule's title in CamelCase, as reasons are written.
    static func reason(of alert: Alert) -> String {
        let words = alert.title.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let reason = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return reason.isEmpty ? "Finding" : String(reason.prefix(wordLimit))
    }
}
