import Deployments
import Dialects
import Foundation
import Testing

/// The recorded daemons: what their logs, events and requests tell, operation by operation.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct DockerCorpusTests {
    struct Operation {
        var name: String
        var tags: Set<String>
        var log: Range<Int>
        var events: Range<Int>
    }

    /// Byte ranges of 1-based, closed line ranges.
    static func span(_ lines: Any?, _ offsets: [Int]) -> Range<Int> {
        guard let lines = lines as? [Int], lines.count == 2, lines[0] <= lines[1] else { return 0..<0 }
        return offsets[lines[0] - 1]..<offsets[lines[1]]
    }

    static func offsets(_ bytes: [UInt8]) -> [Int] {
        [0] + bytes.indices.filter { bytes[$0] == 10 }.map { $0 + 1 } + [bytes.count + 1]
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: SharedData.root.appending(path: path)))
    }

    static func operations(_ folder: String) throws -> [Operation] {
        let log = offsets(try bytes("docker/\(folder)/daemon.log"))
        let events = folder == "recorded" ? offsets(try bytes("docker/\(folder)/events.jsonl")) : []
        return try SharedData.objects("docker/\(folder)/labels.jsonl").map { label in
            Operation(
                name: label["op"] as? String ?? "",
                tags: Set(label["tags"] as? [String] ?? []),
                log: span(label["daemon_log_lines"], log),
                events: events.isEmpty ? 0..<0 : span(label["event_lines"], events)
            )
        }
    }

    /// What an operation asked for, as the requests that were captured at the same time tell it.
    static func requested() throws -> [String: [ContainerDeployment]] {
        let bytes = try bytes("docker/recorded/requests.jsonl")
        var names: [Int: String] = [:]
        var offset = 0
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            names[offset] = object?["op"] as? String ?? ""
            offset += line.count + 1
        }
        let found = readings(of: HTTPRequestsDialect(), lines: bytes).deployments
        return Dictionary(grouping: found) { names[$0.log?.offset ?? -1] ?? "" }
    }

    /// All that both sources can tell of a deployment.
    static func content(_ record: ContainerDeployment) -> String {
        var parts: [String] = [record.event.action.rawValue, record.route.rawValue, record.visibility.rawValue]
        parts += record.defects.map(\.rawValue).sorted()
        parts += [record.container.name ?? "-", record.container.imageText ?? "-", record.container.runtime ?? "-"]
        parts += record.container.labels.sorted() + record.container.joins
        parts += record.process.args + record.process.environment + record.process.hooks.flatMap { $0 }
        parts += record.host.mounts.map { "\($0.source.path):\($0.target):\($0.isReadOnly)" }
        parts += record.host.namespaces.map(\.rawValue).sorted() + record.host.devices
        parts += record.host.ports.map { String($0) } + record.volumes.map(\.name)
        parts.append("\(record.security)")
        return parts.joined(separator: "|")
    }

    @Test func `the debug log tells each operation's deployments as its requests do, and nothing else`() throws {
        let reading = readings(of: DockerLogDialect(), lines: try Self.bytes("docker/recorded/daemon.log"))
        let requested = try Self.requested()
        var different: [String] = []
        var told = 0
        for operation in try Self.operations("recorded") {
            let found = reading.deployments.filter { operation.log.contains($0.log?.offset ?? -1) }
            told += found.count
            let (left, right) = (found.map(Self.content), (requested[operation.name] ?? []).map(Self.content))
            if left != right { different.append("\(operation.name): \(left) is not \(right)") }
        }
        #expect(different == [])
        #expect(told == reading.deployments.count)
        #expect(reading.problems == [])
        #expect(reading.deployments.allSatisfy { $0.visibility == .full && $0.defects.isEmpty })
    }

    @Test func `each labelled deployment has the fields of its kind, and only those`() throws {
        let reading = readings(of: DockerLogDialect(), lines: try Self.bytes("docker/recorded/daemon.log"))
        var wrong: [String] = []
        var creates = 0
        for operation in try Self.operations("recorded") {
            for one in reading.deployments
            where operation.log.contains(one.log?.offset ?? -1) && one.event.action == .containerCreate {
                creates += 1
                let facts: [String: Bool] = [
                    "privileged": one.security.privileged == true,
                    "host-mount": one.host.mounts.contains { $0.source.path == "/" || $0.source.path == "/etc" },
                    "host-ns": !one.host.namespaces.isEmpty,
                    "join-ns": !one.container.joins.isEmpty,
                    "nonroot": one.security.runAsRoot == false,
                    "port-loopback": !one.host.ports.isEmpty,
                ]
                for (tag, fact) in facts where fact != operation.tags.contains(tag) {
                    wrong.append("\(operation.name): \(tag) is \(fact)")
                }
                if operation.tags.contains("named-volume"), one.volumes.isEmpty {
                    wrong.append("\(operation.name): no volume")
                }
                if one.container.image == nil { wrong.append("\(operation.name): no image") }
                if one.container.id == nil { wrong.append("\(operation.name): no id") }
            }
        }
        #expect(wrong == [])
        #expect(creates > 0)
        #expect(Set(reading.deployments.compactMap(\.container.id)).count <= creates + 1)
    }

    @Test func `the events tell every container that the log tells, by the same id`() throws {
        let log = readings(of: DockerLogDialect(), lines: try Self.bytes("docker/recorded/daemon.log")).deployments
        let reading = readings(of: DockerEventsDialect(), lines: try Self.bytes("docker/recorded/events.jsonl"))
        let creates = reading.deployments.filter { $0.event.action == .containerCreate }
        let ids = Set(creates.compactMap(\.container.id))
        let missing = log.filter { $0.event.action == .containerCreate && !ids.contains($0.container.id ?? "") }
        #expect(missing.map(\.container.name) == [])
        #expect(ids.count == creates.count)
        #expect(creates.allSatisfy { $0.container.imageText != nil && $0.visibility == .eventsStream })
        #expect(reading.problems == [])
    }

    @Test func `below debug level each operation that leaves a start or a failure is told, blind`() throws {
        let bytes = try Self.bytes("docker/recorded-info-level/daemon.log")
        let reading = readings(of: DockerLogDialect(), lines: bytes)
        var wrong: [String] = []
        for operation in try Self.operations("recorded-info-level") {
            let text = String(decoding: bytes[operation.log.clamped(to: 0..<bytes.count)], as: UTF8.self)
            let starts = text.split(separator: "\n").count { $0.contains("level=info msg=\"starting signal loop\"") }
            let failures = text.split(separator: "\n").count {
                $0.contains("msg=\"Handler for POST") && !$0.contains("/start returned")
                    || $0.contains("Error running exec")
            }
            let found = reading.deployments.count { operation.log.contains($0.log?.offset ?? -1) }
            if found != starts + failures { wrong.append("\(operation.name): \(found) for \(starts) and \(failures)") }
        }
        #expect(wrong == [])
        #expect(reading.deployments.allSatisfy { $0.visibility == .logLevelInfo })
        #expect(reading.deployments.allSatisfy { $0.container.imageText == nil || $0.event.action == .imagePull })
        #expect(reading.problems == [])
    }
}
