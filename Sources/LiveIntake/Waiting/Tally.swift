internal import Synchronization

/// A number that several tasks count in.
final class Tally: Sendable {
    private let count: Mutex<Int>

    init(_ count: Int = 0) { self.count = Mutex(count) }

    /// - Returns: the number after it.
    @discardableResult
    func add(_ difference: Int = 1) -> Int {
        count.withLock { count in
            count += difference
            return count
        }
    }

    /// The number, which is nought from then on.
    func take() -> Int {
        count.withLock { count in
            defer { count = 0 }
            return count
        }
    }
}
