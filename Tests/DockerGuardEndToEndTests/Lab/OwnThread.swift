import Dispatch
import Testing

/// Runs a suite's tests on a thread of their own.
///
/// They wait on sockets and processes; the few threads that Swift shares among all tests must not wait with them.
struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    @concurrent
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(WaitingThread.shared, operation: function)
    }
}

extension Trait where Self == OwnThread {
    static var onOwnThread: OwnThread { OwnThread() }
}

/// An executor whose thread may wait.
private final class WaitingThread: TaskExecutor {
    static let shared = WaitingThread()

    private let queue = DispatchQueue(label: "laboratory")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
