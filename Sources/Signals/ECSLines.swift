package import Deployments
package import Judge
internal import Sigma

/// Tells findings and deployments as Elastic Common Schema JSON, one object a line.
///
/// Field names are those of ``Deployments/Field``, nested at their dots; a field that can hold several values is always
/// an array. Reference: https://www.elastic.co/guide/en/ecs/current/.
package struct ECSLines {
    private var writer = JSONWriter()

    /// The version of the schema whose names these are.
    private static let version = "8.17.0"

    package init() {}

    /// One line for a finding, with the record that it speaks of.
    package mutating func line(_ finding: Finding) -> [UInt8] {
        writer.clear()
        writer.object { object in
            var tree = FieldTree()
            switch finding.subject {
            case .deployment(let deployment): tree.add(deployment)
            case .rawRecord(let record): tree.add(record)
            }
            tree.add("ecs.version", [.text(Self.version)])
            tree.add("event.kind", [.text("alert")])
            tree.add("rule.id", finding.rule.id.map { [.text($0)] } ?? [])
            tree.add("rule.name", [.text(finding.rule.title)])
            tree.add("rule.level", [.text(finding.level)])
            tree.add("rule.description", finding.rule.description.map { [.text($0)] } ?? [])
            let techniques = finding.rule.techniques
            if !techniques.isEmpty { tree.add("threat.framework", [.text("MITRE ATT&CK")]) }
            tree.add("threat.technique.id", techniques.map { .text($0) }, isList: true)
            tree.add("tidewaiter.finding.id", [.text(finding.id)])
            tree.add("tidewaiter.reasons", finding.reasonWords.map { .text($0) }, isList: true)
            tree.write(to: &object)
        }
        writer.newline()
        return writer.bytes
    }

    /// One line for a deployment, flagged or not.
    package mutating func line(_ deployment: ContainerDeployment, rules: [String]) -> [UInt8] {
        writer.clear()
        writer.object { object in
            var tree = FieldTree()
            tree.add(deployment)
            tree.add("ecs.version", [.text(Self.version)])
            tree.add("event.kind", [.text("event")])
            tree.add("rule.id", rules.map { .text($0) }, isList: true)
            tree.write(to: &object)
        }
        writer.newline()
        return writer.bytes
    }
}

/// Dotted field names as nested objects.
struct FieldTree {
    private final class Node {
        var children: [(name: String, node: Node)] = []
        var values: [Deployments.FieldValue] = []
        var isList = false

        func child(_ name: Substring) -> Node {
            if let known = children.first(where: { $0.name == name }) { return known.node }
            let node = Node()
            children.append((String(name), node))
            return node
        }
    }

    private let root = Node()

    mutating func add(_ name: String, _ values: [Deployments.FieldValue], isList: Bool = false) {
        guard !values.isEmpty else { return }
        var node = root
        for part in name.split(separator: ".") { node = node.child(part) }
        node.values = values
        node.isList = isList
    }

    mutating func add(_ deployment: ContainerDeployment) {
        for field in Field.allCases {
            var values: [Deployments.FieldValue] = []
            deployment.visitValues(of: field) { values.append($0) }
            // `event.original` is there only when somebody asked for the record just as it is.
            add(field.rawValue, field.isSecretBearing ? Self.masked(values) : values, isList: field.isList)
        }
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

    mutating func add(_ record: RawRecordSummary) {
        add("@timestamp", record.time.map { [.text($0.description)] } ?? [])
        add("event.id", [.text("\(record.log.path)#\(record.log.offset)")])
        add("event.action", record.action.map { [.text($0)] } ?? [])
        add("event.dataset", [.text(record.dataset)])
        if !record.original.isEmpty { add("event.original", [.text(record.original)]) }
        add("log.file.path", [.text(record.log.path)])
        add("log.offset", [.integer(Int64(record.log.offset))])
        add("user.name", record.userName.map { [.text($0)] } ?? [])
        add("user_agent.original", record.userAgent.map { [.text($0)] } ?? [])
        add("source.ip", record.sourceAddress.map { [.text($0)] } ?? [])
        add("orchestrator.namespace", record.namespace.map { [.text($0)] } ?? [])
        add("orchestrator.resource.type", record.resource.map { [.text($0)] } ?? [])
        add("orchestrator.resource.name", record.name.map { [.text($0)] } ?? [])
    }

    func write(to writer: inout JSONWriter) { write(root, &writer) }

    // No field's name is another's first part, so a node has either values or children.
    private func write(_ node: Node, _ writer: inout JSONWriter) {
        for (name, child) in node.children {
            writer.key(name)
            if child.children.isEmpty {
                write(child.values, child.isList, &writer)
            } else {
                writer.object { write(child, &$0) }
            }
        }
    }

    private func write(_ values: [Deployments.FieldValue], _ isList: Bool, _ writer: inout JSONWriter) {
        if isList {
            writer.array { array in for value in values { write(value, &array) } }
        } else if let value = values.first {
            write(value, &writer)
        }
    }

    private func write(_ value: Deployments.FieldValue, _ writer: inout JSONWriter) {
        switch value {
        case .text(let text): writer.value(text)
        case .integer(let integer): writer.value(Int(integer))
        case .boolean(let flag): writer.value(flag)
        }
    }
}
