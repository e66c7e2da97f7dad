import Sigma
import SigmaTesting
import Testing

/// Conditions over named searches.
struct ConditionTests {
    /// Whether the condition holds where just the searches named in `true` match.
    private static func holds(_ condition: String, _ matching: String) throws -> Bool {
        let names = ["a", "b", "c", "sel_1", "sel_2", "_hidden"]
        let searches = names.map { "\($0): {\($0): 1}" }.joined(separator: "\n")
        let event = Dictionary(uniqueKeysWithValues: matching.split(separator: " ").map { (String($0), 1) })
        return try Searches.matches(
            detection: searches + "\ncondition: \(condition)",
            event.mapValues { FieldMap.Value.integer(Int64($0)) }
        )
    }

    @Test(arguments: [
        // `or` binds less than `and`, that less than `not`.
        ("a or b and c", "a", true), ("a or b and c", "b", false), ("(a or b) and c", "a", false),
        ("(a or b) and c", "a c", true), ("not a and b", "b", true), ("not a and b", "a b", false),
        ("not (a and b)", "a", true), ("not (a and b)", "a b", false), ("not not a", "a", true),
        ("not a or b", "", true), ("not a or b", "a", false), ("a and not b or c", "a b c", true),
        ("a AND NOT b OR c", "a", true), ("((a))", "a", true), ("a and b and c", "a b c", true),
        // So many of.
        ("1 of them", "c", true), ("1 of them", "_hidden", false), ("any of them", "c", true),
        ("all of them", "a b c sel_1 sel_2", true), ("all of them", "a b c sel_1", false),
        ("1 of sel_*", "sel_2", true), ("1 of sel_*", "a", false), ("all of sel_*", "sel_1 sel_2", true),
        ("all of sel_*", "sel_1", false), ("2 of them", "a sel_1", true), ("2 of them", "a", false),
        ("1 of *_1", "sel_1", true), ("1 of s*_*2", "sel_2", true), ("1 of _*", "_hidden", true),
        ("1 of sel_1", "sel_1", true), ("not 1 of sel_*", "a", true), ("a and 1 of sel_* or b", "a sel_1", true),
        ("1 of sel_* and all of them", "sel_1", false), ("a and (1 of sel_* or not b)", "a", true),
        ("ALL OF sel_*", "sel_1 sel_2", true),
        // Several conditions: any one of them.
        ("[a, b and c]", "a", true), ("[a, b and c]", "b c", true), ("[a, b and c]", "b", false),
    ])
    func `a condition means what it says`(_ condition: String, _ matching: String, _ holds: Bool) throws {
        #expect(try Self.holds(condition, matching) == holds)
    }

    @Test func `a search may be named like a word of the language`() throws {
        let detection = "all: {f: 1}\nthem2: {f: 2}\n1st: {f: 3}\ncondition: all or 1st"
        #expect(try Searches.matches(detection: detection, ["f": 1]))
        #expect(try Searches.matches(detection: detection, ["f": 3]))
        #expect(try !Searches.matches(detection: detection, ["f": 2]))
    }

    @Test(
        arguments: [
            ("a and", 16, "the condition ends where a search was expected"),
            ("a b", 13, "'b' was not expected here (join searches with 'and' or 'or')"),
            ("(a", 13, "')' is missing (the parenthesis at character 1 is never closed)"),
            ("a)", 12, "')' was not expected here (join searches with 'and' or 'or')"),
            ("and a", 11, "'and' stands where a search was expected"),
            ("a or nothing", 16, "the search 'nothing' is not defined (defined are a, b)"),
            ("1 of x_*", 16, "'of x_*' names no search (defined are a, b)"),
            ("all of x_*", 18, "'of x_*' names no search (defined are a, b)"),
            ("0 of them", 11, "'0 of' would always be true"),
            ("3 of them", 16, "'3 of them' can never be true: there are 2 such searches"),
            ("1 of", 15, "'of' needs 'them' or a pattern after it"),
            ("a*", 11, "the pattern 'a*' needs '1 of' or 'all of' before it"),
            ("a & b", 13, "'&' has no meaning in a condition"),
            (
                "a | count() > 5", 13,
                "aggregations after '|' are no part of the Sigma 2 language (write a correlation rule instead)"
            ),
            ("''", 14, "the condition is empty"),
            ("{a: b}", 14, "'condition' must be text or a list of texts"),
        ] as [(String, Int, String)]
    )
    func `what is wrong with a condition is said with its place`(
        _ condition: String,
        _ column: Int,
        _ message: String
    ) {
        // The condition starts at column 14 of line 6, behind two spaces of indentation.
        let complaints = Searches.complaints("a: {f: 1}\nb: {f: 2}\ncondition: \(condition)")
        let place = condition.hasPrefix("'") || condition.hasPrefix("{") ? column : column + 3
        #expect(complaints == ["r.yml:6:\(place): error: \(message)"])
    }

    @Test func `a condition nested without end is refused`() {
        let nested = String(repeating: "(", count: 200) + "a" + String(repeating: ")", count: 200)
        #expect(
            Searches.complaints("a: {f: 1}\ncondition: \(nested)") == [
                "r.yml:5:142: error: the condition is nested deeper than 128 levels"
            ]
        )
        let negated = String(repeating: "not ", count: 20_000) + "a"
        #expect(Searches.complaints("a: {f: 1}\ncondition: \(negated)").count == 1)
    }
}
