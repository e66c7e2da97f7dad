internal import HTTPTypes
internal import Hummingbird

struct RulesView: Sendable {
    var rows: [RuleView]
    var count: Int
}

/// A rule as pages show it.
struct RuleView: Sendable {
    var path: String
    var findings: String
    var title: String
    var level: String
    var description: String
    var techniques: [TechniqueLink]
    var falsePositives: [String]
    var hasFalsePositives: Bool
    var references: [Reference]
    var hasReferences: Bool
    var file: String
    /// At most one: none where it is not known.
    var source: [String]
    var isCorrelation: Bool

    init(_ rule: RuleCatalogue.Entry) {
        path = "/rules/\(FormFields.encoded(rule.key))"
        findings = "/findings?rule=\(FormFields.encoded(rule.key))"
        title = ShownText.of(rule.title, upTo: ShownText.line)
        level = rule.level
        description = ShownText.of(rule.description)
        techniques = rule.techniques.map(TechniqueLink.init)
        falsePositives = rule.falsePositives.map { ShownText.of($0) }
        hasFalsePositives = !falsePositives.isEmpty
        references = rule.references.map(Reference.init)
        hasReferences = !references.isEmpty
        file = ShownText.of(rule.file, upTo: ShownText.line)
        source = rule.source.isEmpty ? [] : [ShownText.lines(of: rule.source, upTo: 16 << 10)]
        isCorrelation = rule.isCorrelation
    }
}

/// Where a rule's knowledge comes from.
struct Reference: Sendable {
    var text: String
    /// Whether it can be followed: rules are read from files, and a link must not be a script.
    var isLink: Bool

    init(_ text: String) {
        self.text = ShownText.of(text)
        isLink = text.hasPrefix("https://")
    }
}

/// A technique of ATT&CK, with its page there.
struct TechniqueLink: Sendable {
    var id: String
    var url: String

    init(_ id: String) {
        self.id = id
        // A sub-technique, as T1053.007, has its page below its technique's.
        url =
            "https://attack.mitre.org/techniques/\(id.split(separator: ".").map { FormFields.encoded(String($0)) }.joined(separator: "/"))/"
    }
}

extension ConsoleRouter {
    func allRules(_ request: Request) async throws -> Response {
        let rows = rules.entries.map(RuleView.init)
        return page("rules", RulesView(rows: rows, count: rows.count), title: "Rules", at: .rules, request)
    }

    func rule(_ key: String, _ request: Request) async throws -> Response {
        guard let rule = rules[key] else {
            throw RequestProblem(.notFound, "no rule of that id is loaded")
        }
        return page("rule", RuleView(rule), title: rule.title, at: .rules, request)
    }
}
