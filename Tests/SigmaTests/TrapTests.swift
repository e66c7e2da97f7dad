import Sigma
import SigmaTesting
import Testing

/// Where engines disagree and the specification is silent: one test for each stand of
/// Docs/Decisions/0003-sigma-semantics.md, under its number.
struct TrapTests {
    @Test func `1: a missing field does not match a star, an empty one does`() throws {
        #expect(try !Searches.matches("f: '*'", ["g": "x"]))
        #expect(try Searches.matches("f: '*'", ["f": ""]))
        #expect(try !Searches.matches("f: '*'", ["f": nil]))
        #expect(try !Searches.matches("f|contains: ''", ["g": "x"]))
    }

    @Test func `2: a missing field counts as null`() throws {
        #expect(try Searches.matches("f: null", ["g": "x"]))
        #expect(try Searches.matches("f: null", ["f": nil]))
        #expect(try !Searches.matches("f: null", ["f": ""]))
        #expect(try !Searches.matches("f|exists: true", [:]))
    }

    @Test func `3: scalars are those of YAML 1.2`() throws {
        #expect(try Searches.matches("f: yes", ["f": "yes"]))
        #expect(try !Searches.matches("f: on", ["f": true]))
        #expect(try Searches.matches("f: 0o17", ["f": 15]))
        #expect(try Searches.matches("f: 0755", ["f": "0755"]))
        #expect(try Searches.matches("f: 1_000", ["f": "1_000"]))
    }

    @Test func `4: an "of" that names no search is an error`() {
        for quantity in ["all", "1", "2"] {
            let complaints = Searches.complaints("s: {f: 1}\ncondition: \(quantity) of none_*")
            #expect(complaints.count == 1 && complaints[0].contains("error: 'of none_*' names no search"))
        }
        // Underscored searches are not among them.
        #expect(Searches.complaints("_s: {f: 1}\ncondition: all of them").count == 1)
    }

    @Test func `5: numbers are compared as numbers, also where they are written as text`() throws {
        #expect(try Searches.matches("f|gt: 99", ["f": "1024"]))
        #expect(try Searches.matches("f|lt: '99'", ["f": 5]))
        #expect(try !Searches.matches("f|gt: 99", ["f": "1024 bytes"]))
    }

    @Test func `6: every one of the five dashes stands for the others, in rule and event`() throws {
        let dashes = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]
        for written in dashes {
            for seen in dashes {
                #expect(try Searches.matches("f|windash|contains: ' \(written)x'", ["f": .text("a \(seen)x")]))
            }
        }
    }

    @Test func `7: base64offset without contains compares whole values, with a warning; wildcards are refused`() throws
    {
        #expect(try !Searches.matches("f|base64offset: foobar", ["f": "xZm9vYmFyx"]))
        #expect(Searches.complaints("s: {f|base64offset: foobar}\ncondition: s").first?.contains("warning") == true)
        #expect(
            Searches.complaints("s: {f|base64offset|contains: 'a*'}\ncondition: s").first?.contains("error") == true
        )
    }

    @Test(arguments: [
        "re|contains", "contains|re", "re|startswith", "cidr|contains", "cidr|re", "gt|contains", "exists|re",
        "contains|startswith", "startswith|endswith", "gt|lt", "base64|re", "windash|re", "base64|base64offset",
        "wide|utf16be", "fieldref|re", "fieldref|gt", "i|re", "re|re", "exists|all",
    ])
    func `8: ways to compare that exclude each other are refused together`(_ modifiers: String) {
        let complaints = Searches.complaints("s:\n  f|\(modifiers): 1\ncondition: s")
        #expect(complaints.count == 1 && complaints[0].contains(": error: the modifier"), "\(complaints)")
    }

    @Test func `9: a member of the whole name goes before nested ones`() throws {
        let event: [String: FieldMap.Value] = ["a.b": "flat", "a": ["b": "nested"]]
        #expect(try Searches.matches("a.b: flat", event))
        #expect(try !Searches.matches("a.b: nested", event))
    }

    @Test func `10: a plain field is any member, a block one and the same`() throws {
        let event: [String: FieldMap.Value] = [
            "containers": [["image": "trusted", "privileged": false], ["image": "evil", "privileged": true]]
        ]
        let mixed = "s: {containers.image: trusted, containers.privileged: true}\ncondition: s"
        #expect(try Searches.matches(detection: mixed, event))
        #expect(try !Searches.matches("containers[any]: {image: trusted, privileged: true}", event))
        #expect(try Searches.matches("containers[any]: {image: evil, privileged: true}", event))
    }

    @Test func `11 and 12: a correlation is read by prose and schema, and its window has both ends`() {
        let types = [
            "event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile",
        ]
        for type in types {
            let text = """
                title: t
                correlation: {type: \(type), rules: [a, b], timespan: 1h, condition: {gte: 2, field: f}}
                """
            let documents = RuleReader.read(text, file: "c.yml")
            #expect(!documents.hasErrors && documents.correlations.count == 1, "\(documents.diagnostics)")
        }
        // Not grouped: prose asks for it, the schema does not.
        #expect(RuleReader.read("title: t\ncorrelation: {type: nope, rules: [a]}", file: "c.yml").hasErrors)
        let week = "type: event_count, rules: [a], timespan: 1w, condition: {gte: 2}"
        let days = { (day: Int64) in Correlations.Step("a", day * 86_400) }
        #expect(Correlations.lines(week, [days(0), days(7)]) == ["x@604800 [] 2: [0, 1]"])
        #expect(Correlations.lines(week, [days(0), .init("a", 604_801)]) == [])
    }

    @Test func `13: several documents, global ones, rules without id, filters by name`() throws {
        let text = """
            action: global
            logsource: {product: p}
            ---
            title: nameless
            name: by_name
            detection: {a: {f: 1}, condition: a}
            ---
            title: filter
            filter: {rules: [by_name], b: {g: 1}, condition: not b}
            """
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(!documents.hasErrors)
        let rule = try #require(documents.rules.first)
        #expect(rule.id == nil && documents.filters.first?.applies(to: rule) == true)
    }

    @Test func `14: ids, tags and words of SigmaHQ's own are taken`() {
        let text = """
            title: t
            id: not-a-uuid
            status: unsupported
            level: informational
            tags: [attack.t1685, attack.stealth, detection.emerging-threats, anything]
            logsource: {product: p}
            detection: {a: {f: 1}, condition: a}
            """
        #expect(RuleReader.read(text, file: "r.yml").diagnostics == [])
    }

    @Test func `a negated comparison holds where the field is missing`() throws {
        #expect(try Searches.matches("f|neq: x", [:]))
        #expect(try Searches.matches(detection: "s: {f: x}\ncondition: not s", [:]))
    }
}
