@testable import Posture
import Testing

/// What a check says of Debian's host once something is changed on it.
struct HostCase: Sendable, CustomTestStringConvertible {
    var check: String
    var verdict: String
    var name: String
    var change: @Sendable (inout HostEvidence) -> Void

    /// - Parameter check: its id without what all have: `M1018-004`.
    init(
        _ check: String,
        _ verdict: String,
        _ name: String,
        _ change: @escaping @Sendable (inout HostEvidence) -> Void
    ) {
        self.check = "TW-\(check)"
        self.verdict = verdict
        self.name = name
        self.change = change
    }

    var testDescription: String { "\(check): \(name): \(verdict)" }
}
