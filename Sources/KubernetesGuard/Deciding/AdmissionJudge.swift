internal import Deployments
package import Dialects
package import Judge
internal import KubernetesAPI
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
    private let namespaces: (any ClusterNamespaces)?
    private let log: any DecisionLog
    private let clock: DecisionClock

    /// - Parameters:
    ///   - bench: the rules, compiled.
    ///   - namespaces: what a policy that reads labels asks for them; without it, such a policy refuses pods.
    package init(
        policy: AdmissionPolicy,
        bench: Judge.Bench,
        namespaces: (any ClusterNamespaces)? = nil,
        log: any DecisionLog,
        clock: DecisionClock = .system
    ) {
        current = Mutex(Standing(policy, bench))
        self.namespaces = namespaces
        self.log = log
        self.clock = clock
    }

    /// Puts another policy and other rules in force, both at once; reviews being judged keep what they began with.
    package func replace(policy: AdmissionPolicy, bench: Judge.Bench) {
        let standing = Standing(policy, bench)
        current.withLock { $0 = standing }
    }

    /// Whether the policy in force reads the labels of namespaces.
    package var readsNamespaceLabels: Bool { standing.policy.readsNamespaceLabels }

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
        var judging = try judge(review, knownLabels)
        if let name = judging.unknownNamespace {
            let labels = await lookUp(name)
            judging = try judge(review) { _ in labels }
        }
        if let namespaces { await judging.checkPods(at: namespaces) }
        guard judging.isDeployment else { return judging.passing }
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
        let judging = try judge(review, knownLabels)
        guard !judging.asksCluster else { return nil }
        guard judging.isDeployment else { return judging.passing }
        guard !judging.request.isDryRun else { return judging.decision }
        switch log.recordAtOnce(judging.verdict(duration: clock.elapsed() - start)) {
        case .success: return judging.decision
        case .failure(let error): return judging.unrecorded("\(error)")
        case nil: return nil
        }
    }

    private func judge(
        _ review: [UInt8],
        _ labels: (String) -> LabelKnowledge
    ) throws(MalformedReview) -> AdmissionJudging {
        let standing = standing
        let id = clock.identifier()
        let time = clock.now()
        return try standing.seats.use { seat in
            Result { () throws(MalformedReview) in
                try seat.reader.read(review, at: time) {
                    AdmissionJudging($0, standing.policy, seat.judge, id: id, at: time, labels)
                }
            }
        }.get()
    }

    private func knownLabels(of namespace: String) -> LabelKnowledge {
        namespaces?.known(namespace).map { .known($0) } ?? .unknown
    }

    private func lookUp(_ namespace: String) async -> LabelKnowledge {
        guard let namespaces else {
            return .failed(APIError(.configuration, "there is no API server to ask"))
        }
        do throws(APIError) {
            return .known(try await namespaces.lookUp(namespace))
        } catch {
            return .failed(error)
        }
    }
}
