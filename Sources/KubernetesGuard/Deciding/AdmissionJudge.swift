internal import Deployments
package import Dialects
package import Judge
internal import KubernetesAPI
internal import PrometheusMetrics
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
    private let metrics: AdmissionMetrics
    private let large = Counter()

    /// - Parameters:
    ///   - bench: the rules, compiled.
    ///   - namespaces: what a policy that reads labels asks for them; without it, such a policy refuses pods.
    ///   - metrics: what is measured of it, in a registry that nobody reads unless told otherwise.
    package init(
        policy: AdmissionPolicy,
        bench: Judge.Bench,
        namespaces: (any ClusterNamespaces)? = nil,
        log: any DecisionLog,
        clock: DecisionClock = .system,
        metrics: AdmissionMetrics = AdmissionMetrics(MetricRegistry())
    ) {
        current = Mutex(Standing(policy, bench))
        self.namespaces = namespaces
        self.log = log
        self.clock = clock
        self.metrics = metrics
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

    /// How many reviews there were that leave much memory free behind them: of more than a mebibyte.
    package var largeReviews: UInt64 { large.count }

    /// Decides on one review.
    ///
    /// What is decided of a deployment is recorded before it is returned; a dry run changes nothing, and leaves no
    /// record either. What deploys nothing passes without one.
    ///
    /// - Throws: what is no review that can be answered.
    package func decide(_ review: [UInt8]) async throws(MalformedReview) -> AdmissionDecision {
        if review.count > 1 << 20 { large.increment() }
        metrics.inFlight.add(1)
        defer { metrics.inFlight.add(-1) }
        let start = clock.elapsed()
        var judging = try judge(review, knownLabels)
        if let name = judging.unknownNamespace {
            let labels = await lookUp(name)
            judging = try judge(review) { _ in labels }
        }
        if let namespaces { await judging.checkPods(at: namespaces) }
        var failure: String?
        if judging.isRecorded {
            do {
                try await log.record(judging.verdict(duration: clock.elapsed() - start))
            } catch {
                failure = "\(error)"
            }
        }
        return answer(judging, since: start, unrecorded: failure)
    }

    /// The same where nobody has to be waited for; nil where somebody has, and nothing was recorded.
    ///
    /// - Throws: what is no review that can be answered.
    package func decideAtOnce(_ review: [UInt8]) throws(MalformedReview) -> AdmissionDecision? {
        guard log.recordsAtOnce else { return nil }
        metrics.inFlight.add(1)
        defer { metrics.inFlight.add(-1) }
        let start = clock.elapsed()
        let judging = try judge(review, knownLabels)
        guard !judging.asksCluster else { return nil }
        var failure: String?
        if judging.isRecorded {
            switch log.recordAtOnce(judging.verdict(duration: clock.elapsed() - start)) {
            case .success: break
            case .failure(let error): failure = "\(error)"
            case nil: return nil
            }
        }
        return answer(judging, since: start, unrecorded: failure)
    }

    private func judge(
        _ review: [UInt8],
        _ labels: (String) -> LabelKnowledge
    ) throws(MalformedReview) -> AdmissionJudging {
        let standing = standing
        let id = clock.identifier()
        let time = clock.now()
        do throws(MalformedReview) {
            return try standing.seats.use { seat in
                Result { () throws(MalformedReview) in
                    try seat.reader.read(review, at: time) {
                        AdmissionJudging($0, standing.policy, seat.judge, id: id, at: time, labels)
                    }
                }
            }.get()
        } catch {
            metrics.countMalformed()
            throw error
        }
    }

    /// Says what was decided, and counts it.
    ///
    /// - Parameter failure: why the decision could not be recorded; what leaves no trace must not land.
    private func answer(
        _ judging: AdmissionJudging,
        since start: Int64,
        unrecorded failure: String?
    ) -> AdmissionDecision {
        metrics.count(failure == nil ? judging.answered : .refused, judging.request.operation)
        judging.count(in: metrics.decisions)
        metrics.decisions.count(nanoseconds: clock.elapsed() - start)
        if let failure { return judging.unrecorded(failure) }
        return judging.isDeployment ? judging.decision : judging.passing
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
