internal import Deployments

/// Deployments that wait for their outcome and their container's id, which later lines tell.
struct HeldDeployments {
    fileprivate struct Held {
        var record: ContainerDeployment
        var method: String
        var path: String
        var line: Int
        /// Whether its container was started since.
        var isStarted = false
    }

    /// A container is started right after its create, or by somebody else much later.
    private static let patience = 512
    /// The daemon mounts a new container's file system this soon behind its create.
    private static let mountPatience = 64

    private var held: [Held] = []
    /// Those before are handed over already; they are removed many at once.
    private var first = 0
    /// How many were removed: a number here is that of a place in `held`, plus this, and stays.
    private var removed = 0
    /// The last create held of each container, by its name and its id.
    private var creates: [String: Int] = [:]
    /// Creates that wait for their container's id, in order.
    private var awaitingID: [Int] = []

    /// The line from which on the oldest has waited long enough.
    private(set) var due = Int.max

    private var live: Range<Int> { first..<held.count }

    mutating func hold(_ record: consuming ContainerDeployment, method: String, target: String, line: Int) {
        let number = removed + held.count
        if record.event.action == .containerCreate {
            note(record.container.name, number)
            note(record.container.id, number)
            if record.container.id == nil, record.event.outcome == .unknown { awaitingID.append(number) }
        }
        held.append(Held(record: record, method: method, path: Self.path(target), line: line))
        if held.count == first + 1 { due = line + Self.patience }
    }

    private mutating func note(_ subject: String?, _ number: Int) {
        guard let subject else { return }
        creates[subject] = max(creates[subject] ?? number, number)
    }

    private mutating func forget(_ subject: String?, _ number: Int) {
        guard let subject, let index = creates.index(forKey: subject), creates[index].value == number else { return }
        creates.remove(at: index)
    }

    /// Notes the failure of a request; false where it cannot be told which of those held it was, or none was.
    mutating func fail(method: String, target: String, reason: String) -> Bool {
        let path = Self.path(target)
        if DockerRoute.isStart(path), let index = created(by: DockerRoute(method: method, target: target)?.subject) {
            return fail(index, reason)
        }
        var candidates: [Int] = []
        for index in live
        where held[index].path == path && held[index].method == method
            && held[index].record.event.outcome == .unknown && !held[index].isStarted
        {
            candidates.append(index)
        }
        if candidates.count == 1 { return fail(candidates[0], reason) }
        // The reason names the image or the container, as a rule.
        let named = candidates.filter { index in
            Self.isNamed(held[index].record.container.name, in: reason)
                || Self.isNamed(held[index].record.container.imageText, in: reason)
        }
        return named.count == 1 && fail(named[0], reason)
    }

