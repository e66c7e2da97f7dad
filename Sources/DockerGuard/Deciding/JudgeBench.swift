internal import Deployments
internal import Judge
internal import Synchronization

/// The rules in force, with a few judges that take turns: each owns scratch memory and judges one record at a time.
final class JudgeBench: Sendable {
    private let judges: [Seat]

    init(_ bench: Judge.Bench, seats: Int = 4) {
        judges = (0..<max(seats, 1)).map { _ in Seat(bench) }
    }

    /// A judge that one task holds at a time.
    private final class Seat: Sendable {
        let judge: Mutex<Judge>

        init(_ bench: Judge.Bench) { judge = Mutex(Judge(bench)) }
    }

    /// The findings on a deployment, in the order of the rules.
    func findings(on deployment: ContainerDeployment) -> [Finding] {
        for seat in judges {
            if let findings = seat.judge.withLockIfAvailable({ Self.findings($0, deployment) }) { return findings }
        }
        return judges[Int.random(in: 0..<judges.count)].judge.withLock { Self.findings($0, deployment) }
    }

    private static func findings(_ judge: Judge, _ deployment: ContainerDeployment) -> [Finding] {
        var findings: [Finding] = []
        judge.judge(deployment) { findings.append($0) }
        return findings
    }
}
