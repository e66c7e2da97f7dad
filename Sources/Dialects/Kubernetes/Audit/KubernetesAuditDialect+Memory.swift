extension KubernetesAuditDialect: JournalingDialect {
    private static let name = "kubernetes.audit"

    /// All that the dialect knows of the events that it has read.
    private struct State: Codable {
        private enum CodingKeys: String, CodingKey {
            case requests, workloads, partial
        }

        var requests: PendingRequests
        var workloads: WorkloadMemory
        var partial: PartialLines.Memory
    }

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        let state = State(requests: requests, workloads: workloads, partial: partial.memory)
        return try MemoryForm.bytes(of: state, dialect: Self.name)
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        let state = try MemoryForm.state(State.self, from: memory, dialect: Self.name)
        requests = state.requests
        workloads = state.workloads
        partial.recall(state.partial)
        otherChanges = MemoryChanges()
    }

    package mutating func takeChanges() -> [UInt8]? {
        let taken = [requests.changes.take(), workloads.changes.take(), otherChanges.take()]
        guard !taken.contains(nil) else { return nil }
        return taken.flatMap { $0 ?? [] }
    }

    package mutating func recall(changes: [UInt8]) throws(DialectMemoryError) {
        for change in try MemoryChanges.changes(in: changes) {
            guard requests.recall(change) || workloads.recall(change) else {
                throw DialectMemoryError("a change of a state is of a part that is not known")
            }
        }
    }
}
