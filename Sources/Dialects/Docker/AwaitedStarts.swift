internal import Deployments

/// Containers that were created and not started yet.
///
/// What one client made and another starts is told twice: the second is a deployment of its own. Bounded: the oldest are
/// forgotten first.
struct AwaitedStarts {
    /// Who asks, by which route.
    private struct Requester: Hashable, Codable {
        private let route: Route
        private let names: [String?]
        private let groups: [String]

        init(_ record: ContainerDeployment) {
            route = record.route
            let actor = record.actor
            names = [actor.userName, actor.effectiveName, actor.userAgent, actor.sourceIP, actor.tlsClientSubject]
            groups = actor.groups
        }
    }

    /// A container as its requester calls it.
    private struct Subject: Hashable {
        var requester: Requester
        var name: String
    }

    private struct Waiting: Codable {
        var requester: Requester
        var name: String?
        var id: String?

        /// Its name and its id, once where they are the same.
        var subjects: [Subject] {
            [name, id == name ? nil : id].compactMap { $0.map { Subject(requester: requester, name: $0) } }
        }
    }

    private static let capacity = 1_024

    /// Creates by number, in the order they were told.
    private var waiting: [Int: Waiting] = [:]
    private var oldest = 0
    private var next = 0
    private var named: [Subject: [Int]] = [:]
    /// Those of which no id is known.
    private var anonymous: [Requester: [Int]] = [:]

    mutating func expect(_ create: ContainerDeployment) {
        expect(Waiting(requester: Requester(create), name: create.container.name, id: create.container.id))
    }

    private mutating func expect(_ created: Waiting) {
        waiting[next] = created
        for subject in created.subjects { named[subject, default: []].append(next) }
        if created.id == nil { anonymous[created.requester, default: []].append(next) }
        next += 1
        guard waiting.count > Self.capacity else { return }
        while remove(oldest) == nil { oldest += 1 }
    }

    /// The name of the create that a start of `subject` follows, empty where it has none or several are meant; nil where
    /// the start is a deployment of its own.
    mutating func take(_ subject: String, by start: ContainerDeployment, isKnown: Bool) -> String? {
        let requester = Requester(start)
        if let number = named[Subject(requester: requester, name: subject)]?.last {
            return remove(number)?.name ?? subject
        }
        // A request shows no id that the daemon gave: an unknown one is that of a container just made.
        guard !isKnown, Self.isID(subject), let numbers = anonymous[requester], let last = numbers.last else {
            return nil
        }
        let name = remove(last)?.name
        return numbers.count == 1 ? name ?? "" : ""
    }

    /// Whether a container may be one that was created and not started yet.
    func isAwaited(_ subject: String, by request: ContainerDeployment, isKnown: Bool) -> Bool {
        let requester = Requester(request)
        if named[Subject(requester: requester, name: subject)] != nil { return true }
        return !isKnown && Self.isID(subject) && anonymous[requester] != nil
    }

    private mutating func remove(_ number: Int) -> Waiting? {
        guard let removed = waiting.removeValue(forKey: number) else { return nil }
        for subject in removed.subjects { Self.remove(number, from: &named[subject]) }
        if removed.id == nil { Self.remove(number, from: &anonymous[removed.requester]) }
        return removed
    }

    /// Lists that are empty are none, so that what is kept stays bounded.
    private static func remove(_ number: Int, from numbers: inout [Int]?) {
        guard let place = numbers?.lastIndex(of: number) else { return }
        if numbers?.count == 1 { numbers = nil } else { numbers?.remove(at: place) }
    }

    private static func isID(_ subject: String) -> Bool {
        subject.utf8.count >= 12 && subject.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

/// The creates in their order; by what they are found follows from them.
extension AwaitedStarts: Codable {
    init(from decoder: any Decoder) throws {
        self.init()
        for created in try decoder.singleValueContainer().decode([Waiting].self) { expect(created) }
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.singleValueContainer()
        try memory.encode(waiting.sorted { $0.key < $1.key }.map(\.value))
    }
}
