internal import Judge
package import Sigma

/// Tells a rule as one JSON object on a line, with ECS names.
package enum RuleCard {
    package static func line(_ rule: Rule) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { root in
            root.key("rule")
            root.object { object in
                object.pair("id", rule.id)
                object.pair("name", rule.title)
                object.pair("level", (rule.level ?? .medium).rawValue)
                object.pair("status", rule.status?.rawValue)
                object.pair("description", rule.description)
                object.pair("references", rule.references)
                object.pair("false_positives", rule.falsepositives)
            }
            root.key("threat")
            root.object { threat in
                threat.key("technique")
                threat.object { $0.pair("id", rule.techniques) }
            }
            root.pair("file", rule.place.file)
        }
        writer.newline()
        return writer.bytes
    }
}
