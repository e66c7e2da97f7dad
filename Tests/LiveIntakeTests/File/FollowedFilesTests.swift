import Deployments
@testable import LiveIntake
import Testing

@Suite struct FollowedFilesTests {
    private func source(
        _ paths: [String],
        _ change: (inout FollowedFiles.Configuration) -> Void = { _ in }
    ) -> FollowedFiles {
        var configuration = FollowedFiles.Configuration(paths: paths)
        configuration.from = .beginning
        configuration.rotationWait = .milliseconds(20)
        configuration.pollInterval = .milliseconds(100)
        change(&configuration)
        return FollowedFiles(name: "files", configuration)
    }

    @Test func `lines are given as they come, without their ends, at their places`() async throws {
        let folder = try LogFolder()
        let log = try folder.append("\u{FEFF}one\r\n\n  two \n", to: "log")
        let feed = RecordingFeed()
        #expect(try await source([log]).run(into: feed) { feed.records.count == 2 })
        try folder.append("three\nfo", to: "log")
        #expect(try await source([log]).run(into: feed) { feed.records.count == 3 })
        try folder.append("ur\n", to: "log")
        #expect(try await source([log]).run(into: feed) { feed.records.count == 4 })
        #expect(feed.lines == ["one", "  two", "three", "four"])
        #expect(feed.records.map(\.position.offset) == [3, 9, 16, 22])
        #expect(Set(feed.records.map(\.position.path)) == [log])
        #expect(Set(feed.batches.map(\.stream)) == [log])
    }

    @Test func `what is there at first is passed over if wanted, the line under way is not`() async throws {
        let folder = try LogFolder()
        let log = try folder.append("old\nunder ", to: "log")
        let feed = RecordingFeed()
        let source = source([folder.path("*")]) { $0.from = .end }
        #expect(try await source.run(into: feed) { feed.cursors[log] != nil })
        try folder.append("way\nnew\n", to: "log")
        try folder.append("whole\n", to: "later")
        #expect(try await source.run(into: feed) { feed.records.count == 3 })
        #expect(feed.lines(of: log) == ["under way", "new"])
        #expect(feed.lines(of: folder.path("later")) == ["whole"])
    }

    @Test func `a line longer than a record may be is given cut, once, and the next is whole`() async throws {
        let folder = try LogFolder()
        let log = try folder.append(String(repeating: "x", count: 5_000), to: "log")
        let feed = RecordingFeed()
        let source = source([log]) { $0.maximumRecordBytes = 1_024 }
        #expect(try await source.run(into: feed) { feed.records.count == 1 })
        try folder.append(String(repeating: "x", count: 5_000), to: "log")
        #expect(try await source.run(into: feed) { feed.batches.count == 3 })
        try folder.append("x\nnext\n", to: "log")
        #expect(try await source.run(into: feed) { feed.records.count == 2 })
        #expect(feed.lines == [String(repeating: "x", count: 1_024), "next"])
        #expect(feed.records.map(\.defects) == [[.oversized], []])
    }

    @Test func `a hole that a cut has left is passed over`() async throws {
        let folder = try LogFolder()
        let log = try folder.append("before\n", to: "log")
        let feed = RecordingFeed()
        #expect(try await source([log]).run(into: feed) { feed.records.count == 1 })
        try folder.copyAndCut("log", to: "log.1")
        try folder.cut("log", to: 300_007)
        try folder.append("after\n", to: "log")
        #expect(try await source([log]).run(into: feed) { feed.records.count == 2 })
        #expect(feed.lines == ["before", "after"])
        #expect(feed.records.last?.position.offset == 300_007)
        #expect(feed.losses == [])
    }

    enum Rotation: String, CaseIterable {
        case renamed, dated, lumberjack, copied, compressed
    }

    private func rotate(_ folder: LogFolder, _ rotation: Rotation, _ round: Int) throws {
        switch rotation {
        case .renamed, .compressed:
            for number in stride(from: round, to: 0, by: -1) {
                for suffix in ["", ".gz"] where folder.exists("audit.log.\(number)\(suffix)") {
                    try folder.move("audit.log.\(number)\(suffix)", to: "audit.log.\(number + 1)\(suffix)")
                }
            }
            try folder.move("audit.log", to: "audit.log.1")
            if rotation == .compressed { try folder.compress("audit.log.1") }
        case .dated: try folder.move("audit.log", to: "audit.log-2026010\(round + 1)")
        case .lumberjack: try folder.move("audit.log", to: "audit-2026-01-0\(round + 1)T00-00-00.000.log")
        case .copied:
            for number in stride(from: round, to: 0, by: -1) where folder.exists("audit.log.\(number)") {
                try folder.move("audit.log.\(number)", to: "audit.log.\(number + 1)")
            }
            try folder.copyAndCut("audit.log", to: "audit.log.1")
        }
    }

