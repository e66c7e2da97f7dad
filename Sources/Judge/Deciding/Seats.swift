internal import Synchronization

/// A few of something that one task uses at a time, each with memory of its own, so that several tasks take turns.
package final class Seats<Occupant>: Sendable {
    private let seats: [Seat]

    /// - Parameter make: makes the occupant of one seat.
    package init(_ count: Int = 4, _ make: () -> sending Occupant) {
        seats = (0..<max(count, 1)).map { _ in Seat(make()) }
    }

    private final class Seat: Sendable {
        let occupant: Mutex<Occupant>

        init(_ occupant: sending Occupant) { self.occupant = Mutex(occupant) }
    }

    /// Uses one that is free, or waits for one.
    package func use<Result: Sendable>(_ body: (inout Occupant) -> Result) -> Result {
        for seat in seats {
            if let result = seat.occupant.withLockIfAvailable({ body(&$0) }) { return result }
        }
        return seats[Int.random(in: 0..<seats.count)].occupant.withLock { body(&$0) }
    }
}
