internal import Dialects
package import Judge
internal import PrometheusMetrics
package import Relay
internal import Synchronization

/// Decides on requests to a Docker Engine API: by the profile, the policy and the rules.
package final class DockerJudge: Sendable {
    /// Whether refusals take effect.
    package enum Mode: Sendable, Equatable {
        case enforce
        /// Judges, records, and lets pass. What cannot be read is refused all the same: it cannot be forwarded.
        case observe
    }

    /// What decides at one moment; replaced as a whole.
    struct Standing: Sendable {
        let policy: GuardPolicy
        let bench: JudgeBench
    }

    private let current: Mutex<Standing>
    private let daemon: Daemon
    private let files: any HostFiles
    private let places: EnginePlaces
    private let peers: PeerContainers
    private let log: any DecisionLog
    private let mode: Mode
    private let recordsReads: Bool
    private let learner: PolicyLearner?
    private let clock: DecisionClock
    let metrics: DockerMetrics

    /// - Parameters:
    ///   - bench: the rules, compiled.
    ///   - daemon: the daemon, asked about what requests refer to.
    ///   - files: the host's file system; bind mounts are refused where it cannot be asked.
    ///   - places: what of the host is the engine's or the guard's own, and is mounted only where a policy lists it.
    ///   - recordsReads: whether reads that pass by their route alone are recorded, too.
    ///   - metrics: what is measured of it, in a registry that nobody reads unless told otherwise.
    package init(
        policy: GuardPolicy,
        bench: Judge.Bench,
        daemon: any Upstream,
        files: any HostFiles,
        places: EnginePlaces = EnginePlaces(),
        log: any DecisionLog,
        mode: Mode = .enforce,
        recordsReads: Bool = false,
        learner: PolicyLearner? = nil,
        clock: DecisionClock = .system,
        metrics: DockerMetrics = DockerMetrics(MetricRegistry())
    ) {
        current = Mutex(Standing(policy: policy, bench: JudgeBench(bench)))
        self.daemon = Daemon(upstream: daemon)
        self.files = files
        self.places = places
        peers = PeerContainers(daemon: self.daemon, files: files)
        self.log = log
        self.mode = mode
        self.recordsReads = recordsReads
        self.learner = learner
        self.clock = clock
        self.metrics = metrics
    }

    /// Puts another policy and other rules in force, both at once; requests being judged keep what they began with.
    package func replace(policy: GuardPolicy, bench: Judge.Bench) {
        let standing = Standing(policy: policy, bench: JudgeBench(bench))
        current.withLock { $0 = standing }
    }

    var standing: Standing { current.withLock { $0 } }

    /// Whether a request passes by its route alone: a read that the client may do, of nothing that is judged.
    func passes(_ request: DockerAPIRequest, _ head: RequestHead, from client: Client) -> Bool {
        guard head.framing == .none, head.values(of: "content-type").count <= 1,
            RouteCheck.passesUnread(request.endpoint), case .known(let terms) = standing.policy.terms(for: client)
        else { return false }
        return terms.routes.allows(request.endpoint) && terms.containers == nil
    }

    /// Counts a request that passes by its route alone, and records it where that is wanted; nobody waits for it.
    func note(_ request: DockerAPIRequest, from client: Client) {
        metrics.count(read: request.endpoint)
        guard recordsReads else { return }
        var judging = Judging(id: clock.identifier(), time: clock.now(), start: clock.elapsed(), client: client)
        judging.pass(request)
        log.post(judging.verdict(.allowed, now: clock.elapsed()))
    }

    /// The longest body that is judged.
    package var bodyLimit: Int { standing.policy.bodyLimit }

    /// Decides on one request.
    ///
    /// Nothing is let through that cannot be read or judged for certain; every decision is recorded before it is
    /// returned.
    ///
    /// - Parameter body: the whole body, empty for none; nil where it is streamed, or was not shown.
    package func decide(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Decision {
        let standing = standing
        var judging = Judging(id: clock.identifier(), time: clock.now(), start: clock.elapsed(), client: client)
        let reading: RequestReading
        do throws(ReadingRefusal) {
            reading = try RequestReading(head, body: body, limit: standing.policy.bodyLimit)
        } catch {
            judging.unreadable(head, error)
            return await settle(judging, standing, isRead: false)
        }
        judging.reading = reading
        guard let terms = await terms(for: client, standing.policy) else {
            judging.refuse(
                "client",
                at: "client",
                "no entry of the policy speaks of this client",
                remedy: "add one to 'clients', or set a default"
            )
            return await settle(judging, standing, isRead: reading.request.endpoint.onlyReads)
        }
        if !terms.routes.allows(reading.request.endpoint) {
            judging.refuse(
                "client",
                at: "target",
                "\(reading.request.endpoint.rawValue) is not open to '\(terms.name)'",
                remedy: "open \(Self.variable(of: reading.request.endpoint)) for '\(terms.name)'"
            )
            return await settle(judging, standing, isRead: reading.request.endpoint.onlyReads)
        }
        await judging.judge(reading, terms, standing, daemon: daemon, files: files, places: places)
        return await settle(judging, standing, isRead: reading.request.endpoint.onlyReads)
    }

    private static func variable(of endpoint: DockerEndpoint) -> String {
        let group = endpoint.group.rawValue.uppercased()
        return endpoint.onlyReads ? "\(group): 1" : "\(group): 1 and POST: 1"
    }

    private func terms(for client: Client, _ policy: GuardPolicy) async -> Terms? {
        switch policy.terms(for: client) {
        case .known(let terms): return terms
        case .refused: return nil
        case .askContainer:
            // A client whose container cannot be told is held to none of the entries that speak of containers.
            guard let answer = try? await peers.container(of: client) else { return nil }
            return policy.terms(for: client, in: answer.value)
        }
    }

    /// Records what was decided, measures it, and then says it.
    private func settle(_ judging: Judging, _ standing: Standing, isRead: Bool) async -> Decision {
        let (outcome, decision) = await record(judging, standing, isRead: isRead)
        metrics.count(outcome, judging.reading?.request.endpoint)
        metrics.decisions.count(judging.findings, judging.violations)
        metrics.decisions.count(nanoseconds: clock.elapsed() - judging.start)
        return decision
    }

    private func record(
        _ judging: Judging,
        _ standing: Standing,
        isRead: Bool
    ) async -> (Verdict.Outcome, Decision) {
        let isRefused = !judging.refusals.isEmpty
        let outcome: Verdict.Outcome =
            !isRefused ? .allowed : mode == .observe && judging.isReadable ? .wouldRefuse : .refused
        if isRefused { learner?.learn(judging) }
        let verdict = judging.verdict(outcome, now: clock.elapsed())
        do {
            try await log.record(verdict)
        } catch {
            guard isRead, standing.policy.passesReadsOnFailure, outcome != .refused else {
                let message = RefusalText.unrecorded("\(error)", id: judging.id)
                return (.refused, .refuse(Refusal(status: 403, message: message)))
            }
        }
        guard outcome != .refused, let reading = judging.reading else {
            let message = RefusalText.message(judging.refusals, id: judging.id)
            return (.refused, .refuse(Refusal(status: judging.status, message: message, decision: judging.id)))
        }
        // Whoever observes changes nothing of what clients see.
        let narrowed = mode == .observe ? nil : judging.narrowed
        return (outcome, .pass(narrowed ?? reading.request, body: reading.forwarded))
    }
}
