/// What is kept, and for how long.
package struct Retention: Sendable, Equatable {
    /// What happened, and was remembered first, longer ago is forgotten, in days; nil keeps it.
    package var days: Int?
    /// The ledger's own size: the oldest is forgotten until it is no larger; nil lets it grow.
    package var bytes: Int?
    /// For how much longer findings of high and critical level stay that nobody has closed, in days.
    package var openDays: Int
    /// Events of correlations and sightings that are older are forgotten, in days.
    package var correlationDays: Int
    package var sightingDays: Int

    package init(
        days: Int? = nil,
        bytes: Int? = nil,
        openDays: Int = 0,
        correlationDays: Int = 30,
        sightingDays: Int = 400
    ) {
        self.days = days
        self.bytes = bytes
        self.openDays = openDays
        self.correlationDays = correlationDays
        self.sightingDays = sightingDays
    }
}

/// What was forgotten.
package struct Forgotten: Sendable, Equatable {
    package var findings = 0
    package var deployments = 0
    package var correlationEvents = 0
    package var sightings = 0
    /// The ledger's size afterwards, in bytes.
    package var bytes = 0
    /// Whether it is still larger than was asked for, since nothing is left that may be forgotten.
    package var isOverSize = false

    package init() {}
}
