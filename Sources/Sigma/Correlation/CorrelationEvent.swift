/// A match of a rule, told to the ``CorrelationEngine``.
public struct CorrelationEvent: Sendable, Hashable {
    /// The rule, by its index in those that the plan was made with.
    public var rule: Int
    /// What names the event where a match names it.
    public var id: Int64
    /// When the event was, in nanoseconds since 1970, by its own account.
    public var time: Int64
    /// The values of ``CorrelationPlan/fields`` of that rule, in their order; none where the event lacks one.
    public var values: [[String]]

    /// A match of that rule.
    public init(rule: Int, id: Int64, time: Int64, values: [[String]] = []) {
        self.rule = rule
        self.id = id
        self.time = time
        self.values = values
    }
}

extension CorrelationEvent {
    /// Leaves out of each field the values past those that are looked at, and cuts those that are too long.
    ///
    /// What is within bounds stays as it is, so bounding twice is bounding once.
    ///
    /// - Returns: how many fields had too many values, and how many values were cut.
    @discardableResult
    public mutating func bound() -> (cut: Int, shortened: Int) {
        var (cut, shortened) = (0, 0)
        for field in values.indices {
            if values[field].count > CorrelationLimits.combinations {
                cut += 1
                values[field].removeLast(values[field].count - CorrelationLimits.combinations)
            }
            for (index, value) in values[field].enumerated() where value.utf8.count > CorrelationLimits.valueBytes {
                shortened += 1
                // With its length, so that two long values are seldom taken for one.
                let length = "… (\(value.utf8.count) bytes)"
                // A character that is cut is replaced by one of three bytes.
                let start = value.utf8.prefix(CorrelationLimits.valueBytes - length.utf8.count - 3)
                values[field][index] = String(decoding: start, as: UTF8.self) + length
            }
        }
        return (cut, shortened)
    }
}

/// What several events together mean, as a correlation says.
public struct CorrelationMatch: Sendable, Hashable {
    /// The correlation, by its index in ``CorrelationPlan/correlations``.
    public var correlation: Int
    /// When the event was that completed it, in nanoseconds since 1970.
    public var time: Int64
    /// The values of `group-by`, in its order.
    public var group: [String]
    /// What was compared with the condition: how many, what sum, what share in percent.
    public var figure: Double
    /// The events behind it, the oldest first; of too many, the newest.
    public var events: [Int64]
    /// How many events are behind it.
    public var eventCount: Int
}

/// Events that wait for earlier ones, the earliest first.
struct EventQueue {
    struct Item {
        var event: CorrelationEvent
        /// Events of one time stay in the order in which they came.
        var serial: UInt64
    }

    /// A heap: each item is no later than those at twice its place and one or two.
    private var items: [Item] = []
    private var serial: UInt64 = 0

    var count: Int { items.count }
    var earliest: Int64? { items.first?.event.time }

    /// All that wait, the earliest first.
    var sorted: [CorrelationEvent] { items.sorted(by: Self.isBefore).map(\.event) }

    private static func isBefore(_ left: Item, _ right: Item) -> Bool {
        (left.event.time, left.serial) < (right.event.time, right.serial)
    }

    mutating func insert(_ event: CorrelationEvent) {
        items.append(Item(event: event, serial: serial))
        serial += 1
        var place = items.count - 1
        while place > 0, Self.isBefore(items[place], items[(place - 1) / 2]) {
            items.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeEarliest() -> CorrelationEvent? {
        guard let last = items.popLast() else { return nil }
        guard let earliest = items.first else { return last.event }
        items[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < items.count {
                if Self.isBefore(items[child], items[least]) { least = child }
            }
            if least == place { return earliest.event }
            items.swapAt(place, least)
            place = least
        }
    }
}