    @Test(arguments: Rotation.allCases)
    func `nothing is lost or given twice when a log is rotated thrice while nobody follows`(
        _ rotation: Rotation
    ) async throws {
        let folder = try LogFolder()
        let log = try folder.append("0\n1\n", to: "audit.log")
        let feed = RecordingFeed()
        let source = source([folder.path("audit*")])
        #expect(try await source.run(into: feed) { feed.records.count == 2 })
        try folder.append("2\n", to: "audit.log")
        for round in 0..<3 {
            try rotate(folder, rotation, round)
            try folder.append("\(round + 3)\n", to: "audit.log")
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await source.run(into: feed) { feed.records.count >= 6 })
        // Nor with what else the patterns match.
        #expect(try await source.run(into: feed, patience: .milliseconds(300)) { feed.records.count > 6 } == false)
        #expect(feed.lines == (0..<6).map(String.init))
        #expect(Set(feed.batches.map(\.stream)) == [log])
        #expect(feed.batches.count(where: \.startsAnew) == 4)
        #expect(feed.losses == [])
    }

    @Test(arguments: Rotation.allCases)
    func `nothing is lost or given twice when a log is rotated thrice under its reader's eyes`(
        _ rotation: Rotation
    ) async throws {
        let folder = try LogFolder()
        let log = try folder.append("0\n", to: "audit.log")
        let feed = RecordingFeed()
        let source = source([folder.path("audit*")])
        let isWhole = try await source.run(into: feed) {
            feed.records.count >= 7
        } while: {
            for round in 0..<3 {
                try await feed.waits(for: 2 * round + 1)
                // Its writer goes on in the old file for a moment, where it is renamed.
                try folder.append("\(2 * round + 1)\n", to: "audit.log")
                try rotate(folder, rotation, round)
                try folder.append("\(2 * round + 2)\n", to: "audit.log")
            }
        }
        #expect(isWhole)
        #expect(try await source.run(into: feed, patience: .milliseconds(300)) { feed.records.count > 7 } == false)
        #expect(feed.lines == (0..<7).map(String.init))
        #expect(Set(feed.batches.map(\.stream)) == [log])
        #expect(feed.losses == [])
    }

    @Test func `the old file is read for as long as its writer has not turned to the new one`() async throws {
        let folder = try LogFolder()
        let log = try folder.append("0\n", to: "log")
        let feed = RecordingFeed()
        let isWhole = try await source([log]).run(into: feed) {
            feed.records.count == 4
        } while: {
            try await feed.waits(for: 1)
            try folder.move("log", to: "log.1")
            try folder.append("", to: "log")
            try await Task.sleep(for: .milliseconds(50))
            try folder.append("1\n", to: "log.1")
            try await Task.sleep(for: .milliseconds(200))
            try folder.append("2\nrest", to: "log.1")
            try folder.append("3\n", to: "log")
        }
        #expect(isWhole)
        #expect(feed.lines == ["0", "1", "2", "rest"])
    }

    @Test func `a log that is cut without a copy is begun anew, and that is told`() async throws {
        let folder = try LogFolder()
        let log = try folder.append("old line\n", to: "log")
        let feed = RecordingFeed()
        #expect(try await source([log]).run(into: feed) { feed.records.count == 1 })
        try folder.cut("log", to: 0)
        try folder.append("new line, longer than the old\n", to: "log")
        #expect(try await source([log]).run(into: feed) { feed.records.count == 2 })
        #expect(feed.lines == ["old line", "new line, longer than the old"])
        #expect(feed.losses.count == 1)
        #expect(feed.losses.first?.hasSuffix("behind byte 9 is lost, if anything was") == true)
    }

