public import Sigma

/// A timeline of events that a correlation is meant to find something in, or nothing.
public struct CorrelationExample: Sendable, Hashable {
    /// One event of a timeline.
    public struct Event: Sendable, Hashable {
        /// When it is, from the timeline's beginning.
        public var time: Duration
        /// The rule that it is a match of; nil for one that is held against all rules that the correlation stands on.
        public var rule: String?
        /// Its fields.
        public var event: FieldMap
        /// Where it stands.
        public var place: Place
    }

    /// What the example shows.
    public var name: String
    /// The events, in any order.
    public var events: [Event]
    /// Whether the correlation is meant to match.
    public var isPositive: Bool
    /// How often it is meant to match, where the example says so.
    public var matches: Int?
    /// Where it stands.
    public var place: Place
}

extension Correlation {
    /// The examples under the correlation's key `tests`, and what is wrong with them.
    ///
    /// ```yaml
    /// tests:
    ///     positive:
    ///         - name: three logins fail
    ///           matches: 1
    ///           events:
    ///               - {at: 0s, rule: failed_login, event: {user.name: mallory}}
    ///               - {at: 10s, repeat: 2, every: 5s, event: {action: login, outcome: failure, user.name: mallory}}
    ///     negative:
    ///         - events:
    ///               - {at: 0s, rule: failed_login, event: {user.name: mallory}}
    /// ```
    ///
    /// An event with a `rule` is taken for a match of it; one without is held against the rules. `repeat` makes several
    /// of one, `every` so long apart, in whose texts `$n` is the number, from 0 on.
    public var examples: (examples: [CorrelationExample], diagnostics: [Diagnostic]) {
        guard let tests = attribute("tests") else { return ([], []) }
        guard case .map(let groups) = tests.content else {
            return (
                [], [Diagnostic(.error, "'tests' must be a map of positive and negative examples", at: tests.place)]
            )
        }
        var reading = CorrelationExampleReading()
        for group in groups { reading.read(group) }
        return (reading.examples, reading.diagnostics)
    }
}

/// Examples of correlations as they are read.
private struct CorrelationExampleReading {
    /// More events than this in one example are a mistake.
    static let maximumEvents = 10_000
    private static let exampleKeys: Set<String> = ["name", "events", "matches"]
    private static let eventKeys: Set<String> = ["at", "rule", "event", "repeat", "every"]

    var examples: [CorrelationExample] = []
    var diagnostics: [Diagnostic] = []

    mutating func read(_ group: Attribute.Member) {
        guard group.key == "positive" || group.key == "negative" else {
            return complain("'\(group.key)' is no kind of example", group.place, hint: "positive or negative")
        }
        guard case .list(let list) = group.value.content else {
            if case .null = group.value.content { return }
            return complain("'\(group.key)' must be a list of examples", group.value.place)
        }
        for (index, element) in list.enumerated() { read(element, group.key, index) }
    }

    private mutating func read(_ element: Attribute, _ kind: String, _ index: Int) {
        checkKeys(of: element, Self.exampleKeys)
        guard case .list(let list)? = element["events"]?.content, !list.isEmpty else {
            return complain("an example of a correlation needs 'events', a list", element.place)
        }
        var matches: Int?
        if let wanted = element["matches"] {
            guard case .integer(let number) = wanted.content, number > 0, kind == "positive" else {
                return complain("'matches' is how often a positive example matches, 1 or more", wanted.place)
            }
            matches = Int(clamping: number)
        }
        var events: [CorrelationExample.Event] = []
        for event in list {
            read(event, into: &events)
            guard events.count <= Self.maximumEvents else {
                return complain("an example has more than \(Self.maximumEvents) events", event.place)
            }
        }
        examples.append(
            CorrelationExample(
                name: element["name"]?.text ?? "\(kind) \(index + 1)",
                events: events,
                isPositive: kind == "positive",
                matches: matches,
                place: element.place
            )
        )
    }

    private mutating func read(_ element: Attribute, into events: inout [CorrelationExample.Event]) {
        checkKeys(of: element, Self.eventKeys)
        guard let content = element["event"], case .object(let fields) = FieldMap.Value(content) else {
            return complain("an event needs 'event', a map of fields", element.place)
        }
        guard let at = element["at"] else {
            return complain("an event needs a time", element.place, hint: "write 'at: 0s', or 90s, 5m, 2h")
        }
        guard let start = seconds(at) else { return }
        var (count, step) = (1, Int64(0))
        if let wanted = element["repeat"] {
            guard case .integer(let number) = wanted.content, number > 0, number <= Self.maximumEvents else {
                return complain("'repeat' is a number from 1 to \(Self.maximumEvents)", wanted.place)
            }
            count = Int(number)
        }
        if let every = element["every"] {
            guard let seconds = seconds(every) else { return }
            step = seconds
        }
        for number in 0..<count {
            events.append(
                CorrelationExample.Event(
                    time: .seconds(start + Int64(number) * step),
                    rule: element["rule"]?.text,
                    event: FieldMap(count == 1 ? fields : fields.mapValues { $0.numbered(number) }),
                    place: element.place
                )
            )
        }
    }

    private mutating func seconds(_ attribute: Attribute) -> Int64? {
        if let seconds = attribute.text.flatMap(EventTime.seconds) { return seconds }
        complain("'\(attribute.spelling)' is no time", attribute.place, hint: "write it like 0s, 90s, 5m, 2h or 7d")
        return nil
    }

    private mutating func checkKeys(of element: Attribute, _ keys: Set<String>) {
        guard case .map(let members) = element.content else { return }
        for member in members where !keys.contains(member.key) {
            complain(
                "'\(member.key)' means nothing here",
                member.place,
                hint: "known are " + keys.sorted().joined(separator: ", ")
            )
        }
    }

    private mutating func complain(_ message: String, _ place: Place, hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, message, at: place, hint: hint))
    }
}

extension FieldMap.Value {
    /// The value with `$n` in its texts replaced.
    fileprivate func numbered(_ number: Int) -> FieldMap.Value {
        switch self {
        case .text(let text): .text(text.replacing("$n", with: String(number)))
        case .list(let list): .list(list.map { $0.numbered(number) })
        case .object(let members): .object(members.mapValues { $0.numbered(number) })
        case .integer, .number, .boolean, .null: self
        }
    }
}
