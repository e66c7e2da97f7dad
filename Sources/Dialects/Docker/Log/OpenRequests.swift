internal import Deployments
internal import JSON

/// Requests whose line was read and whose body may follow.
///
/// The daemon names no request in a body's line (before version 28), so a body is given to a request only where its
/// shape and what is open leave no other choice. Where they leave several, the body is told without a name, and so are
/// the others: it might be theirs.
struct OpenRequests {
    struct Request {
        let method: String
        let target: String
        let time: Timestamp?
        let position: ContainerDeployment.LogPosition
        let line: Int
        let trace: String?
        /// Where it goes; nil when it deploys nothing.
        let route: DockerRoute?
        /// Whether it cannot be told which of several requests it is: then nothing of its line counts but what it does.
        var isNameless = false

        init(
            method: String,
            target: String,
            time: Timestamp?,
            position: ContainerDeployment.LogPosition,
            line: Int,
            trace: String? = nil
        ) {
            self.method = method
            self.target = target
            self.time = time
            self.position = position
            self.line = line
            self.trace = trace
            route = DockerRoute(method: method, target: target)
        }
    }

    enum Match {
        /// No request is open that the body fits.
        case none
        case one(Request)
        /// Several could be meant, these by their targets.
        case several(Request, targets: [String])
    }

    /// This many lines behind a request's line there is no body any more.
    ///
    /// The daemon writes it one line behind, two where many clients ask at once. One that comes still (a client may take its time) is told without a name.
    private static let patience = 16
    /// A log that only opens requests is none of a daemon.
    private static let capacity = 1_024

    private var open: [Request] = []

    /// The line from which on the oldest request will have no body any more.
    private(set) var due = Int.max

    /// Opens a request; the one that had to be given up for it, if any.
    mutating func open(_ request: Request) -> Request? {
        open.append(request)
        defer { setDue() }
        return open.count > Self.capacity ? open.removeFirst() : nil
    }

    /// Takes the request that a body of `shape` belongs to.
    mutating func take(for shape: BodyShape, trace: String?) -> Match {
        defer { setDue() }
        if let trace, open.contains(where: { $0.trace != nil }) {
            guard let index = open.firstIndex(where: { $0.trace == trace }) else { return .none }
            return .one(open.remove(at: index))
        }
        let fits = open.map { shape.fit($0) }
        guard let best = fits.max(), best > 0 else { return .none }
        let candidates = open.indices.filter { fits[$0] == best }
        if candidates.count == 1 { return .one(open.remove(at: candidates[0])) }
        // What has no shape of its own says nothing: it is not worth guessing whose it is.
        guard shape != .other else { return .none }
        return takeOne(of: candidates)
    }

    private mutating func takeOne(of candidates: [Int]) -> Match {
        let targets = Set(candidates.map { open[$0].target }).sorted()
        if targets.count == 1, !candidates.contains(where: { open[$0].isNameless }) {
            return .one(open.remove(at: candidates[0]))
        }
        for index in candidates { open[index].isNameless = true }
        return .several(open.remove(at: candidates[0]), targets: targets)
    }

    /// Takes the one request that `isMeant` is true of; nil where there is none, or more than one.
    mutating func takeOnly(where isMeant: (Request) -> Bool) -> Request? {
        defer { setDue() }
        let found = open.indices.filter { isMeant(open[$0]) }
        return found.count == 1 ? open.remove(at: found[0]) : nil
    }

    func count(where isMeant: (Request) -> Bool) -> Int { open.count(where: isMeant) }

    /// Requests whose line is that one.
    func opened(at line: Int) -> [Request] { open.filter { $0.line == line } }

    /// Requests that will have no body any more.
    mutating func flushed(upTo line: Int) -> [Request] {
        guard due < line else { return [] }
        let count = open.prefix { line == .max || $0.line + Self.patience < line }.count
        defer {
            open.removeFirst(count)
            setDue()
        }
        return Array(open[..<count])
    }

    /// Takes the requests whose line is that one, or came before.
    mutating func opened(through line: Int) -> [Request] {
        let count = open.prefix { $0.line <= line }.count
        defer {
            open.removeFirst(count)
            setDue()
        }
        return Array(open[..<count])
    }

    private mutating func setDue() {
        due = open.isEmpty ? .max : open[0].line + Self.patience
    }
}

/// The requests in their order; where each goes follows from it.
extension OpenRequests: Codable {
    init(from decoder: any Decoder) throws {
        self.init()
        let memory = try decoder.singleValueContainer()
        open = try memory.decode([Request].self)
        guard open.count <= Self.capacity else {
            throw DecodingError.dataCorruptedError(in: memory, debugDescription: "more than are ever open")
        }
        setDue()
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.singleValueContainer()
        try memory.encode(open)
    }
}

extension OpenRequests.Request: Codable {
    private enum CodingKeys: String, CodingKey {
        case method, target, time, position, line, trace, isNameless
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            method: try memory.decode(String.self, forKey: .method),
            target: try memory.decode(String.self, forKey: .target),
            time: try memory.decodeIfPresent(Timestamp.self, forKey: .time),
            position: try memory.decode(ContainerDeployment.LogPosition.self, forKey: .position),
            line: try memory.count(forKey: .line),
            trace: try memory.decodeIfPresent(String.self, forKey: .trace)
        )
        isNameless = try memory.decode(Bool.self, forKey: .isNameless)
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.container(keyedBy: CodingKeys.self)
        try memory.encode(method, forKey: .method)
        try memory.encode(target, forKey: .target)
        try memory.encodeIfPresent(time, forKey: .time)
        try memory.encode(position, forKey: .position)
        try memory.encode(line, forKey: .line)
        try memory.encodeIfPresent(trace, forKey: .trace)
        try memory.encode(isNameless, forKey: .isNameless)
    }
}
