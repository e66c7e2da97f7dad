import Sigma
import SigmaTesting
import Testing

/// Rule files that are broken, or meant to break their reader.
struct HostileInputTests {
    /// Random numbers that are the same in every run.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        // SplitMix64, https://prng.di.unimi.it/splitmix64.c
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
            return bits ^ bits >> 31
        }
    }

    private static let seed = """
        title: Seed
        id: 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64
        name: a
        status: test
        tags: [attack.t1610]
        logsource: {category: container_deployment, product: docker}
        detection:
            &a sel_1:
                f|contains|all: ['a*', "b\\\\*", 5, true]
                g|re|i: '^x{1,3}(ab|c)*$'
                h|cidr: [10.0.0.0/8, 'fe80::/10']
            sel_2:
                - i|windash|base64offset|contains: ' -x'
                - j|gte: 1.5
                - k[any]: {l|exists: true, m|fieldref: n}
            keywords: [one, 'two?']
            condition: 1 of sel_* and not (keywords or all of them)
        level: high
        ---
        title: Filter
        logsource: {product: docker}
        filter: {rules: any, x: {f|expand: '%p%'}, condition: not x}
        ---
        title: Correlation
        name: c
        correlation: {type: event_count, rules: [a], group-by: [f], timespan: 5m, condition: {gte: 2}}
        ---
        title: Chain
        correlation:
            type: temporal_ordered
            rules: [c, 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64]
            group-by: [x]
            timespan: 1h
            aliases: {x: {c: f, 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64: g}}
            generate: true
        ---
        title: Numbers
        correlation: {type: value_percentile, rules: [a], timespan: 1d, condition: {gt: 1, field: j, percentile: 95}}
        """

    private static let pieces = [
        ":", "- ", "|", "*", "&a ", "*a ", "? ", "---\n", "[", "]", "{", "}", "'", "\"", "\\", "\n", "    ", "\t",
        "\u{0}",
        "!!str ", "!!binary ", "<<: ", "%", "#", "null", "~", "and ", "or ", "not ", "of ", "them", "(", ")", "{1,900}",
        "\u{FEFF}", "\u{2028}", "é", "|re", "|all", "|gt", "99999999999999999999", "0x", ".inf", "condition: ", "..",
    ]

    private static func mutated(_ text: String, _ random: inout Random) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...scalars.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                scalars.insert(
                    contentsOf: pieces.randomElement(using: &random)?.unicodeScalars ?? "".unicodeScalars,
                    at: place
                )
            case 1: scalars.removeSubrange(place..<min(place + Int.random(in: 1...12, using: &random), scalars.count))
            case 2:
                let length = min(Int.random(in: 1...40, using: &random), scalars.count - place)
                let copy = Array(scalars[place..<(place + length)])
                scalars.insert(contentsOf: copy, at: Int.random(in: 0...scalars.count, using: &random))
            default:
                guard place < scalars.count else { continue }
                scalars[place] = Unicode.Scalar(UInt8.random(in: 0...127, using: &random))
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    @Test func `mutated rules give rules or complaints, and match without harm`() throws {
        var random = Random(state: 1610)
        let event = FieldMap([
            "f": ["axb*", 5, nil, true], "g": "xAb", "h": "10.1.1.1", "i": "IC14", "j": "2", "k": [["l": 1, "m": "a"]],
        ])
        #expect(RuleReader(placeholders: ["p": ["x"]]).read(Self.seed, file: "seed.yml").diagnostics == [])
        var (taken, refused) = (0, 0)
        for round in 0..<250 {
            let text = Self.mutated(Self.seed, &random)
            let documents = RuleReader(placeholders: ["p": ["x", "y"]]).read(text, file: "fuzz.yml")
            let isAnything =
                !documents.rules.isEmpty || !documents.filters.isEmpty || !documents.correlations.isEmpty
                || !documents.diagnostics.isEmpty
            #expect(isAnything, "round \(round): \(text)")
            for diagnostic in documents.diagnostics {
                #expect(diagnostic.place.line >= 1 && diagnostic.place.column >= 1)
            }
            if documents.hasErrors { refused += 1 } else { taken += 1 }
            let matcher = try RuleSet<FieldMap>(documents.rules, filters: documents.filters).makeMatcher()
            matcher.match(event) { rule in _ = matcher.explain(rule, event) }
            let plan = CorrelationPlan(documents.correlations, rules: documents.rules)
            #expect(plan.correlations.count + plan.diagnostics.count >= documents.correlations.count)
            let fields = CorrelationFields<FieldMap>(plan)
            var engine = CorrelationEngine(plan)
            for time in 0..<Int64(documents.rules.count * 4) {
                let rule = Int(time) % documents.rules.count
                let values = fields.values(of: event, for: rule)
                engine.receive(.init(rule: rule, id: time, time: time, values: values)) { _ in }
            }
            engine.finish { _ in }
        }
        // Mutations are small: some leave a good rule, most do not.
        #expect(taken > 10 && refused > 10, "\(taken), \(refused)")
    }

    @Test func `random conditions are read or refused, and never lost in`() {
        var random = Random(state: 7)
        let words = ["a", "b", "sel_*", "them", "1 of", "all of", "and", "or", "not", "(", ")", "|", "2", "*", "'"]
        for _ in 0..<2_000 {
            let condition = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                words.randomElement(using: &random) ?? "a"
            }.joined(separator: " ")
            let quoted = condition.replacing("'", with: "''")
            let documents = RuleReader.read(
                Searches.rule("a: {f: 1}\nb: {f: 2}\ncondition: '\(quoted)'"),
                file: "r.yml"
            )
            #expect(documents.rules.count == (documents.hasErrors ? 0 : 1), "\(condition)")
        }
    }

    /// Aliases of aliases: nine to the tenth values, were they put in.
    private static func bomb(_ use: String) -> String {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...10 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text + use
    }

    @Test func `aliases of aliases are refused before they are put in`() {
        let documents = RuleReader.read(Self.bomb(""), file: "r.yml")
        #expect(documents.rules.isEmpty)
        #expect(
            documents.diagnostics.map(\.message) == ["the file has more than 250000 values once aliases are put in"]
        )
    }

    @Test(arguments: [
        "z: {[*a10]: 1}", "z: {*a10 : 1}", "*a10 : 1", "? *a10\n: 1", "z: {? [*a10], b: 1}", "z: {b: 1, *a10 : 'x'}",
        "z: {it's: 1, [*a10]: 2, b's: 3}", "z: {{x: *a10}: 1, {x: *a10}: 2}", "? - *a10\n: 1", "z: {?\t*a10\t: 1}",
        "z:\n- ? *a10", "[*a10] : 1", "&k [*a10] : 1", "!!seq [*a10]: 1", "z: {!!seq [*a10]: 1}",
    ])
    func `aliases in keys are refused before they are compared`(_ use: String) {
        let documents = RuleReader.read(Self.bomb(use), file: "r.yml")
        #expect(documents.rules.isEmpty)
        #expect(documents.diagnostics.map(\.message) == ["an alias cannot stand in a key"])
    }

    @Test func `honest anchors and wildcards are let through`() throws {
        let text = """
            title: anchors
            logsource: {product: p}
            detection:
                a: &names
                    f: ['*x', "a & b", '*y: z', 'what? [*z]']
                b:
                    - *names
                    - containers[any].image: ['*:latest']
                condition: a or b
            """
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(documents.diagnostics == [])
        #expect(documents.rules.count == 1)
    }

    @Test(arguments: [
        ("flow", String(repeating: "[", count: 10_000)),
        ("closed flow", String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)),
        ("flow maps", String(repeating: "{a: ", count: 10_000)),
        ("block", (0..<1_100).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        ("lists", String(repeating: "- ", count: 10_000) + "x"),
        ("within the parser's bound", String(repeating: "[", count: 200) + String(repeating: "]", count: 200)),
        ("NUL", "title: a\u{0}b\n"), ("control", "title: a\u{1}b\n"),
        ("a value of a megabyte", "title: \(String(repeating: "x", count: 1 << 20))\n"),
        ("a key of a megabyte", "\"\(String(repeating: "x", count: 1 << 20))\": 1\n"),
        ("nine megabytes", String(repeating: "# \n", count: 3 << 20)),
        ("tags", "!<\(String(repeating: "x", count: 1 << 20))> a: b"),
        ("merge", "<<: {a: b}\n"), ("a stream of document marks", String(repeating: "--- x\n", count: 1_000)),
    ])
    func `hostile YAML is refused with a complaint`(_ name: String, _ text: String) {
        let documents = RuleReader.read(text, file: "r.yml")
        #expect(documents.hasErrors, "\(name)")
        #expect(documents.rules.isEmpty)
    }

    @Test func `a value of a megabyte in a search is refused, and so is one that cannot be compiled`() {
        let long = String(repeating: "x", count: 1 << 20)
        for item in ["f: \(long)", "f|contains: \(long)", "f|re: \(long)"] {
            #expect(Searches.complaints("s: {\(item)}\ncondition: s").count == 1)
        }
        // Each letter has two cases of two bytes each: as an expression, far longer than the value.
        let folded = String(repeating: "é", count: 1_400)
        for item in ["f: \(folded)", "f|contains: \(folded)"] {
            let complaints = Searches.complaints("s: {\(item)}\ncondition: s")
            #expect(
                complaints == [
                    "r.yml:4:\(item.prefix { $0 != " " }.count + 8): error: "
                        + "the value cannot be searched for: longer than 16384 bytes"
                ]
            )
        }
        #expect(Searches.complaints("s: {f|cased: \(folded)}\ncondition: s") == [])
    }

    @Test(arguments: [
        ("(a+)+$", true), ("(a*)*b", false), ("(a|a)*b", false), ("(a|aa)+$", true), ("([a-z]+)*x", false),
        ("(.*.*.*.*.*)*!", false), ("^(([a-z])+.)+[A-Z]([a-z])+$", false),
    ])
    func `nested quantifiers are done with a long text`(_ expression: String, _ isMatch: Bool) throws {
        // With backtracking these would not end; what matters is that each does, with the right answer.
        let text = String(repeating: "a", count: 200_000)
        #expect(try Searches.matches("f|re: '\(expression)'", ["f": .text(text)]) == isMatch)
    }

    @Test(arguments: [
        "(a{1,900}){1,900}", "((a{1,100}){1,100}){1,100}", "a{1,100000}", "(x+x+)+y{900}", "[^a]{1000}{1000}",
    ])
    func `an expression that would not fit in memory is refused or fits`(_ expression: String) {
        let complaints = Searches.complaints("s:\n  f|re: '\(expression)'\ncondition: s")
        #expect(complaints.allSatisfy { $0.contains("error: the regular expression cannot be used") })
    }

    @Test func `wildcards without end are refused or matched in one pass`() throws {
        let stars = String(repeating: "*a", count: 200)
        let text = String(repeating: "a", count: 100_000)
        let complaints = Searches.complaints("s: {f: '\(stars)b'}\ncondition: s")
        if complaints.isEmpty { #expect(try !Searches.matches("f: '\(stars)b'", ["f": .text(text)])) }
    }
}
