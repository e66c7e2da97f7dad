internal import Synchronization

/// Collects what was asked for and would have been refused, and writes the narrowest policy that would have allowed it.
package final class PolicyLearner: Sendable {
    private let learned = Mutex(Allowances())

    package init() {}

    func learn(_ judging: Judging) {
        learned.withLock { learned in
            for objection in judging.objections {
                if let value = objection.value, objection.part.matching != .whole {
                    learned.open(objection.part, for: [value])
                } else {
                    learned.open(objection.part)
                }
            }
        }
    }

    /// The policy, as YAML: merged, sorted, the same for the same requests in any order.
    package var policy: String { "" }
}
