internal import AsyncHTTPClient
internal import Deployments
internal import JSON
internal import NIOCore

/// An event as it is handed on.
struct DockerEventsRecord: Sendable {
    /// Nil for a line that cannot be read.
    var event: DockerEvent?
    var bytes: [UInt8]
    var defects: Set<RecordDefect> = []
}

/// Reads an engine's events, and asks for what they do not show, several at a time; they stay in their order.
struct DockerInspector: Sendable {
    let engine: DockerEngine
    let configuration: DockerEventsSource.Configuration

    /// Reads a stream to its end.
    ///
    /// What is made is asked for at once, whatever stands in line before it: it may be gone in a moment.
    func read(_ body: HTTPClientResponse.Body, into line: Backlog<Awaited<DockerEventsRecord>>) async throws {
        var lines = StreamLines(limit: configuration.maximumEventBytes)
        let parser = JSONParser(maximumBytes: configuration.maximumEventBytes)
        try await withThrowingTaskGroup(of: Void.self) { inspections in
            var running = 0
            var created = CreatedContainers()
            for try await part in body {
                lines.append(part.readableBytesView)
                while let cut = lines.next() {
                    let event = cut.isCut ? nil : DockerEvent(cut.bytes, with: parser)
                    guard let event, created.needsInspection(event) else {
                        let record = DockerEventsRecord(event: event, bytes: event?.bytes ?? [])
                        guard await line.send(Awaited(record), bytes: record.bytes.count) else { return }
                        continue
                    }
                    let record = Awaited<DockerEventsRecord>()
                    if running == configuration.inspections {
                        try await inspections.next()
                        running -= 1
                    }
                    inspections.addTask { record.fulfil(await self.record(of: event)) }
                    running += 1
                    // What an inspection holds is not known yet; most are of some kilobytes.
                    guard await line.send(record, bytes: event.bytes.count + 8_192) else { return }
                }
            }
            try await inspections.waitForAll()
        }
    }

    /// Events with what they do not show, in their order.
    func records(of events: [DockerEvent]) async throws -> [DockerEventsRecord] {
        try await withThrowingTaskGroup(of: (Int, DockerEventsRecord).self) { inspections in
            var records: [DockerEventsRecord?] = Array(repeating: nil, count: events.count)
            for (index, event) in events.enumerated() {
                if index >= configuration.inspections, let (index, record) = try await inspections.next() {
                    records[index] = record
                }
                inspections.addTask { (index, await self.record(of: event)) }
            }
            for try await (index, record) in inspections { records[index] = record }
            try Task.checkCancellation()
            return records.compactMap(\.self)
        }
    }

    /// The event with what it does not show, as far as that can be had: what is gone stays what its event says.
    private func record(of event: DockerEvent) async -> DockerEventsRecord {
        var plain = DockerEventsRecord(event: event, bytes: event.bytes)
        guard let target = event.inspection else { return plain }
        let inspection: [UInt8]
        do {
            inspection = try await engine.get(target, limit: configuration.maximumInspectionBytes)
        } catch {
            // Whoever makes a container so large that it is not looked at may want just that.
            if (error as? DockerEngine.Failure)?.isTooLarge ?? false { plain.defects = [.oversized] }
            return plain
        }
        let parser = JSONParser(maximumBytes: configuration.maximumInspectionBytes)
        // An answer that was cut must not spoil the event that it would stand in.
        guard DockerEvent.isWholeObject(inspection, with: parser) else { return plain }
        return DockerEventsRecord(event: event, bytes: event.record(with: inspection))
    }
}

/// Containers that were just made: their first start shows nothing that their making did not.
private struct CreatedContainers {
    private var ids: Set<String> = []

    mutating func needsInspection(_ event: DockerEvent) -> Bool {
        guard event.inspection != nil else { return false }
        guard event.type == "container" else { return true }
        if event.verb == "create" {
            // Those that are never started are few.
            if ids.count >= 4_096 { ids.removeAll() }
            ids.insert(event.id)
        } else if event.verb == "start" {
            return ids.remove(event.id) == nil
        }
        return true
    }
}
