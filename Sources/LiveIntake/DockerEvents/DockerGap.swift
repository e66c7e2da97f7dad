internal import AsyncHTTPClient
internal import JSON
internal import NIOCore

/// What an engine still knows of the time in which nobody followed it.
///
/// It keeps its last 256 events in memory (moby, daemon/events: `eventsLimit`), and none from before its start. Where they
/// do not reach back far enough, the containers that it lists are asked for instead.
struct DockerGap: Sendable {
    /// The events that the engine keeps, as far as they matter here.
    struct Kept: Sendable, Equatable {
        /// How many there are, of whatever kind.
        var count = 0
        /// When the oldest was, in nanoseconds since 1970; nil where there is none.
        var oldest: Int64?
        /// The containers whose making is among them.
        var created: Set<String> = []

        mutating func note(_ line: StreamLines.Line, _ parser: JSONParser) {
            count += 1
            guard !line.isCut, let event = DockerEvent(line.bytes, with: parser) else { return }
            oldest = min(oldest ?? .max, event.timeNano)
            if event.type == "container", event.verb == "create" { created.insert(event.id) }
        }
    }

    /// What became of the gap.
    enum Extent: Equatable {
        /// The events kept reach behind the cursor.
        case closed
        /// More events came than are kept.
        case overrun
        /// The engine was started anew since.
        case restarted
    }

    /// As many events as an engine keeps.
    static let keptEvents = 256

    let engine: DockerEngine
    let configuration: DockerEventsSource.Configuration

    static func extent(of kept: Kept, since cursor: DockerEventsCursor) -> Extent {
        if let oldest = kept.oldest, oldest <= cursor.timeNano { return .closed }
        return kept.count >= keptEvents ? .overrun : .restarted
    }

    /// Asks for the events that are kept.
    ///
    /// - Parameter now: nanoseconds since 1970; a bound by which the engine ends the answer.
    func kept(until now: Int64) async throws -> Kept {
        let target = "/events?since=1&until=\(DockerEventsCursor.parameter(now))"
        do {
            return try await TimeLimit.run(configuration.patience * 4) {
                // Read as it comes: what stands in all events together may be much.
                let body = try await engine.stream(target)
                var lines = StreamLines(limit: configuration.maximumEventBytes)
                let parser = JSONParser(maximumBytes: configuration.maximumEventBytes)
                var kept = Kept()
                for try await part in body {
                    lines.append(part.readableBytesView)
                    while let line = lines.next() { kept.note(line, parser) }
                }
                if let line = lines.rest() { kept.note(line, parser) }
                return kept
            }
        } catch {
            throw engine.failure(error, target)
        }
    }

    /// The containers that were made at that second or later and whose making no event tells, oldest first, as events.
    func containers(since seconds: Int64, without known: Set<String>) async throws -> [DockerEvent] {
        let list = try await engine.get("/containers/json?all=1", limit: 64 << 20)
        let parser = JSONParser(maximumBytes: 64 << 20)
        let read = try? unsafe list.withUnsafeBytes { bytes throws(JSONError) -> [DockerEvent] in
            try unsafe parser.withDocument(bytes) { root in
                root.elements.compactMap { container in
                    guard let id = container["Id"]?.string, let created = container["Created"]?.integer,
                        (seconds...4_102_444_800).contains(created), !known.contains(id)
                    else { return nil }
                    return Self.event(of: container, id: id, created: created)
                }
            }
        }
        guard let read else { throw DockerEngine.Failure(description: "the engine's list of containers is no JSON") }
        return read.sorted { ($0.timeNano, $0.id) < ($1.timeNano, $1.id) }
    }

    /// The event that would have told of its making.
    private static func event(of container: JSONValue, id: String, created: Int64) -> DockerEvent {
        var attributes = container["Labels"].map { $0.members.map { (String($0.key), $0.value.string ?? "") } } ?? []
        let name = container["Names"]?.elements.map { $0.string ?? "" }.first.map { $0.drop { $0 == "/" } }
        attributes.append(("image", container["Image"]?.string ?? ""))
        if let name { attributes.append(("name", String(name))) }
        let members = attributes.map { "\(JSONValue.quote($0.0)):\(JSONValue.quote($0.1))" }.joined(separator: ",")
        let text =
            #"{"Type":"container","Action":"create","Actor":{"ID":\#(JSONValue.quote(id)),"Attributes":{\#(members)}},"#
            + #""scope":"local","time":\#(created),"timeNano":\#(created * 1_000_000_000)}"#
        return DockerEvent(
            bytes: Array(text.utf8),
            timeNano: created * 1_000_000_000,
            id: id,
            type: "container",
            action: "create"
        )
    }
}
