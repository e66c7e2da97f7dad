import Deployments
import Dialects
import DockerGuard
import Judge
import PrometheusMetrics
import Relay
import Sigma
import Synchronization

/// A host whose links are told, in place of a file system.
struct FakeHost: HostFiles {
    var links: [String: String] = [:]
    var groups: [Int32: String] = [:]

    func resolve(_ path: String) throws(Unresolvable) -> HostPath {
        guard path.hasPrefix("/") else { throw Unresolvable("no absolute path") }
        if path.contains("/proc/") { throw Unresolvable("it leads into a process") }
        return HostPath(links[HostPath(path).path] ?? path)
    }

    func controlGroups(ofProcess id: Int32) throws(Unresolvable) -> String {
        guard let text = groups[id] else { throw Unresolvable("no such process") }
        return text
    }
}

/// Keeps decisions, or fails to.
final class KeptDecisions: DecisionLog {
    private let kept = Mutex<[Verdict]>([])
    private let isFull: Bool

    init(isFull: Bool = false) { self.isFull = isFull }

    func post(_ refusal: Verdict) { kept.withLock { $0.append(refusal) } }

    func record(_ verdict: Verdict) async throws {
        guard !isFull else { throw Unresolvable("no space left on device") }
        kept.withLock { $0.append(verdict) }
    }

    var verdicts: [Verdict] { kept.withLock { $0 } }
}

/// What became of a request.
enum Fate: Equatable {
    case passes
    case refused(Int, String)

    var isRefused: Bool { if case .refused = self { true } else { false } }
}

/// A guard before a fake daemon.
struct GuardUnderTest {
    let gatekeeper: DockerGatekeeper
    let judge: DockerJudge
    let decisions: KeptDecisions
    let metrics = MetricRegistry()

    init(
        policy: GuardPolicy = GuardPolicy(),
        daemon: FakeDaemon = FakeDaemon(),
        host: any HostFiles = FakeHost(),
        places: EnginePlaces = EnginePlaces(),
        rules: RuleLibrary = RuleLibrary(),
        decisions: KeptDecisions = KeptDecisions(),
        mode: DockerJudge.Mode = .enforce,
        recordsReads: Bool = false,
        learner: PolicyLearner? = nil
    ) throws {
        self.decisions = decisions
        judge = DockerJudge(
            policy: policy,
            bench: try Judge.Bench(rules),
            daemon: daemon,
            files: host,
            places: places,
            log: decisions,
            mode: mode,
            recordsReads: recordsReads,
            learner: learner,
            metrics: DockerMetrics(metrics)
        )
        gatekeeper = DockerGatekeeper(judge)
    }

    /// A policy as its file says it.
    static func policy(_ yaml: String) throws -> GuardPolicy {
        let (policy, diagnostics) = GuardPolicy.read(yaml, file: "policy.yml")
        guard let policy else { throw Unresolvable(diagnostics.map(\.description).joined(separator: "\n")) }
        return policy
    }

    static let client = Client(listener: "unix:///run/tidewaiter/docker.sock")

    func fate(
        _ method: String,
        _ target: String,
        _ body: String? = nil,
        from client: Client = GuardUnderTest.client
    ) async -> Fate {
        let fields = body == nil ? [] : [HeaderField("content-type", "application/json")]
        return await fate(method, target, fields, body.map { Array($0.utf8) } ?? [], from: client)
    }

    /// The way a relay asks.
    func fate(
        _ method: String,
        _ target: String,
        _ fields: [HeaderField],
        _ body: [UInt8],
        from client: Client = GuardUnderTest.client
    ) async -> Fate {
        let head = RequestHead(
            method: method,
            target: target,
            fields: fields,
            framing: body.isEmpty ? .none : .length(body.count)
        )
        switch gatekeeper.admit(head, from: client) {
        case .pass: return .passes
        case .answer(let answer): return Self.fate(answer)
        case .judge(.unread): return Self.fate(await gatekeeper.judge(head, body: nil, from: client))
        case .judge(.whole(let limit)):
            guard body.count <= limit else { return .refused(413, "too long") }
            return Self.fate(await gatekeeper.judge(head, body: body, from: client))
        }
    }

    /// What goes to the daemon of a request without a body; nil where it is refused.
    func forwarded(_ method: String, _ target: String) async -> String? {
        let head = RequestHead(method: method, target: target, fields: [], framing: .none)
        switch gatekeeper.admit(head, from: Self.client) {
        case .pass(let passage): return passage.target
        case .answer: return nil
        case .judge(let wanted):
            let body: [UInt8]? = wanted == .unread ? nil : []
            guard case .pass(let passage, _) = await gatekeeper.judge(head, body: body, from: Self.client) else {
                return nil
            }
            return passage.target
        }
    }

    private static func fate(_ ruling: Ruling) -> Fate {
        switch ruling {
        case .pass: .passes
        case .answer(let answer): fate(answer)
        }
    }

    private static func fate(_ answer: Answer) -> Fate {
        .refused(answer.status, String(decoding: answer.body, as: UTF8.self))
    }
}
