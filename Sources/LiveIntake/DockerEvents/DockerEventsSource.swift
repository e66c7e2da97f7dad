internal import Deployments
internal import Foundation
internal import JSON
internal import KubernetesAPI
internal import Relay

/// Follows the events of a Docker engine, each with the inspection of what was made.
///
/// After a gap it goes on where it was; where the engine forgot what came since, that is told, and the containers that
/// were made meanwhile are read by inspection. A container that is gone before it can be inspected stays a record with
/// what its event shows.
package struct DockerEventsSource: LiveSource {
    package let configuration: Configuration
    private let now: @Sendable () -> Int64

    /// - Parameter now: nanoseconds since 1970.
    package init(_ configuration: Configuration, now: @escaping @Sendable () -> Int64 = { Self.systemTime }) {
        self.configuration = configuration
        self.now = now
    }

    package static var systemTime: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) * 1_000 }

    package var name: String { configuration.name }
    /// An engine keeps a few events, and forgets them with its process.
    package var isReplayable: Bool { false }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        if let fault = configuration.fault { throw fault }
        var position = DockerEventsPosition(cursors[name].flatMap(DockerEventsCursor.init))
        var backOff = BackOff(first: .milliseconds(250), longest: .seconds(30))
        var attempt = 0
        while true {
            try Task.checkCancellation()
            let begun = ContinuousClock.now
            do {
                try await DockerEngine.connected(to: configuration) { engine in
                    try await follow(engine, &position, feed)
                }
            } catch {
                try Task.checkCancellation()
                if error is CancellationError { throw error }
                if .now - begun > .seconds(60) {
                    backOff.reset()
                    attempt = 0
                }
                attempt += 1
                feed.tell(.waiting(reason: "\(error)", attempt: attempt))
                try await Task.sleep(for: backOff.wait())
            }
        }
    }

    /// Follows one connection until it ends.
    private func follow(
        _ engine: DockerEngine,
        _ position: inout DockerEventsPosition,
        _ feed: any SourceFeed
    ) async throws {
        try await begin(engine, &position, feed)
        let cursor = position.cursor
        let since = cursor.map { DockerEventsCursor.parameter($0.since) } ?? DockerEventsCursor.parameter(now())
        let body = try await engine.stream("/events?since=\(since)&filters=\(Self.filters)")
        position.wasCut = false
        feed.tell(.following(lag: nil))
        let waiting = Backlog<Awaited<DockerEventsRecord>>(
            capacity: configuration.waitingEvents,
            maximumBytes: 64 << 20
        )
        let inspector = DockerInspector(engine: engine, configuration: configuration)
        let source = configuration.engine
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                // Whoever hands on learns of the end once all that came before it is handed on.
                defer { waiting.finish() }
                try await withThrowingTaskGroup(of: Void.self) { readers in
                    readers.addTask { try await inspector.read(body, into: waiting) }
                    readers.addTask { try await pulse(engine) }
                    defer { readers.cancelAll() }
                    try await readers.next()
                }
            }
            defer { tasks.cancelAll() }
            while let records = await waiting.receive(most: 1) {
                let more = waiting.receiveAtOnce(most: configuration.batchRecords - 1) { $0.isDone }
                try await hand(records + more, &position, feed)
            }
            try Task.checkCancellation()
            do {
                try await tasks.next()
            } catch {
                // A socket's other end is the engine's own process: all that it said before its end was read.
                if case .unix = source {} else { position.wasCut = true }
                throw engine.failure(error, "/events")
            }
            throw DockerEngine.Failure(description: "\(source): the engine has ended the stream")
        }
    }

    /// Takes up where it was left, with what the engine cannot tell any more.
    private func begin(
        _ engine: DockerEngine,
        _ position: inout DockerEventsPosition,
        _ feed: any SourceFeed
    ) async throws {
        let gap = DockerGap(engine: engine, configuration: configuration)
        guard let cursor = position.cursor else {
            let start = now()
            let standing = configuration.readsExisting ? try await gap.containers(since: 0, without: []) : []
            // Whoever is stopped before the first event goes on from here.
            position.cursor = DockerEventsCursor(timeNano: start)
            return try await hand(standing, of: engine, position, feed)
        }
        let asked = now()
        let kept = try await gap.kept(until: asked)
        let extent = DockerGap.extent(of: kept, since: cursor)
        guard extent != .closed else { return }
        // A little before: an engine takes its time between a container's stamp and its event.
        let seconds = cursor.timeNano / 1_000_000_000 - Self.slowestCreate
        let known = kept.created.union(position.told)
        let missed = try await gap.containers(since: max(seconds, 0), without: known)
        try await hand(missed, of: engine, position, feed)
        // The gap is closed by what is left of it; whoever is stopped now does not read it again.
        let behind = cursor.moved(to: kept.oldest ?? max(asked - 1_000_000_000, cursor.timeNano))
        position.cursor = behind
        try await feed.take(LiveBatch(stream: name, cursor: behind.text))
        let found = "\(missed.count) containers made since were read by inspection, those gone by now are not known"
        switch extent {
        case .overrun:
            let reason = "the engine keeps its last \(DockerGap.keptEvents) events, and more came meanwhile"
            feed.tell(.lost(reason: "\(reason); \(found)", records: nil))
        // An engine of which no event was ever seen may just have had none.
        case .restarted where position.wasCut && !cursor.seen.isEmpty:
            let reason = "the engine was started anew since its events were followed, and forgot them"
            feed.tell(.lost(reason: "\(reason); \(found)", records: nil))
        case .restarted, .closed: break
        }
    }

    /// In seconds.
    private static let slowestCreate: Int64 = 30

    /// Hands on containers that no event tells of; the cursor stays.
    private func hand(
        _ containers: [DockerEvent],
        of engine: DockerEngine,
        _ position: borrowing DockerEventsPosition,
        _ feed: any SourceFeed
    ) async throws {
        guard let cursor = position.cursor else { return }
        let inspector = DockerInspector(engine: engine, configuration: configuration)
        var rest = containers[...]
        repeat {
            let some = rest.prefix(configuration.batchRecords)
            rest = rest.dropFirst(some.count)
            let records = try await inspector.records(of: Array(some)).map(live)
            try await feed.take(LiveBatch(stream: name, records: records, cursor: cursor.text))
        } while !rest.isEmpty
    }

    /// Hands on what stands at the head of the line.
    private func hand(
        _ awaited: [Awaited<DockerEventsRecord>],
        _ position: inout DockerEventsPosition,
        _ feed: any SourceFeed
    ) async throws {
        var records: [LiveRecord] = []
        var newest: Int64?
        var cut = 0
        for one in awaited {
            guard let record = await one.value else { throw CancellationError() }
            guard let event = record.event else {
                cut += 1
                continue
            }
            guard position.pass(event) else { continue }
            newest = max(newest ?? 0, event.timeNano)
            records.append(live(record))
        }
        if cut > 0 {
            feed.tell(.lost(reason: "events that are too long or no JSON cannot be read", records: cut))
        }
        guard !records.isEmpty, let cursor = position.cursor else { return }
        try await feed.take(LiveBatch(stream: name, records: records, cursor: cursor.text))
        if let newest { feed.tell(.following(lag: max(0, Double(now() - newest) / 1_000_000_000))) }
    }

    private func live(_ record: DockerEventsRecord) -> LiveRecord {
        LiveRecord(
            bytes: record.bytes,
            position: .init(path: name, offset: Int(record.event?.timeNano ?? 0)),
            defects: record.defects
        )
    }

    /// Fails once the engine answers no more.
    private func pulse(_ engine: DockerEngine) async throws {
        while true {
            try await Task.sleep(for: configuration.pulse)
            _ = try await engine.get("/_ping", limit: 4_096)
        }
    }

    private static let filters: String = {
        let lists = [("type", DockerEvent.types), ("event", DockerEvent.actions)].map { name, values in
            "\(JSONValue.quote(name)):[\(values.map(JSONValue.quote).joined(separator: ","))]"
        }
        return DockerEngine.escaped("{\(lists.joined(separator: ","))}")
    }()
}

/// How far an engine was followed.
struct DockerEventsPosition {
    var cursor: DockerEventsCursor?
    /// Containers whose making was handed on, the latest.
    private(set) var told: Set<String> = []
    private var order: [String] = []
    /// Whether the engine may have said something that was not read.
    var wasCut: Bool

    init(_ cursor: DockerEventsCursor?) {
        self.cursor = cursor
        wasCut = cursor != nil
    }

    /// Moves on behind an event.
    ///
    /// - Returns: false where it was behind it already.
    mutating func pass(_ event: DockerEvent) -> Bool {
        guard cursor?.pass(event) ?? true else { return false }
        if event.type == "container", event.verb == "create", told.insert(event.id).inserted {
            order.append(event.id)
            if order.count > 2_048 {
                told.subtract(order.prefix(1_024))
                order.removeFirst(1_024)
            }
        }
        return true
    }
}
