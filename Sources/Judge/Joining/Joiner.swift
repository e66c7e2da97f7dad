package import Deployments

/// Makes one deployment of what several sources say of the same container.
///
/// A wrong join hides a deployment, which is worse than telling it twice. So:
///
/// - A record is joined to a deployment only for the same action, and where nothing that both show contradicts.
/// - **A source tells of one thing once.** Two records of the same kind of source are never joined, unless they are the
///   very same record: read again from the same place, or the same line in another file. So whatever any one source
///   tells as several (a retry; a container deleted and created again under its name; the pods of one workload; the
///   same request many times) stays several.
/// - The same container id is proof, and the same image that is pulled or built, within the window. The same name is taken
///   as one within a minute (of a host's container, of an object of a cluster's namespace), and of several by that name
///   the nearest in time; what may well be done twice in a row (an exec, a start, an update) within ten seconds.
/// - Records that name no host are taken to be of the host that others name, where only one is: what watches several
///   hosts has to say which a record is of, and so for clusters.
/// - The same request (its path without the API's version, and the name that it gives), the same kind of object that the
///   same user makes with the same image where it has no name yet, and a request to a management application and what
///   that application's own account makes, are only a hint: within ten seconds, and where
///   nothing else could be meant, or the one is of the same moment and all others are not nearly.
/// - An image alone is no reason, nor is a user or an address.
/// - A start belongs to its create, and an attaching to its start, only where the dialect that read them says so.
/// - A record that shows no container of an object (a proxy's, an audit event without its body) is joined to the first
///   of the object's containers.
///
/// What is known beats what is not. The container's own parts are those of the record that shows most of it, never a
/// mixture. Who asked is whom the server knew, then whom a management application knew (who comes first where the server
/// saw the application's own account), then whom a proxy knew. The source address is the outermost.
///
/// Bounded by a number of deployments and their bytes; the oldest are forgotten first, and what speaks of them later is a
/// deployment of its own. Times are those of the records, and bound what is joined, not how long it is kept.
package struct Joiner: Sendable {
    private let agreement: Agreement
    private var index: JoinIndex

    /// How many bytes are kept at most.
    package static let maximumBytes = 10 << 20

    /// - Parameters:
    ///   - window: how far apart two records of one thing may be.
    ///   - capacity: how many deployments are kept.
    package init(window: Duration = .seconds(600), capacity: Int = 65_536) {
        self.init(window: window, capacity: capacity, maximumBytes: Self.maximumBytes)
    }

    init(window: Duration, capacity: Int, maximumBytes: Int) {
        let (seconds, attoseconds) = window.components
        let (whole, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000)
        agreement = Agreement(window: isBeyond ? .max : whole &+ attoseconds / 1_000_000_000_000)
        index = JoinIndex(capacity: capacity, maximumBytes: maximumBytes)
    }

    /// How many deployments are kept.
    package var count: Int { index.count }

    /// Takes a record in and says which deployment it speaks of.
    ///
    /// - Parameter decision: what a guard decided, where the record says so.
    package mutating func take(_ deployment: ContainerDeployment, decision: GuardDecision? = nil) -> Joined {
        let witness = Witness(deployment)
        let keys = JoinKeys(of: deployment, record: witness.keys)
        if let (number, record) = same(as: witness, keys), isOneSaying(deployment, record) {
            // Another log of the same source may show more of the same event.
            let isTheSameWords = record.witnesses.contains { $0.content == witness.content }
            if !isTheSameWords { return join(deployment, witness, keys, decision, to: (number, record), []) }
            return again(number, record, witness, keys, decision)
        }
        var found: [(number: Int, record: DeploymentRecord)] = []
        for evidence in Evidence.allCases {
            guard let one = best(deployment, keys, by: evidence), !found.contains(where: { $0.number == one.number })
            else { continue }
            found.append(one)
        }
        guard let first = found.first else { return begin(deployment, witness, keys, decision) }
        return join(deployment, witness, keys, decision, to: first, found.dropFirst())
    }

    /// Takes up a deployment that was told before the program was stopped; the oldest first.
    package mutating func recall(id: String, record: DeploymentRecord) {
        index.insert(id: id, record, record.encoded())
    }

    // MARK: The same record

    private func same(as witness: Witness, _ keys: JoinKeys) -> (Int, DeploymentRecord)? {
        let found = index.numbers(with: keys.record).first { number in
            guard let witnesses = index[number]?.witnesses else { return false }
            // One of the same words in the same file is another, which has its own twin in other files.
            let isTaken = witnesses.contains {
                $0.dataset == witness.dataset && $0.path == witness.path && !witness.isSameRecord(as: $0)
            }
            return !isTaken && witnesses.contains { witness.isSameRecord(as: $0) }
        }
        return found.flatMap { number in record(number).map { (number, $0) } }
    }

    /// Whether what a record of the same name says is what was said.
    private func isOneSaying(_ deployment: ContainerDeployment, _ record: DeploymentRecord) -> Bool {
        agreement.isOneBody(deployment, record.deployment)
    }

    private mutating func again(
        _ number: Int,
        _ known: DeploymentRecord,
        _ witness: Witness,
        _ keys: JoinKeys,
        _ decision: GuardDecision?
    ) -> Joined {
        var record = known
        record.decision = record.decision ?? decision
        let isNew = !record.witnesses.contains { $0.dataset == witness.dataset && $0.path == witness.path }
        if isNew { record.add([witness], keys.all) }
        return joined(number, record, isImproved: false)
    }

    // MARK: Another record of the same

    /// The deployment that the evidence speaks for, if any, and if it can be told which.
    private func best(
        _ deployment: ContainerDeployment,
        _ keys: JoinKeys,
        by evidence: Evidence
    ) -> (number: Int, record: DeploymentRecord)? {
        let keys =
            switch evidence {
            case .id: keys.id
            case .name: keys.name
            case .hint: keys.hint
            }
        let candidates = nearest(deployment, index.numbers(with: keys)).compactMap { number in
            record(number).flatMap { record in
                agreement.distance(deployment, record, by: evidence).map { (number, record, $0) }
            }
        }
        guard let nearest = candidates.min(by: { ($0.2, $0.0) < ($1.2, $1.0) }) else { return nil }
        if !evidence.mayChoose {
            // Containers of one object have one event.
            let event = nearest.1.identity.prefix(3)
            let others = candidates.filter { $0.1.identity.prefix(3) != event }
            let first = candidates.filter { $0.1.identity.prefix(3) == event }.min { $0.0 < $1.0 } ?? nearest
            guard let next = others.map(\.2).min() else { return (first.0, first.1) }
            let isClear = Agreement.isClear(nearest.2, from: next, deployment.event.timestamp, nearest.1.witnesses)
            return isClear ? (first.0, first.1) : nil
        }
        if deployment.placement.hostName == nil {
            // The same name on several hosts, and no telling which is meant.
            let hosts = Set(candidates.compactMap(\.1.deployment.placement.hostName))
            guard hosts.count <= 1 || evidence == .id else { return nil }
        }
        return (nearest.0, nearest.1)
    }

    /// Those that may be meant, a few, the nearest in time first.
    private func nearest(_ deployment: ContainerDeployment, _ numbers: [Int]) -> [Int] {
        let dataset = deployment.event.dataset
        let near = numbers.compactMap { number -> (Int64, Int)? in
            guard let witnesses = index[number]?.witnesses, !witnesses.contains(where: { $0.dataset == dataset }) else {
                return nil
            }
            return (Agreement.distance(deployment.event.timestamp, witnesses) ?? 0, number)
        }
        if near.count <= 1 { return near.map(\.1) }
        return near.sorted { $0 < $1 }.prefix(Self.maximumCandidates).map(\.1)
    }

    /// So many are looked at in full; more that could be meant are too many to choose from.
    private static let maximumCandidates = 8

    private func record(_ number: Int) -> DeploymentRecord? {
        index[number].flatMap { try? DeploymentRecord(decoding: $0.record) }
    }

    private mutating func begin(
        _ deployment: ContainerDeployment,
        _ witness: Witness,
        _ keys: JoinKeys,
        _ decision: GuardDecision?
    ) -> Joined {
        var record = DeploymentRecord(deployment, witness, keys: keys.all)
        record.decision = decision
        var id = RecordIdentity.recordID(record.identity)
        // A place that says something else now (a file that was changed) is another deployment by the same name, and so
        // are two sources that call their records alike.
        let identity = record.identity
        var copies = 0
        while index.contains(id) {
            copies += 1
            record.identity = identity + [witness.content, witness.path ?? "", String(copies)]
            id = RecordIdentity.recordID(record.identity)
        }
        let bytes = record.encoded()
        index.insert(id: id, record, bytes)
        return Joined(
            id: id,
            isFirst: true,
            isImproved: false,
            deployment: deployment,
            keys: record.keys,
            identity: record.identity,
            decision: record.decision,
            record: bytes
        )
    }

    private mutating func join(
        _ deployment: ContainerDeployment,
        _ witness: Witness,
        _ keys: JoinKeys,
        _ decision: GuardDecision?,
        to first: (number: Int, record: DeploymentRecord),
        _ rest: ArraySlice<(number: Int, record: DeploymentRecord)>
    ) -> Joined {
        var (number, record) = first
        var absorbed: [String] = []
        var before = record.deployment
        record.take(deployment, witness, keys: keys.all)
        record.decision = record.decision ?? decision
        for other in rest where isOne(record, other.record) {
            // The one told first stays.
            let (kept, gone) = number < other.number ? (number, other.number) : (other.number, number)
            var whole = kept == number ? record : other.record
            before = kept == number ? before : other.record.deployment
            whole.take(kept == number ? other.record : record)
            if let id = index[gone]?.id { absorbed.append(id) }
            index.remove(gone)
            (number, record) = (kept, whole)
        }
        var joined = joined(number, record, isImproved: record.deployment != before)
        joined.absorbed = absorbed
        return joined
    }

    /// Whether two deployments that a record was found to speak of are one.
    private func isOne(_ record: DeploymentRecord, _ other: DeploymentRecord) -> Bool {
        let datasets = Set(record.witnesses.map(\.dataset))
        guard datasets.isDisjoint(with: other.witnesses.map(\.dataset)) else { return false }
        // Asked as if it were one record, of a source that neither has heard.
        return agreement.distance(other.deployment, record, by: .name) != nil
    }

    private mutating func joined(_ number: Int, _ record: DeploymentRecord, isImproved: Bool) -> Joined {
        let bytes = record.encoded()
        index.update(number, record, bytes)
        return Joined(
            id: index[number]?.id ?? RecordIdentity.recordID(record.identity),
            isFirst: false,
            isImproved: isImproved,
            deployment: record.deployment,
            keys: record.keys,
            identity: record.identity,
            decision: record.decision,
            record: bytes
        )
    }
}
