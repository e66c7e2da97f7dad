internal import Patterns

/// Rules and filters compiled for one kind of event.
///
/// Immutable and cheap to share. Each distinct field is read at most once per event and each distinct test made at most
/// once, whatever the number of rules; a field is left unread when no rule that asks for it can match any more.
public struct RuleSet<Event: SigmaEvent>: Sendable {
    /// The rules, in the order by which matches are reported.
    public let rules: [Rule]
    /// For each rule, the filters that are joined to it.
    public let filters: [[Filter]]

    let plan: Plan
    let keys: PlanKeys<Event.Key>
    /// For each rule, the tests that can be its reasons: those of searches that its condition uses outside of a negation.
    let leaves: [[Leaf]]

    /// Compiles rules together with the filters that apply to them.
    ///
    /// - Throws: ``RuleSetError`` when the patterns of the rules, each good by itself, do not go together.
    public init(_ rules: [Rule], filters: [Filter] = []) throws(RuleSetError) {
        self.rules = rules
        let joined = rules.map { rule in filters.filter { $0.applies(to: rule) } }
        self.filters = joined
        var leaves = [[Leaf]](repeating: [], count: rules.count)
        let entries = zip(rules, joined).map { ($0.program, $1.map(\.program)) }
        do {
            plan = try PlanBuilder.build(entries) { rule, leaf in leaves[rule].append(leaf) }
        } catch {
            throw RuleSetError(message: error.message)
        }
        self.leaves = zip(rules, leaves).map { rule, leaves in
            let positive = rule.positiveSelections
            return leaves.filter { positive.contains($0.selection) }
        }
        keys = PlanKeys(plan) { Event.key(for: $0) }
    }

    /// Working memory to match events with; one for each task.
    public func makeMatcher() -> Matcher<Event> { Matcher(self) }

    /// The names of all fields that the rules read, in no particular order.
    public var fieldNames: [String] { plan.fieldNames }
}

/// Why rules cannot be compiled together.
public struct RuleSetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var message: String

    /// What is wrong, and what to do.
    public var description: String { "the rules cannot be compiled together: \(message)" }
}

/// The keys of a plan's fields, for one kind of event.
struct PlanKeys<Key: Sendable>: Sendable {
    /// For each field; `nil` for the keywords.
    var fields: [Key?]
    var blocks: [(field: Key, inner: PlanKeys)]

    init(_ plan: Plan, _ key: (String) -> Key) {
        fields = plan.fields.map { field in field.name.map(key) }
        blocks = plan.blocks.map { (key($0.field), PlanKeys($0.plan, key)) }
    }
}

extension Plan {
    /// The names of all fields, those of blocks with the list's name before them.
    var fieldNames: [String] {
        fields.compactMap(\.name)
            + blocks.flatMap { block in
                [block.field] + block.plan.fieldNames.map { "\(block.field).\($0)" }
            }
    }
}
