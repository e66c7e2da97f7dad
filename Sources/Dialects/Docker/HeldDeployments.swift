internal import Deployments

/// Deployments that wait for their outcome and their container's id, which later lines tell.
struct HeldDeployments {
    private struct Held {
        var record: ContainerDeployment
        var method: String
        var path: String
        var line: Int
        /// Whether its container was started since.
        var isStarted = false

        func asksForSame(as other: Held) -> Bool {
            record.container == other.record.container && record.process == other.record.process
                && record.host == other.record.host && record.security == other.record.security
                && record.visibility == other.record.visibility
        }
    }

    /// A container is started right after its create, or by somebody else much later.
    private static let patience = 512
    /// The daemon mounts a new container's file system this soon behind its create.
    private static let mountPatience = 64

    private var held: [Held] = []
    /// Those before are handed over already; they are removed many at once.
    private var first = 0

    /// The line from which on the oldest has waited long enough.
    private(set) var due = Int.max

    private var live: Range<Int> { first..<held.count }

    mutating func hold(_ record: ContainerDeployment, method: String, target: String, line: Int) {
        held.append(Held(record: record, method: method, path: Self.path(target), line: line))
        if held.count == first + 1 { due = line + Self.patience }
    }

    /// Notes the failure of a request; false where it cannot be told which of those held it was, or none was.
    mutating func fail(method: String, target: String, reason: String) -> Bool {
        let path = Self.path(target)
        if path.hasSuffix("/start"), let index = created(by: DockerRoute(method: method, target: target)?.subject) {
            return fail(index, reason)
        }
        let candidates = live.filter {
            held[$0].method == method && held[$0].path == path && held[$0].record.event.outcome == .unknown
                && !held[$0].isStarted
        }
        if candidates.count == 1 { return fail(candidates[0], reason) }
        // The reason names the image or the container, as a rule.
        let named = candidates.filter { index in
            let container = held[index].record.container
            return [container.name, container.imageText].contains { $0.map { reason.contains($0) } ?? false }
        }
        return named.count == 1 && fail(named[0], reason)
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
        held[index].record.event.outcome = .failure
        held[index].record.event.reason = reason
        return true
    }

    private func created(by subject: String?) -> Int? {
        guard let subject else { return nil }
        return live.last {
            held[$0].record.event.action == .containerCreate
                && (held[$0].record.container.id == subject || held[$0].record.container.name == subject)
        }
    }

    /// Whether one create waits for its container's id, or several that ask for the same.
    func isOneCreateWaiting(at line: Int) -> Bool { waiting(at: line) != nil }

    /// Gives `id` to the create that waits for it; its name then, or nil where none waits, or several that differ.
    mutating func identify(_ id: String, at line: Int) -> String? {
        guard let index = waiting(at: line) else { return nil }
        held[index].record.container.id = id
        return held[index].record.container.name ?? id
    }

    /// The create that a new container belongs to: the last of those waiting, when they all ask for the same.
    private func waiting(at line: Int) -> Int? {
        // Those held are in the order of their lines: only the last few can be waiting still.
        var waiting: [Int] = []
        for index in live.reversed() {
            guard held[index].line + Self.mountPatience >= line else { break }
            if held[index].line <= line, isAwaitingID(index) { waiting.append(index) }
        }
        guard let last = waiting.first else { return nil }
        // A client whose image is missing pulls it and asks again: the same twice.
        return waiting.allSatisfy { $0 == last || held[$0].asksForSame(as: held[last]) } ? last : nil
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
            held[index].record.container.id = subject
            return join(index, subject)
        }
        guard let oldest = live.first(where: { held[$0].line <= line && isAwaitingID($0) }) else { return nil }
        held[oldest].isStarted = true
        return ""
    }

    /// By index, since a copy of a record costs more than the look.
    private func isAwaitingID(_ index: Int) -> Bool {
        held[index].record.event.action == .containerCreate && held[index].record.container.id == nil
            && !held[index].isStarted && held[index].record.event.outcome == .unknown
    }

    /// Whether a container was created and not started yet.
    func isUnstarted(_ subject: String, isKnown: Bool, at line: Int) -> Bool {
        if let index = created(by: subject) { return !held[index].isStarted }
        return !isKnown && waiting(at: line) != nil
    }

    private mutating func join(_ index: Int, _ subject: String) -> String {
        held[index].isStarted = true
        if held[index].record.event.outcome == .unknown { held[index].record.event.outcome = .success }
        return held[index].record.container.name ?? subject
    }

    /// Hands over what waited long enough.
    mutating func release(before line: Int, host: String?, into output: inout [ContainerDeployment]) {
        while first < held.count, line == .max || held[first].line + Self.patience < line {
            output.append(held[first].record)
            if output[output.count - 1].placement.hostName == nil { output[output.count - 1].placement.hostName = host }
            first += 1
        }
        if first > 64 || first == held.count {
            held.removeFirst(first)
            first = 0
        }
        due = first < held.count ? held[first].line + Self.patience : .max
    }

    private static func path(_ target: String) -> String { Query(of: target).path }
}
