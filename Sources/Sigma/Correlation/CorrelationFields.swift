/// Reads out of events what correlations ask of the matches of rules.
public struct CorrelationFields<Event: SigmaEvent>: Sendable {
    private let keys: [[Event.Key]]

    /// The keys of the plan's fields, for one kind of event.
    public init(_ plan: CorrelationPlan) { keys = plan.fields.map { $0.map { Event.key(for: $0) } } }

    /// The values to tell the engine of when `rule` matched the event; nulls count as missing.
    public func values(of event: Event, for rule: Int) -> [[String]] {
        keys[rule].map { key in
            var texts: [String] = []
            event.visitValues(of: key) { value in if let text = value.text { texts.append(text) } }
            return texts
        }
    }
}