    private static func isNamed(_ name: String?, in reason: String) -> Bool {
        guard let name else { return false }
        var rest = reason.utf8[...]
        while rest.count >= name.utf8.count {
            if rest.starts(with: name.utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Notes the failure of a start that was told by its shim alone, when there is but one such.
    mutating func failNamelessStart(of id: String?, _ reason: String) {
        let found = live.suffix(8).filter {
            held[$0].record.visibility == .logLevelInfo && held[$0].record.event.action == .containerStart
                && held[$0].record.container.id == nil
        }
        guard found.count == 1 else { return }
        held[found[0]].record.container.id = id
        _ = fail(found[0], reason)
    }

    private mutating func fail(_ index: Int, _ reason: String) -> Bool {
        stopWaiting(index)
        held[index].record.event.outcome = .failure
        held[index].record.event.reason = reason
        return true
    }

    private func created(by subject: String?) -> Int? {
        subject.flatMap { creates[$0] }.map { $0 - removed }
    }

    private mutating func stopWaiting(_ index: Int) {
        // The last ones are told of first.
        guard let place = awaitingID.lastIndex(of: index + removed) else { return }
        awaitingID.remove(at: place)
    }

    private mutating func identify(_ index: Int, _ id: String) {
        stopWaiting(index)
        held[index].record.container.id = id
        note(id, index + removed)
    }

    /// Whether one create waits for its container's id, or several that ask for the same.
    func isOneCreateWaiting(at line: Int) -> Bool { waiting(at: line) != nil }

    /// Gives `id` to the create that waits for it; its name then, or nil where none waits, or several that differ.
    mutating func identify(_ id: String, at line: Int) -> String? {
        guard let index = waiting(at: line) else { return nil }
        identify(index, id)
        return held[index].record.container.name ?? id
    }

    /// The create that a new container belongs to: the last of those waiting, when they all ask for the same.
    private func waiting(at line: Int) -> Int? {
        var last: Int?
        // Those held are in the order of their lines: only the last few can be waiting still.
        for number in awaitingID.reversed() {
            let index = number - removed
            guard held[index].line + Self.mountPatience >= line else { break }
            guard held[index].line <= line else { continue }
            // A client whose image is missing pulls it and asks again: the same twice.
            if let last, !isAskedAgain(index, by: last) { return nil }
            last = last ?? index
        }
        return last
    }

    private func isAskedAgain(_ index: Int, by last: Int) -> Bool {
        held[index].record.container == held[last].record.container
            && held[index].record.process == held[last].record.process
            && held[index].record.host == held[last].record.host
            && held[index].record.security == held[last].record.security
            && held[index].record.visibility == held[last].record.visibility
    }

    /// Joins a start to its create, if it is the first one: the name that the create is known by, empty where it cannot
    /// be told which of several it is; nil where it is a deployment of its own.
    ///
    /// - Parameter isKnown: whether the container's create was told before.
    mutating func start(_ subject: String, isKnown: Bool, at line: Int) -> String? {
        if let index = created(by: subject) {
            return held[index].isStarted ? nil : join(index, subject)
        }
        // The log names no id at a create. The start of a container never heard of is one of those still waiting.
        guard !isKnown, subject.utf8.count >= 12 else { return nil }
        if let index = waiting(at: line) {
            identify(index, subject)
            return join(index, subject)
        }
        guard let oldest = awaitingID.first.map({ $0 - removed }), held[oldest].line <= line else { return nil }
        stopWaiting(oldest)
        held[oldest].isStarted = true
        return ""
    }

    /// Whether a container was created and not started yet.
    func isUnstarted(_ subject: String, isKnown: Bool, at line: Int) -> Bool {
        if let index = created(by: subject) { return !held[index].isStarted }
        return !isKnown && waiting(at: line) != nil
    }

    private mutating func join(_ index: Int, _ subject: String) -> String {
        stopWaiting(index)
        held[index].isStarted = true
        if held[index].record.event.outcome == .unknown { held[index].record.event.outcome = .success }
        return held[index].record.container.name ?? subject
    }

    /// Hands over what has waited for enough lines; all of it where the line is the last there can be.
    mutating func release(
        patientlyBefore line: Int,
        host: String?,
        into output: inout [ContainerDeployment]
    ) {
        release(through: line == .max ? .max : line - Self.patience - 1, host: host, into: &output)
    }

    /// Hands over what was held up to a line, that one included.
    mutating func release(through line: Int, host: String?, into output: inout [ContainerDeployment]) {
        while first < held.count, held[first].line <= line {
            let number = first + removed
            forget(held[first].record.container.name, number)
            forget(held[first].record.container.id, number)
            if awaitingID.first == number { awaitingID.removeFirst() }
            output.append(held[first].record)
            if output[output.count - 1].placement.hostName == nil { output[output.count - 1].placement.hostName = host }
            first += 1
        }
        if first > max(64, held.count / 2) || first == held.count {
            held.removeFirst(first)
            removed += first
            first = 0
        }
        due = first < held.count ? held[first].line + Self.patience : .max
    }

    private static func path(_ target: String) -> String { Query(of: target).path }
}

/// Those held, in their order; which of them wait, and what they are found by, follows from them.
extension HeldDeployments: Codable {
    init(from decoder: any Decoder) throws {
        self.init()
        held = try decoder.singleValueContainer().decode([Held].self)
        for (number, one) in held.enumerated() where one.record.event.action == .containerCreate {
            note(one.record.container.name, number)
            note(one.record.container.id, number)
            let isWaiting = one.record.container.id == nil && one.record.event.outcome == .unknown && !one.isStarted
            if isWaiting { awaitingID.append(number) }
        }
        due = held.first.map { $0.line + Self.patience } ?? .max
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.singleValueContainer()
        try memory.encode(Array(held[first...]))
    }
}

extension HeldDeployments.Held: Codable {
    private enum CodingKeys: String, CodingKey {
        case record, method, path, line, isStarted
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            record: try memory.decode(ContainerDeployment.self, forKey: .record),
            method: try memory.decode(String.self, forKey: .method),
            path: try memory.decode(String.self, forKey: .path),
            line: try memory.count(forKey: .line),
            isStarted: try memory.decode(Bool.self, forKey: .isStarted)
        )
    }
}
