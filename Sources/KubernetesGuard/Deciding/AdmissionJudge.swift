internal import Deployments
package import Dialects
package import Judge
internal import Synchronization

/// Decides on admission reviews: by the policy and the rules.
package final class AdmissionJudge: Sendable {
    /// What decides at one moment; replaced as a whole.
    private struct Standing: Sendable {
        let policy: AdmissionPolicy
        let seats: Seats<Seat>

        init(_ policy: AdmissionPolicy, _ bench: Judge.Bench) {
            self.policy = policy
            seats = Seats { Seat(bench, limit: policy.reviewLimit) }
        }
    }

    /// A reader and a judge, which one review has to itself.
    private struct Seat {
        let reader: AdmissionReader
        let judge: Judge

        init(_ bench: Judge.Bench, limit: Int) {
            reader = AdmissionReader(maximumBytes: limit)
            judge = Judge(bench)
        }
    }

    private let current: Mutex<Standing>
    private let log: any DecisionLog
    private let clock: DecisionClock

    /// - Parameter bench: the rules, compiled.
    package init(
        policy: AdmissionPolicy,
        bench: Judge.Bench,
        log: any DecisionLog,
        clock: DecisionClock = .system
    ) {
        current = Mutex(Standing(policy, bench))
        self.log = log
        self.clock = clock
    }

    /// Puts another policy and other rules in force, both at once; reviews being judged keep what they began with.
    package func replace(policy: AdmissionPolicy, bench: Judge.Bench) {
        let standing = Standing(policy, bench)
        current.withLock { $0 = standing }
    }

    private var standing: Standing { current.withLock { $0 } }

    /// The longest review that is read.
    package var reviewLimit: Int { standing.policy.reviewLimit }

    /// Decides on one review.
    ///
    /// What is decided of a deployment is recorded before it is returned; a dry run changes nothing, and leaves no
    /// record either. What deploys nothing passes without one.
    ///
    /// - Throws: what is no review that can be answered.
    package func decide(_ review: [UInt8]) async throws(MalformedReview) -> AdmissionDecision {
        let start = clock.elapsed()
        let judging = try judge(review)
        guard judging.isDeployment else { return .passes(judging.request.uid) }
        if !judging.request.isDryRun {
            do {
                try await log.record(judging.verdict(duration: clock.elapsed() - start))
            } catch {
                // Fail closed: what leaves no trace must not land.
                return judging.unrecorded("\(error)")
            }
        }
        return judging.decision
    }

    /// The same where nobody has to be waited for; nil where somebody has, and nothing was recorded.
    ///
    /// - Throws: what is no review that can be answered.
    package func decideAtOnce(_ review: [UInt8]) throws(MalformedReview) -> AdmissionDecision? {
        guard log.recordsAtOnce else { return nil }
        let start = clock.elapsed()
        let judging = try judge(review)
        guard judging.isDeployment else { return .passes(judging.request.uid) }
        guard !judging.request.isDryRun else { return judging.decision }
        switch log.recordAtOnce(judging.verdict(duration: clock.elapsed() - start)) {
        case .success: return judging.decision
        case .failure(let error): return judging.unrecorded("\(error)")
        case nil: return nil
        }
    }

    private func judge(_ review: [UInt8]) throws(MalformedReview) -> AdmissionJudging {
        let standing = standing
        let id = clock.identifier()
        let time = clock.now()
        return try standing.seats.use { seat in
            Result { () throws(MalformedReview) in
                try seat.reader.read(review, at: time) {
                    AdmissionJudging($0, standing.policy, seat.judge, id: id, at: time)
                }
            }
        }.get()
    }
}
