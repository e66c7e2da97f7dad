#if canImport(Glibc)
    internal import Glibc
#endif

/// A thread that is made for one piece of work and ends with it: no other work ever meets what that changes about its thread.
enum OwnThread {
    /// What the work comes to; nil where no thread could be made.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? {
        await withCheckedContinuation { continuation in
            let isStarted = start { continuation.resume(returning: work()) }
            if !isStarted { continuation.resume(returning: nil) }
        }
    }

    #if canImport(Glibc)
        private final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }

        private static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
            let work = unsafe Unmanaged.passRetained(Work(body))
            var thread = pthread_t()
            let problem = unsafe pthread_create(
                &thread,
                nil,
                { argument in
                    if let argument = unsafe argument {
                        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                    }
                    return nil
                },
                work.toOpaque()
            )
            guard problem == 0 else {
                unsafe work.release()
                return false
            }
            pthread_detach(thread)
            return true
        }
    #else
        // There are no network namespaces to enter.
        private static func start(_ body: @escaping @Sendable () -> Void) -> Bool { false }
    #endif
}
