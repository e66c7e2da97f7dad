import Sigma
import SigmaTesting
import Testing

/// Rule files: what stands in them beside the detection, and several documents to a file.
struct DocumentTests {
    @Test func `every key of a rule is read as written`() throws {
        let text = """
            title: Title
            id: 1b9c8a02-5f8f-4a35-9d1b-111111111111
            name: short_name
            status: Experimental
            description: |
                Two
                lines
            references: [https://example.com/a]
            author: A. Author
            date: 2026-11-24
            modified: 2026/11/25
            tags: [attack.t1610, attack.t1685, cve.2026-1]
            logsource: {category: c, product: p, service: s, definition: d, custom: x}
            detection: {a: {f: 1}, condition: a}
            fields: [f]
            falsepositives: none
            level: informational
            related: [{id: 2b9c8a02-5f8f-4a35-9d1b-111111111111, type: derived}]
            license: DRL-1.1
            taxonomy: sigma
            scope: [server]
            own_key: {deep: [1, two]}
            """
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(documents.diagnostics == [])
        let rule = try #require(documents.rules.first)
        #expect(rule.title == "Title" && rule.name == "short_name" && rule.id?.hasPrefix("1b9c") == true)
        #expect(rule.status == .experimental && rule.level == .informational)
        #expect(rule.description == "Two\nlines\n" || rule.description == "Two\nlines")
        #expect(rule.references == ["https://example.com/a"] && rule.author == "A. Author")
        #expect(rule.date == "2026-11-24" && rule.modified == "2026/11/25")
        #expect(rule.tags == ["attack.t1610", "attack.t1685", "cve.2026-1"])
        #expect(rule.logsource == LogSource(category: "c", product: "p", service: "s", definition: "d"))
        #expect(rule.fields == ["f"] && rule.falsepositives == ["none"] && rule.scope == ["server"])
        #expect(rule.related == [Relation(id: "2b9c8a02-5f8f-4a35-9d1b-111111111111", type: "derived")])
        #expect(rule.license == "DRL-1.1" && rule.taxonomy == "sigma")
        #expect(rule.attribute("own_key")?["deep"] != nil)
        #expect(rule.place == Place(file: "r.yml", line: 1, column: 1))
    }

    @Test func `several documents stand in a file, and empty ones are passed over`() {
        let one = "title: one\nlogsource: {product: p}\ndetection: {a: {f: 1}, condition: a}\n"
        let text = "---\n" + one + "---\n---\n" + one.replacing("one", with: "two") + "...\n"
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(documents.rules.map(\.title) == ["one", "two"])
        #expect(documents.rules.map(\.place.line) == [2, 7])
        #expect(documents.diagnostics == [])
    }

    @Test func `an old global document holds for those after it`() throws {
        let text = """
            action: global
            title: shared
            logsource: {product: p}
            detection: {condition: a}
            ---
            detection: {a: {f: 1}}
            ---
            title: own
            detection: {a: {f: 2}}
            ---
            action: reset
            ---
            title: after
            detection: {a: {f: 3}}
            """
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(documents.rules.map(\.title) == ["shared", "own"])
        #expect(documents.rules.allSatisfy { $0.logsource.product == "p" })
        #expect(
            documents.diagnostics.filter { $0.severity == .error }.map(\.description) == [
                "r.yml:14:1: error: the detection has no condition"
            ]
        )
    }

    @Test func `log sources hold what they leave open`() {
        let audit = LogSource(category: "application", product: "kubernetes", service: "audit")
        #expect(LogSource(product: "Kubernetes").covers(audit))
        #expect(LogSource().covers(audit))
        #expect(LogSource(product: "kubernetes", service: "audit").covers(audit))
        #expect(!LogSource(product: "docker").covers(audit))
        #expect(!LogSource(category: "c", product: "kubernetes").covers(audit))
    }

    @Test func `a correlation is read`() {
        let text = """
            title: many
            correlation: {type: event_count, rules: [a], group-by: [f], timespan: 5m, condition: {gte: 5}}
            """
        let documents = RuleReader.read(text, file: "c.yml")
        #expect(documents.correlations.count == 1 && documents.rules.isEmpty)
        #expect(documents.diagnostics == [])
    }

    @Test func `rules name filters and correlations by id and by name`() throws {
        let text = "title: t\nid: an-id\nname: a-name\nlogsource: {product: p}\ndetection: {a: {f: 1}, condition: a}"
        let rule = try #require(RuleReader.read(text, file: "r.yml").rules.first)
        #expect(rule.isNamed("an-id") && rule.isNamed("a-name") && !rule.isNamed("t"))
    }

    @Test func `a rule set tells each rule once, in order, with the reasons`() throws {
        let text = [("one", "a"), ("two", "b"), ("three", "a*")].map { title, value in
            "title: \(title)\nlogsource: {product: p}\ndetection: {s: {f: '\(value)'}, condition: s}\n"
        }.joined(separator: "---\n")
        let rules = try RuleSet<FieldMap>(RuleReader.read(text, file: "r.yml").rules)
        let matcher = rules.makeMatcher()
        var matched: [Int] = []
        let event = FieldMap(["f": ["x", "a", "A"]])
        matcher.match(event) { matched.append($0) }
        #expect(matched == [0, 2])
        #expect(matcher.explain(2, event) == [Reason(selection: "s", field: "f", value: "a", pattern: "a*")])
        #expect(matcher.explain(1, event) == [])
        #expect(matcher.explain(9, event) == [])
    }
}
