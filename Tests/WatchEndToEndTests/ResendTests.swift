import Foundation
import Testing

/// `tidewaiter findings resend`: what a receiver had refused is told again once it was mended.
@Suite struct ResendTests {
    private func told(_ watcher: Watcher) -> [String] {
        let text = (try? String(contentsOfFile: watcher.path("told.jsonl"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return ((object?["tidewaiter"] as? [String: Any])?["finding"] as? [String: Any])?["id"] as? String
        }.sorted()
    }

    /// A watcher that has found something, with these findings among the undelivered of its output `file`.
    private func watcher(_ ids: ([String]) -> [String]) async throws -> (Watcher, [String]) {
        let watcher = try Watcher()
        try watcher.append((1...3).map { AuditLog.event($0, privileged: true) }.joined(), to: "audit.log")
        try watcher.configure(
            """
              - name: audit
                files: {paths: [\(watcher.path("audit.log"))], format: kubernetes-audit, from: beginning}
            """
        )
        try watcher.start()
        #expect(try await watcher.holds { try watcher.deployments().count == 3 }, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        let found = try watcher.findingIDs()
        let letters = ids(found).map {
            #"{"time":"2026-11-24T10:00:00Z","output":"file","reason":"no","finding":"\#($0)"}"#
        }
        try watcher.write(letters.joined(separator: "\n") + "\n", to: "undelivered-file.jsonl")
        try watcher.configure(
            """
              - name: audit
                files: {paths: [\(watcher.path("audit.log"))], format: kubernetes-audit}
            """,
            outputs: "[{file: {path: \(watcher.path("told.jsonl"))}, level: critical}]"
        )
        return (watcher, found)
    }

    @Test func `each finding is told once, whatever the output's level, and none is left`() async throws {
        let (watcher, found) = try await watcher { [$0[0], $0[1], $0[0]] }
        // Letters of a file that was begun anew count, too.
        try watcher.write(#"{"finding":"\#(found[2])"}"# + "\n", to: "undelivered-file.jsonl.1")
        let answer = try watcher.ask(["findings", "resend", "--output", "file", "--config", watcher.path("watch.yml")])
        #expect(answer == "file: 3 told again\n")
        #expect(told(watcher) == Array(found.prefix(3)).sorted())
        let names = try FileManager.default.contentsOfDirectory(atPath: watcher.folder.path)
        #expect(!names.contains { $0.hasPrefix("undelivered") })
        // There is nothing more to tell.
        #expect(
            try watcher.ask(["findings", "resend", "--output", "file", "--config", watcher.path("watch.yml")])
                == "file: 0 told again\n"
        )
        #expect(told(watcher).count == 3)
    }

    @Test func `what cannot be told is kept`() async throws {
        let (watcher, found) = try await watcher { [$0[0], "ffffffffffff", $0[1]] }
        // A folder in the file's place.
        try FileManager.default.createDirectory(
            at: watcher.folder.appending(path: "told.jsonl"),
            withIntermediateDirectories: true
        )
        let arguments = ["findings", "resend", "--output", "file", "--config", watcher.path("watch.yml")]
        let answer = try watcher.ask(arguments + ["--within", "1"])
        #expect(answer == "file: 0 told again, 2 not told in time and kept, 1 kept that the ledger has forgotten\n")
        let kept = try String(contentsOfFile: watcher.path("undelivered-file.jsonl"), encoding: .utf8)
        #expect(kept.split(separator: "\n").count == 3)
        try FileManager.default.removeItem(at: watcher.folder.appending(path: "told.jsonl"))
        #expect(try watcher.ask(arguments) == "file: 2 told again, 1 kept that the ledger has forgotten\n")
        #expect(told(watcher) == [found[0], found[1]].sorted())
    }

    @Test func `an output that is not there is told with those that are`() async throws {
        let watcher = try Watcher()
        try watcher.configure("  - static-pods: {}", outputs: "[{terminal: {}}, {file: {path: /x}}]")
        let result = try watcher.result([
            "findings", "resend", "--output", "slack", "--config", watcher.path("watch.yml"),
        ])
        #expect(result.status == 1)
        #expect(result.errors.contains("no output is called 'slack'; there are: terminal, file"), "\(result.errors)")
    }
}
