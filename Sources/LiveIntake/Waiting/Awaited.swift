internal import Synchronization

/// A value that one task makes and another waits for.
final class Awaited<Value: Sendable>: Sendable {
    private enum State {
        case open(CheckedContinuation<Void, Never>?)
        case done(Value)
    }

    private let state: Mutex<State>

    init() { state = Mutex(.open(nil)) }

    init(_ value: Value) { state = Mutex(.done(value)) }

    /// Whether it is there.
    var isDone: Bool { state.withLock { if case .done = $0 { true } else { false } } }

    /// Gives the value; the first one counts.
    func fulfil(_ value: Value) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .open(let waiting) = state else { return nil }
            state = .done(value)
            return waiting
        }
        waiting?.resume()
    }

    /// The value, once it is there; nil where the task was cancelled before.
    ///
    /// One task may wait.
    var value: Value? {
        get async {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        guard case .open = state, !Task.isCancelled else { return true }
                        state = .open(continuation)
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
                    guard case .open(let waiting) = state else { return nil }
                    state = .open(nil)
                    return waiting
                }
                waiting?.resume()
            }
            return state.withLock { if case .done(let value) = $0 { value } else { nil } }
        }
    }
}
