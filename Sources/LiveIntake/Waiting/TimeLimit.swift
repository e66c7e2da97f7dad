/// Bounds how long something may take.
enum TimeLimit {
    /// What is thrown when the time is up.
    struct Exceeded: Error {}

    /// What `work` gives within that time; it is cancelled when the time is up.
    ///
    /// - Throws: ``Exceeded``, or what `work` throws.
    static func run<Result: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask { try await work() }
            tasks.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { tasks.cancelAll() }
            guard let result = try await tasks.next() ?? nil else { throw Exceeded() }
            return result
        }
    }
}
