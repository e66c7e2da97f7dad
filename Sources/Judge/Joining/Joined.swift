package import Deployments

/// What became of a record that speaks of a container: the first of its deployment, or one more of its trail.
package struct Joined: Sendable {
    /// Names the deployment for good: the identity of its first record.
    package var id: String
    /// Whether the record is the first that speaks of it.
    package var isFirst: Bool
    /// Whether the record told more of it than was known (a principal, a source address, a body).
    package var isImproved: Bool
    /// All that is known of the deployment now; rules judge this.
    package var deployment: ContainerDeployment
    /// By what other records are known to speak of the same container.
    package var keys: [String]
    /// What names the first record in its findings' ids (``DeploymentEvent``), so that what is judged again is found
    /// again under the same ids.
    package var identity: [String]
    /// What a guard decided of it, where one was asked.
    package var decision: GuardDecision?
    /// The deployment as the ledger keeps it: ``DeploymentRecord``, written.
    package var record: [UInt8]
    /// Deployments told before that turn out to be this one, by their ids; they are not joined to any more.
    package var absorbed: [String] = []

    /// The id that a finding of a rule on it has, whoever judged it by that rule.
    ///
    /// - Parameter rule: the rule's key.
    package func findingID(of rule: String) -> String { RecordIdentity.findingID(rule: rule, parts: identity) }
}
