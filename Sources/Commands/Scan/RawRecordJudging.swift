internal import Deployments
internal import Dialects
internal import JSON
internal import Judge

/// Holds raw records against rules on raw logs while a dialect reads them, and keeps what is found until it is told.
///
/// A class, since the dialect calls it while the scan waits for the dialect.
final class RawRecordJudging {
    private let judge: Judge
    private let filter: DeploymentFilter
    private let keepsOriginal: Bool
    /// The record that the dialect is reading, and its text.
    private var begun: ContainerDeployment.LogPosition?
    private var original = ""
    private(set) var findings: [Finding] = []

    init(judge: Judge, filter: DeploymentFilter, keepsOriginal: Bool) {
        self.judge = judge
        self.filter = filter
        self.keepsOriginal = keepsOriginal
    }

    /// The record that the dialect is about to read.
    func begin(_ record: RawRecord) {
        guard keepsOriginal else { return }
        begun = record.position
        original = unsafe RawRecordSummary.original(of: record.bytes)
    }

    /// Called by the dialect for each event in the record.
    func judge(_ source: RawLogSource, _ value: JSONValue, _ position: ContainerDeployment.LogPosition) {
        // What was held back for a later line has another text.
        let original = position == begun ? original : ""
        judge.judge(value, of: RawSource(source), at: position, original: { original }) { finding in
            if filter.includes(finding) { findings.append(finding) }
        }
    }

    /// Hands over what was found.
    func drain() -> [Finding] {
        defer { findings.removeAll(keepingCapacity: true) }
        return findings
    }
}
