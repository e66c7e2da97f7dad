package import Deployments

/// Remembers which principals, registries and images were seen, and marks deployments in which one appears for the
/// first time.
///
/// Before it knows the place it would mark everything: for a while after the first sighting ever, it learns and marks
/// nothing. What it keeps is bounded; of too many, those go that were not seen for longest, and are new again.
package struct FirstSeenMemory: Sendable {
    /// Something that was not seen before.
    package struct Sighting: Sendable, Equatable {
        package var kind: FirstSeen
        package var value: String
        package var time: Timestamp
    }

    /// A week has in it what is done once a week.
    package static let learning = Duration.seconds(7 * 86_400)
    /// How many values of each kind are kept.
    package static let limit = 24_000
    /// Longer values are none that anybody would recognise.
    private static let maximumBytes = 512

    private let learning: Duration
    private var values: [FirstSeen: RecentValues]
    private var beginning: Timestamp?
    /// The latest time that it was told anything.
    private var latest: Timestamp?

    /// A memory of nothing.
    ///
    /// - Parameters:
    ///   - learning: how long after the first sighting nothing is marked.
    ///   - limit: how many values of each kind are kept.
    package init(learning: Duration = FirstSeenMemory.learning, limit: Int = FirstSeenMemory.limit) {
        self.learning = learning
        values = Dictionary(FirstSeen.allCases.map { ($0, RecentValues(limit: limit)) }) { first, _ in first }
    }

    /// When the first sighting was, from which on it learns; nil before any.
    package var learningSince: Timestamp? { beginning }

    /// How many values of all kinds were put out of mind for the limit.
    package var evicted: Int { values.values.reduce(0) { $0 + $1.evicted } }

    /// How many values of a kind are kept.
    package func count(of kind: FirstSeen) -> Int { values[kind]?.count ?? 0 }

    /// Whether it still learns at a time, and marks nothing.
    package func isLearning(at time: Timestamp) -> Bool {
        guard let beginning else { return true }
        // A clock that is set back neither ends the learning nor has it begin anew.
        let reached = max(time, latest ?? time)
        return reached.microseconds - beginning.microseconds < learning.microseconds
    }

    /// Takes up what was seen before a restart; the one seen last comes last.
    package mutating func recall(_ kind: FirstSeen, _ value: String, at time: Timestamp) {
        _ = values[kind]?.see(value)
        beginning = min(beginning ?? time, time)
        latest = max(latest ?? time, time)
    }

    /// Sees a deployment, marks it with what is new in it, and tells the new sightings, which are to be remembered.
    ///
    /// A refused or failed attempt brings nothing into the place: it is marked, and what it names stays new.
    package mutating func take(_ deployment: inout ContainerDeployment, now: Timestamp) -> [Sighting] {
        let isKept = deployment.event.outcome != .failure
        let isMarked = !isLearning(at: now)
        var sightings: [Sighting] = []
        for (kind, value) in Self.values(of: deployment) {
            let value = value.utf8.count > Self.maximumBytes ? String(value.prefix(Self.maximumBytes / 4)) : value
            guard isKept ? values[kind]?.see(value) == true : values[kind]?.contains(value) == false else { continue }
            if isMarked { deployment.firstSeen.insert(kind) }
            if isKept { sightings.append(Sighting(kind: kind, value: value, time: now)) }
        }
        latest = max(latest ?? now, now)
        if isKept, beginning == nil, !sightings.isEmpty { beginning = now }
        return sightings
    }

    /// What a deployment is known by: whom it acts as before who asks, and the image without tag and digest.
    private static func values(of deployment: ContainerDeployment) -> [(FirstSeen, String)] {
        let actor = deployment.actor
        let image = deployment.container.image
        let all: [(FirstSeen, String?)] = [
            (.principal, actor.effectiveName ?? actor.userName ?? actor.tlsClientSubject),
            (.registry, image?.registry),
            (.image, image?.name),
        ]
        return all.compactMap { kind, value in value.flatMap { $0.isEmpty ? nil : (kind, $0) } }
    }
}

/// Values in the order in which they were last seen, up to a limit.
///
/// Known by their hashes, with a seed of this run that nobody can guess: the texts themselves would take several times the
/// room, and nobody asks for them.
private struct RecentValues: Sendable {
    private var serials: [Int: Int] = [:]
    /// What was seen, the oldest first; one that was seen again since stands here twice, the later one counting.
    private var order: [(hash: Int, serial: Int)] = []
    private var head = 0
    private var next = 0
    private let limit: Int
    private(set) var evicted = 0

    init(limit: Int) { self.limit = max(limit, 1) }

    var count: Int { serials.count }

    func contains(_ value: String) -> Bool { serials[value.hashValue] != nil }

    /// Whether it was not seen before.
    mutating func see(_ value: String) -> Bool {
        let hash = value.hashValue
        let isNew = serials.updateValue(next, forKey: hash) == nil
        order.append((hash, next))
        next += 1
        while serials.count > limit { removeOldest() }
        // What was seen again is left behind in the order: given back when that is most of it.
        if order.count - head > 2 * limit + 1_024 || head > order.count / 2, order.count > 1_024 { compact() }
        return isNew
    }

    private mutating func removeOldest() {
        let oldest = order[head]
        head += 1
        guard serials[oldest.hash] == oldest.serial else { return }
        serials[oldest.hash] = nil
        evicted += 1
    }

    private mutating func compact() {
        order = order[head...].filter { serials[$0.hash] == $0.serial }
        head = 0
    }
}

extension Duration {
    /// Whole microseconds, at most those that 64 bits hold.
    fileprivate var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product.plus(attoseconds / 1_000_000_000_000)
    }
}
