import Sigma
import SigmaTesting
import Testing

/// Filters: exceptions to rules, in documents of their own.
struct FilterTests {
    private static let rule = """
        title: Rule
        id: 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64
        name: short
        logsource: {product: kubernetes, service: audit}
        detection: {search: {f: a}, condition: search}

        """

    private static func filter(
        rules: String,
        condition: String = "not calm",
        logsource: String = "{product: kubernetes}"
    ) -> String {
        """
        ---
        title: Calm
        logsource: \(logsource)
        filter:
            rules: \(rules)
            calm: {g: calm}
            condition: \(condition)

        """
    }

    private static func matches(_ filters: [String], _ event: [String: FieldMap.Value]) throws -> Bool {
        let documents = RuleReader.read(rule + filters.joined(), file: "r.yml")
        try #require(!documents.hasErrors, "\(documents.diagnostics)")
        var isMatch = false
        try RuleSet<FieldMap>(documents.rules, filters: documents.filters).makeMatcher().match(FieldMap(event)) { _ in
            isMatch = true
        }
        return isMatch
    }

    @Test(arguments: [
        "[5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64]", "[short]", "short", "[other, short]", "any", "[Rule]", "[]",
    ])
    func `a filter leaves out what it matches, of the rules that it names`(_ rules: String) throws {
        let filter = Self.filter(rules: rules)
        #expect(try Self.matches([filter], ["f": "a", "g": "wild"]))
        #expect(try Self.matches([filter], ["f": "a"]))
        #expect(try !Self.matches([filter], ["f": "a", "g": "calm"]))
        #expect(try !Self.matches([filter], ["f": "b"]))
    }

    @Test func `a filter for other rules or another log source is none`() throws {
        let event: [String: FieldMap.Value] = ["f": "a", "g": "calm"]
        #expect(try Self.matches([Self.filter(rules: "[other]")], event))
        #expect(try Self.matches([Self.filter(rules: "any", logsource: "{product: docker}")], event))
        // A narrower log source does not hold the rule's.
        #expect(
            try Self.matches([Self.filter(rules: "any", logsource: "{product: kubernetes, category: x}")], event)
        )
    }

    @Test func `several filters are joined, and their searches are their own`() throws {
        let second = Self.filter(rules: "any").replacing("calm: {g: calm}", with: "calm: {g: mild}")
        let filters = [Self.filter(rules: "any"), second]
        #expect(try !Self.matches(filters, ["f": "a", "g": "calm"]))
        #expect(try !Self.matches(filters, ["f": "a", "g": "mild"]))
        #expect(try Self.matches(filters, ["f": "a", "g": "wild"]))
    }

    @Test func `a filter without a not keeps what it matches, and says so`() throws {
        let filter = Self.filter(rules: "any", condition: "calm")
        #expect(try Self.matches([filter], ["f": "a", "g": "calm"]))
        #expect(try !Self.matches([filter], ["f": "a", "g": "wild"]))
        #expect(
            RuleReader.read(filter, file: "f.yml").diagnostics.map(\.description) == [
                "f.yml:4:1: warning: the filter's condition has no 'not': only events that it matches are still "
                    + "reported (to leave out what the searches match, write 'not' before them)"
            ]
        )
    }

    @Test(arguments: [
        ("title: t\nfilter: x", "2:1: error: 'filter' must be a map of rules, searches and a condition"),
        (
            "title: t\nfilter: {a: {f: 1}, condition: not a}",
            "2:1: error: the filter does not say for which rules it is (add 'rules')"
        ),
        ("filter: {rules: any, a: {f: 1}, condition: not a}", "1:1: error: the filter has no title"),
        (
            "title: t\nfilter: {rules: any, a: {f: 1}, condition: not b}",
            "2:48: error: the search 'b' is not defined (defined are a)"
        ),
        (
            "title: t\ndetection: {}\nfilter: {rules: any, a: {f: 1}, condition: not a}",
            "2:1: error: a filter's searches stand under 'filter', not under 'detection'"
        ),
    ])
    func `a wrong filter is an error at its place`(_ text: String, _ complaint: String) {
        let documents = RuleReader.read(text, file: "f.yml")
        #expect(documents.diagnostics.map(\.description) == ["f.yml:" + complaint])
        #expect(documents.filters.isEmpty)
    }
}
