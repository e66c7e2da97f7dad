internal import Deployments
internal import Intake

/// systemd's journal, by way of `journalctl`: each entry is a record in the form of `journalctl -o json`.
///
/// `journalctl` follows the journal through its rotations and begins behind any cursor, so it is run and its output read in
/// the export format, which loses nothing. Where entries arrive in that format by themselves (`systemd-journal-remote`'s), a
/// file or a pipe of it is followed.
package struct Journal: LiveSource {
    /// Where entries come from.
    package enum Origin: Sendable, Equatable {
        /// This machine's journal, or the one in a folder.
        case journalctl(program: String = "/usr/bin/journalctl", directory: String? = nil)
        /// A file that grows, or a pipe, in the export format.
        case export(path: String)
    }

    package struct Configuration: Sendable {
        package var origin = Origin.journalctl()
        /// Units whose entries are taken: `docker.service`, or `docker` for short.
        package var units: [String] = []
        /// Identifiers (`SYSLOG_IDENTIFIER`) whose entries are taken, too: `k3s`.
        ///
        /// With neither units nor identifiers, all entries are.
        package var identifiers: [String] = []
        /// Where to begin without a cursor.
        package var from = FollowedFiles.Start.end
        /// In bytes; of an entry with more, values are cut, and it is marked as oversized.
        package var maximumRecordBytes = 16 << 20
        package var batchRecords = 4_096

        package init() {}
    }

    package let name: String
    package var isReplayable: Bool {
        // What was taken from a pipe is gone.
        if case .export(let path) = configuration.origin { return FileStatus.regularFile(at: path) != nil }
        return true
    }
    let configuration: Configuration

    package init(name: String, _ configuration: Configuration = Configuration()) {
        self.name = name
        self.configuration = configuration
    }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        var cursor = cursors[name]
        var attempt = 0
        do {
            while !Task.isCancelled {
                let start = ContinuousClock.now
                let reason = try await run(&cursor, feed)
                // What has run for a while is not in the state of failing.
                attempt = ContinuousClock.now - start > .seconds(60) ? 1 : attempt + 1
                feed.tell(.waiting(reason: reason, attempt: attempt))
                try await Task.sleep(for: .seconds(min(60, 1 << min(attempt - 1, 6))))
            }
        } catch is CancellationError {
            return
        }
    }

    /// Follows until nothing more comes; why that is.
    private func run(_ cursor: inout String?, _ feed: any SourceFeed) async throws -> String {
        switch configuration.origin {
        case .journalctl(let program, let directory):
            let started = Result { () throws(IntakeError) in
                try ChildProcess(program, arguments(behind: cursor, directory))
            }
            guard case .success(let child) = started else { return Self.reason(started) }
            var intake = JournalIntake(configuration, name: name, cursor: cursor)
            defer { cursor = intake.cursor }
            let end = try await intake.run(feed) { child.reader.read() }
            return "\(program) has ended: \(child.lastWords())" + end
        case .export(let path):
            let opened = Result { () throws(IntakeError) in try ExportFile(path: path) }
            guard case .success(let file) = opened else { return Self.reason(opened) }
            // A file begins with what was read already.
            var intake = JournalIntake(configuration, name: name, cursor: cursor, skips: file.isRegular)
            defer { cursor = intake.cursor }
            if cursor == nil, configuration.from == .end, file.isRegular { intake.skipsToEnd() }
            return PathText.shown(path) + (try await intake.run(feed) { file.read() })
        }
    }

    private static func reason<Value>(_ result: Result<Value, IntakeError>) -> String {
        if case .failure(let error) = result { error.description } else { "" }
    }

    /// What `journalctl` is told; text of the configuration only ever follows an equals sign.
    func arguments(behind cursor: String?, _ directory: String?) -> [String] {
        var arguments = ["--follow", "--output=export", "--all", "--no-pager", "--quiet"]
        if let directory { arguments.append("--directory=\(directory)") }
        if let cursor {
            arguments.append("--after-cursor=\(cursor)")
            arguments.append("--lines=all")
        } else {
            arguments.append(configuration.from == .end ? "--lines=0" : "--lines=all")
        }
        let units = configuration.units.map { "_SYSTEMD_UNIT=" + ($0.contains(".") ? $0 : "\($0).service") }
        let identifiers = configuration.identifiers.map { "SYSLOG_IDENTIFIER=\($0)" }
        // Values of one field are alternatives by themselves; those of two need the plus.
        return arguments + units + (units.isEmpty || identifiers.isEmpty ? [] : ["+"]) + identifiers
    }
}
