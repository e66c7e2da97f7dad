import Foundation
import Testing

/// A program that watches the logs of some traffic, and the writer of these, who rotates them.
final class FollowedTraffic {
    let watcher: Watcher
    private let traffic: Traffic
    private(set) var records = 0

    enum Log: String, CaseIterable {
        case audit, daemon, access

        var name: String { "logs/\(rawValue).log" }
    }

    /// - Parameters:
    ///   - ledger: where the ledger is, below the watcher's folder.
    ///   - told: where the output's file is.
    init(_ traffic: Traffic, ledger: String = "ledger.sqlite", told: String = "told.jsonl") throws {
        self.traffic = traffic
        watcher = try Watcher()
        watcher.ledger = ledger
        try FileManager.default.createDirectory(atPath: watcher.path("logs"), withIntermediateDirectories: true)
        for log in Log.allCases { try watcher.append("", to: log.name) }
        try watcher.configure(
            """
              - name: audit
                files: {paths: [logs/audit.log], format: kubernetes-audit, from: beginning}
              - name: dockerd
                files: {paths: [logs/daemon.log], format: docker-log, from: beginning}
              - name: proxy
                files: {paths: [logs/access.log], format: access-log, from: beginning}
            """,
            outputs: "[{file: {path: \(told)}}]",
            more: "metrics: 'unix://\(watcher.path("metrics.sock"))'\njoin-within: 2m"
        )
    }

    /// What is found of traffic by a program that nothing happens to.
    static func undisturbed(_ traffic: Traffic) async throws -> LedgerOutcome {
        let followed = try FollowedTraffic(traffic)
        try followed.watcher.start()
        try await followed.follow(0..<traffic.rounds)
        return try await followed.end()
    }

    /// Writes rounds, each as soon as it may be.
    func follow(_ rounds: Range<Int>) async throws {
        for round in rounds {
            #expect(try await daemonIsRead(), "\(watcher.messages)")
            try write(round)
        }
    }

    /// Waits until all is read, correlated and told, and ends the program.
    func end(told: String = "told.jsonl") async throws -> LedgerOutcome {
        #expect(try await isDone(), "\(watcher.messages)")
        let isTold = try await watcher.holds {
            try watcher.rows(
                "SELECT count(*) FROM findings WHERE sequence > (SELECT min(sequence) FROM outputs)"
            ) == [["0"]]
        }
        #expect(isTold, "\(watcher.messages)")
        #expect(watcher.stop() == 0, "\(watcher.messages)")
        return try LedgerOutcome(watcher, told: told)
    }

    /// Writes what a round adds to the logs, which are rotated now and then before.
    func write(_ number: Int) throws {
        if number % 20 == 8 { try rename(.audit) }
        if number % 20 == 13 { try copyAndCut(.access) }
        if number == 33 { try rename(.daemon) }
        let round = traffic.round(number)
        records += round.records
        // A part of each in turn, each part's end anywhere in a line.
        var parts = [
            (Log.audit, Array(round.audit.utf8)), (.daemon, Array(round.daemon.utf8)),
            (.access, Array(round.access.utf8)),
        ]
        for part in (1...5).reversed() {
            for index in parts.indices {
                let count = parts[index].1.count / part
                try watcher.append(Data(parts[index].1.prefix(count)), to: parts[index].0.name)
                parts[index].1.removeFirst(count)
            }
        }
    }

    /// Waits until all that stands in the daemon's log is remembered: what other logs say of it comes after.
    func daemonIsRead() async throws -> Bool { try await watcher.holds(within: 120) { try isRead(.daemon) } }

    /// Waits until all is read and correlated.
    func isDone() async throws -> Bool {
        let isAllRead = try await watcher.holds(within: 180) { try Log.allCases.allSatisfy { try isRead($0) } }
        guard isAllRead else { return false }
        return try await watcher.holds(within: 60) {
            try !watcher.rows(
                "SELECT 1 FROM findings WHERE rule_id = '\(Traffic.last.rule)' AND user_name = '\(Traffic.last.user)'"
            ).isEmpty
        }
    }

    func isRead(_ log: Log) throws -> Bool {
        let attributes = try FileManager.default.attributesOfItem(atPath: watcher.path(log.name))
        let inode = "\"inode\":\(attributes[.systemFileNumber] ?? 0),"
        let offset = "\"offset\":\(attributes[.size] ?? 0)}"
        return try watcher.rows("SELECT cursor FROM streams WHERE stream = '\(log.name)'").contains { row in
            row[0].contains(inode) && row[0].hasSuffix(offset)
        }
    }

    // MARK: Rotation

    private func older(_ log: Log, _ number: Int) -> String { watcher.path("\(log.name).\(number)") }

    private func makeRoom(_ log: Log) throws {
        for number in (1...4).reversed() where FileManager.default.fileExists(atPath: older(log, number)) {
            try FileManager.default.moveItem(atPath: older(log, number), toPath: older(log, number + 1))
        }
    }

    private func rename(_ log: Log) throws {
        try makeRoom(log)
        try FileManager.default.moveItem(atPath: watcher.path(log.name), toPath: older(log, 1))
        try watcher.append("", to: log.name)
    }

    private func copyAndCut(_ log: Log) throws {
        try makeRoom(log)
        try Tool.run("/bin/cp", [watcher.path(log.name), older(log, 1)])
        let file = try FileHandle(forWritingTo: URL(filePath: watcher.path(log.name)))
        try file.truncate(atOffset: 0)
        try file.close()
    }
}
