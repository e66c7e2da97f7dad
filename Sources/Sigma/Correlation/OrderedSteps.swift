/// Which rules of a group matched one after the other, in the order of the correlation.
///
/// Events need not be kept: for each rule and each number of steps up to it, the way that began last is the one that
/// stays within the timespan longest.
struct OrderedSteps: Sendable, Hashable, Codable {
    /// A way through some of the rules, each event no earlier than the one before.
    struct Way: Sendable, Hashable, Codable {
        /// When its first event was.
        var start: Int64
        var events: [EventList]
    }

    /// For each rule and each number of steps; see ``index(_:_:)``.
    private(set) var ways: [Way?]

    init(rules: Int) { ways = [Way?](repeating: nil, count: rules * (rules + 1) / 2) }

    /// Where the way stands that ends with that rule, as the last of `steps`.
    private static func index(_ rule: Int, _ steps: Int) -> Int { rule * (rule + 1) / 2 + steps - 1 }

    /// Takes an event no older than those before; of one time, in the order of the rules.
    ///
    /// - Parameter earliest: ways that began earlier are over.
    mutating func append(_ rule: Int, at time: Int64, _ events: EventList, since earliest: Int64) {
        ways[Self.index(rule, 1)] = Way(start: time, events: [events])
        guard rule > 0 else { return }
        for steps in 2...(rule + 1) {
            var best: Way?
            for before in (steps - 2)..<rule {
                guard let way = ways[Self.index(before, steps - 1)], way.start >= earliest else { continue }
                if best.map({ way.start > $0.start }) ?? true { best = way }
            }
            guard var best else { continue }
            let index = Self.index(rule, steps)
            if let old = ways[index], old.start > best.start { continue }
            best.events.append(events)
            ways[index] = best
        }
    }

    /// The way of the most steps that began no earlier.
    func longest(since earliest: Int64) -> Way? {
        var longest: Way?
        for case let way? in ways where way.start >= earliest {
            if way.events.count > (longest?.events.count ?? 0) { longest = way }
        }
        return longest
    }

    /// How many ways are kept.
    var count: Int { ways.count { $0 != nil } }
}
