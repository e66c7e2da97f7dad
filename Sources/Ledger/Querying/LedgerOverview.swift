package import Deployments

/// What the ledger holds, in numbers: a window of time in steps, and what there is over all time.
package struct LedgerOverview: Sendable, Equatable {
    /// What happened in one step of the window.
    package struct Bucket: Sendable, Equatable {
        /// Not before.
        package var since: Timestamp
        /// Before this instant.
        package var until: Timestamp
        /// How many deployments there are by each route that has any; those without a route are under the empty one.
        package var deployments: [String: Int]
        /// How many findings there are at each level that has any, whatever became of them.
        package var findings: [FindingLevel: Int]

        package init(
            since: Timestamp,
            until: Timestamp,
            deployments: [String: Int] = [:],
            findings: [FindingLevel: Int] = [:]
        ) {
            self.since = since
            self.until = until
            self.deployments = deployments
            self.findings = findings
        }
    }

    /// Each step of the window, also those in which nothing happened, the earliest first.
    package var buckets: [Bucket]
    /// How many findings of all time are open at each level that has any.
    package var openFindings: [FindingLevel: Int]
    /// How many deployments of all time there are.
    package var deployments: Int

    package init(buckets: [Bucket], openFindings: [FindingLevel: Int], deployments: Int) {
        self.buckets = buckets
        self.openFindings = openFindings
        self.deployments = deployments
    }
}

/// A rule with findings that are open.
package struct OpenRule: Sendable, Equatable {
    package var id: String
    /// As its newest open finding has it: a rule may have been renamed since the others.
    package var title: String
    /// The highest of its open findings'.
    package var level: FindingLevel
    /// How many of its findings are open.
    package var count: Int
    /// When the newest of them happened, or else was remembered first.
    package var newest: Timestamp
    /// The id of the newest of them.
    package var newestID: String

    package init(id: String, title: String, level: FindingLevel, count: Int, newest: Timestamp, newestID: String) {
        self.id = id
        self.title = title
        self.level = level
        self.count = count
        self.newest = newest
        self.newestID = newestID
    }
}
