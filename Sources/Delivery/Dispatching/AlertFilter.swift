package import Sigma

/// Which alerts an output tells.
package struct AlertFilter: Sendable, Equatable {
    /// The least level that is told.
    package var minimumLevel = Level.informational
    /// Rules by their ids; empty for all.
    package var rules: Set<String> = []
    /// Rules that are never told, by their ids.
    package var excludedRules: Set<String> = []
    /// ATT&CK techniques, such as `T1610`, of which the rule must name one or a sub-technique; empty for all.
    package var techniques: Set<String> = []

    package init() {}

    package func takes(_ alert: Alert) -> Bool {
        guard alert.level >= minimumLevel, !excludedRules.contains(alert.ruleID),
            rules.isEmpty || rules.contains(alert.ruleID)
        else { return false }
        guard !techniques.isEmpty else { return true }
        return alert.values(of: "threat.technique.id").contains { id in
            techniques.contains(id) || techniques.contains { id.hasPrefix($0 + ".") }
        }
    }
}
