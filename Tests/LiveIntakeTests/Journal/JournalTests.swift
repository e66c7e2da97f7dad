import Deployments
import Foundation
import JSON
@testable import LiveIntake
import Testing

@Suite struct JournalTests {
    private func journal(_ change: (inout Journal.Configuration) -> Void) -> Journal {
        var configuration = Journal.Configuration()
        configuration.from = .beginning
        change(&configuration)
        return Journal(name: "journal", configuration)
    }

    @Test func `journalctl is told what is wanted, and nothing of it can be an option`() {
        let source = journal {
            $0.units = ["docker", "--boot"]
            $0.identifiers = ["k3s"]
        }
        #expect(
            source.arguments(behind: "s=1;i=2", nil) == [
                "--follow", "--output=export", "--all", "--no-pager", "--quiet", "--after-cursor=s=1;i=2",
                "--lines=all",
                "_SYSTEMD_UNIT=docker.service", "_SYSTEMD_UNIT=--boot.service", "+", "SYSLOG_IDENTIFIER=k3s",
            ]
        )
        #expect(journal { $0.from = .end }.arguments(behind: nil, "/x").suffix(2) == ["--directory=/x", "--lines=0"])
    }

    @Test(.enabled(if: SourceUnderTest.isAvailable(.journalctl), "systemd-journal-remote is not installed"))
    func `a real journal's entries are given as journalctl's own JSON has them, only those of its units`() async throws
    {
        let folder = try LogFolder()
        try JournalFolder.add(
            [
                JournalFolder.entry(1), JournalFolder.entry(2, message: Array("two\nlines".utf8)),
                JournalFolder.entry(3, message: [98, 105, 110, 255], unit: "other.service"),
                JournalFolder.entry(4, message: [27, 255]),
            ],
            to: folder
        )
        let feed = RecordingFeed()
        let source = journal {
            $0.origin = .journalctl(directory: folder.path)
            $0.units = ["tried"]
        }
        #expect(try await source.run(into: feed) { feed.records.count == 3 })
        let parser = JSONParser()
        let messages = feed.records.map { record in
            unsafe record.bytes.withUnsafeBytes { bytes in
                try? unsafe parser.withDocument(bytes) { $0["MESSAGE"]?.jsonText ?? "" }
            }
        }
        #expect(messages == [#""record 1""#, #""two\nlines""#, "[27,255]"])
        #expect(feed.records.map(\.position.offset) == [1, 2, 4].map { 1_700_000_000_000_000 + $0 })
        #expect(feed.batches.last?.cursor.hasPrefix("s=") == true)
    }

    @Test func `a program that cannot be run, or ends, is told and tried again`() async throws {
        let feed = RecordingFeed()
        let absent = journal { $0.origin = .journalctl(program: "/absent/journalctl") }
        #expect(try await absent.run(into: feed) { feed.health.count == 2 })
        let reason = "/absent/journalctl cannot be started: no such file or folder"
        #expect(
            Array(feed.health.prefix(2)) == [
                .waiting(reason: reason, attempt: 1), .waiting(reason: reason, attempt: 2),
            ]
        )
        let other = RecordingFeed()
        let ending = journal { $0.origin = .journalctl(program: "/usr/bin/false") }
        #expect(try await ending.run(into: other) { other.health.count >= 2 })
        #expect(
            other.health[1]
                == .waiting(reason: "/usr/bin/false has ended: it said nothing (nothing more comes)", attempt: 1)
        )
    }
}
