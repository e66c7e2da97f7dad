import Deployments
import Ledger

/// What is written to a ledger at random, with ids that come again.
struct RandomWriting {
    private var random: SeededGenerator
    private let hours: Range<Int>
    private static let routes = [nil, "docker-api", "kubernetes-api", "swarm"]

    init(_ seed: UInt64, hours: Range<Int>) {
        random = SeededGenerator(seed)
        self.hours = hours
    }

    /// Deployments that are new or are known by another route and time, absorptions, and findings old and new.
    mutating func batch() -> LedgerBatch {
        var batch = LedgerBatch(
            deployments: (0..<number(8)).map { _ in deployment() },
            findings: (0..<number(10)).map { _ in finding() }
        )
        if number(3) == 0 { batch.absorptions = [Absorption(id: deploymentID(), into: deploymentID())] }
        return batch
    }

    mutating func state() -> FindingState { FindingState.allCases.randomElement(using: &random) ?? .open }

    /// A few of the findings that are known.
    mutating func knownFindings(_ known: Set<String>) -> [String] {
        (0..<number(4)).map { _ in findingID() }.filter(known.contains)
    }

    private mutating func deployment() -> DeploymentEntry {
        var entry = DeploymentEntry.sample(deploymentID())
        entry.time = number(5) == 0 ? nil : time()
        entry.receivedAt = time()
        entry.fields["deployment.route"] = Self.routes.randomElement(using: &random) ?? nil
        return entry
    }

    private mutating func finding() -> FindingEntry {
        let level = FindingLevel.allCases.randomElement(using: &random) ?? .high
        var entry = FindingEntry.sample(findingID(), rule: "rule-\(number(6))", level: level.name)
        entry.deploymentID = number(2) == 0 ? nil : deploymentID()
        entry.ruleTitle += " of \(number(2))"
        entry.time = number(5) == 0 ? nil : time()
        entry.receivedAt = time()
        return entry
    }

    /// One in a few is the first or the last of its hour.
    private mutating func time() -> Timestamp {
        let edges: [Int64] = [0, 3_599_999_999, Int64(number(3_600_000_000))]
        return .hours(hours.lowerBound + number(hours.count), microseconds: edges.randomElement(using: &random) ?? 0)
    }

    private mutating func deploymentID() -> String { "d\(number(80))" }
    private mutating func findingID() -> String { "f\(number(400))." }
    private mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
}
