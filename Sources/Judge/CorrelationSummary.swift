package import Deployments
internal import Sigma

/// What a correlation found: which events together.
///
/// What they have in common is told by the reasons of the finding.
package struct CorrelationSummary: Sendable, Equatable {
    /// One of the events.
    package struct Event: Sendable, Equatable {
        /// The id of the finding on that record, told or silent: the same in every run.
        package var findingID: String
        /// The title of the rule that matched it.
        package var rule: String
        /// When it was.
        package var time: Timestamp
        /// Where its record stands.
        package var log: ContainerDeployment.LogPosition?

        init(findingID: String, rule: String, time: Timestamp, log: ContainerDeployment.LogPosition?) {
            self.findingID = findingID
            self.rule = rule
            self.time = time
            self.log = log
        }

        /// The record of a finding.
        init(_ finding: Finding, at time: Timestamp) {
            self.init(findingID: finding.id, rule: finding.rule.title, time: time, log: finding.subject.log)
        }
    }

    /// When the event was that completed it.
    package var time: Timestamp
    /// The events, the oldest first; of too many, the newest.
    package var events: [Event]
    /// How many events there are, with those that are not named.
    package var eventCount: Int
    /// How long they belong together.
    package var timespan: Duration

    init(_ match: CorrelationMatch, of correlation: Correlation, _ events: [Event]) {
        // By its own account, where the clock that told it was set back meanwhile.
        time = events.last?.time ?? Timestamp(microseconds: match.time / 1_000)
        timespan = correlation.timespan
        self.events = events
        eventCount = match.eventCount
    }
}
