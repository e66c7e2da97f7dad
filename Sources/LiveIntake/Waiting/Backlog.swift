internal import Synchronization

/// What waits between those who receive and the one who hands on, in order; bounded in number and in bytes.
final class Backlog<Element: Sendable>: Sendable {
    private struct State {
        var elements: [(element: Element, bytes: Int)] = []
        /// Where the first stands in `elements`.
        var first = 0
        var bytes = 0
        var isFinished = false
        var receiver: CheckedContinuation<Void, Never>?
        var senders: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextSender = 0

        var count: Int { elements.count - first }
    }

    private let capacity: Int
    private let maximumBytes: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: how many elements may wait.
    ///   - maximumBytes: how much they may hold together; one larger than that waits alone.
    init(capacity: Int, maximumBytes: Int) {
        self.capacity = capacity
        self.maximumBytes = maximumBytes
    }

    /// How many wait.
    var count: Int { state.withLock { $0.count } }

    /// Adds an element where there is room.
    ///
    /// - Returns: whether there was.
    func offer(_ element: Element, bytes: Int) -> Bool {
        let (isTaken, receiver) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isFinished, hasRoom(state, bytes) else { return (false, nil) }
            state.elements.append((element, bytes))
            state.bytes += bytes
            defer { state.receiver = nil }
            return (true, state.receiver)
        }
        receiver?.resume()
        return isTaken
    }

    /// Adds an element once there is room.
    ///
    /// - Returns: false when nothing is taken any more, or the task was cancelled.
    func send(_ element: Element, bytes: Int) async -> Bool {
        while !Task.isCancelled {
            if offer(element, bytes: bytes) { return true }
            let number: Int? = state.withLock { state in
                guard !state.isFinished else { return nil }
                state.nextSender += 1
                return state.nextSender
            }
            guard let number else { return false }
            await waitForRoom(bytes, as: number)
        }
        return false
    }

    /// The elements that wait, once there are any, as many as were asked for at most.
    ///
    /// One task at a time may receive.
    ///
    /// - Parameter bytes: after how many bytes no further element is taken.
    /// - Returns: nil when it is finished and empty, or the task was cancelled.
    func receive(most: Int, bytes: Int = .max) async -> [Element]? {
        while !Task.isCancelled {
            let (taken, isFinished, senders) = state.withLock { take(&$0, most, bytes) }
            for sender in senders { sender.resume() }
            if !taken.isEmpty { return taken }
            if isFinished { return nil }
            await waitForElements()
        }
        return nil
    }

    /// The elements that wait, without waiting for any.
    func receiveAtOnce(most: Int, bytes: Int = .max, while isWanted: (Element) -> Bool) -> [Element] {
        let (taken, _, senders) = state.withLock { take(&$0, most, bytes, while: isWanted) }
        for sender in senders { sender.resume() }
        return taken
    }

    /// Takes nothing more; what waits can still be received.
    func finish() {
        let waiting = state.withLock { state in
            state.isFinished = true
            defer {
                state.senders = [:]
                state.receiver = nil
            }
            return Array(state.senders.values) + (state.receiver.map { [$0] } ?? [])
        }
        for one in waiting { one.resume() }
    }

    // MARK: Steps

    private func hasRoom(_ state: State, _ bytes: Int) -> Bool {
        state.count == 0 || state.count < capacity && state.bytes + bytes <= maximumBytes
    }

    private func take(
        _ state: inout State,
        _ most: Int,
        _ bytes: Int,
        while isWanted: (Element) -> Bool = { _ in true }
    ) -> ([Element], Bool, [CheckedContinuation<Void, Never>]) {
        var taken: [Element] = []
        var size = 0
        while taken.count < most, state.count > 0, size < bytes, isWanted(state.elements[state.first].element) {
            let (element, bytes) = state.elements[state.first]
            state.first += 1
            state.bytes -= bytes
            size += bytes
            taken.append(element)
        }
        if state.first == state.elements.count || state.first >= 1_024 {
            state.elements.removeFirst(state.first)
            state.first = 0
        }
        guard !taken.isEmpty else { return ([], state.isFinished, []) }
        // They look for themselves whether the room is enough.
        defer { state.senders = [:] }
        return (taken, state.isFinished, Array(state.senders.values))
    }

    private func waitForRoom(_ bytes: Int, as number: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // Whoever cancels takes the lock after the task is marked: one of the two sees the other.
                    if Task.isCancelled || state.isFinished || hasRoom(state, bytes) { return true }
                    state.senders[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.senders.removeValue(forKey: number) }?.resume()
        }
    }

    private func waitForElements() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled || state.isFinished || state.count > 0 { return true }
                    state.receiver = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let receiver = state.withLock { state in
                defer { state.receiver = nil }
                return state.receiver
            }
            receiver?.resume()
        }
    }
}
