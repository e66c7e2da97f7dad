package import Deployments
package import Judge
internal import Sigma

/// Tells findings and deployments as Elastic Common Schema JSON, one object a line.
///
/// Field names are those of ``Deployments/Field``, nested at their dots; a field that can hold several values is always
/// an array. Reference: https://www.elastic.co/guide/en/ecs/current/.
package struct ECSLines {
    private var writer = JSONWriter()
    /// The values of the line that is being written, by their slots.
    var values = [[Deployments.FieldValue]](repeating: [], count: ECSShape.shared.slotCount)

    /// The version of the schema whose names these are.
    static let version = "8.17.0"

    package init() {}

    /// One line for each finding on a deployment, with the record that they speak of.
    package mutating func lines(_ deployment: ContainerDeployment, _ findings: [Finding]) -> [UInt8] {
        guard !findings.isEmpty else { return [] }
        fill(deployment)
        var lines: [UInt8] = []
        for finding in findings {
            fill(finding)
            lines += written()
        }
        return lines
    }

    /// One line for a finding, with the record that it speaks of.
    package mutating func line(_ finding: Finding) -> [UInt8] {
        switch finding.subject {
        case .deployment(let deployment): fill(deployment)
        case .rawRecord(let record): fill(record)
        }
        fill(finding)
        return written()
    }

    /// One line for a deployment, flagged or not.
    package mutating func line(_ deployment: ContainerDeployment, rules: [String]) -> [UInt8] {
        fill(deployment)
        clearExtras()
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

    mutating func clearExtras() {
        for extra in ECSShape.Extra.allCases { values[extra.slot] = [] }
    }

    mutating func fill(_ deployment: ContainerDeployment) {
        let commands = CommandReadings(of: deployment)
        for (slot, field) in Field.allCases.enumerated() {
            values[slot].removeAll(keepingCapacity: true)
            if field.isOfCommands {
                commands?.visitValues(of: field) { values[slot].append($0) }
            } else {
                deployment.visitValues(of: field) { values[slot].append($0) }
            }
            // `event.original` is there only when somebody asked for the record just as it is.
            if field.isSecretBearing, !values[slot].isEmpty { values[slot] = Self.masked(values[slot]) }
        }
    }

    mutating func clear() {
        for slot in values.indices { values[slot].removeAll(keepingCapacity: true) }
    }

    private mutating func fill(_ record: RawRecordSummary) {
        clear()
        set(.timestamp, record.time?.description)
        set(.eventID, "\(record.log.path)#\(record.log.offset)")
        set(.eventAction, record.action)
        set(.eventDataset, record.dataset)
        set(.eventOriginal, record.original.isEmpty ? nil : record.original)
        set(.logFilePath, record.log.path)
        values[Field.logOffset.slot] = [.integer(Int64(record.log.offset))]
        set(.userName, record.userName)
        set(.userAgent, record.userAgent)
        set(.sourceIP, record.sourceAddress)
        set(.namespace, record.namespace)
        set(.resourceType, record.resource)
        set(.resourceName, record.name)
    }

    mutating func set(_ field: Field, _ text: String?) {
        values[field.slot] = text.map { [.text($0)] } ?? []
    }

    mutating func set(_ extra: ECSShape.Extra, _ text: String?) {
        values[extra.slot] = text.map { [.text($0)] } ?? []
    }

    mutating func set(_ extra: ECSShape.Extra, _ texts: [String]) {
        values[extra.slot] = texts.map { .text($0) }
    }

    /// A secret may be a word of its own, behind its flag.
    private static func masked(_ values: [Deployments.FieldValue]) -> [Deployments.FieldValue] {
        var previous = ""
        return values.map { value in
            guard case .text(let text) = value else { return value }
            defer { previous = text }
            guard previous.hasPrefix("-"), Secrets.mask("\(previous) \(text)") == "\(previous) ***" else {
                return value.masked
            }
            return .text("***")
        }
    }

    // MARK: Writing

    mutating func written(listsRules: Bool = false) -> [UInt8] {
        writer.clear()
        Self.write(0, values, listsRules: listsRules, to: &writer)
        writer.newline()
        return writer.bytes
    }

    /// Writes a node and what is below it; nothing where there are no values.
    private static func write(
        _ index: Int,
        _ values: [[Deployments.FieldValue]],
        listsRules: Bool,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            let shape = ECSShape.shared
            for child in shape.nodes[index].children {
                let slot = shape.nodes[child].slot
                if slot < 0 {
                    guard holdsValues(child, values) else { continue }
                    object.key(written: shape.nodes[child].key)
                    write(child, values, listsRules: listsRules, to: &object)
                } else if !values[slot].isEmpty {
                    object.key(written: shape.nodes[child].key)
                    write(values[slot], shape.isList[slot] || listsRules && shape.isOfRule[slot], to: &object)
                }
            }
        }
    }

    private static func holdsValues(_ index: Int, _ values: [[Deployments.FieldValue]]) -> Bool {
        let slot = ECSShape.shared.nodes[index].slot
        if slot >= 0 { return !values[slot].isEmpty }
        return ECSShape.shared.nodes[index].children.contains { holdsValues($0, values) }
    }

    private static func write(_ values: [Deployments.FieldValue], _ isList: Bool, to writer: inout JSONWriter) {
        if isList {
            writer.array { array in for value in values { write(value, to: &array) } }
        } else if let value = values.first {
            write(value, to: &writer)
        }
    }

    private static func write(_ value: Deployments.FieldValue, to writer: inout JSONWriter) {
        switch value {
        case .text(let text): writer.value(text)
        case .integer(let integer): writer.value(Int(integer))
        case .boolean(let flag): writer.value(flag)
        }
    }
}
