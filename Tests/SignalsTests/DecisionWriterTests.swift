import Deployments
import Foundation
import Judge
@testable import Signals
import Synchronization
import Testing

@Suite struct DecisionWriterTests {
    private static func verdict(_ id: String, _ outcome: Verdict.Outcome = .allowed) -> Verdict {
        Verdict(id: id, time: Timestamp(microseconds: 0), outcome: outcome)
    }

    private static func ids(in path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (object?["event"] as? [String: Any])?["id"] as? String ?? ""
        }
    }

    @Test func `a decision is in the file when recording returns, which its owner alone can read`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("decisions.jsonl")
        let log = DecisionWriter(try FileDecisionSink(path: path))
        try await log.record(Self.verdict("a"))
        #expect(try Self.ids(in: path) == ["a"])
        try await log.record(Self.verdict("b"))
        #expect(try Self.ids(in: path) == ["a", "b"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `many at once are all there, whole, once each`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("decisions.jsonl")
        let log = DecisionWriter(try FileDecisionSink(path: path))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 { group.addTask { try await log.record(Self.verdict("\(index)")) } }
            try await group.waitForAll()
        }
        #expect(try Self.ids(in: path).compactMap(Int.init).sorted() == Array(0..<200))
    }

    @Test func `a rotated file is left alone once the log was opened again`() async throws {
        let folder = try TemporaryFolder()
        let (path, old) = (folder.path("decisions.jsonl"), folder.path("decisions.jsonl.1"))
        let log = DecisionWriter(try FileDecisionSink(path: path))
        try await log.record(Self.verdict("a"))
        try FileManager.default.moveItem(atPath: path, toPath: old)
        try await log.record(Self.verdict("b"))
        try await log.reopen()
        try await log.record(Self.verdict("c"))
        #expect(try Self.ids(in: old) == ["a", "b"])
        #expect(try Self.ids(in: path) == ["c"])
    }

    @Test func `a file that cannot be opened again stays in use`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("logs/decisions.jsonl")
        try FileManager.default.createDirectory(atPath: folder.path("logs"), withIntermediateDirectories: true)
        let log = DecisionWriter(try FileDecisionSink(path: path))
        try FileManager.default.moveItem(atPath: folder.path("logs"), toPath: folder.path("moved"))
        await #expect(throws: DecisionLogError("\(path) cannot be opened: No such file or directory")) {
            try await log.reopen()
        }
        try await log.record(Self.verdict("a"))
        #expect(try Self.ids(in: folder.path("moved/decisions.jsonl")) == ["a"])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func `a full disk is an error, for each who waits`() async throws {
        let log = DecisionWriter(try FileDecisionSink(path: "/dev/full"))
        for _ in 0..<3 {
            await #expect(throws: DecisionLogError("/dev/full cannot be written: No space left on device")) {
                try await log.record(Self.verdict("a"))
            }
        }
        log.post(Self.verdict("b", .refused))
        await log.drain()
        #expect(log.lost == 1)
        #expect(log.failure != nil)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func `a failure is told for a while, since nobody would try again where it were told for good`() async throws {
        let log = DecisionWriter(try FileDecisionSink(path: "/dev/full"), memory: 0)
        await #expect(throws: DecisionLogError.self) { try await log.record(Self.verdict("a")) }
        #expect(log.failure == nil)
    }

    @Test func `who stands behind what could not be written is told, and who stands before it is not`() async throws {
        let sink = Valve()
        // Longer than any machine is busy: what is waited for here is not the patience.
        let log = DecisionWriter(sink, patience: 600_000)
        async let first: Void = log.record(Self.verdict("first"))
        await sink.reached(1)
        async let second: Void = log.record(Self.verdict("second"))
        await log.waits(for: 1)
        async let third = log.failureToRecord(Self.verdict("third"))
        await log.waits(for: 2)
        sink.open(writing: [1, 1])
        try await first
        try await second
        #expect(await third == DecisionLogError("closed"))
    }

    @Test func `a full queue is an error`() async throws {
        let sink = Valve()
        let log = DecisionWriter(sink, capacity: 1, patience: 600_000)
        async let first: Void = log.record(Self.verdict("first"))
        await sink.reached(1)
        async let second: Void = log.record(Self.verdict("second"))
        await log.waits(for: 1)
        await #expect(throws: DecisionLogError("the queue of decisions to be written is full (1)")) {
            try await log.record(Self.verdict("third"))
        }
        sink.open(writing: [1, 1])
        try await first
        try await second
    }

    @Test func `a write that does not come back fails who waits, and the log works again when it does`() async throws {
        let sink = Valve()
        let log = DecisionWriter(sink, patience: 20)
        await #expect(throws: DecisionLogError("the decision log did not take what was written to it in time")) {
            try await log.record(Self.verdict("first"))
        }
        await #expect(throws: DecisionLogError("the decision log does not take what is written to it")) {
            try await log.record(Self.verdict("second"))
        }
        #expect(log.failure == DecisionLogError("the decision log does not take what is written to it"))
        sink.open(writing: [1, 1])
        await log.drain()
        #expect(log.failure == nil)
        try await log.record(Self.verdict("third"))
    }

    @Test func `what a sink takes at once is written by who records it, until a write was slow`() async throws {
        let sink = QuickSink(slowness: 20_000)
        let log = DecisionWriter(sink, restraint: 3_600_000)
        for name in ["first", "second", "third"] { try await log.record(Self.verdict(name)) }
        // The first was written at once, and took longer than a guard's other connections should wait.
        #expect(sink.questions == 1 && sink.ids == ["first", "second", "third"])
    }

    @Test func `who records while another writes at once is not lost`() async throws {
        let sink = QuickSink(slowness: 1_000)
        let log = DecisionWriter(sink)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { try await log.record(Self.verdict("d-\(number)")) } }
            try await group.waitForAll()
        }
        #expect(sink.ids.count == 200 && Set(sink.ids).count == 200)
    }

    @Test func `a pipe that is full is left to the thread`() async throws {
        let pipe = Pipe()
        let sink = FileDecisionSink(writingTo: pipe.fileHandleForWriting.fileDescriptor)
        #expect(sink.takesAtOnce(4_096) && !sink.takesAtOnce(4_097))
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let bytes = [UInt8](repeating: 0, count: 65_536)
        while unsafe write(descriptor, bytes, bytes.count) > 0 {}
        #expect(!sink.takesAtOnce(1))
    }

    @Test func `the journal gets an entry with its fields`() async throws {
        let folder = try TemporaryFolder()
        let receiver = try DatagramReceiver(folder.path("journal"))
        let log = DecisionWriter(try JournalDecisionSink(path: folder.path("journal")))
        try await log.record(Self.verdict("d-1", .refused))
        #expect(
            receiver.receive() == """
                MESSAGE=refused
                MESSAGE_ID=5c1f6f0f6b4d4f6c9a36b4f0c7a41610
                PRIORITY=4
                SYSLOG_IDENTIFIER=tidewaiter
                TIDEWAITER_DECISION_ID=d-1
                TIDEWAITER_DECISION_OUTCOME=refused
                TIDEWAITER_ECS={"@timestamp":"1970-01-01T00:00:00.000000Z","event":{"id":"d-1","outcome":"failure",\
                "kind":"event","category":["api"],"type":["denied"],"duration":0},"ecs":{"version":"8.17.0"},\
                "tidewaiter":{"decision":{"id":"d-1","outcome":"refused"}},"message":"refused"}

                """
        )
    }

    @Test func `an entry that no datagram holds comes as a file`() async throws {
        let folder = try TemporaryFolder()
        let receiver = try DatagramReceiver(folder.path("journal"))
        let log = DecisionWriter(try JournalDecisionSink(path: folder.path("journal")))
        var verdict = Self.verdict("large")
        let text = String(repeating: "x", count: 1 << 20)
        verdict.violations = [Violation(part: "p", place: "q", message: text, remedy: "r")]
        try await log.record(verdict)
        let entry = receiver.receiveFile()
        #expect(entry.contains("TIDEWAITER_DECISION_ID=large\n") && entry.contains(text))
    }

    @Test func `a value of several lines is told by its length`() {
        let record = DecisionRecord(id: "i", outcome: "allowed", sentence: "a\nb", lines: Array("{}\n".utf8))
        let entry = JournalDecisionSink.entry(record)
        #expect(Array(entry.prefix(20)) == Array("MESSAGE\n\u{3}\0\0\0\0\0\0\0a\nb\n".utf8))
    }

    @Test func `a journal that is not there is an error`() throws {
        let folder = try TemporaryFolder()
        var sink = try JournalDecisionSink(path: folder.path("none"))
        let (written, failure) = sink.write([DecisionRecord(id: "i", outcome: "o", sentence: "s", lines: [])])
        #expect(written == 0 && failure?.description.contains("No such file or directory") == true)
    }
}

