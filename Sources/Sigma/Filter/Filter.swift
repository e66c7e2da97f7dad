/// A Sigma filter: a condition that is joined to the rules it names, so that known harmless events are left out.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-filters-specification.md
public struct Filter: Sendable {
    /// Which rules a filter is joined to.
    public enum Scope: Sendable, Hashable {
        /// Every rule on its log source.
        case any
        /// Those of these identifiers, names or titles.
        case named([String])
    }

    /// A short name for people.
    public var title: String
    /// The filter's identifier.
    public var id: String?
    /// What it leaves out, and why.
    public var description: String?
    /// Which logs its rules read.
    public var logsource: LogSource
    /// Which rules it is joined to.
    public var rules: Scope
    /// Its searches and condition; the condition has to hold beside the rule's own.
    public var detection: Detection
    /// Keys that the specification does not define.
    public var attributes: [Attribute.Member]
    /// Where the document starts.
    public var place: Place

    /// The detection in the form that is matched.
    package var program: Program

    /// Whether the filter is joined to `rule`: it names it, and its log source holds the rule's.
    public func applies(to rule: Rule) -> Bool {
        guard logsource.covers(rule.logsource) else { return false }
        return switch rules {
        case .any: true
        case .named(let names): names.contains { rule.isNamed($0) || rule.title == $0 }
        }
    }
}
