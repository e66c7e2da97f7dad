internal import Patterns

/// What is asked of one field, and working memory to answer it.
///
/// A class, since it is taken up for every field of every event, and a copy would be of every part.
@usableFromInline
final class FieldScratch {
    let plan: FieldPlan
    let slot: Int
    let scanner: PatternScanner?
    /// Whether the field has been seen in the event, and with a value that is not null.
    var isThere = false
    var hasValue = false

    init(_ plan: FieldPlan, slot: Int) {
        self.plan = plan
        self.slot = slot
        scanner = plan.patterns?.makeScanner()
    }
}
