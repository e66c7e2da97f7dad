import Sigma
import SigmaTesting
import Testing

/// How correlations find what they name, and one another.
struct CorrelationPlanTests {
    typealias Step = Correlations.Step

    private static func counting(_ rule: String) -> String {
        "type: event_count, rules: [\(rule)], group-by: [u], timespan: 10s, condition: {gte: 2}"
    }

    private static func complaints(_ bodies: (String, String)...) -> [String] {
        let text = bodies.map { Correlations.document($0, $1) }.joined(separator: "---\n")
        return Correlations.plan(Correlations.documents(text)).diagnostics.map(\.description).sorted()
    }

    @Test func `rules are named by id and by name`() {
        let plan = Correlations.plan(
            Correlations.documents(Correlations.document("x", "type: temporal, rules: [id-a, b], timespan: 5m"))
        )
        #expect(plan.diagnostics == [])
        #expect(plan.isCorrelated == [true, true, false])
    }

    @Test func `a name that means nothing, or two rules, is an error at its place`() {
        #expect(
            Self.complaints(("x", "type: temporal, rules: [a, z], timespan: 5m")) == [
                "c.yml:3:42: error: there is no rule 'z' (the 'id' or 'name' of a rule or correlation that is loaded too)"
            ]
        )
        #expect(
            Self.complaints(("a", "type: temporal, rules: [a, b], timespan: 5m")) == [
                "c.yml:3:39: error: 'a' names 2 rules (an id and a name are for one rule)"
            ]
        )
        #expect(
            Self.complaints(("x", "type: temporal, rules: [a, id-a], timespan: 5m")) == [
                "c.yml:3:42: error: 'id-a' is named before, in another way"
            ]
        )
    }

    @Test func `a condition beyond what is kept of a group is refused`() {
        let body = "type: event_count, rules: [a], timespan: 5m, condition: {gt: 10000}"
        #expect(
            Self.complaints(("x", body)) == [
                "c.yml:1:1: error: the condition needs more events than the 10000 that are kept of a group"
            ]
        )
    }

    @Test func `correlations that build on themselves are refused, and those that build on them`() {
        #expect(
            Self.complaints(("x", Self.counting("x"))) == [
                "c.yml:3:42: error: the correlation builds on itself: x"
            ]
        )
        #expect(
            Self.complaints(
                ("x", Self.counting("y")),
                ("y", "type: temporal, rules: [a, z], timespan: 5m"),
                ("z", Self.counting("x")),
                ("over", Self.counting("z")),
                ("fine", Self.counting("a"))
            )
                == [
                    "c.yml:15:42: error: the correlation 'z' cannot be used",
                    "c.yml:3:42: error: the correlation builds on itself: y → z → x",
                    "c.yml:7:42: error: the correlation builds on itself: z → x → y",
                    "c.yml:11:42: error: the correlation builds on itself: x → y → z",
                ].sorted()
        )
        #expect(
            Self.complaints(("x", Self.counting("zz")), ("y", Self.counting("x")), ("z", Self.counting("y"))).count == 3
        )
    }

    @Test func `a chain of ten thousand correlations is put in order, and told through`() {
        let count = 10_000
        let text = (0..<count).map { index in
            let rule = index == 0 ? "a" : "n\(index - 1)"
            let body = "type: event_count, rules: [\(rule)], timespan: 1s, condition: {gte: 1}"
            return Correlations.document("n\(index)", body)
        }.reversed().joined(separator: "---\n")
        var run = Correlations.Run(Correlations.plan(Correlations.documents(text)))
        #expect(run.plan.correlations.count == count)
        run.tell(Step("a", 1))
        run.finish()
        #expect(run.lines == ["n9999@1 [] 1: [0]"])
    }

    @Test func `a chain whose correlations ask for ever more fields is refused`() {
        let text = (0..<2_000).map { index in
            let rule = index == 0 ? "a" : "n\(index - 1)"
            let body = "type: temporal, rules: [\(rule)], group-by: [f\(index)], timespan: 1s"
            return Correlations.document("n\(index)", body)
        }.joined(separator: "---\n")
        let plan = Correlations.plan(Correlations.documents(text))
        let messages = Set(plan.diagnostics.map(\.message)).filter { $0.hasPrefix("more than 64 fields") }
        #expect(messages.count == 1 && !plan.diagnostics.isEmpty)
        #expect(plan.correlations.count <= 64)
        let few = (0..<3).map { index in
            let rule = index == 0 ? "a" : "n\(index - 1)"
            return Correlations.document(
                "n\(index)",
                "type: temporal, rules: [\(rule)], group-by: [f\(index)], timespan: 1s"
            )
        }
        let step = Step("a", 1, ["f0": "x", "f1": "y", "f2": "z"])
        #expect(Correlations.lines(few, [step]) == ["n2@1 [\"z\"] 1: [0]"])
    }

    @Test func `rules below a correlation are silent unless it says generate`() {
        let silent = Correlations.plan(Correlations.documents(Correlations.document("x", Self.counting("a"))))
        #expect(silent.silentRules == [0])
        let loud = Correlations.plan(
            Correlations.documents(Correlations.document("x", Self.counting("a") + ", generate: true"))
        )
        #expect(loud.silentRules == [])
        let steps = [Step("a", 0, ["u": "x"]), Step("a", 1, ["u": "x"]), Step("b", 2, ["u": "x"])]
        for (generate, lines) in [
            ("", ["top@2 [\"x\"] 2: [0, 1, 2]"]),
            (", generate: true", ["low@1 [\"x\"] 2: [0, 1]", "top@2 [\"x\"] 2: [0, 1, 2]"]),
        ] {
            let top = "type: temporal_ordered, rules: [low, b], group-by: [u], timespan: 1m\(generate)"
            #expect(
                Correlations.lines(
                    [Correlations.document("top", top), Correlations.document("low", Self.counting("a"))],
                    steps
                ) == lines
            )
        }
    }

    @Test func `what goes on below a chain goes on for it, but is counted once`() {
        let many = Correlations.document("low", Self.counting("a"))
        let steps = (0...8).map { Step("a", $0, ["u": "x"]) }
        // The match below was told at 1; seven seconds later it still holds.
        let top = Correlations.document("top", "type: temporal_ordered, rules: [low, b], group-by: [u], timespan: 2s")
        #expect(Correlations.lines([top, many], steps + [Step("b", 10, ["u": "x"])]) == ["top@10 [\"x\"] 2: [8, 9]"])
        let counted = Correlations.document(
            "top",
            "type: event_count, rules: [low], group-by: [u], timespan: 1h, condition: {gte: 2}"
        )
        #expect(Correlations.lines([counted, many], steps) == [])
        let later = (20...21).map { Step("a", $0, ["u": "x"]) }
        #expect(Correlations.lines([counted, many], steps + later) == ["top@21 [\"x\"] 2: [0, 1, 9, 10]"])
    }

    @Test func `a chain groups by its own fields, of the event that completed the match below`() {
        let low = "type: event_count, rules: [a], group-by: [host], timespan: 10s, condition: {gte: 2}"
        let top = """
            type: temporal_ordered, rules: [low, b], group-by: [who], timespan: 1m,
              aliases: {who: {low: user, b: account}}
            """
        let steps = [
            Step("a", 0, ["host": "h", "user": "x"]), Step("a", 1, ["host": "h", "user": "y"]),
            Step("b", 2, ["account": "x"]), Step("b", 3, ["account": "y"]),
        ]
        #expect(
            Correlations.lines([Correlations.document("top", top), Correlations.document("low", low)], steps)
                == ["top@3 [\"y\"] 2: [0, 1, 3]"]
        )
    }

    @Test func `the specification's example of a chain tells of ten failures and a success`() {
        let low = "type: event_count, rules: [a], group-by: [User], timespan: 10m, condition: {gte: 10}"
        let top = "type: temporal_ordered, rules: [low, b], group-by: [User], timespan: 10m"
        let failures = (0..<10).map { Step("a", $0, ["User": "root"]) }
        let chain = [Correlations.document("top", top), Correlations.document("low", low)]
        #expect(
            Correlations.lines(chain, failures + [Step("b", 60, ["User": "root"])])
                == ["top@60 [\"root\"] 2: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
        )
        #expect(Correlations.lines(chain, failures.dropLast() + [Step("b", 60, ["User": "root"])]) == [])
        #expect(Correlations.lines(chain, [Step("b", 0, ["User": "root"])] + failures.dropFirst(0)) == [])
    }
}
