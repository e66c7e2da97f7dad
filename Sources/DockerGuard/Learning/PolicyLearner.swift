/// Collects what was asked for and would have been refused, and writes the narrowest policy that would have allowed it.
package final class PolicyLearner: Sendable {
    package init() {}

    /// The policy, as YAML: merged, sorted, the same for the same requests in any order.
    package var policy: String { "" }
}
