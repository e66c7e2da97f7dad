import Sigma
import SigmaTesting
import Testing

/// Random rules over random events: together, with fields left unread, they match what their tests say one by one.
struct GatePropertyTests {
    private typealias Random = HostileInputTests.Random

    /// Tests on one field, some on the same; each is a rule of its own where it is asked by itself.
    private static let tests: [(key: String, values: String)] = [
        ("f", "x"), ("f", "[x, y]"), ("f", "null"), ("f|exists", "true"), ("f|exists", "false"), ("f|neq", "x"),
        ("f|contains|all", "[x, y]"), ("g", "y"), ("g|startswith", "y"), ("g", "[null, z]"), ("g|gte", "2"),
        ("h", "'*'"), ("h|re", "'^[xy]+$'"), ("h|fieldref", "f"), ("h|contains", "z"), ("o.f", "x"), ("o.f", "null"),
        ("'l[any]'", "{f: x}"), ("'l[none]'", "{f: x, g: y}"), ("'l[all_or_empty]'", "{g: null}"), ("'|all'", "[x, z]"),
    ]

    private indirect enum Condition {
        case search(Int)
        case not(Condition)
        case and(Condition, Condition)
        case or(Condition, Condition)
        case atLeast(Int)

        var text: String {
            switch self {
            case .search(let index): "s\(index)"
            case .not(let part): "not (\(part.text))"
            case .and(let left, let right): "(\(left.text) and \(right.text))"
            case .or(let left, let right): "(\(left.text) or \(right.text))"
            case .atLeast(let count): "(\(count) of s*)"
            }
        }

        func holds(_ searches: [Bool]) -> Bool {
            switch self {
            case .search(let index): searches[index]
            case .not(let part): !part.holds(searches)
            case .and(let left, let right): left.holds(searches) && right.holds(searches)
            case .or(let left, let right): left.holds(searches) || right.holds(searches)
            case .atLeast(let count): searches.count { $0 } >= count
            }
        }

        static func random(_ searches: Int, depth: Int, _ random: inout Random) -> Condition {
            switch Int.random(in: 0...(depth == 0 ? 2 : 6), using: &random) {
            case 0, 1: .search(.random(in: 0..<searches, using: &random))
            case 2: .atLeast(.random(in: 1...searches, using: &random))
            case 3: .not(self.random(searches, depth: depth - 1, &random))
            case 4:
                .or(self.random(searches, depth: depth - 1, &random), self.random(searches, depth: depth - 1, &random))
            default:
                .and(self.random(searches, depth: depth - 1, &random), self.random(searches, depth: depth - 1, &random))
            }
        }
    }

    /// Searches, each a list of maps of tests, and a condition.
    private struct Detection {
        var searches: [[[Int]]]
        var condition: Condition

        init(_ random: inout Random) {
            searches = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 1...2, using: &random)).map { _ in
                    let count = Int.random(in: 1...3, using: &random)
                    var keys: Set<String> = []
                    return GatePropertyTests.tests.indices.shuffled(using: &random)
                        .filter { keys.insert(GatePropertyTests.tests[$0].key).inserted }.prefix(count).map(\.self)
                }
            }
            condition = .random(searches.count, depth: 3, &random)
        }

        func lines(indent: String) -> String {
            let searches = searches.enumerated().map { index, maps in
                "\(indent)s\(index):\n"
                    + maps.map { map in
                        map.enumerated().map { position, test in
                            let (key, values) = GatePropertyTests.tests[test]
                            return "\(indent)  \(position == 0 ? "-" : " ") \(key): \(values)\n"
                        }.joined()
                    }.joined()
            }
            return searches.joined() + "\(indent)condition: \(condition.text)\n"
        }

        func holds(_ tests: [Bool]) -> Bool {
            condition.holds(searches.map { $0.contains { $0.allSatisfy { tests[$0] } } })
        }
    }

    private static func event(_ random: inout Random) -> FieldMap {
        func value(_ random: inout Random) -> FieldMap.Value {
            let plain: [FieldMap.Value] = ["x", "y", "xy", "z", "word", nil, 1, 2, 3, ["z", "x"], ["y", nil], []]
            return plain.randomElement(using: &random) ?? nil
        }
        func object(_ names: [String], _ random: inout Random) -> [String: FieldMap.Value] {
            var fields: [String: FieldMap.Value] = [:]
            for name in names where Bool.random(using: &random) { fields[name] = value(&random) }
            return fields
        }
        var fields = object(["f", "g", "h", "i"], &random)
        if Bool.random(using: &random) { fields["o"] = .object(object(["f", "g"], &random)) }
        if Bool.random(using: &random) {
            let count = Int.random(in: 0...2, using: &random)
            fields["l"] = .list((0..<count).map { _ in .object(object(["f", "g"], &random)) })
        }
        return FieldMap(fields)
    }

    private static func matcher(_ text: String) throws -> Matcher<FieldMap> {
        let documents = RuleReader.read(text, file: "r.yml")
        try #require(!documents.hasErrors, "\(documents.diagnostics)\n\(text)")
        return try RuleSet<FieldMap>(documents.rules, filters: documents.filters).makeMatcher()
    }

    private static func matches(_ matcher: Matcher<FieldMap>, _ event: FieldMap) -> [Int] {
        var matched: [Int] = []
        matcher.match(event) { matched.append($0) }
        return matched
    }

    @Test(arguments: 1...12)
    func `rules match together as their tests do one by one`(_ seed: UInt64) throws {
        var random = Random(state: seed)
        let single = try Self.tests.map { key, values in
            let search = "  s:\n    \(key): \(values)\n  condition: s"
            return try Self.matcher("title: t\nlogsource: {product: p}\ndetection:\n" + search)
        }
        for _ in 0..<25 {
            let rules = (0..<6).map { _ in Detection(&random) }
            let filter = Bool.random(using: &random) ? Detection(&random) : nil
            var documents = rules.enumerated().map { index, rule in
                "title: r\(index)\nlogsource: {product: p}\ndetection:\n" + rule.lines(indent: "  ")
            }
            if let filter {
                let head = "title: filter\nlogsource: {product: p}\nfilter:\n  rules: [r1, r4]\n"
                documents.append(head + filter.lines(indent: "  "))
            }
            let text = documents.joined(separator: "---\n")
            let matcher = try Self.matcher(text)
            for _ in 0..<40 {
                let event = Self.event(&random)
                let tests = single.map { !Self.matches($0, event).isEmpty }
                let wanted = rules.indices.filter { index in
                    rules[index].holds(tests) && (![1, 4].contains(index) || filter?.holds(tests) ?? true)
                }
                #expect(Self.matches(matcher, event) == wanted, "\(event)\n\(text)")
                #expect(matcher.explainedMatches(event).map(\.rule) == wanted)
            }
        }
    }
}