extension DecisionWriter {
    /// Why it cannot be recorded; nil when it is.
    fileprivate func failureToRecord(_ verdict: Verdict) async -> DecisionLogError? {
        do { try await record(verdict) } catch { return error as? DecisionLogError }
        return nil
    }
}

/// A sink that takes nothing until it is opened, and then so many of each batch.
private final class Valve: DecisionSink {
    private struct State {
        var counts: [Int]?
        var reached = 0
    }

    private let state = Mutex(State())
    private let gate = DispatchSemaphore(value: 0)

    func open(writing counts: [Int]) {
        state.withLock { $0.counts = counts }
        gate.signal()
    }

    func reached(_ count: Int) async {
        while state.withLock({ $0.reached < count }) { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func write(_ records: [DecisionRecord]) -> (written: Int, failure: DecisionLogError?) {
        let isOpen = state.withLock { state in
            state.reached += 1
            return state.counts != nil
        }
        if !isOpen { gate.wait() }
        let count = state.withLock { state in state.counts?.isEmpty == false ? state.counts?.removeFirst() : nil }
        let written = min(count ?? records.count, records.count)
        return (written, written < records.count ? DecisionLogError("closed") : nil)
    }

    func reopen() throws(DecisionLogError) {}
}

/// A sink that takes everything at once, as a file does.
private final class QuickSink: DecisionSink {
    private let state = Mutex<(questions: Int, ids: [String])>((0, []))
    private let slowness: UInt32

    /// - Parameter slowness: how long a write takes, in microseconds.
    init(slowness: UInt32) { self.slowness = slowness }

    /// How often somebody wanted to write at once.
    var questions: Int { state.withLock(\.questions) }
    var ids: [String] { state.withLock(\.ids) }

    func takesAtOnce(_ count: Int) -> Bool {
        state.withLock { $0.questions += 1 }
        return true
    }

    func write(_ records: [DecisionRecord]) -> (written: Int, failure: DecisionLogError?) {
        usleep(slowness)
        state.withLock { $0.ids += records.map(\.id) }
        return (records.count, nil)
    }

    func reopen() throws(DecisionLogError) {}
}
