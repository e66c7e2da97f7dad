import Sigma
import SigmaTesting
import Testing

/// What a correlation tells of, kind by kind, and where its window ends.
struct CorrelationTests {
    typealias Step = Correlations.Step

    private static let count = "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 3}"

    @Test func `events of one group are counted`() {
        let steps = [
            Step("a", 0, ["u": "x"]), Step("a", 1, ["u": "y"]), Step("a", 2, ["u": "x"]), Step("b", 3, ["u": "x"]),
            Step("a", 4, ["u": "x"]),
        ]
        #expect(Correlations.lines(Self.count, steps) == ["x@4 [\"x\"] 3: [0, 2, 4]"])
    }

    @Test(arguments: [(10, 1), (11, 0)])
    func `the first event is in the window at exactly the timespan, and not beyond`(_ last: Int64, _ told: Int) {
        let steps = [Step("a", 0, ["u": "x"]), Step("a", 5, ["u": "x"]), Step("a", last, ["u": "x"])]
        #expect(Correlations.lines(Self.count, steps).count == told)
        let temporal = "type: temporal, rules: [a, b], group-by: [u], timespan: 10s"
        #expect(
            Correlations.lines(temporal, [Step("b", 0, ["u": "x"]), Step("a", last, ["u": "x"])]).count == told
        )
        let ordered = "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s"
        #expect(
            Correlations.lines(ordered, [Step("a", 0, ["u": "x"]), Step("b", last, ["u": "x"])]).count == told
        )
    }

    @Test func `a window slides and knows no boundaries of the clock`() {
        let steps = [Step("a", 3_595), Step("a", 3_599), Step("a", 3_604)]
        let ungrouped = "type: event_count, rules: [a], timespan: 10s, condition: {gte: 3}"
        #expect(Correlations.lines(ungrouped, steps) == ["x@3604 [] 3: [0, 1, 2]"])
    }

    @Test func `a group is told of once within the timespan`() {
        let steps = (0..<26).map { Step("a", $0, ["u": "x"]) }
        #expect(
            Correlations.lines(Self.count, steps) == [
                "x@2 [\"x\"] 3: [0, 1, 2]", "x@13 [\"x\"] 11: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]",
                "x@24 [\"x\"] 11: [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]",
            ]
        )
    }

    @Test(arguments: [
        ("{gt: 2}", [3]), ("{gte: 2}", [2]), ("{eq: 2}", [2]), ("{lt: 2}", [1]), ("{lte: 1}", [1]),
        ("{neq: 1}", [2]), ("{gt: 1, lte: 3}", [2]), ("{gt: 3, lt: 5}", [4]), ("{gt: 9, lte: 20}", [] as [Int64]),
    ])
    func `conditions compare, and two make a range`(_ condition: String, _ seconds: [Int64]) {
        let body = "type: event_count, rules: [a], timespan: 1h, condition: \(condition)"
        let told = Correlations.lines(body, (1...5).map { Step("a", $0) })
        #expect(told.map { String($0.prefix { $0 != " " }) } == seconds.map { "x@\($0)" })
    }

    @Test func `distinct values of a field are counted, pairs of several fields`() {
        let steps = [
            Step("a", 0, ["v": "p", "w": 1]), Step("a", 1, ["v": "p", "w": 1]), Step("a", 2, ["w": 2]),
            Step("a", 3, ["v": "p", "w": 2]), Step("a", 4, ["v": "q", "w": 2]),
        ]
        let one = "type: value_count, rules: [a], timespan: 1m, condition: {gte: 2, field: v}"
        #expect(Correlations.lines(one, steps) == ["x@4 [] 2: [0, 1, 3, 4]"])
        let both = "type: value_count, rules: [a], timespan: 1m, condition: {gte: 2, field: [v, w]}"
        #expect(Correlations.lines(both, steps) == ["x@3 [] 2: [0, 1, 3]"])
    }

    @Test(arguments: [
        ("type: value_sum, condition: {gt: 1000, field: v}", "x@2 [] 1500: [0, 1, 2]"),
        ("type: value_avg, condition: {gte: 500, field: v}", "x@2 [] 500: [0, 1, 2]"),
        ("type: value_median, condition: {gte: 300, field: v}", "x@1 [] 300: [0, 1]"),
        ("type: value_percentile, condition: {gte: 700, field: v, percentile: 75}", "x@2 [] 700: [0, 1, 2]"),
        ("type: value_percentile, condition: {lt: 100, field: v, percentile: 0}", "x@4 [] 50: [0, 1, 2, 4]"),
    ])
    func `numbers of a field are summed and put in order`(_ parts: String, _ line: String) {
        // A text that is a number is one, as in detections; what is no number is left out.
        let values: [FieldMap.Value] = [100, 500, "900", "much", 50]
        let steps = values.enumerated().map { Step("a", Int64($0), ["v": $1]) }
        #expect(Correlations.lines("\(parts), rules: [a], timespan: 1m", steps) == [line])
    }

    @Test func `without a percentile, a value's share is compared in percent`() {
        let values = [FieldMap.Value](repeating: "common", count: 99) + ["rare"]
        let steps = values.enumerated().map { Step("a", Int64($0), ["v": $1]) }
        let body = "type: value_percentile, rules: [a], timespan: 24h, condition: {lte: 1, field: v}"
        #expect(Correlations.lines(body, steps) == ["x@99 [] 1: [99]"])
        #expect(Correlations.lines(body, Array(steps.dropFirst())) == [])
    }

    @Test func `a sum forgets what left the window, to the last digit`() {
        let steps = [Step("a", 0, ["v": 1e300]), Step("a", 20, ["v": 1]), Step("a", 21, ["v": 2])]
        let body = "type: value_sum, rules: [a], timespan: 10s, condition: {eq: 3, field: v}"
        #expect(Correlations.lines(body, steps) == ["x@21 [] 3: [1, 2]"])
    }

    @Test func `temporal takes the rules in any order, temporal_ordered in theirs`() {
        let steps = [Step("b", 0), Step("c", 1), Step("a", 2), Step("c", 3), Step("b", 4), Step("c", 5)]
        #expect(
            Correlations.lines("type: temporal, rules: [a, b, c], timespan: 1m", steps) == ["x@2 [] 3: [0, 1, 2]"]
        )
        #expect(
            Correlations.lines("type: temporal_ordered, rules: [a, b, c], timespan: 1m", steps)
                == ["x@5 [] 3: [2, 4, 5]"]
        )
        #expect(
            Correlations.lines("type: temporal, rules: [a, b, c], timespan: 1m, condition: {gte: 2}", steps)
                == ["x@1 [] 2: [0, 1]"]
        )
        #expect(
            Correlations.lines("type: temporal_ordered, rules: [a, b, c], timespan: 1m, condition: {eq: 2}", steps)
                == ["x@1 [] 2: [0, 1]"]
        )
    }

    @Test func `events of one time are in any order`() {
        let steps = [Step("b", 5), Step("a", 5)]
        #expect(Correlations.lines("type: temporal_ordered, rules: [a, b], timespan: 1s", steps).count == 1)
    }

    @Test func `an event without a field of the group is in no group, one of several values in each`() {
        var run = Correlations.Run(Correlations.plan(Correlations.documents(Correlations.document("x", Self.count))))
        for second in 0..<3 { run.tell(Step("a", Int64(second), ["other": "x"])) }
        for second in 3..<6 { run.tell(Step("a", Int64(second), ["u": nil])) }
        run.tell(Step("a", 6, ["u": ["x", "y"]]))
        run.tell(Step("a", 7, ["u": ["y", "x", "x"]]))
        run.tell(Step("a", 8, ["u": "y"]))
        run.finish()
        #expect(run.lines == ["x@8 [\"y\"] 3: [6, 7, 8]"])
        #expect(run.engine.counts.ungrouped == 6)
        #expect(run.engine.counts(of: 0).ungrouped == 6)
    }

    @Test func `an alias is another field for each rule`() {
        let body = """
            type: temporal, rules: [a, b], group-by: [inside, outside], timespan: 10s,
              aliases: {inside: {a: dst, b: src}, outside: {a: src, b: dst}}
            """
        let steps = [
            Step("a", 0, ["src": "far", "dst": "near"]), Step("b", 1, ["src": "far", "dst": "near"]),
            Step("b", 2, ["src": "near", "dst": "far"]),
        ]
        #expect(Correlations.lines(body, steps) == ["x@2 [\"near\", \"far\"] 2: [0, 2]"])
    }
}
