internal import Deployments
internal import JSON
internal import Sigma

/// The rules on one raw log, compiled.
///
/// A class, since it is taken up for every record, and a copy would be of every part.
final class RawBench: Sendable {
    let source: RawSource
    let rules: [Rule]
    /// The places of the rules in the library.
    let indices: [Int]
    let ruleSet: RuleSet<RawEvent>
    /// For each rule, whether it may be held against a request that has no answer yet.
    let judgesUnanswered: [Bool]

    /// Nil when no rule reads the log, so that judging it costs nothing.
    ///
    /// - Parameter isUsed: whether the rule at a place of the library is held against anything.
    init?(_ source: RawSource, _ library: RuleLibrary, _ isUsed: (Int) -> Bool) throws(RuleSetError) {
        let indices = library.rules.indices.filter { index in
            isUsed(index) && library.rules[index].logsource.covers(source.logSource)
        }
        let rules = indices.map { library.rules[$0] }
        guard !rules.isEmpty else { return nil }
        self.source = source
        self.rules = rules
        self.indices = indices
        var filters = library.filters
        if source == .kubernetesAudit { filters += KubernetesRuleFilters.joined(to: rules) }
        ruleSet = try RuleSet(rules, filters: filters)
        judgesUnanswered = zip(rules, ruleSet.filters).map { rule, filters in
            RequestStage.isKnownUnanswered(([rule.detection] + filters.map(\.detection)).flatMap(\.fieldNames))
        }
    }
}

/// The stages of an audited request.
enum RequestStage {
    /// Whether rules on these fields mean the same before the request is answered: at the stage RequestReceived, most
    /// of an event is missing, and a rule that asks for something *not* to be there would take that for an answer.
    static func isKnownUnanswered(_ fields: [String?]) -> Bool {
        fields.contains("stage")
            || fields.allSatisfy { field in
                guard let field else { return false }
                return known.contains(field) || field.hasPrefix("user.") || field.hasPrefix("impersonatedUser.")
            }
    }

    private static let known: Set<String> = [
        "verb", "requestURI", "userAgent", "sourceIPs", "objectRef.resource", "objectRef.subresource",
        "objectRef.namespace", "objectRef.apiGroup", "objectRef.apiVersion", "resource", "subresource", "namespace",
        "apiGroup", "username", "groups", "auditID", "requestReceivedTimestamp",
    ]

    /// Whether the event was written before the request was answered.
    static func isUnanswered(_ event: JSONValue) -> Bool {
        event["stage"]?.text.map { $0 == "RequestReceived" } ?? false
    }
}

extension Detection {
    /// The fields that its searches read; nil for keywords.
    var fieldNames: [String?] {
        func names(_ body: Selection.Body) -> [String?] {
            switch body {
            case .item(let item): [item.field]
            case .all(let parts), .any(let parts): parts.flatMap(names)
            case .elements(let field, _, _): [field]
            }
        }
        return selections.flatMap { names($0.body) }
    }
}
