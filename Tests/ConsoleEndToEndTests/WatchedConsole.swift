import Foundation

/// A folder with logs and a ledger, and `tidewaiter watch` over them, which serves a console.
final class WatchedConsole {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-console-\(UUID().uuidString)")
    /// What its pages' addresses begin with.
    private(set) var address = ""
    private(set) var watch: Program?

    var ledger: String { path("ledger.sqlite") }

    struct NotReady: Error, CustomStringConvertible { var description: String }

    /// Has the project's own sample of an audit log read, and ``PodCreation/hostile``.
    ///
    /// - Throws: ``NotReady`` where not all findings come.
    init() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let sample = Program.project.appending(path: "Examples/kubernetes/audit.jsonl")
        try FileManager.default.copyItem(at: sample, to: folder.appending(path: "audit.log"))
        try Data(PodCreation.hostile.map(\.line).joined().utf8).write(to: folder.appending(path: "hostile.log"))
        try configure(console: "tcp://127.0.0.1:0")
        let watch = try Program.tidewaiter(["watch", "--config", path("watch.yml")])
        self.watch = watch
        guard try await eventually({ watch.address != nil || watch.hasEnded }), let address = watch.address else {
            throw NotReady(description: "there is no console: \(watch.errors)")
        }
        self.address = address
        try await untilAllIsFound()
    }

    deinit {
        watch = nil
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// - Parameter console: where it listens; a port 0 is any that is free.
    func configure(console: String) throws {
        let text = """
            ledger: {path: \(ledger)}
            console: \(console)
            lateness: 1s
            sources:
              - name: audit
                files: {paths: [\(path("audit.log"))], format: kubernetes-audit, from: beginning}
              - name: hostile
                files: {paths: [\(path("hostile.log"))], format: kubernetes-audit, from: beginning}
            outputs: []

            """
        try Data(text.utf8).write(to: folder.appending(path: "watch.yml"))
    }

    /// Adds a line to the log that is watched.
    func append(_ creation: PodCreation) throws {
        let file = try FileHandle(forWritingTo: folder.appending(path: "audit.log"))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(creation.line.utf8))
    }

    /// Has it end; its exit status.
    func stop() async throws -> Int32? {
        watch?.interrupt()
        return try await watch?.status(within: 30)
    }

    // MARK: Findings

    func findings() async throws -> [ToldFinding] { try await ToldFinding.all(at: address) }

    /// The findings on hostile records.
    func hostile() async throws -> [String] {
        try await findings().filter { $0.log == path("hostile.log") }.map(\.id)
    }

    /// Waits until findings of both logs are there, and no more come: one that comes later is news on an open page.
    private func untilAllIsFound() async throws {
        var known: Set<ToldFinding> = []
        var since = ContinuousClock.now
        let isWhole = try await eventually(within: 60) {
            let found = Set(try await findings())
            if found != known { since = .now }
            known = found
            let logs = Dictionary(grouping: found, by: \.log).mapValues(\.count)
            // Sequences are judged a second after the last record.
            return logs[path("audit.log"), default: 0] >= 20
                && logs[path("hostile.log"), default: 0] >= PodCreation.hostile.count
                && since.duration(to: .now) > .seconds(3)
        }
        guard isWhole else { throw NotReady(description: "\(known.count) findings: \(watch?.errors ?? "")") }
    }
}
