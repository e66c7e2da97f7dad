import Foundation
@testable import LiveIntake
import Testing

/// A source of the machine itself, with what it follows: numbered records, added one at a time.
///
/// Every source whose records can be had again passes the same suite.
final class SourceUnderTest: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case followedFiles, containerLogs, staticPods, journalExport, journalctl
    }

    let source: any LiveSource
    private let kind: Kind
    private let folder: LogFolder

    init(_ kind: Kind) throws {
        self.kind = kind
        let folder = try LogFolder()
        self.folder = folder
        source =
            switch kind {
            case .followedFiles: Self.files(folder)
            case .containerLogs: Self.containers(folder)
            case .staticPods: Self.pods(folder)
            case .journalExport: Self.journal(.export(path: folder.path("export")))
            case .journalctl: Self.journal(.journalctl(directory: folder.path))
            }
        switch kind {
        case .followedFiles, .containerLogs, .staticPods: break
        case .journalExport: try folder.append("", to: "export")
        case .journalctl: try add(0)
        }
    }

    /// Whether the machine has what the source needs.
    static func isAvailable(_ kind: Kind) -> Bool {
        kind != .journalctl
            || [JournalFolder.remote, "/usr/bin/journalctl"].allSatisfy(FileManager.default.isExecutableFile(atPath:))
    }

    private static func files(_ folder: LogFolder) -> FollowedFiles {
        var configuration = FollowedFiles.Configuration(paths: [folder.path("log")])
        configuration.from = .beginning
        configuration.pollInterval = .milliseconds(100)
        return FollowedFiles(name: "source", configuration)
    }

    private static func containers(_ folder: LogFolder) -> ContainerLogs {
        var configuration = ContainerLogs.Configuration()
        configuration.paths = [folder.path("pods/*/*/*.log")]
        configuration.roots = [folder.path]
        configuration.from = .beginning
        configuration.files.pollInterval = .milliseconds(100)
        return ContainerLogs(name: "source", configuration)
    }

    private static func pods(_ folder: LogFolder) -> StaticPods {
        var configuration = StaticPods.Configuration()
        configuration.path = folder.path
        configuration.pollInterval = .milliseconds(50)
        configuration.settleTime = .milliseconds(10)
        return StaticPods(name: "source", configuration)
    }

    private static func journal(_ origin: Journal.Origin) -> Journal {
        var configuration = Journal.Configuration()
        configuration.origin = origin
        configuration.from = .beginning
        configuration.identifiers = ["tried"]
        return Journal(name: "source", configuration)
    }

    /// Adds a record; 0 is none that is meant.
    func add(_ number: Int) throws {
        switch kind {
        case .followedFiles: try folder.append("record \(number)\n", to: "log")
        case .containerLogs: try folder.append("record \(number)\n", to: "pods/ns_pod_uid/app/0.log")
        case .staticPods: try folder.append("record \(number)\n", to: String(format: "pod-%03d.yaml", number))
        case .journalExport: try folder.append(JournalFolder.entry(number), to: "export")
        case .journalctl: try JournalFolder.add([JournalFolder.entry(number)], to: folder)
        }
    }

    /// The number of a record.
    static func number(_ record: LiveRecord) -> Int? {
        record.text.split(separator: "record ").last.flatMap { Int($0.prefix { $0.isNumber }) }
    }
}

extension RecordingFeed {
    var numbers: [Int?] { records.map(SourceUnderTest.number) }
}
