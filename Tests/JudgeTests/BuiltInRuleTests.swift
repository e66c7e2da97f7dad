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
        #expect(rule.logsource.category == "container_deployment")
        #expect(RuleTesting.lint([rule]).map(\.description) == [])
    }

    @Test func `no two built-in rules share an id or a title`() {
        #expect(Set(Self.library.rules.map(\.id)).count == Self.library.rules.count)
        #expect(Set(Self.library.rules.map(\.title)).count == Self.library.rules.count)
    }

    @Test func `every example of a built-in rule does what it should`() throws {
        let failed = try RuleTesting.run(Self.library.rules).filter { !$0.passed }
        #expect(failed.map(\.description) == [])
    }

    @Test func `examples speak of fields that deployments have`() {
        let known = Set(Field.allCases.map(\.rawValue))
        for rule in Self.library.rules {
            for example in rule.examples.examples {
                #expect(Set(example.event.fields.keys).isSubset(of: known), "\(rule.title): \(example.name)")
            }
        }
    }

    @Test(arguments: cases)
    func `a built-in rule asks only for fields that deployments have`(built: Case) {
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
        #expect(rows.count == Self.library.rules.count)
        for rule in Self.library.rules {
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
