import Sigma
import SigmaTesting
import Testing

/// What is said of rules that are wrong: the exact words, at the exact place.
struct DiagnosticTests {
    @Test(arguments: [
        ("f|contain: x", "5:7: error: the modifier 'contain' is not known (did you mean 'contains'?)"),
        ("f|Contains: x", "5:7: error: the modifier 'Contains' is not known (did you mean 'contains'?)"),
        ("f|contains|zzz: x", "5:16: error: the modifier 'zzz' is not known"),
        ("f|: x", "5:7: error: the modifier '' is not known (did you mean 'all'?)"),
        ("f|re|contains: x", "5:10: error: the modifiers 're' and 'contains' exclude each other"),
        ("f|contains|re: x", "5:16: error: the modifiers 'contains' and 're' exclude each other"),
        ("f|cidr|contains: 1.1.1.1", "5:12: error: the modifiers 'cidr' and 'contains' exclude each other"),
        ("f|startswith|endswith: x", "5:18: error: the modifiers 'startswith' and 'endswith' exclude each other"),
        ("f|contains|contains: x", "5:16: error: the modifier 'contains' stands twice"),
        ("f|exists|contains: x", "5:14: error: the modifiers 'exists' and 'contains' exclude each other"),
        ("f|i: x", "5:7: error: the modifier 'i' needs 're' before it"),
        ("f|gt|lt: 5", "5:10: error: the modifiers 'gt' and 'lt' exclude each other"),
        ("f|gt: many", "5:11: error: 'many' is no number"),
        ("f|gt: true", "5:11: error: 'true' is no number"),
        ("f|exists: maybe", "5:15: error: 'exists' needs true or false, not 'maybe'"),
        ("f|cidr: 10.0.0.0/33", "5:13: error: '10.0.0.0/33' is no network (write it like 10.0.0.0/8 or fe80::/10)"),
        ("f|cidr: 5", "5:13: error: '5' is no network (write it like 10.0.0.0/8 or fe80::/10)"),
        ("f|hour: 24", "5:13: error: 24 is no hour (from 0 to 23)"),
        ("f|hour: 1.5", "5:13: error: '1.5' is no whole number"),
        ("f|contains: null", "5:17: error: null cannot be compared as text (remove the modifiers or the value)"),
        ("f|re: null", "5:11: error: 're' needs a regular expression"),
        ("f|fieldref: ''", "5:17: error: 'fieldref' needs the name of a field"),
        (
            "f|expand: '%who%'",
            "5:15: error: nothing is known to put in the place of '%who%' "
                + "(supply values for the placeholder 'who')"
        ),
        (
            "f|base64: 'a*'",
            "5:15: error: a value with wildcards cannot be encoded "
                + "(write the wildcard as \\* or \\? if it is meant plainly, and 'contains' after the encoding)"
        ),
        (
            "f: {g: 1}",
            "5:8: error: 'f' has a map where values were expected (write nested fields with dots, f.name: value)"
        ),
        ("f: []", "5:8: error: 'f' has no values"),
        ("f: [[a]]", "5:9: error: a list of values holds plain values only"),
        ("'|gt': 5", "5:5: error: keywords cannot have the modifier 'gt'"),
    ])
    func `a wrong item is an error at its line and column`(_ item: String, _ complaint: String) {
        #expect(Searches.complaints("s:\n  \(item)\ncondition: s") == ["r.yml:" + complaint])
    }

    @Test(arguments: ["(", "[z-a]", "a{3,1}", "(?<=a)b", "(a)\\1", "a(?!b)", "*a", "a\\"])
    func `a regular expression that is bad or not linear is an error at its value`(_ expression: String) {
        let complaints = Searches.complaints("s:\n  f|re:\n    - fine\n    - '\(expression)'\ncondition: s")
        #expect(complaints.count == 1)
        let prefix = "r.yml:7:9: error: the regular expression cannot be used: "
        #expect(complaints.first?.hasPrefix(prefix) == true, "\(complaints)")
    }

    @Test(arguments: [
        ("detection: [a]", "1:12: error: 'detection' must be a map of searches and a condition"),
        ("detection: {condition: a}", "1:1: error: the detection has no search"),
        ("detection: {a: {f: 1}}", "1:1: error: the detection has no condition"),
        ("detection: {a: , condition: a}", "1:16: error: the search is empty"),
        ("detection: {a: {}, condition: a}", "1:16: error: the search is empty"),
        (
            "detection: {a: [[x]], condition: a}",
            "1:17: error: a list cannot stand in a list here (put its values in one list)"
        ),
    ])
    func `a wrong detection is an error`(_ text: String, _ complaint: String) {
        let documents = RuleReader.read("\(text)\ntitle: t\nlogsource: {product: p}\n", file: "r.yml")
        #expect(documents.diagnostics.map(\.description) == ["r.yml:" + complaint])
        #expect(documents.rules.isEmpty)
    }

