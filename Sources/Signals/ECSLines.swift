package import Deployments
package import Judge
internal import Sigma

/// Tells findings and deployments as Elastic Common Schema JSON, one object a line.
///
/// Field names are those of ``Deployments/Field``, nested at their dots; a field that can hold several values is always
/// an array. Reference: https://www.elastic.co/guide/en/ecs/current/.
package struct ECSLines {
    private var writer = JSONWriter()

    package init() {}

    /// One line for a finding, with the record that it speaks of.
    package mutating func line(_ finding: Finding) -> [UInt8] {
        writer.clear()
        writer.object { object in
            var tree = FieldTree()
            switch finding.subject {
            case .deployment(let deployment): tree.add(deployment)
            case .rawRecord(let record):
                tree.add("event.dataset", [.text(record.dataset)])
                tree.add("log.file.path", [.text(record.log.path)])
                tree.add("log.offset", [.integer(Int64(record.log.offset))])
                tree.add("event.original", [.text(record.original)])
            }
            tree.add("event.kind", [.text("alert")])
            tree.add("rule.id", finding.rule.id.map { [.text($0)] } ?? [])
            tree.add("rule.name", [.text(finding.rule.title)])
            tree.add("rule.level", [.text(finding.level)])
            tree.add("rule.description", finding.rule.description.map { [.text($0)] } ?? [])
            tree.add("threat.framework", [.text("MITRE ATT&CK")])
            tree.add("threat.technique.id", finding.rule.techniques.map { .text($0) }, isList: true)
            tree.add("tidewaiter.finding.id", [.text(finding.id)])
            let reasons = finding.reasons.map(\.words)
            tree.add("tidewaiter.reasons", reasons.map { .text($0) }, isList: true)
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
            add(field.rawValue, values.map { field.isSecretBearing ? $0.masked : $0 }, isList: field.isList)
        }
    }

    func write(to writer: inout JSONWriter) { write(root, &writer) }

    private func write(_ node: Node, _ writer: inout JSONWriter) {
        for (name, child) in node.children {
            writer.key(name)
            // A name that holds a value and other names keeps both: the value goes below the empty name's stand-in.
            if child.children.isEmpty {
                write(child.values, child.isList, &writer)
            } else {
                writer.object { object in
                    if !child.values.isEmpty {
                        object.key("value")
                        write(child.values, child.isList, &object)
                    }
                    write(child, &object)
                }
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

extension Finding {
    /// The rule's level in words.
    package var level: String { rule.level?.rawValue ?? "medium" }
}

extension Reason {
    /// What matched what, in one line.
    package var words: String {
        guard let field else { return pattern }
        return "\(field) \(pattern)\(value.map { " (\($0.prefix(200)))" } ?? "")"
    }
}
