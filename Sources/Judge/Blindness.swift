package import Deployments
package import Sigma

extension Judge.Bench {
    /// Rules that cannot match a deployment whose source shows it only so far, for telling people.
    package func rules(blindTo visibility: Visibility) -> [Rule] {
        guard visibility != .full else { return [] }
        return rules.filter { rule in
            !rule.isPartOfSequence && !rule.canMatch { name in Field(rawValue: name).map(visibility.hides) ?? false }
        }
    }
}
