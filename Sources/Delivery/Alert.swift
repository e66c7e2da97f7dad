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
    /// What it stands for besides itself, where findings like it are told together.
    package var repeats: Repeats?

    /// Findings that were held back for a while, since one like them had just been told.
    package struct Repeats: Sendable, Equatable {
        /// How many there were, this alert included.
        package var count: Int
        /// When the first of them happened.
        package var first: Timestamp?
        /// Their findings' ids in order, this alert's included; not more than ``idLimit``.
        package var ids: [String]

        package static let idLimit = 100

        package init(count: Int, first: Timestamp?, ids: [String]) {
            self.count = count
            self.first = first
            self.ids = ids
        }
    }

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
        ecs: [UInt8],
        repeats: Repeats? = nil
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
        self.repeats = repeats
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

    /// Whether the alert is for this sink at all: not one on a container of Docker for a sink that tells Kubernetes.
    func concerns(_ alert: Alert) -> Bool

    /// Tells alerts in their order.
    ///
    /// - Throws: ``DeliveryError``, which says whether trying again may help; none of them counts as told then, unless
    ///   the error names those that were not.
    func send(_ alerts: [Alert]) async throws(DeliveryError)

    /// Opens anew what is written to, as after a log was rotated.
    func reopen() async throws(DeliveryError)

    /// Lets go of connections; nothing is sent after.
    func close() async
}

extension AlertSink {
    /// Every alert is.
    package func concerns(_ alert: Alert) -> Bool { true }

    /// Nothing is written to that could be moved away.
    package func reopen() async throws(DeliveryError) {}

    /// There are none that last.
    package func close() async {}
}
