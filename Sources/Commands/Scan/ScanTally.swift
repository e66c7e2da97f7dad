internal import Deployments
internal import Dialects
internal import Judge
internal import Sigma

/// What a scan has met so far, in numbers.
struct ScanTally {
    /// Files read, wholly or in part.
    var files = 0
    /// Raw records (lines, documents) in them.
    var records = 0
    /// Decompressed bytes of those records.
    var bytes = 0
    /// Deployments that the filter includes.
    var deployments = 0
    /// Those with a finding.
    var flagged = 0
    /// Findings by level.
    var findings: [Level: Int] = [:]
    /// Findings by the rule's title.
    var rules: [String: Int] = [:]
    /// Findings on raw records, which are no deployments.
    var rawFindings = 0
    /// Findings of correlations.
    var correlations = 0
    /// Records that could not be read, or not wholly.
    private(set) var problems = 0
    /// Where the last of them stands: of one record several things may be told.
    private var lastProblem: ContainerDeployment.LogPosition?
    /// Files that could not be read, or whose format is unknown although they were named.
    var failures = 0
    /// Files found in a folder whose format is none that is known.
    var skipped: [String] = []
    /// Deployments that their source did not show wholly.
    var visibilities: [Visibility: Int] = [:]

    mutating func count(_ deployment: ContainerDeployment, _ found: [Finding]) {
        deployments += 1
        if deployment.visibility != .full { visibilities[deployment.visibility, default: 0] += 1 }
        guard !found.isEmpty else { return }
        flagged += 1
        for finding in found { count(finding) }
    }

    mutating func count(_ problem: ReadingProblem) {
        guard problem.position != lastProblem else { return }
        lastProblem = problem.position
        problems += 1
    }

    mutating func count(rawRecord finding: Finding) {
        rawFindings += 1
        count(finding)
    }

    mutating func count(correlation finding: Finding) {
        correlations += 1
        count(finding)
    }

    mutating func count(_ finding: Finding) {
        findings[finding.rule.level ?? .medium, default: 0] += 1
        rules[finding.rule.title, default: 0] += 1
    }

    /// Whether there is a finding at `level` or above.
    func hasFindings(atLeast level: Level) -> Bool {
        findings.contains { $0.key >= level && $0.value > 0 }
    }
}
