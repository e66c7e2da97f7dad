/// The identifiers of one event, or of those behind a match that is taken for one, the oldest first.
enum EventList: Sendable, Hashable {
    case one(Int64)
    case many([Int64])

    init(_ events: [Int64]) { self = events.count == 1 ? .one(events[0]) : .many(events) }

    /// Calls `body` with each, the newest first.
    func forEachBackwards(_ body: (Int64) -> Void) {
        switch self {
        case .one(let event): body(event)
        case .many(let events): events.reversed().forEach(body)
        }
    }
}

extension EventList: Codable {
    init(from decoder: any Decoder) throws {
        self.init(try [Int64](from: decoder))
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .one(let event): try [event].encode(to: encoder)
        case .many(let events): try events.encode(to: encoder)
        }
    }
}

/// Puts together which events a match names: each once, and no more than the limit; told of the newest first.
struct NamedEvents {
    /// The newest first.
    private(set) var events: [Int64] = []
    /// How many events there are, with those that are not named.
    private(set) var count = 0
    private var seen: Set<Int64> = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func add(_ list: EventList) {
        list.forEachBackwards { event in
            // Past the limit, events are counted without being kept: an event of several values counts as often.
            guard seen.count < limit else {
                if !seen.contains(event) { count += 1 }
                return
            }
            guard seen.insert(event).inserted else { return }
            events.append(event)
            count += 1
        }
    }
}