    @Test func `a file that is not there, or may not be read, is waited for and told`() async throws {
        let folder = try LogFolder()
        let log = folder.path("log")
        let feed = RecordingFeed()
        #expect(try await source([log]).run(into: feed) { !feed.health.isEmpty })
        #expect(
            feed.health.first
                == .waiting(reason: "\(log) is not there: it is followed as soon as it is", attempt: 1)
        )
        // What the first source told says nothing of the second.
        let told = feed.health.count
        let isWhole = try await source([log]) { $0.from = .end }.run(into: feed) {
            feed.records.count == 1 && feed.health.last == .following(lag: 0)
        } while: {
            while feed.health.count <= told { try await Task.sleep(for: .milliseconds(5)) }
            try folder.append("first\n", to: "log")
        }
        #expect(isWhole)
        #expect(feed.lines == ["first"])
    }

    @Test func `a folder or a pipe in a log's place is told, not waited in`() async throws {
        let folder = try LogFolder()
        try folder.append("x", to: "log/inner")
        let feed = RecordingFeed()
        #expect(try await source([folder.path("log")]).run(into: feed) { !feed.health.isEmpty })
        #expect(
            feed.health.first
                == .waiting(reason: "\(folder.path("log")) is no regular file: name a log file", attempt: 1)
        )
    }

    @Test func `a stream of a pattern ends once its file is gone for good, with the line that has no end`() async throws
    {
        let folder = try LogFolder()
        let log = try folder.append("one\nhalf", to: "a.log")
        let feed = RecordingFeed()
        let source = source([folder.path("*.log")]) { $0.removalWait = .milliseconds(200) }
        let hasEnded = try await source.run(into: feed) {
            feed.batches.last?.isLast == true
        } while: {
            try await feed.waits(for: 1)
            try folder.remove("a.log")
        }
        #expect(hasEnded)
        #expect(feed.lines(of: log) == ["one", "half"])
        #expect(feed.cursors == [:])
    }

    @Test func `what comes into any folder on the way is found at once, however seldom is looked`() async throws {
        let folder = try LogFolder()
        try folder.append("1\n", to: "pods/a/app/0.log")
        let feed = RecordingFeed()
        let source = source([folder.path("pods/*/*/*.log")]) { $0.pollInterval = .seconds(300) }
        let isAllRead = try await source.run(into: feed) {
            feed.records.count == 6
        } while: {
            try await feed.waits(for: 1)
            try folder.append("2\n", to: "pods/a/side/0.log")
            try await feed.waits(for: 2)
            // The folders come one after the other: each has to be looked into once it is watched.
            try folder.append("3\n", to: "pods/b/app/0.log")
            try await feed.waits(for: 3)
            // Nothing in it matches yet.
            try folder.append("no log\n", to: "pods/c/note")
            try await Task.sleep(for: .milliseconds(200))
            try folder.append("4\n", to: "pods/c/app/0.log")
            try await feed.waits(for: 4)
            try folder.append("5\n", to: "pods/c/app/0.log")
            try await feed.waits(for: 5)
            try folder.append("6\n", to: "pods/a/side/0.log")
        }
        #expect(isAllRead)
        #expect(feed.lines == ["1", "2", "3", "4", "5", "6"])
    }

    @Test func `a second name of a file is no second stream, and a new name goes on with it`() async throws {
        let folder = try LogFolder()
        try folder.append("one\n", to: "a.log")
        try folder.link("b.log", to: folder.path("a.log"))
        let feed = RecordingFeed()
        let source = source([folder.path("*.log")]) { $0.removalWait = .milliseconds(100) }
        #expect(try await source.run(into: feed) { feed.records.count == 1 })
        try folder.remove("b.log")
        try folder.move("a.log", to: "c.log")
        try folder.append("two\n", to: "c.log")
        #expect(try await source.run(into: feed) { feed.records.count == 2 && feed.batches.contains(where: \.isLast) })
        #expect(feed.lines == ["one", "two"])
        #expect(Array(feed.cursors.keys) == [folder.path("c.log")])
    }

    @Test func `many files are followed with few open`() async throws {
        let folder = try LogFolder()
        for number in 0..<300 { try folder.append("\(number)\n", to: "\(number).log") }
        let feed = RecordingFeed()
        let source = source([folder.path("*.log")]) {
            $0.maximumOpenFiles = 8
            $0.maximumFiles = 290
        }
        let isWhole = try await source.run(into: feed) {
            feed.records.count == 580
        } while: {
            try await feed.waits(for: 290)
            for number in 0..<300 { try folder.append("more\n", to: "\(number).log") }
        }
        #expect(isWhole)
        #expect(Set(feed.batches.map(\.stream)).count == 290)
        #expect(feed.lines.count { $0 == "more" } == 290)
        #expect(
            feed.health.contains(
                .waiting(
                    reason: "10 files more than the 290 that are followed match: narrow the patterns, or allow more",
                    attempt: 1
                )
            )
        )
    }
}
