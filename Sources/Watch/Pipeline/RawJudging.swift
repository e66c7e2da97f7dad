internal import Deployments
internal import Dialects
internal import JSON
internal import Judge

/// Holds raw records against rules on raw logs while a dialect reads them, and keeps what is found until it is told.
///
/// A class, since the dialect calls it while the pipeline waits for the dialect.
final class RawJudging {
    /// The raw logs of which records are held against rules.
    let logs: Set<RawLogSource>
    private let judge: Judge
    private var findings: [Finding] = []

    init(_ judge: Judge, _ logs: Set<RawLogSource>) {
        self.judge = judge
        self.logs = logs
    }

    /// Called by the dialect for each event in a record.
    func judge(_ source: RawLogSource, _ value: JSONValue, _ position: ContainerDeployment.LogPosition) {
        // The record's text may hold secrets, and stands in the log.
        judge.judge(value, of: RawSource(source), at: position, original: { "" }) { findings.append($0) }
    }

    /// Hands over what was found.
    func drain() -> [Finding] {
        defer { findings.removeAll(keepingCapacity: true) }
        return findings
    }
}
