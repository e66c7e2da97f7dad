internal import Deployments
internal import JSON

/// What tells the body of one kind of request from another's.
enum BodyShape: Hashable {
    case container, exec, execStart, volume, network, service, update, other

    init(_ body: JSONValue) {
        let object = GoObject(body)
        func has(_ name: StaticString) -> Bool { !object.all(name).isEmpty }
        if has("TaskTemplate") {
            self = .service
        } else if has("HostConfig") || has("Image") {
            self = .container
        } else if has("Cmd") {
            self = .exec
        } else if has("Detach"), has("Tty") {
            self = .execStart
        } else if has("DriverOpts") || (has("Driver") && has("Name") && !has("IPAM")) {
            self = .volume
        } else if has("IPAM") || has("CheckDuplicate") || has("Container") {
            self = .network
        } else if has("RestartPolicy") || has("Memory") || has("CpuShares") {
            self = .update
        } else {
            self = .other
        }
    }

    /// Whether a request to `target` can have a body of this shape.
    func fits(_ target: String) -> Bool {
        let path = target.prefix { $0 != "?" }
        let expected: BodyShape =
            if path.hasSuffix("/containers/create") || path.hasSuffix("/commit") {
                .container
            } else if path.hasSuffix("/exec") {
                .exec
            } else if path.contains("/exec/") {
                .execStart
            } else if path.hasSuffix("/volumes/create") {
                .volume
            } else if path.contains("/networks/") {
                .network
            } else if path.contains("/services/") {
                .service
            } else if path.hasSuffix("/update") || path.hasSuffix("/start") {
                .update
            } else {
                .other
            }
        // Any body may be shaped like nothing in particular, and a legacy create has no HostConfig and no Image first.
        return self == expected || self == .other || (expected == .container && self == .exec)
    }
}

/// Requests whose line was read and whose body may follow.
struct OpenRequests {
    struct Request {
        var method: String
        var target: String
        var time: Timestamp?
        var position: ContainerDeployment.LogPosition
        var line: Int
    }

    enum Match {
        case none
        case one(Request)
        /// Two could be meant; the oldest is given up for it, without its name.
        case ambiguous(Request)
    }

    /// The daemon writes the body right behind the line; this many lines later there is none.
    private static let patience = 64

    private var open: [Request] = []

    var isEmpty: Bool { open.isEmpty }

    mutating func open(_ request: Request) {
        open.append(request)
    }

    mutating func take(for shape: BodyShape?) -> Match {
        guard let shape else { return .none }
        let candidates = open.indices.filter { shape.fits(open[$0].target) }
        guard let first = candidates.first else { return .none }
        if candidates.count == 1 { return .one(open.remove(at: first)) }
        let exact = candidates.filter { shape != .other || open[$0].line == open[candidates.count - 1].line }
        if exact.count == 1 { return .one(open.remove(at: exact[0])) }
        if Set(candidates.map { open[$0].target }).count == 1 { return .one(open.remove(at: first)) }
        var request = open.remove(at: first)
        request.target = String(request.target.prefix { $0 != "?" })
        return .ambiguous(request)
    }

    /// Requests that will have no body any more.
    mutating func flushed(upTo line: Int, target: String? = nil) -> [Request] {
        guard !open.isEmpty else { return [] }
        if let target {
            let gone = open.filter { $0.target == target || $0.target.prefix { $0 != "?" } == target }
            open.removeAll { request in gone.contains { $0.position == request.position } }
            return gone
        }
        let gone = open.filter { line == .max || $0.line + Self.patience < line }
        if !gone.isEmpty { open.removeAll { line == .max || $0.line + Self.patience < line } }
        return gone
    }
}

/// Deployments that wait for their outcome.
struct HeldDeployments {
    private struct Held {
        var record: ContainerDeployment
        var method: String
        var target: String
        var line: Int
    }

    /// A container is started right after its create, or by somebody else much later.
    private static let patience = 512

    private var held: [Held] = []

    var isEmpty: Bool { held.isEmpty }

    mutating func hold(_ record: ContainerDeployment, request: OpenRequests.Request, line: Int) {
        held.append(Held(record: record, method: request.method, target: request.target, line: line))
    }

    mutating func fail(method: String, target: String, reason: String) {
        let path = target.prefix { $0 != "?" }
        guard
            let index = held.lastIndex(where: {
                $0.method == method && $0.target.prefix { $0 != "?" } == path && $0.record.event.outcome == .unknown
            })
        else { return }
        held[index].record.event.outcome = .failure
        held[index].record.event.reason = reason
    }

    /// Joins a start to its create; the name that the create is known by, or nil when none is held.
    mutating func start(_ subject: String) -> String? {
        let named = held.firstIndex {
            $0.record.event.action == .containerCreate
                && ($0.record.container.name == subject || $0.record.container.id == subject)
        }
        // The log names no id at a create: the first one not yet started is meant.
        let first = held.firstIndex {
            $0.record.event.action == .containerCreate && $0.record.event.outcome == .unknown
                && $0.record.container.id == nil
        }
        guard let index = named ?? first else { return nil }
        held[index].record.event.outcome = .success
        if held[index].record.container.name != subject { held[index].record.container.id = subject }
        return held[index].record.container.name ?? subject
    }

    mutating func release(before line: Int, into output: inout [ContainerDeployment]) {
        var count = 0
        while count < held.count, line == .max || held[count].line + Self.patience < line { count += 1 }
        guard count > 0 else { return }
        output += held[..<count].map(\.record)
        held.removeFirst(count)
    }
}
