/// Holds events against the rules of a ``RuleSet``, with working memory of its own: for one task.
public final class Matcher<Event: SigmaEvent> {
    private let rules: RuleSet<Event>
    @usableFromInline let evaluator: Evaluator<Event>

    init(_ rules: RuleSet<Event>) {
        self.rules = rules
        evaluator = Evaluator(rules.plan, rules.keys)
    }

    /// Calls `matched` with the position of each rule that the event matches, in order.
    @inlinable
    public func match(_ event: Event, _ matched: (Int) -> Void) {
        if evaluator.read(event) { evaluator.scratch.report(matched) }
    }

    /// What in the event made the rule's searches match; for telling people, not for speed.
    ///
    /// Searches that the condition only negates are left out, as are those that do not match.
    public func explain(_ rule: Int, _ event: Event) -> [Reason] {
        guard rules.rules.indices.contains(rule) else { return [] }
        evaluator.readAll(event)
        return held(by: rule).map { reason($0, event) }
    }

    /// Each rule that the event matches, in order, with what made it match: one reading of the event for all.
    public func explainedMatches(_ event: Event) -> [(rule: Int, reasons: [Reason])] {
        var matched: [(rule: Int, leaves: [Leaf])] = []
        // What holds is noted for all of them first, since the value that makes a reason is sought in the same memory.
        match(event) { matched.append(($0, held(by: $0))) }
        return matched.map { rule, leaves in (rule, leaves.map { reason($0, event) }) }
    }

    /// The tests that hold among those that can be the rule's reasons.
    private func held(by rule: Int) -> [Leaf] { rules.leaves[rule].filter { evaluator.scratch.isSet($0.bit) } }

    private func reason(_ leaf: Leaf, _ event: Event) -> Reason {
        Reason(
            selection: leaf.selection,
            field: leaf.predicate.field,
            value: evaluator.value(that: leaf, event),
            pattern: leaf.predicate.test.description
        )
    }
}

/// Why a rule matched: a value of a field, and what it was compared with.
public struct Reason: Sendable, Hashable {
    /// The rule's search.
    public var selection: String
    /// The field; `nil` where a keyword was found somewhere in the event.
    public var field: String?
    /// The value; `nil` where the field is absent or null.
    public var value: String?
    /// What the rule compares it with, as text: `*\rundll32.exe`, `>= 5`, `10.0.0.0/8`.
    public var pattern: String

    /// A reason.
    public init(selection: String, field: String?, value: String?, pattern: String) {
        self.selection = selection
        self.field = field
        self.value = value
        self.pattern = pattern
    }
}

/// Finds out which predicates of a plan hold for an event.
@usableFromInline
final class Evaluator<Event: SigmaEvent> {
    @usableFromInline let scratch: Scratch
    /// The fields in the order in which they are read.
    @usableFromInline let steps: [Step]
    @usableFromInline let blocks: [Block]
    @usableFromInline let hasReferences: Bool

    /// A field to be read; a class for the same reason as its part.
    @usableFromInline
    final class Step {
        /// Nil for the keywords.
        @usableFromInline let key: Event.Key?
        @usableFromInline let field: FieldScratch

        init(_ key: Event.Key?, _ field: FieldScratch) {
            self.key = key
            self.field = field
        }
    }

    @usableFromInline
    struct Block {
        @usableFromInline var key: Event.Key
        @usableFromInline var quantifier: Selection.Quantifier
        @usableFromInline var bit: Int
        @usableFromInline var inner: Evaluator<Event>
    }

    init(_ plan: Plan, _ keys: PlanKeys<Event.Key>) {
        let scratch = Scratch(plan)
        self.scratch = scratch
        steps = plan.gates.order.map { Step(keys.fields[$0], scratch.fields[$0]) }
        hasReferences = !plan.references.isEmpty
        blocks = zip(plan.blocks, keys.blocks).map { block, keys in
            Block(
                key: keys.field,
                quantifier: block.quantifier,
                bit: block.bit,
                inner: Evaluator(block.plan, keys.inner)
            )
        }
    }

    /// Reads what the rules ask for, each field once, as long as a rule can still match.
    ///
    /// - Returns: whether any can; of no other is it known which predicates hold.
    @inlinable
    func read(_ event: Event) -> Bool {
        scratch.begin()
        for step in steps where scratch.isRead(step.field) {
            read(step, of: event)
            guard scratch.closeGates() else { return false }
        }
        readTogether(event)
        return true
    }

    /// Reads every field that any rule asks for.
    func readAll(_ event: Event) {
        scratch.begin()
        for step in steps { read(step, of: event) }
        readTogether(event)
    }

    @inlinable
    func read(_ step: Step, of event: Event) {
        scratch.begin(step.field)
        if let key = step.key {
            event.visitValues(of: key) { scratch.take($0, step.field) }
        } else {
            event.visitAllValues { scratch.take($0, step.field) }
        }
        scratch.close(step.field)
    }

    /// Finds out what more than one field has to say.
    @inlinable
    func readTogether(_ event: Event) {
        if hasReferences { scratch.compareFields() }
        for (index, block) in blocks.enumerated() where scratch.isRead(block: index) && holds(block, event) {
            scratch.set(block.bit)
        }
    }

    @inlinable
    func holds(_ block: Block, _ event: Event) -> Bool {
        var (total, fitting) = (0, 0)
        event.visitElements(of: block.key) { element in
            total += 1
            if block.inner.read(element), block.inner.scratch.holds() { fitting += 1 }
        }
        return switch block.quantifier {
        case .any: fitting > 0
        case .all: total > 0 && fitting == total
        case .allOrEmpty: fitting == total
        case .none: fitting == 0
        }
    }

    /// The first value of the leaf's field for which its predicate holds.
    func value(that leaf: Leaf, _ event: Event) -> String? {
        guard let step = steps.first(where: { $0.field.plan.name == leaf.predicate.field }) else { return nil }
        var found: String?
        func test(_ value: FieldValue) {
            guard found == nil else { return }
            if leaf.predicate.test.isAboutPresence {
                found = value.text
                return
            }
            scratch.begin()
            scratch.take(value, step.field)
            if scratch.isSet(leaf.bit) { found = value.text }
        }
        if let key = step.key {
            event.visitValues(of: key, test)
        } else {
            event.visitAllValues(test)
        }
        return found
    }
}
