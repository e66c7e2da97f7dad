package import Deployments
package import Sigma

/// One finding as outputs tell it.
package struct Alert: Sendable, Equatable {
    /// Its place in the ledger, ascending.
    package var sequence: Int64
    /// The finding's id: the same when it is told again.
    package var id: String
    package var time: Timestamp?
    package var level: Level
    package var ruleID: String
    package var title: String
    /// The finding in one sentence.
    package var sentence: String
    /// What it is grouped by: the container, the pod, the principal.
    package var group: String
    /// ECS fields that are asked for by themselves, such as `user.name` and `orchestrator.namespace`.
    package var fields: [String: String]
    /// The ECS record, one JSON object without line end.
    package var ecs: [UInt8]

    package init(
        sequence: Int64,
        id: String,
        time: Timestamp?,
        level: Level,
        ruleID: String,
        title: String,
        sentence: String,
        group: String,
        fields: [String: String],
        ecs: [UInt8]
    ) {
        self.sequence = sequence
        self.id = id
        self.time = time
        self.level = level
        self.ruleID = ruleID
        self.title = title
        self.sentence = sentence
        self.group = group
        self.fields = fields
        self.ecs = ecs
    }
}

/// Where alerts wait until every output has told them: the ledger, as outputs see it.
///
/// It is the queue of each output, kept on disk: an output that is slow or dead only falls behind.
package protocol AlertStore: Sendable {
    /// Alerts behind a place, in order.
    func alerts(after sequence: Int64, limit: Int) async throws -> [Alert]

    /// How far an output has told; nil for one that is new.
    func position(of output: String) async throws -> Int64?

    /// Remembers how far an output has told.
    func setPosition(_ sequence: Int64, of output: String) async throws

    /// The place of the newest alert; 0 where there is none.
    func newest() async throws -> Int64
}

/// One way of telling.
package protocol AlertSink: Sendable {
    /// Most alerts that are told at once.
    var batchLimit: Int { get }

    /// Tells alerts in their order.
    ///
    /// - Throws: ``DeliveryError``, which says whether trying again may help; none of them counts as told then.
    func send(_ alerts: [Alert]) async throws(DeliveryError)
}

/// Why alerts were not told.
package struct DeliveryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do; no secret is in it.
    package var description: String
    /// Whether the same alerts may be taken later: a server that does not answer, not one that refuses them.
    package var isTransient: Bool

    package init(_ description: String, isTransient: Bool) {
        self.description = description
        self.isTransient = isTransient
    }
}
