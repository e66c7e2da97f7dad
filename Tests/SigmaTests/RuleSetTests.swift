import Sigma
import Synchronization
import Testing

/// What compiling rules together promises: each field is read once per event, however many rules ask for it.
struct RuleSetTests {
    /// An event that counts how often each of its fields is read.
    struct Counted: SigmaEvent {
        final class Counter: Sendable {
            let reads = Mutex<[String: Int]>([:])
        }

        let counter = Counter()
        var value = "value"

        static func key(for field: String) -> String { field }

        func visitValues(of key: String, _ visit: (FieldValue) -> Void) {
            counter.reads.withLock { $0[key, default: 0] += 1 }
            visit(.text(value))
        }

        func visitTexts(_ visit: (String) -> Void) {
            counter.reads.withLock { $0["keywords", default: 0] += 1 }
            visit(value)
        }
    }

    @Test func `a field that a hundred rules ask for is read once`() throws {
        let text = (0..<100).map { number in
            """
            title: \(number)
            logsource: {product: p}
            detection:
                a: {f: value, g|contains: 'v\(number)', h|re: 'x{\(number + 1)}', i|exists: true}
                b: {f|startswith: val, g: null}
                words: [word\(number)]
                condition: a or b or words
            """
        }.joined(separator: "\n---\n")
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(documents.diagnostics == [] && documents.rules.count == 100)
        let rules = try RuleSet<Counted>(documents.rules)
        let event = Counted()
        rules.makeMatcher().match(event) { _ in }
        #expect(event.counter.reads.withLock { $0 } == ["f": 1, "g": 1, "h": 1, "i": 1, "keywords": 1])
        #expect(rules.fieldNames.sorted() == ["f", "g", "h", "i"])
    }

    @Test(arguments: [
        // No rule is left once f is known; the second rule alone reads h.
        ("other", ["f": 1]), ("first", ["f": 1, "g": 1]), ("second", ["f": 1, "h": 1, "i": 1]),
    ])
    func `a field is read only while a rule that asks for it can match`(value: String, reads: [String: Int]) throws {
        let text = """
            title: one
            logsource: {product: p}
            detection: {a: {f: first, g|contains: x}, condition: a}
            ---
            title: two
            logsource: {product: p}
            detection: {a: {f: second}, b: {h: null}, c: {i: z}, condition: a and not b and not c}
            """
        let rules = try RuleSet<Counted>(RuleReader.read(text, file: "r.yml").rules)
        let event = Counted(value: value)
        rules.makeMatcher().match(event) { _ in }
        #expect(event.counter.reads.withLock { $0 } == reads)
    }

    @Test func `a matcher forgets the event before`() throws {
        let text = "title: t\nlogsource: {product: p}\ndetection: {a: {f: value}, b: {g: null}, condition: a and b}"
        let matcher = try RuleSet<Counted>(RuleReader.read(text, file: "r.yml").rules).makeMatcher()
        var matched = 0
        for _ in 0..<3 { matcher.match(Counted()) { _ in matched += 1 } }
        #expect(matched == 0)
    }
}
