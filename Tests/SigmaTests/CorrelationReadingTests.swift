import Sigma
import Testing

/// What is said of correlations that are wrong: the exact words, at the exact place.
struct CorrelationReadingTests {
    private static func complaints(_ body: String) -> [String] {
        let text = "title: t\ncorrelation:\n" + body.split(separator: "\n").map { "  \($0)\n" }.joined()
        return RuleReader.read(text, file: "c.yml").diagnostics.map(\.description)
    }

    @Test(arguments: [
        ("type: [event_count]", "3:9: error: 'type' must be text"),
        (
            "type: event_cuont",
            "3:9: error: 'event_cuont' is no type (one of event_count, value_count, temporal, temporal_ordered, "
                + "value_sum, value_avg, value_percentile, value_median)"
        ),
    ])
    func `a wrong type is an error at its place`(_ body: String, _ complaint: String) {
        #expect(Self.complaints("\(body)\nrules: [a]\ntimespan: 5m") == ["c.yml:" + complaint])
    }

    @Test(arguments: [
        ("rules: []", "4:3: error: the correlation names no rules (list the ids or names of rules under 'rules')"),
        ("rules: [a, {b: c}]", "4:14: error: 'rules' must be a list of names"),
        ("rules: [a, b, a]", "4:17: error: the rule 'a' stands twice"),
        (
            "rules: [a]\ntimespam: 5m",
            "5:3: error: 'timespam' is no key here "
                + "(one of aliases, condition, generate, group-by, rules, timespan, type)"
        ),
        ("rules: [a]\ngroup-by: [u, u]", "5:17: error: the field 'u' stands twice"),
        ("rules: [a]\ngroup-by: {u: v}", "5:13: error: 'group-by' must be a list of names"),
        ("rules: [a]\ngenerate: maybe", "5:13: error: 'generate' is true or false, or 1 or 0"),
        ("rules: [a]\naliases: [x]", "5:12: error: 'aliases' must be a map"),
        (
            "rules: [a]\naliases: {x: {b: f}}",
            "5:17: error: the alias 'x' is for 'b', which is not under 'rules' (name it as it is named there: a)"
        ),
    ])
    func `a wrong part is an error at its place`(_ body: String, _ complaint: String) {
        let parts = "type: event_count\n\(body)\ntimespan: 5m\ncondition: {gte: 5}"
        #expect(Self.complaints(parts).contains("c.yml:" + complaint), "\(Self.complaints(parts))")
    }

    @Test(arguments: ["5", "m", "0s", "-5m", "1.5h", "5 m", "5S", "5m5s", "101y", "99999999999999999999s", "''"])
    func `what is no timespan is refused`(_ timespan: String) {
        let text = timespan == "''" ? "" : timespan
        #expect(
            Self.complaints("type: temporal\nrules: [a, b]\ntimespan: \(timespan)") == [
                "c.yml:5:13: error: '\(text)' is no timespan (write it like 30s, 5m, 1h or 7d)"
            ]
        )
    }

    @Test(arguments: [
        ("90s", 90), ("5m", 300), ("1h", 3_600), ("7d", 604_800), ("2w", 1_209_600), ("1M", 2_629_746),
        ("1y", 31_556_952), ("100y", 3_155_695_200),
    ])
    func `a timespan is a number and a unit`(_ text: String, _ seconds: Int64) {
        let documents = Correlations.documents(
            Correlations.document("x", "type: temporal, rules: [a, b], timespan: \(text)")
        )
        #expect(documents.correlations.map(\.timespan) == [.seconds(seconds)])
    }

    @Test(arguments: [
        ("event_count", "", "2:1: error: a correlation of type event_count needs a condition such as 'gte: 5'"),
        ("event_count", "condition: 5", "6:14: error: 'condition' must be a map (such as 'gte: 5')"),
        ("event_count", "condition: {gte: many}", "6:20: error: 'gte' needs a number"),
        ("event_count", "condition: {gte: .inf}", "6:20: error: 'gte' needs a number"),
        ("event_count", "condition: {gte: 1.5}", "6:20: error: event_count counts, so 'gte' needs a whole number"),
        (
            "event_count", "condition: {at_least: 5}",
            "6:15: error: 'at_least' is no key here (one of eq, field, gt, gte, lt, lte, neq, percentile)"
        ),
        ("event_count", "condition: {gt: 5, lt: 6}", "6:3: error: no event_count can fulfil the condition"),
        ("event_count", "condition: {lt: 1}", "6:3: error: no event_count can fulfil the condition"),
        ("value_sum", "condition: {gt: 5, lt: 5, field: v}", "6:3: error: no value_sum can fulfil the condition"),
        ("temporal", "condition: {gte: 3}", "6:3: error: no temporal can fulfil the condition"),
        ("temporal", "condition: a and not b", "6:14: error: 'condition' must be a map (such as 'gte: 5')"),
        (
            "value_percentile", "condition: {gt: 100, field: v}",
            "6:3: error: no value_percentile can fulfil the condition"
        ),
        (
            "value_count", "condition: {gte: 5}",
            "6:3: error: a correlation of type value_count needs a 'field' in its condition"
        ),
        (
            "value_sum", "condition: {field: v}",
            "6:3: error: a correlation of type value_sum needs a bound such as 'gte: 5' in its condition"
        ),
        (
            "value_sum", "condition: {gte: 5, field: [v, w]}",
            "6:30: error: a correlation of type value_sum reads one field "
                + "(only value_count takes several, and counts their values together)"
        ),
        (
            "value_sum", "condition: {gte: 5, field: v, percentile: 5}",
            "6:33: error: 'percentile' is for correlations of type value_percentile"
        ),
        (
            "value_percentile", "condition: {gte: 5, field: v, percentile: 101}",
            "6:45: error: '101' is no percentile (from 0 to 100)"
        ),
    ])
    func `a wrong condition is an error at its place`(_ kind: String, _ condition: String, _ complaint: String) {
        #expect(
            Self.complaints("type: \(kind)\nrules: [a, b]\ntimespan: 5m\n\(condition)") == ["c.yml:" + complaint]
        )
    }

    @Test(arguments: [
        "type: event_count, condition: {lt: 5}", "type: event_count, condition: {neq: 5}",
        "type: temporal, condition: {lte: 1}", "type: value_percentile, condition: {gte: 90, field: v}",
    ])
    func `a condition that every event fulfils is warned of`(_ parts: String) {
        let documents = Correlations.documents(Correlations.document("x", "\(parts), rules: [a, b], timespan: 5m"))
        #expect(documents.correlations.count == 1)
        #expect(
            documents.diagnostics.filter { $0.message.hasPrefix("the first event already fulfils") }.map(\.severity)
                == [.warning]
        )
    }

    @Test func `more rules in order than can be kept are refused`() {
        let rules = (0..<17).map { "r\($0)" }.joined(separator: ", ")
        #expect(
            Self.complaints("type: temporal_ordered\nrules: [\(rules)]\ntimespan: 5m") == [
                "c.yml:4:81: error: more than 16 rules in order (make several correlations of them, and one over those)"
            ]
        )
    }
}
