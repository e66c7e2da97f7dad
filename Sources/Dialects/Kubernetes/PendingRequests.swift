internal import Deployments

/// Tells each audited request once, though its log may hold an event for each of its stages.
///
/// A request is known by more than its Audit-ID, which the client may choose and repeat.
struct PendingRequests {
    /// Requests received and not yet answered, in order.
    private var waiting: [UInt64: [ContainerDeployment]] = [:]
    private var order: [UInt64] = []
    /// Requests told at ResponseStarted, whose completion is still to come.
    private var told = KnownWorkloads(capacity: 16_384)
    private let capacity = 4_096

    /// Takes the deployments of one event and appends those to tell now.
    mutating func settle(
        _ request: AuditRequest,
        _ deployments: [ContainerDeployment],
        into output: inout [ContainerDeployment]
    ) {
        switch request.stage {
        case .received:
            let key = request.identity
            if waiting.updateValue(deployments, forKey: key) == nil { order.append(key) }
            if order.count > capacity { output += forget(order.removeFirst()) }
        case .started:
            // Only what runs long is told before it is done.
            guard request.isLongRunning else { return }
            waiting[request.identity] = nil
            told.insert(request.identity)
            output += deployments
        case .complete:
            let key = request.identity
            if !waiting.isEmpty { waiting[key] = nil }
            if request.isLongRunning, told.contains(key) { return }
            output += deployments
        }
    }

    /// What was received and never answered.
    mutating func drain() -> [ContainerDeployment] {
        defer {
            waiting = [:]
            order = []
        }
        return order.flatMap { forget($0) }
    }

    private mutating func forget(_ key: UInt64) -> [ContainerDeployment] {
        waiting.removeValue(forKey: key) ?? []
    }
}
