import Foundation
import Testing

/// systemd's own programs for journals that are not this machine's.
enum JournalTools {
    static let remote = "/usr/lib/systemd/systemd-journal-remote"
    static let areThere = FileManager.default.isExecutableFile(atPath: remote) && Command.areThere(["journalctl"])
}

/// The log of a real dockerd in journald's export format: by `systemd-journal-remote` into a journal that `journalctl`
/// follows, and as a file of that format.
@Suite(
    .serialized,
    .enabled(
        if: EngineHost.isPossible && JournalTools.areThere,
        "\(EngineHost.need), and systemd-journal-remote: dockerd's log is NOT read from a journal"
    )
)
struct JournalExportTests {
    private static let boot = "6f5c2b1a9d8e4f3a8b7c6d5e4f3a2b1c"

    enum Way: CaseIterable {
        case journalctl, file
    }

    /// Lines of dockerd as journald keeps them, in its export format.
    private static func entries(_ lines: [Substring], from first: Int) -> String {
        let start = Int(Date.now.timeIntervalSince1970 * 1_000_000)
        return lines.enumerated().map { index, line in
            let number = first + index
            return """
                __CURSOR=s=0639c7f2b7f74b3c9b9b3f5a3c2d1e0f;i=\(number);b=\(boot);m=\(number);t=\(start + index);x=\(number)
                __REALTIME_TIMESTAMP=\(start + index)
                __MONOTONIC_TIMESTAMP=\(1_000 + number)
                _BOOT_ID=\(boot)
                _SYSTEMD_UNIT=docker.service
                SYSLOG_IDENTIFIER=dockerd
                _HOSTNAME=node
                MESSAGE=\(line)


                """
        }.joined()
    }

    /// Adds entries to the journal in a folder, as journald does.
    private func add(_ entries: String, to watcher: Watcher) async throws {
        let folder = watcher.path("journal/\(Self.boot)")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let export = watcher.path("entries-\(UUID().uuidString)")
        try Data(entries.utf8).write(to: URL(filePath: export))
        try await Command.run([JournalTools.remote, "--output=\(folder)/system.journal", export])
    }

    @Test(arguments: Way.allCases)
    func `a container that dockerd's log tells of in a journal is found with all its powers`(way: Way) async throws {
        let host = try await EngineHost(engineOptions: ["--log-level", "debug"])
        let watcher = try Watcher()
        // Something stands there before, which is not read: a source begins at the end.
        let before = Self.entries(["time=\"2026-11-24T15:47:23Z\" level=info msg=\"Daemon has completed\""], from: 1)
        try await add(before, to: watcher)
        try Data(before.utf8).write(to: URL(filePath: watcher.path("export")))
        let origin = way == .journalctl ? "folder: \(watcher.path("journal"))" : "export: \(watcher.path("export"))"
        try watcher.configure("  - name: dockerd\n    journal: {units: [docker.service], \(origin)}")
        try watcher.start()
        #expect(try await watcher.follows(["dockerd"]), "\(watcher.messages)")

        let client = "\(host.directory)/client"
        try await Command.run(
            ["docker", "-H", "unix://\(host.socket)", "create", "-v", "/:/host", "--privileged", "busybox", "true"],
            environment: ["HOME": client, "DOCKER_CONFIG": client]
        )
        let log = try String(contentsOfFile: host.log, encoding: .utf8).split(separator: "\n")
        #expect(log.contains { $0.contains("form data") })
        let entries = Self.entries(log, from: 2)
        try await add(entries, to: watcher)
        if way == .file {
            // As systemd itself writes the format.
            let words = ["journalctl", "--directory", watcher.path("journal"), "-o", "export", "--all", "--quiet"]
            let text = try await Command.run(words + ["--no-pager"])
            try watcher.append(String(text[(text.range(of: "\n\n")?.upperBound ?? text.startIndex)...]), to: "export")
        }

        let isFound = try await eventually(within: 60) {
            try watcher.deployments().contains { value($0, "event.action") == "container-create" }
        }
        #expect(isFound, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        let made = try watcher.deployments().filter { value($0, "event.action") == "container-create" }
        let one = try #require(made.first)
        #expect(made.count == 1)
        #expect(value(one, "event.dataset") == "docker.daemon")
        #expect(value(one, "deployment.route") == "docker-api")
        #expect(value(one, "container.image.name") == "docker.io/library/busybox")
        #expect(value(one, "host.name") == "node")
        let rules = Set(try watcher.findings().compactMap { value($0, "rule.name") })
        #expect(rules.isSuperset(of: ["Privileged Container", "Host's Root File System Mounted Writable"]))
    }
}
