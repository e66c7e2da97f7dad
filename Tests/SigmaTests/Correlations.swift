import Sigma
import SigmaTesting

/// Correlations cut down to what a test is about: over rules `a`, `b` and `c`, told of events in seconds.
enum Correlations {
    static let rules = ["a", "b", "c"]

    /// A match of a rule at a time.
    struct Step: Sendable {
        var rule: String
        var second: Int64
        var fields: [String: FieldMap.Value]

        init(_ rule: String, _ second: Int64, _ fields: [String: FieldMap.Value] = [:]) {
            (self.rule, self.second, self.fields) = (rule, second, fields)
        }
    }

    /// A correlation as a document; `body` is what stands under `correlation`.
    static func document(_ name: String, _ body: String) -> String {
        "title: \(name)\nname: \(name)\ncorrelation: {\(body)}\n"
    }

    /// Those documents beside the three rules.
    static func documents(_ correlations: String...) -> RuleDocuments {
        let rules = rules.map { name in
            "title: \(name)\nname: \(name)\nid: id-\(name)\nlogsource: {product: p}\n"
                + "detection: {s: {f: \(name)}, condition: s}\n"
        }
        return RuleReader.read((correlations + rules).joined(separator: "---\n"), file: "c.yml")
    }

    static func plan(_ documents: RuleDocuments, _ limits: CorrelationLimits = .init()) -> CorrelationPlan {
        CorrelationPlan(documents.correlations, rules: documents.rules, limits: limits)
    }

    /// An engine with what is needed to tell it of steps.
    struct Run {
        let plan: CorrelationPlan
        let fields: CorrelationFields<FieldMap>
        var engine: CorrelationEngine
        var told: [CorrelationMatch] = []
        var next: Int64 = 0

        init(_ plan: CorrelationPlan, lateness: Int64 = 0) {
            self.plan = plan
            fields = CorrelationFields(plan)
            engine = CorrelationEngine(plan, lateness: .seconds(lateness))
        }

        /// Events are named by their number, from 0.
        @discardableResult
        mutating func tell(_ step: Step) -> CorrelationEngine.Receipt {
            let rule = Correlations.rules.firstIndex(of: step.rule) ?? -1
            let values = rule < 0 ? [] : fields.values(of: FieldMap(step.fields), for: rule)
            let event = CorrelationEvent(rule: rule, id: next, time: step.second * 1_000_000_000, values: values)
            next += 1
            return engine.receive(event) { told.append($0) }
        }

        mutating func finish() { engine.finish { told.append($0) } }

        /// `title@second [group] figure: events` for each match.
        var lines: [String] {
            told.map { match in
                let figure = match.figure == match.figure.rounded() ? "\(Int(match.figure))" : "\(match.figure)"
                return "\(plan.correlations[match.correlation].title)@\(match.time / 1_000_000_000)"
                    + " \(match.group) \(figure): \(match.events)"
            }
        }
    }

    /// What is told of those steps, as lines.
    static func lines(_ body: String, _ steps: [Step], lateness: Int64 = 0) -> [String] {
        lines([document("x", body)], steps, lateness: lateness)
    }

    static func lines(_ correlations: [String], _ steps: [Step], lateness: Int64 = 0) -> [String] {
        var run = Run(plan(documents(correlations.joined(separator: "---\n"))), lateness: lateness)
        for step in steps { run.tell(step) }
        run.finish()
        return run.lines
    }
}
