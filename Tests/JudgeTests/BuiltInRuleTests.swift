import Deployments
import Foundation
import Judge
import Sigma
import SigmaTesting
import Testing

/// Holds every built-in rule to what its head promises.
@Suite struct BuiltInRuleTests {
    static let library = RuleLibrary.builtIn

    @Test func `every built-in rule is read without a complaint`() {
        #expect(Self.library.diagnostics.map(\.description) == [])
        #expect(Self.library.rules.count >= 40)
    }

    @Test func `all built-in rules compile together`() throws {
        _ = try Judge.Bench(Self.library)
    }

    /// A rule that tests name by its title alone.
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: Rule
        var testDescription: String { rule.title }
    }

    static let cases = library.rules.map(Case.init)

    @Test(arguments: cases)
    func `a built-in rule has what it promises`(built: Case) throws {
        let rule = built.rule
        let id = try #require(rule.id)
        #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
        #expect(rule.status != nil)
        #expect(rule.description?.isEmpty == false)
        #expect(rule.author == "Tidewaiter maintainers")
        #expect(rule.date?.isEmpty == false)
        #expect(!rule.references.isEmpty)
        #expect(rule.references.allSatisfy { $0.hasPrefix("https://") })
        #expect(!rule.falsepositives.isEmpty)
        #expect(rule.level != nil)
        #expect(!rule.techniques.isEmpty)
        if !rule.isPartOfSequence { #expect(rule.logsource.category == "container_deployment") }
        #expect(RuleTesting.lint([rule]).map(\.description) == [])
    }

    static let sequences = library.correlations.map(SequenceCase.init)

    struct SequenceCase: Sendable, CustomTestStringConvertible {
        let correlation: Correlation
        var testDescription: String { correlation.title }
    }

    @Test(arguments: sequences)
    func `a built-in sequence has what it promises`(built: SequenceCase) throws {
        let correlation = built.correlation
        let id = try #require(correlation.id)
        #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
        #expect(correlation.status != nil && correlation.level != nil)
        #expect(correlation.description?.isEmpty == false)
        #expect(correlation.author == "Tidewaiter maintainers" && correlation.date?.isEmpty == false)
        #expect(!correlation.references.isEmpty && correlation.references.allSatisfy { $0.hasPrefix("https://") })
        #expect(!correlation.falsepositives.isEmpty)
        #expect(RuleFields.lint(correlation, Self.library.rules).map(\.description) == [])
        guard !correlation.isPartOfSequence else { return }
        #expect(!FindingRule(correlation).techniques.isEmpty)
        #expect(CorrelationTesting.lint([correlation]).map(\.description) == [])
    }

    @Test func `every timeline of a built-in sequence does what it should`() throws {
        let library = Self.library
        #expect(library.misnamed() == [])
        let results = try CorrelationTesting.run(library.correlations, rules: library.rules)
        #expect(results.count >= 30)
        #expect(results.filter { !$0.passed }.map(\.description) == [])
    }

    @Test func `what is part of sequences alone is silent, and each is part of one`() {
        let plan = Self.library.correlationPlan
        for (index, rule) in Self.library.rules.enumerated() where rule.isPartOfSequence {
            #expect(plan.isCorrelated[index] && plan.silentRules.contains(index), "\(rule.title)")
        }
        // A rule that is told by itself stays so.
        let silent = plan.silentRules.filter { !Self.library.rules[$0].isPartOfSequence }
        #expect(silent == [])
    }

    @Test func `no two built-in rules share an id or a title`() {
        let count = Self.library.rules.count + Self.library.correlations.count
        #expect(Set(Self.library.rules.map(\.id) + Self.library.correlations.map(\.id)).count == count)
        #expect(Set(Self.library.rules.map(\.title) + Self.library.correlations.map(\.title)).count == count)
    }

    @Test func `every example of a built-in rule does what it should`() throws {
        let failed = try RuleTesting.run(Self.library.rules).filter { !$0.passed }
        #expect(failed.map(\.description) == [])
    }

    @Test func `examples speak of fields that deployments have`() {
        let known = Set(Field.allCases.map(\.rawValue))
        for rule in Self.library.rules where rule.logsource.category == "container_deployment" {
            for example in rule.examples.examples {
                #expect(Set(example.event.fields.keys).isSubset(of: known), "\(rule.title): \(example.name)")
            }
        }
    }

    @Test(arguments: cases)
    func `a built-in rule asks only for fields that deployments have`(built: Case) {
        guard built.rule.logsource.category == "container_deployment" else { return }
        let known = Set(Field.allCases.map(\.rawValue))
        #expect(Set(built.rule.detection.selections.flatMap { fields(of: $0.body) }).subtracting(known) == [])
    }

    @Test func `the guide lists every built-in rule as it is`() throws {
        let guide = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Docs/rules.md"),
            encoding: .utf8
        )
        let rows = guide.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("| T1") }
        let rules = Self.library.rules.filter { !$0.isPartOfSequence }
        let sequences = Self.library.correlations.filter { !$0.isPartOfSequence }
        #expect(rows.count == rules.count + sequences.count)
        for sequence in sequences {
            let told = FindingRule(sequence)
            let id = try #require(sequence.id).prefix(8)
            let level = try #require(sequence.level).rawValue
            let row = "| `\(id)` | \(sequence.title) | \(level) | \(told.techniques.joined(separator: ", ")) |"
            #expect(rows.contains { $0.hasPrefix(row) }, "\(sequence.title)")
        }
        for rule in rules {
            let id = try #require(rule.id).prefix(8)
            let mark = rule.tags.contains("tidewaiter.known-bad") ? " †" : ""
            let level = try #require(rule.level).rawValue
            let row = "| `\(id)` | \(rule.title)\(mark) | \(level) | \(rule.techniques.joined(separator: ", ")) |"
            #expect(rows.contains { $0.hasPrefix(row) }, "\(rule.title)")
        }
    }

    private func fields(of body: Selection.Body) -> [String] {
        switch body {
        case .item(let item): item.field.map { [$0] } ?? []
        case .all(let parts), .any(let parts): parts.flatMap(fields)
        case .elements(let field, _, let detection): [field] + detection.selections.flatMap { fields(of: $0.body) }
        }
    }
}
