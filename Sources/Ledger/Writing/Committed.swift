/// What of a batch was not known before.
package struct Committed: Sendable, Equatable {
    /// A finding that is remembered for the first time.
    package struct NewFinding: Sendable, Equatable {
        package var id: String
        /// Its place among all findings, ascending.
        package var sequence: Int64

        package init(id: String, sequence: Int64) {
            self.id = id
            self.sequence = sequence
        }
    }

    /// In the batch's order; what is missing was known, or is the same rule on the same deployment.
    package var newFindings: [NewFinding] = []
    /// Ids of the deployments that were not known.
    package var newDeployments: [String] = []
    /// What was seen for the first time.
    package var firstSightings: [Sighting] = []

    package init() {}
}
