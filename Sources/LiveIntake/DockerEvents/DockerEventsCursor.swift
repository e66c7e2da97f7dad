internal import JSON

/// Where to go on in an engine's events: behind the last, with those in mind that were seen shortly before it.
///
/// An engine stamps an event before it puts it in line, so that one may stand behind another of a later stamp: what is
/// asked for again begins a little before the last.
struct DockerEventsCursor: Sendable, Equatable {
    /// When the last event was, in nanoseconds since 1970.
    private(set) var timeNano: Int64
    /// Keys of the events within ``overlap`` before that, with their times.
    private(set) var seen: [String: Int64] = [:]

    /// How far apart events in line may be stamped, in nanoseconds.
    static let overlap: Int64 = 100_000_000
    /// More events than engines make in that time.
    private static let maximumSeen = 4_096

    /// As text: `{"timeNano":…,"seen":["TIME ID ACTION",…]}`.
    var text: String {
        let keys = seen.keys.sorted().map(JSONValue.quote).joined(separator: ",")
        return #"{"timeNano":\#(timeNano),"seen":[\#(keys)]}"#
    }

    init(timeNano: Int64) { self.timeNano = timeNano }

    /// - Returns: nil for what no cursor wrote.
    init?(_ text: String) {
        let read = try? JSONParser(maximumBytes: 4 << 20).withDocument(text) { value -> DockerEventsCursor? in
            guard let time = value["timeNano"]?.integer, time >= 0 else { return nil }
            var cursor = DockerEventsCursor(timeNano: time)
            let keys = value["seen"].map { $0.elements.compactMap(\.string) } ?? []
            for key in keys.prefix(Self.maximumSeen) {
                if let time = key.split(separator: " ").first.flatMap({ Int64($0) }) { cursor.seen[key] = time }
            }
            return cursor
        }
        guard let cursor = read ?? nil else { return nil }
        self = cursor
    }

    /// Moves on behind an event.
    ///
    /// - Returns: false where it was behind it already.
    mutating func pass(_ event: DockerEvent) -> Bool {
        guard event.timeNano >= timeNano - Self.overlap else {
            // The engine's clock was set back.
            timeNano = event.timeNano
            seen = [event.key: event.timeNano]
            return true
        }
        guard seen[event.key] == nil else { return false }
        if event.timeNano > timeNano {
            timeNano = event.timeNano
            let first = timeNano - Self.overlap
            if let oldest = seen.values.min(), oldest < first { seen = seen.filter { $0.value >= first } }
        }
        // Past the bound an event may be told twice, which does no harm.
        if seen.count < Self.maximumSeen { seen[event.key] = event.timeNano }
        return true
    }

    /// The same at another time; that events were seen is not forgotten.
    func moved(to timeNano: Int64) -> Self {
        var cursor = self
        cursor.timeNano = timeNano
        return cursor
    }

    /// From when on events are asked for, in nanoseconds since 1970.
    var since: Int64 { max(timeNano - Self.overlap, 0) }

    /// A time as the engine's `since` and `until` take it: seconds and nine digits behind the point.
    static func parameter(_ timeNano: Int64) -> String {
        let rest = String(timeNano % 1_000_000_000)
        return "\(timeNano / 1_000_000_000).\(String(repeating: "0", count: 9 - rest.count))\(rest)"
    }
}
