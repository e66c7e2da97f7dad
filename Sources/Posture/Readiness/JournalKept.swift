internal import Sigma

extension Check {
    /// Whether the journal is still there after a restart.
    static let journalKept = Check(
        id: "TW-Readiness-011",
        title: "The Journal Is Lost When The Host Restarts",
        mitigation: .readiness,
        level: .medium,
        reads: "Storage= of journald.conf and what is added to it, and whether /var/log/journal is there",
        passes: "it is persistent, or auto with the folder there",
        remedy: "set Storage=persistent",
        references: ["https://www.freedesktop.org/software/systemd/man/latest/journald.conf.html"],
        judge: { evidence in evidence.host.results(of: "hosts") { [$0.journal] } },
        fix: { evidence in
            guard evidence.host.value?.journal.outcome == .fail else { return [] }
            return [
                Fix(
                    "Keep the journal on disk",
                    [
                        .file(
                            path: "/etc/systemd/journald.conf.d/zz-tidewaiter.conf",
                            text: "[Journal]\nStorage=persistent\n"
                        )
                    ],
                    commands: ["systemctl restart systemd-journald", "journalctl --flush"],
                    caution: "it takes up to a tenth of the disk of /var/log, 4 GB at most"
                )
            ]
        }
    )
}

extension HostEvidence {
    /// What whoever collects has to look for.
    static let journalRequests =
        [FileRequest("/etc/systemd/journald.conf", .text), FileRequest("/var/log/journal")]
        + journalFolders.map { FileRequest("\($0)/*.conf", .text) }

    /// What is in an earlier one is in place of what is called alike in a later one.
    private static let journalFolders = [
        "/etc/systemd/journald.conf.d", "/run/systemd/journald.conf.d", "/usr/local/lib/systemd/journald.conf.d",
        "/usr/lib/systemd/journald.conf.d",
    ]

    fileprivate var journal: CheckResult {
        let subject = "journal"
        switch processes {
        case .absent: return CheckResult(.unknown, subject: subject, "no processes were collected")
        case .unreadable(let reason): return CheckResult(.unknown, subject: subject, reason)
        case .known(let processes):
            guard processes.contains(where: { $0.name == "systemd-journal" || $0.name == "systemd-journald" }) else {
                return CheckResult(.notApplicable, subject: subject, "no journal runs here")
            }
        }
        let (storage, line) = journalStorage
        let lines = line.map { [$0] } ?? []
        switch storage {
        case .unreadable(let reason): return CheckResult(.unknown, subject: subject, reason)
        case .known("persistent"): return CheckResult(.pass, subject: subject, "it is kept on disk", evidence: lines)
        case .known("volatile"):
            return CheckResult(.fail, subject: subject, "it is kept in memory alone", evidence: lines)
        case .known("none"): return CheckResult(.fail, subject: subject, "it is not kept at all", evidence: lines)
        case .known, .absent:
            switch file("/var/log/journal") {
            case .unreadable(let reason): return CheckResult(.unknown, subject: subject, reason, evidence: lines)
            case .absent:
                let reason = "it is kept in memory alone, as /var/log/journal is not there"
                return CheckResult(.fail, subject: subject, reason, evidence: lines)
            case .known: return CheckResult(.pass, subject: subject, "it is kept in /var/log/journal", evidence: lines)
            }
        }
    }

    /// The last one that is set, and where.
    private var journalStorage: (Reading<String>, String?) {
        var found: (Reading<String>, String?) = (.absent, nil)
        if case .unreadable(let reason) = text("/etc/systemd/journald.conf") { return (.unreadable(reason), nil) }
        var paths: [String: String] = [:]
        for folder in Self.journalFolders.reversed() {
            for file in files(below: folder) where file.path.hasSuffix(".conf") {
                paths[file.path.fileName] = file.path
            }
        }
        for path in ["/etc/systemd/journald.conf"] + paths.sorted(by: { $0.key < $1.key }).map(\.value) {
            guard case .known(let text) = text(path) else { continue }
            for line in text.split(separator: "\n") where line.hasPrefix("Storage=") {
                let value = line.dropFirst("Storage=".count).lowercased().filter { $0 != " " }
                found = (value.isEmpty ? .absent : .known(value), "\(path): \(line)")
            }
        }
        return found
    }
}
