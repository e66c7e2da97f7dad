import Foundation
@testable import Posture
import Testing

/// A labelled case: the verdict that a check is to give on a piece of recorded evidence.
struct RecordedCase: Decodable, Sendable {
    var `case`: String
    var check: String
    /// `pass`, `fail`, `warn`, `na`; `oracle` where it is no verdict.
    var expected: String
    /// `docker/v18-socket-modes/evidence.json#.after['0666']`; nil where the evidence stands in the case.
    var evidence: String?
    var inline: Document?

    /// `v18-socket-modes`, of recorded dockerds.
    var recording: String? {
        guard let evidence, evidence.hasPrefix("docker/") else { return nil }
        return evidence.split(separator: "/").dropFirst().first.map(String.init)
    }

    /// `0666` of `#.after['0666']`; `team-b/sock-user` of `#team-b/sock-user`.
    var part: String? {
        guard let part = evidence?.split(separator: "#").dropFirst().first else { return nil }
        let quoted = part.split(separator: "'")
        return String(quoted.count > 1 ? quoted[1] : part)
    }

    static let folder = Oracle.folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All of them; none where they are not there.
    static let all: [RecordedCase] = {
        let text = (try? String(contentsOf: folder.appending(path: "cases.jsonl"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(RecordedCase.self, from: Data($0.utf8))
        }
    }()

    /// Those of some checks.
    static func of(_ checks: [String]) -> [RecordedCase] { all.filter { checks.contains($0.check) } }
}

extension RecordedCase: CustomTestStringConvertible {
    var testDescription: String { "\(self.case) \(check) \(evidence ?? "inline") \(expected)" }
}

extension [CheckResult] {
    /// One verdict for all that was looked at: the worst of them, as an operator reads it.
    var verdict: String {
        let order: [CheckResult.Outcome] = [.fail, .warn, .unknown, .pass, .notApplicable]
        return order.first { outcome in contains { $0.outcome == outcome } }?.rawValue ?? "none"
    }
}
