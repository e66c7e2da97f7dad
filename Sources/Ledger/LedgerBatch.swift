package import Deployments

/// What is remembered in one transaction: all of it or nothing.
package struct LedgerBatch: Sendable {
    package var deployments: [DeploymentEntry] = []
    /// Deployments that turned out to be others, after those.
    package var absorptions: [Absorption] = []
    package var findings: [FindingEntry] = []
    package var streams: [StreamEntry] = []
    package var correlationEvents: [CorrelationEntry] = []
    package var sightings: [Sighting] = []

    package init() {}

    package var isEmpty: Bool {
        deployments.isEmpty && absorptions.isEmpty && findings.isEmpty && streams.isEmpty && correlationEvents.isEmpty
            && sightings.isEmpty
    }
}

/// One deployment with all that is known of it.
package struct DeploymentEntry: Sendable, Equatable {
    /// Names it for good; an entry with the same id takes the place of the one before.
    package var id: String
    package var time: Timestamp?
    /// When it was remembered first.
    package var receivedAt: Timestamp
    /// ECS fields that are asked for by themselves, by their names in ECS, such as `event.action` and `user.name`.
    package var fields: [String: String]
    /// By what other records are known to speak of the same container.
    package var joinKeys: [String]
    /// The ECS record, one JSON object without line end.
    package var ecs: [UInt8]
    /// The record as joining takes it up again after a restart.
    package var record: [UInt8]
    /// The records that spoke of it so far.
    package var trail: [TrailEntry]

    package init(
        id: String,
        time: Timestamp?,
        receivedAt: Timestamp,
        fields: [String: String] = [:],
        joinKeys: [String] = [],
        ecs: [UInt8],
        record: [UInt8] = [],
        trail: [TrailEntry] = []
    ) {
        self.id = id
        self.time = time
        self.receivedAt = receivedAt
        self.fields = fields
        self.joinKeys = joinKeys
        self.ecs = ecs
        self.record = record
        self.trail = trail
    }
}

/// A deployment that was remembered by itself, and is the same as another.
package struct Absorption: Sendable, Equatable {
    /// The one that is no more.
    package var id: String
    /// The one that its records and findings speak of.
    package var into: String

    package init(id: String, into: String) {
        self.id = id
        self.into = into
    }
}

/// One record that spoke of a deployment.
package struct TrailEntry: Sendable, Equatable {
    package var source: String
    package var dataset: String
    package var time: Timestamp?
    package var path: String?
    package var offset: Int?

    package init(
        source: String,
        dataset: String,
        time: Timestamp? = nil,
        path: String? = nil,
        offset: Int? = nil
    ) {
        self.source = source
        self.dataset = dataset
        self.time = time
        self.path = path
        self.offset = offset
    }
}

/// One finding.
package struct FindingEntry: Sendable, Equatable {
    package var id: String
    /// The deployment that it speaks of; nil for raw records and correlations.
    package var deploymentID: String?
    package var ruleID: String
    package var ruleTitle: String
    /// `informational`, `low`, `medium`, `high` or `critical`.
    package var level: String
    package var time: Timestamp?
    package var receivedAt: Timestamp
    /// ECS fields that are asked for by themselves.
    package var fields: [String: String]
    /// What findings are grouped by when they are told.
    package var group: String
    /// The finding in one sentence.
    package var sentence: String
    /// The ECS record, one JSON object without line end.
    package var ecs: [UInt8]

    package init(
        id: String,
        deploymentID: String? = nil,
        ruleID: String,
        ruleTitle: String,
        level: String,
        time: Timestamp? = nil,
        receivedAt: Timestamp,
        fields: [String: String] = [:],
        group: String,
        sentence: String,
        ecs: [UInt8]
    ) {
        self.id = id
        self.deploymentID = deploymentID
        self.ruleID = ruleID
        self.ruleTitle = ruleTitle
        self.level = level
        self.time = time
        self.receivedAt = receivedAt
        self.fields = fields
        self.group = group
        self.sentence = sentence
        self.ecs = ecs
    }
}

/// How far a stream of a source was read.
package struct StreamEntry: Sendable, Equatable {
    package var source: String
    package var stream: String
    /// Where to go on; nil forgets the stream.
    package var cursor: String?
    /// Where to read again from, to have the dialect know what it knew, and what it knew there.
    ///
    /// Nil keeps the one before.
    package var checkpoint: Checkpoint?
    /// Records between the checkpoint and the cursor.
    package var recordsSince: Int
    /// What of the memory has changed since the checkpoint, beside what was remembered of that before; empty for nothing.
    package var changes: [UInt8] = []

    package struct Checkpoint: Sendable, Equatable {
        package var cursor: String
        package var memory: [UInt8]
        /// What has changed of it since, in order.
        package var changes: [[UInt8]]

        package init(cursor: String, memory: [UInt8], changes: [[UInt8]] = []) {
            self.cursor = cursor
            self.memory = memory
            self.changes = changes
        }
    }

    package init(
        source: String,
        stream: String,
        cursor: String?,
        checkpoint: Checkpoint? = nil,
        recordsSince: Int = 0
    ) {
        self.source = source
        self.stream = stream
        self.cursor = cursor
        self.checkpoint = checkpoint
        self.recordsSince = recordsSince
    }
}

/// One event that a correlation took in, so that correlations know after a restart what they knew.
package struct CorrelationEntry: Sendable, Equatable {
    package var findingID: String
    package var time: Timestamp
    /// The event as the correlator wrote it.
    package var event: [UInt8]

    package init(
        findingID: String,
        time: Timestamp,
        event: [UInt8]
    ) {
        self.findingID = findingID
        self.time = time
        self.event = event
    }
}

/// Something that was seen, for rules on what is seen for the first time.
package struct Sighting: Sendable, Equatable {
    /// What it is: a `principal`, `registry` or `image`.
    package var kind: String
    package var value: String
    package var time: Timestamp

    package init(
        kind: String,
        value: String,
        time: Timestamp
    ) {
        self.kind = kind
        self.value = value
        self.time = time
    }
}