    @Test(arguments: [
        ("title: [a]", "1:8: error: 'title' must be text"),
        ("level: hgih", "1:8: error: 'hgih' is no level (one of informational, low, medium, high, critical)"),
        ("status: new", "1:9: error: 'new' is no status (one of stable, test, experimental, deprecated, unsupported)"),
        ("tags: {a: b}", "1:7: error: 'tags' must be a list of texts"),
        ("tags: [[a]]", "1:8: error: 'tags' must be a list of texts"),
        ("related: x", "1:10: error: 'related' must be a list of maps with id and type"),
        ("related: [{id: x}]", "1:11: error: a related rule needs an id and a type"),
        (
            "action: repeat",
            "1:1: error: the action 'repeat' is not known (only the old 'action: global' and 'action: reset' are)"
        ),
    ])
    func `a key of the wrong type is an error`(_ key: String, _ complaint: String) {
        let title = key.hasPrefix("title") ? "" : "title: t\n"
        let text = "\(key)\n\(title)logsource: {product: p}\ndetection: {a: {f: 1}, condition: a}\n"
        let errors = RuleReader.read(text, file: "r.yml").diagnostics.filter { $0.severity == .error }
        #expect(errors.map(\.description) == ["r.yml:" + complaint])
    }

    @Test func `what is perhaps not meant is a warning, and the rule works`() {
        func warnings(_ item: String) -> [String] {
            let text = Searches.rule("s: {\(item)}\ncondition: s")
            let documents = RuleReader.read(text, file: "r.yml")
            #expect(documents.rules.count == 1)
            return documents.diagnostics.map { "\($0.severity): \($0.message)" }
        }
        #expect(warnings("f|all: x") == ["warning: 'all' has no effect on a single value"])
        #expect(warnings("f|contains: ''") == ["warning: an empty text stands in every value"])
        #expect(warnings("f: [a, null]") == ["warning: null in a list of values: the field may also be absent"])
        #expect(
            warnings("f|base64offset: ab") == ["warning: 'base64offset' without 'contains' matches whole values only"]
        )
        #expect(warnings("f|expand: a") == ["warning: 'expand' finds no placeholder in this value"])
        #expect(warnings("f: a") == [])
    }

    @Test func `a rule without log source or title is taken with a warning`() {
        let documents = RuleReader.read("detection: {a: {f: 1}, condition: a}\nid: x\n", file: "r.yml")
        #expect(documents.rules.map(\.title) == ["x"])
        #expect(
            documents.diagnostics.map(\.description) == [
                "r.yml:1:1: warning: the rule has no title (the specification asks for one)",
                "r.yml:1:1: warning: the rule names no log source, so it is held against every log",
            ]
        )
    }

    @Test func `one bad document costs only itself, and every error in it is told`() {
        let bad = Searches.rule("s:\n  f|nope: x\n  g|gt: y\ncondition: s and t")
        let good = Searches.rule("s: {f: 1}\ncondition: s")
        let documents = RuleReader.read("\(bad)\n---\n\(good)", file: "r.yml")
        #expect(documents.rules.count == 1)
        #expect(
            documents.diagnostics.map(\.description) == [
                "r.yml:5:7: error: the modifier 'nope' is not known",
                "r.yml:6:11: error: 'y' is no number",
                "r.yml:7:20: error: the search 't' is not defined (defined are s)",
            ]
        )
    }

    @Test func `text that is no YAML is told with its place`() {
        #expect(
            RuleReader.read("title: 'open\n", file: "r.yml").diagnostics.map(\.description) == [
                "r.yml:2:1: error: this is not YAML: found unexpected end of stream"
            ]
        )
        #expect(
            RuleReader.read("a: 1\na: 2\n", file: "r.yml").diagnostics.map(\.description) == [
                "r.yml:1:1: error: the key 'a' stands twice in one map (put several values in a list, or the maps in a list)"
            ]
        )
        #expect(
            RuleReader.read("[a]", file: "r.yml").diagnostics.map(\.message) == [
                "a rule document must be a map of keys"
            ]
        )
        #expect(RuleReader.read("", file: "r.yml").diagnostics.map(\.message) == ["the file holds no document"])
    }
}
