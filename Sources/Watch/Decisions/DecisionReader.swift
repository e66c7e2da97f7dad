internal import Deployments
internal import JSON
internal import Judge
internal import LiveIntake

/// Why a line is no decision of a guard.
struct DecisionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    var description: String

    init(_ description: String) { self.description = description }
}

/// What a guard decided of one container, and what its rules found.
struct ReadDecision {
    /// What was found by a rule.
    struct Found {
        /// The finding's id, as the guard tells it.
        var id: String
        /// The rule's key.
        var rule: String
        var title: String
        var level: String
    }

    var decision: GuardDecision
    /// Where the line stands.
    var position: ContainerDeployment.LogPosition
    /// When it was decided.
    var time: Timestamp?
    /// What it was about; nil where that could not be made out.
    var deployment: ContainerDeployment?
    var findings: [Found]
    /// The decision in one sentence.
    var sentence: String
    /// The line itself.
    var ecs: [UInt8]
}

/// Reads the decisions that a guard wrote, one ECS object a line.
///
/// They are judged already, by the same rules.
struct DecisionReader {
    private let parser = JSONParser(maximumBytes: 16 << 20)

    /// Reads one line.
    ///
    /// - Throws: ``DecisionError`` for a line that is none.
    func read(_ record: LiveRecord) throws(DecisionError) -> ReadDecision {
        guard !record.defects.contains(.oversized) else {
            throw DecisionError("a decision longer than any that is written")
        }
        let outcome = unsafe record.bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                try unsafe parser.withDocument(bytes) { Self.decision($0, record) }
            }
        }
        switch outcome {
        case .success(let decision?): return decision
        case .success(nil):
            throw DecisionError(
                "no decision: 'tidewaiter.decision.id' is missing; is this what 'guard --decisions' wrote?"
            )
        case .failure(let error):
            throw DecisionError("no decision: \(error.reason.rawValue) (byte \(error.offset))")
        }
    }

    private static func decision(_ root: JSONValue, _ record: LiveRecord) -> ReadDecision? {
        let line = DecisionLine(root)
        guard let id = line.texts("tidewaiter.decision.id").first else { return nil }
        var deployment = DecidedDeployment.read(root)
        deployment?.log = record.position
        let rules = zip(line.texts("rule.id"), zip(line.texts("rule.name"), line.texts("rule.level")))
        return ReadDecision(
            decision: GuardDecision(id: id, outcome: line.texts("tidewaiter.decision.outcome").first ?? ""),
            position: record.position,
            time: line.text(.timestamp).flatMap { Timestamp(rfc3339: $0.utf8) },
            deployment: deployment,
            findings: zip(line.texts("tidewaiter.finding.id"), rules).map { finding, rule in
                .init(id: finding, rule: rule.0, title: rule.1.0, level: rule.1.1)
            },
            sentence: line.texts("message").first ?? "",
            ecs: record.bytes
        )
    }
}
