import Sigma
import SigmaTesting
import Testing

/// Examples of correlations: timelines that are written with them.
@Suite struct CorrelationExampleTests {
    private static let rules = """
        title: Failed
        name: failed
        logsource: {product: any}
        detection: {failed: {outcome: failure}, condition: failed}
        ---
        title: Done
        name: done
        logsource: {product: any}
        detection: {done: {outcome: success}, condition: done}
        ---
        title: Often
        name: often
        correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: {gte: 3}}
        ---
        title: Guessed
        correlation: {type: temporal_ordered, rules: [often, done], group-by: [user], timespan: 5m}
        tests:
        """

    private static func run(_ tests: String) throws -> [CorrelationTestResult] {
        let documents = RuleReader.read(rules + "\n" + tests, file: "r.yml")
        #expect(documents.diagnostics.map(\.description) == [])
        return try CorrelationTesting.run(documents.correlations, rules: documents.rules)
    }

    @Test func `a timeline is held against the rules, through a chain of correlations`() throws {
        let results = try Self.run(
            """
                positive:
                    - name: three and in
                      matches: 1
                      events:
                          - {at: 0s, repeat: 3, every: 10s, event: {outcome: failure, user: mallory}}
                          - {at: 1m, event: {outcome: success, user: mallory}}
                negative:
                    - name: by three users
                      events:
                          - {at: 0, repeat: 3, every: 10s, event: {outcome: failure, user: user-$n}}
                          - {at: 1m, rule: done, event: {user: user-1}}
            """
        )
        #expect(results.map(\.passed) == [true, true])
        #expect(results[0].steps.map { $0.event.time } == [0, 10, 20, 60].map { Duration.seconds($0) })
        #expect(results[0].steps.map(\.matches.count) == [0, 0, 0, 1])
        #expect(results[1].steps.map(\.rules) == [["Failed"], ["Failed"], ["Failed"], ["Done"]])
    }

    @Test func `an example that does not hold is told with its place`() throws {
        let results = try Self.run(
            """
                positive:
                    - name: two are too few
                      events:
                          - {at: 0s, repeat: 2, every: 1s, event: {outcome: failure, user: mallory}}
                          - {at: 1m, event: {outcome: success, user: mallory}}
                    - name: not twice
                      matches: 2
                      events:
                          - {at: 0s, repeat: 3, every: 1s, event: {outcome: failure, user: mallory}}
                          - {at: 1m, event: {outcome: success, user: mallory}}
                negative:
                    - name: in an order that counts for nothing
                      events:
                          - {at: 0s, event: {outcome: success, user: mallory}}
                          - {at: 1s, repeat: 3, every: 1s, event: {outcome: failure, user: mallory}}
                    - name: of no rule
                      events: [{at: 0s, rule: dome, event: {user: mallory}}]
            """
        )
        #expect(
            results.map(\.description) == [
                "FAILED: Guessed: should match, matched 0 times: two are too few (r.yml:19:11)",
                "FAILED: Guessed: should match 2 times, matched 1 times: not twice (r.yml:23:11)",
                "ok: Guessed: should not match: in an order that counts for nothing (r.yml:29:11)",
                "FAILED: Guessed: should not match: of no rule (r.yml:33:11)\n"
                    + "r.yml:34:20: error: the correlation does not stand on a rule 'dome' (it stands on failed, done)",
            ]
        )
    }

    @Test(arguments: [
        ("positive: [{events: []}]", "1:18: error: an example of a correlation needs 'events', a list"),
        ("maybe: []", "error: 'maybe' is no kind of example (positive or negative)"),
        ("positive: [{events: [{event: {a: b}}]}]", "error: an event needs a time (write 'at: 0s', or 90s, 5m, 2h)"),
        (
            "positive: [{events: [{at: soon, event: {a: b}}]}]",
            "error: 'soon' is no time (write it like 0s, 90s, 5m, 2h or 7d)"
        ),
        ("positive: [{events: [{at: 0s}]}]", "error: an event needs 'event', a map of fields"),
        ("positive: [{events: [{at: 0s, repeat: 99999, event: {}}]}]", "error: 'repeat' is a number from 1 to 10000"),
        (
            "negative: [{matches: 1, events: [{at: 0s, event: {a: b}}]}]",
            "error: 'matches' is how often a positive example matches, 1 or more"
        ),
        (
            "positive: [{evens: 1, events: [{at: 0s, event: {a: b}}]}]",
            "error: 'evens' means nothing here (known are events, matches, name)"
        ),
    ])
    func `what is wrong with an example is told`(tests: String, message: String) {
        let documents = RuleReader.read(Self.rules + " {\(tests)}", file: "r.yml")
        let told = documents.correlations.last?.examples.diagnostics.map(\.description) ?? []
        #expect(told.count == 1 && told.first?.hasSuffix(message.replacing("1:18: ", with: "")) == true, "\(told)")
    }

    @Test func `a correlation without examples is remarked on`() {
        let documents = RuleReader.read(String(Self.rules.dropLast(6)), file: "r.yml")
        #expect(
            CorrelationTesting.lint(Array(documents.correlations.suffix(1))).map(\.description) == [
                "r.yml:15:1: warning: the correlation has no positive example",
                "r.yml:15:1: warning: the correlation has no negative example",
            ]
        )
    }
}
