package import Sigma

/// What is told of the rule that a finding comes from, be it a Sigma rule or a control of a standard.
///
/// One that all of the rule's findings share.
package final class FindingRule: Sendable {
    /// What it is known by: a Sigma rule's identifier, or a stable name such as `pod-security/baseline/privileged`.
    package let id: String?
    package let title: String
    package let level: Level?
    package let description: String?
    /// Where the knowledge comes from.
    package let references: [String]
    /// Known causes of false alarms.
    package let falsepositives: [String]
    /// Tags such as `attack.t1610`.
    package let tags: [String]
    /// ATT&CK technique ids from its tags, in their order.
    package let techniques: [String]

    /// A Sigma rule.
    package convenience init(_ rule: Rule) {
        self.init(
            id: rule.id,
            title: rule.title,
            level: rule.level,
            description: rule.description,
            references: rule.references,
            falsepositives: rule.falsepositives,
            tags: rule.tags
        )
    }

    /// A correlation.
    package convenience init(_ correlation: Correlation) {
        self.init(
            id: correlation.id,
            title: correlation.title,
            level: correlation.level,
            description: correlation.description,
            references: correlation.references,
            falsepositives: correlation.falsepositives,
            tags: correlation.tags
        )
    }

    init(
        id: String?,
        title: String,
        level: Level?,
        description: String?,
        references: [String],
        falsepositives: [String] = [],
        tags: [String]
    ) {
        self.id = id
        self.title = title
        self.level = level
        self.description = description
        self.references = references
        self.falsepositives = falsepositives
        self.tags = tags
        techniques = Rule.techniques(in: tags)
    }

    /// What names the rule for good: its id, or its title where it has none.
    package var key: String { id ?? title }
}

/// What a control holds against a deployment.
package struct ControlViolation: Sendable, Equatable {
    /// In the words of whoever enforces the standard.
    package var message: String
    /// The fields that violate it: `spec.containers[1].securityContext.privileged`.
    package var places: [String]
    /// What to change.
    package var remedy: String
}

extension Rule {
    /// ATT&CK technique ids from the rule's tags (`attack.t1610` is `T1610`), in their order.
    package var techniques: [String] { Self.techniques(in: tags) }

    static func techniques(in tags: [String]) -> [String] {
        tags.compactMap { tag in
            let tag = tag.lowercased()
            guard tag.hasPrefix("attack.t"), let first = tag.dropFirst(8).first, first.isASCII, first.isNumber else {
                return nil
            }
            return tag.dropFirst(7).uppercased()
        }
    }
}
