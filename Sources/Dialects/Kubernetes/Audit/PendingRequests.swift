internal import Deployments

/// Tells each audited request once, though its log may hold an event for each of its stages, or one event twice.
///
/// A request is known by more than its Audit-ID, which the client may choose and repeat.
struct PendingRequests {
    /// Requests that were received, or whose answer began, in order; what they deploy is told when they are done.
    private var waiting: [UInt64: [ContainerDeployment]] = [:]
    private var order: [UInt64] = []
    private var oldest = 0
    /// Requests told at ResponseStarted, whose completion is still to come.
    private var told = KnownWorkloads(capacity: 16_384)
    /// Completed events told, by request and content.
    private var completed = KnownWorkloads(capacity: 16_384)
    private let capacity = 4_096
    /// How often time went on since a request waits.
    private var passes: [UInt64: Int] = [:]

    /// The API server gives a request a minute (`--request-timeout`), and the log's stages a moment more.
    private static let patience = 90
    /// What has changed; requests that wait are not written down.
    var changes = MemoryChanges()

    /// Parts of the state in ``changes``.
    private enum Part {
        static let told: UInt8 = 1
        static let completed: UInt8 = 2
    }

    /// Takes the deployments of one event, which may be none, and appends those to tell now.
    ///
    /// - Parameter content: what tells this event's content from another's.
    mutating func settle(
        _ request: AuditRequest,
        _ deployments: [ContainerDeployment],
        content: UInt64,
        into output: inout [ContainerDeployment]
    ) {
        switch request.stage {
        case .received:
            if !deployments.isEmpty { hold(deployments, request.identity, &output) }
        case .started:
            guard !deployments.isEmpty else { return }
            let key = request.identity
            // What runs long is told before it is done; a refusal may be all there is (one without credentials is).
            guard request.isLongRunning || request.outcome == .failure else {
                hold(deployments, key, &output)
                return
            }
            letGo(key)
            if told.insert(key) {
                changes.note(Part.told, key)
                output += deployments
            }
        case .complete:
            guard !deployments.isEmpty || !waiting.isEmpty else { return }
            let key = request.identity
            letGo(key)
            guard !deployments.isEmpty, !told.contains(key), completed.insert(key ^ content) else { return }
            changes.note(Part.completed, key ^ content)
            output += deployments
        }
    }

    /// Takes up a change that ``changes`` told; false for one of another part.
    mutating func recall(_ change: MemoryChanges.Change) -> Bool {
        switch change.part {
        case Part.told: told.insert(change.key)
        case Part.completed: completed.insert(change.key)
        default: return false
        }
        return true
    }

    private mutating func letGo(_ key: UInt64) {
        if waiting.removeValue(forKey: key) != nil { changes.noteOther() }
    }

    /// What was received and never answered.
    mutating func drain() -> [ContainerDeployment] {
        let keys = order[oldest...] + order[..<oldest]
        let rest = keys.flatMap { waiting[$0] ?? [] }
        waiting = [:]
        order = []
        oldest = 0
        return rest
    }

    var isHolding: Bool { !waiting.isEmpty }

    /// Says that time has gone on, by about a second; what will not be answered any more.
    mutating func passTime() -> [ContainerDeployment] {
        var overdue: [ContainerDeployment] = []
        // In their order, so that the same requests are told alike each time.
        for key in order[oldest...] + order[..<oldest] where waiting[key] != nil {
            passes[key, default: 0] += 1
            guard passes[key, default: 0] > Self.patience else { continue }
            overdue += waiting[key] ?? []
            letGo(key)
        }
        passes = passes.filter { waiting[$0.key] != nil }
        return overdue
    }

    /// Keeps a bounded number; the oldest is told as it is when there are more.
    private mutating func hold(
        _ deployments: [ContainerDeployment],
        _ key: UInt64,
        _ output: inout [ContainerDeployment]
    ) {
        changes.noteOther()
        guard waiting.updateValue(deployments, forKey: key) == nil else { return }
        if order.count < capacity {
            order.append(key)
        } else {
            if order[oldest] != key { output += waiting.removeValue(forKey: order[oldest]) ?? [] }
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
    }
}

extension PendingRequests: Codable {
    private enum CodingKeys: String, CodingKey {
        case order, waiting, told, completed
    }

    private struct Waiting: Codable {
        var key: UInt64
        var deployments: [ContainerDeployment]
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        let capacity = capacity
        order = try memory.decode(PackedNumbers.self, forKey: .order) { $0.numbers.count <= capacity }.numbers
        let keys = Set(order)
        for one in try memory.decode([Waiting].self, forKey: .waiting, where: { $0.count <= capacity }) {
            // One that is in no order would wait for ever.
            guard keys.contains(one.key) else {
                throw DecodingError.dataCorruptedError(forKey: .waiting, in: memory, debugDescription: "in no order")
            }
            waiting[one.key] = one.deployments
        }
        told = try memory.decode(KnownWorkloads.self, forKey: .told)
        completed = try memory.decode(KnownWorkloads.self, forKey: .completed)
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.container(keyedBy: CodingKeys.self)
        try memory.encode(PackedNumbers(ring: order, oldest: oldest), forKey: .order)
        let keys = waiting.keys.sorted()
        try memory.encode(keys.map { Waiting(key: $0, deployments: waiting[$0] ?? []) }, forKey: .waiting)
        try memory.encode(told, forKey: .told)
        try memory.encode(completed, forKey: .completed)
    }
}
