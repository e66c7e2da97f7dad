/// Which labels an object has to have.
///
/// Source: apimachinery, meta/v1, `LabelSelector`.
package struct LabelSelector: Sendable, Hashable {
    package enum Operator: String, Sendable {
        case isIn = "In"
        case isNotIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
    }

    package struct Requirement: Sendable, Hashable {
        package var key: String
        package var `operator`: Operator
        package var values: [String]

        package init(_ key: String, _ operator: Operator, _ values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }
    }

    package var matchLabels: [String: String]
    package var matchExpressions: [Requirement]

    package init(matchLabels: [String: String] = [:], matchExpressions: [Requirement] = []) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }

    /// Whether labels are meant; one that asks for nothing means all.
    package func matches(_ labels: [String: String]) -> Bool {
        matchLabels.allSatisfy { labels[$0.key] == $0.value }
            && matchExpressions.allSatisfy { requirement in
                let value = labels[requirement.key]
                return switch requirement.operator {
                case .isIn: value.map(requirement.values.contains) ?? false
                case .isNotIn: value.map { !requirement.values.contains($0) } ?? true
                case .exists: value != nil
                case .doesNotExist: value == nil
                }
            }
    }
}
