internal import Judge
package import Sigma

/// Tells a rule or a correlation as one JSON object on a line, with ECS names.
package enum RuleCard {
    package static func line(_ rule: Rule) -> [UInt8] {
        line(FindingRule(rule), status: rule.status, file: rule.place.file, correlation: nil)
    }

    package static func line(_ correlation: Correlation) -> [UInt8] {
        line(
            FindingRule(correlation),
            status: correlation.status,
            file: correlation.place.file,
            correlation: correlation.kind
        )
    }

    private static func line(
        _ rule: FindingRule,
        status: Status?,
        file: String,
        correlation: Correlation.Kind?
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { root in
            root.key("rule")
            root.object { object in
                object.pair("id", rule.id)
                object.pair("name", rule.title)
                object.pair("level", (rule.level ?? .medium).rawValue)
                object.pair("status", status?.rawValue)
                object.pair("description", rule.description)
                object.pair("references", rule.references)
                object.pair("false_positives", rule.falsepositives)
            }
            root.key("threat")
            root.object { threat in
                threat.key("technique")
                threat.object { $0.pair("id", rule.techniques) }
            }
            root.pair("correlation", correlation?.rawValue)
            root.pair("file", file)
        }
        writer.newline()
        return writer.bytes
    }
}
