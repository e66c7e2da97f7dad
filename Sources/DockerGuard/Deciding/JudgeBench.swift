internal import Judge

/// The rules in force, with a few judges that take turns: each owns scratch memory and judges one record at a time.
final class JudgeBench: Sendable {
    private let judges: Seats<Judge>

    init(_ bench: Judge.Bench, seats: Int = 4) {
        judges = Seats(seats) { Judge(bench) }
    }

    /// The findings on a deployment, in the order of the rules.
    func findings(on event: DeploymentEvent) -> [Finding] {
        judges.use { judge in
            var findings: [Finding] = []
            judge.judge(event) { findings.append($0) }
            return findings
        }
    }
}
