import Deployments
import Dialects
import Foundation
import Testing

/// A program that is stopped and started again reads a log as if it had not been.
@Suite struct DialectMemoryTests {
    /// A log and the dialect that reads it.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var makeDialect: @Sendable () -> any RememberingDialect
        var load: @Sendable () throws -> [[UInt8]]

        var testDescription: String { name }

        init(_ name: String, _ makeDialect: @escaping @Sendable () -> any RememberingDialect, _ lines: [String]) {
            self.init(name, makeDialect) { lines.map { Array($0.utf8) } }
        }

        init(
            _ name: String,
            _ makeDialect: @escaping @Sendable () -> any RememberingDialect,
            _ load: @escaping @Sendable () throws -> [[UInt8]]
        ) {
            self.name = name
            self.makeDialect = makeDialect
            self.load = load
        }

        static func recorded(_ path: String, _ makeDialect: @escaping @Sendable () -> any RememberingDialect) -> Case {
            Case(path, makeDialect) {
                let bytes = [UInt8](try Data(contentsOf: SharedData.root.appending(path: path)))
                return bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
            }
        }
    }

    static let daemonLog: @Sendable () -> any RememberingDialect = { DockerLogDialect() }
    static let audit: @Sendable () -> any RememberingDialect = { KubernetesAuditDialect() }

    static let recorded: [Case] = [
        .recorded("docker/recorded/daemon.log", daemonLog),
        .recorded("docker/recorded-info-level/daemon.log", daemonLog),
        .recorded("docker/recorded/events.jsonl") { DockerEventsDialect() },
        .recorded("docker/recorded/requests.jsonl") { HTTPRequestsDialect() },
        .recorded("kubernetes/audit.jsonl", audit),
        .recorded("kubernetes/audit-allstages.jsonl", audit),
        .recorded("kubernetes/audit-eventlists.jsonl", audit),
        .recorded("kubernetes/audit-metadata-level.jsonl", audit),
    ]

    private static func calling(_ target: String, _ second: Int) -> String {
        "time=\"2026-11-24T00:00:\(second + 10).000000000Z\" level=debug msg=\"Calling POST \(target)\""
    }

    private static func form(_ body: String, _ second: Int) -> String {
        let quoted = body.replacing("\"", with: "\\\"")
        return "time=\"2026-11-24T00:00:\(second + 10).000000000Z\" level=debug msg=\"form data: \(quoted)\""
    }

    static let small: [Case] = [
        // Every state at once: a volume made, a create held without its id, an exec begun, a request without its body.
        Case(
            "daemon.log",
            daemonLog,
            [
                calling("/v1.41/volumes/create", 1),
                form(#"{"Driver":"local","DriverOpts":{"device":"/","o":"bind","type":"none"},"Name":"host"}"#, 1),
                calling("/v1.41/containers/create?name=a", 2),
                form(#"{"Image":"alpine","HostConfig":{"Binds":["host:/h"]}}"#, 2),
                calling("/v1.41/build?t=x", 3),
                calling("/v1.41/containers/create?name=b", 4),
                form(#"{"Image":"alpine","Cmd":["id"],"HostConfig":{"VolumesFrom":["a"]}}"#, 4),
                calling("/v1.41/containers/b/start", 5),
                calling("/v1.41/containers/b/exec", 6),
                form(#"{"Cmd":["sh","-c","id"]}"#, 6),
                calling("/v1.41/exec/0123/start", 7),
                form(#"{"Detach":false,"Tty":false}"#, 7),
                calling("/v1.41/containers/a/rename?name=c", 8),
                calling("/v1.41/containers/c/exec", 9),
                form(#"{"Cmd":["ls"]}"#, 9),
                calling("/v1.41/containers/create?name=z", 10),
            ]
        ),
        Case(
            "requests",
            { HTTPRequestsDialect() },
            [
                #"{"method":"POST","target":"/containers/create?name=a","body":{"Image":"x","HostConfig":{"Binds":["/:/h"]}}}"#,
                #"{"method":"POST","target":"/containers/create","user":"eve","body":{"Image":"y"}}"#,
                #"{"method":"POST","target":"/containers/a/exec","body":{"Cmd":["id"]}}"#,
                #"{"method":"POST","target":"/exec/1/start","body":{}}"#,
                #"{"method":"POST","target":"/containers/0123456789ab/start","user":"eve"}"#,
                #"{"method":"POST","target":"/containers/a/start"}"#,
                #"{"method":"POST","target":"/containers/a/start"}"#,
            ]
        ),
        Case(
            "partial lines",
            audit,
            [
                "2026-11-24T00:00:00.000000000Z stdout P " + KubernetesAuditTests.event(request: pod).prefix(100),
                "2026-11-24T00:00:00.000000000Z stderr P {\"kind\":",
                "2026-11-24T00:00:00.000000000Z stdout P "
                    + KubernetesAuditTests.event(request: pod).dropFirst(100)
                    .prefix(50),
                "2026-11-24T00:00:00.000000000Z stdout F " + KubernetesAuditTests.event(request: pod).dropFirst(150),
            ]
        ),
    ]

    static let pod = KubernetesAuditTests.pod

    @Test(arguments: small)
    func `a log read with a stop before every line tells what it tells when it is read whole`(one: Case) throws {
        let records = try one.load()
        let whole = try Self.read(records, with: one.makeDialect, stoppingBefore: [])
        #expect(!whole.reading.deployments.isEmpty)
        try Self.expectSame(whole, records, one, stops: Set(records.indices))
    }

    @Test(
        .enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"),
        arguments: recorded
    )
    func `a recorded log tells the same wherever the program is stopped`(one: Case) throws {
        let records = try one.load()
        let whole = try Self.read(records, with: one.makeDialect, stoppingBefore: [])
        #expect(!whole.reading.deployments.isEmpty)
        for seed in 1...6 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let stops = (0..<12).map { _ in Int.random(in: records.indices, using: &random) }
            try Self.expectSame(whole, records, one, stops: Set(stops))
        }
    }

    private static func expectSame(
        _ whole: (reading: Reading, memory: [UInt8]),
        _ records: [[UInt8]],
        _ one: Case,
        stops: Set<Int>
    ) throws {
        let cut = try read(records, with: one.makeDialect, stoppingBefore: stops)
        #expect(cut.reading.deployments == whole.reading.deployments, "\(one.name), stopped at \(stops.sorted())")
        #expect(cut.reading.problems == whole.reading.problems, "\(one.name), stopped at \(stops.sorted())")
        #expect(cut.memory == whole.memory, "the same state in the same bytes: \(one.name)")
    }

    /// Reads records with a dialect that is stopped, and another started with what it remembered, at some of them.
    ///
    /// - Returns: all that is told, and what is remembered before the end is told.
    private static func read(
        _ records: [[UInt8]],
        with makeDialect: () -> any RememberingDialect,
        stoppingBefore stops: Set<Int>
    ) throws -> (reading: Reading, memory: [UInt8]) {
        var dialect = makeDialect()
        var reading = Reading()
        var offset = 0
        for (index, record) in records.enumerated() {
            if stops.contains(index) {
                let memory = try dialect.memory()
                dialect = makeDialect()
                try dialect.recall(memory)
                #expect(try dialect.memory() == memory)
            }
            read(record, at: offset, with: &dialect, into: &reading)
            offset += record.count + 1
        }
        let memory = try dialect.memory()
        dialect.finish(into: &reading)
        return (reading, memory)
    }

    static func read(
        _ record: [UInt8],
        at offset: Int,
        with dialect: inout any RememberingDialect,
        into reading: inout Reading
    ) {
        guard !record.isEmpty else { return }
        let padded = record + [UInt8](repeating: 0, count: 64)
        unsafe padded.withUnsafeBytes { buffer in
            let record = unsafe RawRecord(
                bytes: UnsafeRawBufferPointer(rebasing: buffer[..<record.count]),
                position: .init(path: "test", offset: offset)
            )
            dialect.read(record, into: &reading)
        }
    }
}
