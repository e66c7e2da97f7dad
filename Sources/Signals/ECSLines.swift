internal import Deployments
package import Judge
internal import Sigma

/// Tells findings and deployments as Elastic Common Schema JSON, one object a line.
///
/// Field names are those of ``Deployments/Field``, nested at their dots; a field that can hold several values is always
/// an array. Reference: https://www.elastic.co/guide/en/ecs/current/.
package struct ECSLines {
    private var writer = JSONWriter()
    /// The deployment that the line tells of.
    private(set) var event: DeploymentEvent?
    /// What the line says beside the deployment's own values, or in their place, by slots.
    private var values = [[Deployments.FieldValue]](repeating: [], count: ECSShape.shared.leaves.count)
    /// The slots that hold any.
    private var filled: [Int] = []
    /// The objects that are open where the line is being written, from the outermost on.
    private var open: [Int] = []

    /// The version of the schema whose names these are.
    static let version = "8.17.0"

    package init() {}

    /// One line for each finding on a deployment, with the record that they speak of.
    package mutating func lines(_ event: DeploymentEvent, _ findings: [Finding]) -> [UInt8] {
        findings.reduce(into: []) { lines, finding in
            begin(event)
            fill(finding)
            lines += written()
        }
    }

    /// One line for a finding, with the record that it speaks of.
    ///
    /// - Parameter decision: what a guard decided of it, where one was asked.
    package mutating func line(_ finding: Finding, decision: GuardDecision? = nil) -> [UInt8] {
        switch finding.subject {
        case .deployment(let event): begin(event)
        case .rawRecord(let record): fill(record)
        case .correlation(let summary): fill(summary)
        }
        fill(finding)
        fill(decision)
        return written()
    }

    /// One line for a deployment, flagged or not.
    ///
    /// - Parameter decision: what a guard decided of it, where one was asked.
    package mutating func line(
        _ event: DeploymentEvent,
        rules: [String],
        decision: GuardDecision? = nil
    ) -> [UInt8] {
        begin(event)
        fill(decision)
        set(.ecsVersion, Self.version)
        set(.eventKind, "event")
        set(.ruleID, rules)
        return written(listsRules: true)
    }

    private mutating func fill(_ finding: Finding) {
        set(.ecsVersion, Self.version)
        set(.eventKind, "alert")
        set(.ruleID, finding.rule.id)
        set(.ruleName, finding.rule.title)
        set(.ruleLevel, finding.level)
        set(.ruleDescription, finding.rule.description)
        let techniques = finding.rule.techniques
        set(.framework, techniques.isEmpty ? nil : "MITRE ATT&CK")
        set(.technique, techniques)
        set(.findingID, finding.id)
        set(.reasons, finding.reasonWords)
        set(.message, finding.violation?.message)
        set(.violationPlace, finding.violation?.places ?? [])
        set(.violationRemedy, finding.violation.map { [$0.remedy] } ?? [])
    }

    private mutating func fill(_ decision: GuardDecision?) {
        guard let decision else { return }
        set(.decisionID, decision.id)
        set(.decisionOutcome, decision.outcome)
    }

    private mutating func fill(_ record: RawRecordSummary) {
        begin(nil)
        set(.timestamp, record.time?.description)
        set(.eventID, "\(record.log.path)#\(record.log.offset)")
        set(.eventAction, record.action)
        set(.eventDataset, record.dataset)
        set(.eventOriginal, record.original.isEmpty ? nil : record.original)
        set(.logFilePath, record.log.path)
        set(Field.logOffset.slot, .integer(Int64(record.log.offset)))
        set(.userName, record.userName)
        set(.userAgent, record.userAgent)
        set(.sourceIP, record.sourceAddress)
        set(.namespace, record.namespace)
        set(.resourceType, record.resource)
        set(.resourceName, record.name)
    }

    private mutating func fill(_ summary: CorrelationSummary) {
        begin(nil)
        set(.timestamp, summary.time.description)
        if let log = summary.events.last?.log {
            set(.logFilePath, log.path)
            set(Field.logOffset.slot, .integer(Int64(log.offset)))
        }
        set(ECSShape.Extra.correlatedCount.slot, .integer(Int64(summary.eventCount)))
        set(.correlatedFindings, summary.events.map(\.findingID))
        set(.correlatedPlaces, summary.events.map { $0.log.map(SubjectWords.position) ?? "" })
    }

    // MARK: Filling

    private static let keptValues = 1_024

    /// Begins a line that tells of a deployment, if it does.
    mutating func begin(_ event: DeploymentEvent?) {
        // Memory is used again, unless a record had far more values than most.
        for slot in filled { values[slot].removeAll(keepingCapacity: values[slot].capacity <= Self.keptValues) }
        filled.removeAll(keepingCapacity: true)
        self.event = event
    }

    mutating func set(_ field: Field, _ text: String?) {
        if let text { set(field.slot, .text(text)) }
    }

    mutating func set(_ extra: ECSShape.Extra, _ text: String?) {
        if let text { set(extra.slot, .text(text)) }
    }

    mutating func set(_ extra: ECSShape.Extra, _ texts: [String]) {
        let slot = extra.slot
        for text in texts { set(slot, .text(text)) }
    }

    mutating func set(_ slot: Int, _ value: Deployments.FieldValue) {
        if values[slot].isEmpty { filled.append(slot) }
        values[slot].append(value)
    }

    // MARK: Writing

    mutating func written(listsRules: Bool = false) -> [UInt8] {
        let shape = ECSShape.shared
        writer.clear()
        writer.beginObject()
        for (slot, field) in shape.fields.enumerated() {
            if !values[slot].isEmpty {
                let leaf = shape.leaves[slot]
                let isList = leaf.isList || listsRules && leaf.isOfRule
                begin(leaf, in: shape, isList: isList)
                for value in values[slot].prefix(isList ? .max : 1) { write(value) }
                if isList { writer.endArray() }
            } else if let field, let event {
                write(field, of: event, slot, in: shape)
            }
        }
        close(to: 0)
        writer.endObject()
        writer.newline()
        return writer.bytes
    }

    /// Writes what the deployment says itself, secrets masked; nothing where it says nothing.
    private mutating func write(_ field: Field, of event: DeploymentEvent, _ slot: Int, in shape: ECSShape) {
        var leaf: ECSShape.Leaf?
        // A secret may be a word of its own, behind its flag.
        var previous = ""
        event.values(of: field) { value in
            if let leaf {
                guard leaf.isList else { return }
            } else {
                leaf = shape.leaves[slot]
                begin(shape.leaves[slot], in: shape, isList: shape.leaves[slot].isList)
            }
            // `event.original` is there only when somebody asked for the record just as it is.
            guard shape.leaves[slot].isSecretBearing, case .text(let text) = value else { return write(value) }
            write(Self.masked(text, after: previous))
            previous = text
        }
        if let leaf, leaf.isList { writer.endArray() }
    }

    private static func masked(_ text: String, after previous: String) -> Deployments.FieldValue {
        guard previous.hasPrefix("-"), Secrets.mask("\(previous) \(text)") == "\(previous) ***" else {
            return .text(Secrets.mask(text))
        }
        return .text("***")
    }

    /// Writes the name of a field that has values, within the objects that it stands in.
    private mutating func begin(_ leaf: ECSShape.Leaf, in shape: ECSShape, isList: Bool) {
        var depth = 0
        while depth < open.count, depth < leaf.path.count, open[depth] == leaf.path[depth] { depth += 1 }
        close(to: depth)
        for node in leaf.path[depth...] {
            writer.key(written: shape.nodes[node].key)
            writer.beginObject()
            open.append(node)
        }
        writer.key(written: leaf.key)
        if isList { writer.beginArray() }
    }

    private mutating func close(to depth: Int) {
        while open.count > depth {
            writer.endObject()
            open.removeLast()
        }
    }

    private mutating func write(_ value: Deployments.FieldValue) {
        switch value {
        case .text(let text): writer.value(text)
        case .integer(let integer): writer.value(Int(integer))
        case .boolean(let flag): writer.value(flag)
        }
    }
}
