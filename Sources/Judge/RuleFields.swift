internal import Deployments
package import Sigma

/// Checks the field names of rules on deployments: a misspelled one would never match, and say nothing.
package enum RuleFields {
    /// A warning for each field that no deployment has.
    package static func lint(_ rule: Rule) -> [Diagnostic] {
        guard rule.logsource.isContainerDeployment, let rules = try? RuleSet<DeploymentEvent>([rule]) else { return [] }
        return Set(rules.fieldNames).sorted().filter { Field(rawValue: $0) == nil }.map { name in
            let near = nearest(to: name)
            return Diagnostic(
                .warning,
                "no deployment has a field '\(name)'",
                at: rule.place,
                hint: near.map { "did you mean '\($0)'?" }
            )
        }
    }

    /// The same for what a correlation reads of matches on deployments.
    ///
    /// - Parameter rules: the rules that it may name.
    package static func lint(_ correlation: Correlation, _ rules: [Rule]) -> [Diagnostic] {
        var told: Set<String> = []
        return correlation.rules.flatMap { reference -> [Diagnostic] in
            let named = rules.filter { $0.isNamed(reference.name) }
            guard let rule = named.first, rule.logsource.category?.lowercased() == "container_deployment" else {
                return []
            }
            return (correlation.groupBy + correlation.fields).compactMap { column in
                let name = correlation.aliases[column]?[reference.name] ?? column
                guard Field(rawValue: name) == nil, told.insert(name).inserted else { return nil }
                return Diagnostic(
                    .warning,
                    "no deployment has a field '\(name)', so matches of '\(reference.name)' are left out",
                    at: correlation.place,
                    hint: nearest(to: name).map { "did you mean '\($0)'?" }
                )
            }
        }
    }

    /// The field whose name differs least, when it differs little.
    private static func nearest(to name: String) -> String? {
        let scored = Field.allCases.map { (name: $0.rawValue, distance: distance($0.rawValue, name)) }
        return scored.filter { $0.distance <= 4 }.min { $0.distance < $1.distance }?.name
    }

    /// Edits (insert, delete, replace) that make one text of the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8.prefix(128)))
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
