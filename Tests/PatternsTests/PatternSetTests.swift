import Testing

@testable import Patterns

@Suite struct PatternSetTests {
    /// The positions of the patterns that match, in order.
    static func matches(_ patterns: [Pattern], _ text: [UInt8]) throws -> [Int] {
        let scanner = try PatternSet(patterns).makeScanner()
        var found: [Int] = []
        unsafe text.withUnsafeBufferPointer { text in unsafe scanner.scan(text) { found.append($0) } }
        return found.sorted()
    }

    static func literal(_ text: String, _ anchor: Pattern.Anchor = .none, cased: Bool = false) -> Pattern {
        .literal(Array(text.utf8), anchor: anchor, caseSensitive: cased)
    }

    @Test(arguments: [
        (literal("alpine"), "docker.io/library/ALPINE:3", true),
        (literal("alpine", cased: true), "docker.io/library/ALPINE:3", false),
        (literal("/etc", .start), "/etc/cron.d", true),
        (literal("/etc", .start), "/host/etc", false),
        (literal(".sock", .end), "/run/docker.sock", true),
        (literal(".sock", .end), "/run/docker.sock\n", false),
        (literal("/", .both), "/", true),
        (literal("/", .both), "//", false),
        (literal(""), "", true),
        (literal(""), "x", true),
        (literal("", .both), "x", false),
        (literal("", .both), "", true),
        (literal("a.c"), "abc", false),
        (literal("a\u{0}c"), "xa\u{0}cx", true),
        (literal("line\nnext"), "a line\nnext", true),
        (.wildcard([.bytes(Array("kube-".utf8)), .anyRun], caseSensitive: false), "Kube-proxy", true),
        (.wildcard([.bytes(Array("kube-".utf8)), .anyRun], caseSensitive: false), "my-kube-proxy", false),
        (.wildcard([.anyRun, .bytes(Array("b".utf8))], caseSensitive: false), "a\nb", true),
        (.wildcard([.bytes(Array("a".utf8)), .anyOne, .bytes(Array("c".utf8))], caseSensitive: false), "a€c", true),
        (.wildcard([.bytes(Array("a".utf8)), .anyOne, .bytes(Array("c".utf8))], caseSensitive: false), "ac", false),
        (.wildcard([.bytes(Array("a".utf8)), .anyOne, .bytes(Array("c".utf8))], caseSensitive: false), "abbc", false),
        (.wildcard([.anyRun], caseSensitive: false), "", true),
        (.regex("curl[^|]*\\| *sh"), "curl -s http://x | sh", true),
        (.regex("CURL"), "curl", false),
        (.regex("CURL", caseInsensitive: true), "curl", true),
        (.regex("^b", multiLine: true), "a\nb", true),
        (.regex("^b"), "a\nb", false),
        (.regex("a.b"), "a\nb", false),
        (.regex("a.b", dotMatchesNewline: true), "a\nb", true),
    ])
    func `a pattern matches what it says`(pattern: Pattern, text: String, isMatch: Bool) throws {
        #expect(try Self.matches([pattern], Array(text.utf8)) == (isMatch ? [0] : []))
    }

    @Test func `each pattern is reported once with its position`() throws {
        let patterns = [Self.literal("a"), Self.literal("zz"), .regex("a+"), Self.literal("b", .end)]
        #expect(try Self.matches(patterns, Array("aaaab".utf8)) == [0, 2, 3])
    }

    @Test func `bytes that are no UTF-8 are searched like any others`() throws {
        let one = Pattern.wildcard([.bytes([0x61]), .anyOne, .bytes([0x62])], caseSensitive: true)
        #expect(try Self.matches([Self.literal("ab"), one], [0xff, 0x61, 0xc3, 0x62, 0x61, 0x62]) == [0])
        #expect(try Self.matches([one], [0x61, 0xc3, 0x62]) == [0])
    }

    @Test(arguments: ["(?<=a)b", "(a)\\1", "a(?!b)", "(", "[z-a]", "a{3,1}"])
    func `an expression that is not linear or not valid is refused with its position`(expression: String) {
        let error = #expect(throws: PatternError.self) {
            try PatternSet([Self.literal("x"), .regex(expression)])
        }
        #expect(error?.index == 1)
        #expect(error?.message.isEmpty == false)
    }

    @Test func `an expression longer than the bound is refused`() {
        let text = String(repeating: "a", count: PatternExpression.maximumLength + 1)
        #expect(throws: PatternError(index: 0, message: "longer than 16384 bytes")) { try PatternSet([.regex(text)]) }
    }

    @Test func `no patterns match nothing`() throws {
        #expect(try Self.matches([], Array("anything".utf8)).isEmpty)
    }

    /// Vectorscan as Debian 12 has it misses literals near a text's end on processors with AVX-512, if it is let.
    @Test func `a literal is found wherever it stands in texts of any length`() throws {
        var random = SplitMix(state: 68)
        var missed: [String] = []
        for _ in 0..<150 {
            let longest = 1 + random.below(12)
            let words = (0..<2 + random.below(10)).map { index in
                (0..<(index == 0 ? longest : 1 + random.below(longest))).map { _ in UInt8(0x61 + random.below(10)) }
            }
            let patterns = words.map { Pattern.literal($0, anchor: .none, caseSensitive: random.below(2) == 0) }
            let scanner = try PatternSet(patterns).makeScanner()
            for _ in 0..<300 {
                let index = random.below(words.count)
                let (before, after) = (random.below(300), random.below(70))
                let text =
                    Array(repeating: UInt8(0x25), count: before) + words[index] + Array(repeating: 0x23, count: after)
                var isFound = false
                unsafe text.withUnsafeBufferPointer { text in
                    unsafe scanner.scan(text) { if $0 == index { isFound = true } }
                }
                if !isFound {
                    let set = words.map { String(decoding: $0, as: UTF8.self) }
                    missed.append("\(set[index]) of \(set), \(before) bytes before it, \(after) behind")
                }
            }
        }
        #expect(missed == [])
    }

    @Test func `vectorscan and a naive search agree on random texts`() throws {
        var random = SplitMix(state: 1610)
        for _ in 0..<300 {
            let text = (0..<random.below(40)).map { _ in [UInt8(97), 98, 65, 10, 0, 0xff][random.below(6)] }
            let words = (0..<8).map { _ in
                (0..<random.below(4)).map { _ in [UInt8(97), 98, 65, 10, 0, 0xff][random.below(6)] }
            }
            let anchors: [Pattern.Anchor] = [.none, .start, .end, .both]
            let cases = words.map { ($0, anchors[random.below(4)], random.below(2) == 0) }
            let patterns = cases.map { Pattern.literal($0.0, anchor: $0.1, caseSensitive: $0.2) }
            let expected = cases.indices.filter { Self.naive(cases[$0].0, cases[$0].1, cases[$0].2, text) }
            #expect(try Self.matches(patterns, text) == expected, "\(cases) in \(text)")
        }
    }

    static func naive(_ word: [UInt8], _ anchor: Pattern.Anchor, _ isCased: Bool, _ text: [UInt8]) -> Bool {
        func fold(_ bytes: some Sequence<UInt8>) -> [UInt8] {
            bytes.map { !isCased && (65...90).contains($0) ? $0 + 32 : $0 }
        }
        let (word, text) = (fold(word), fold(text))
        return switch anchor {
        case .both: word == text
        case .start: text.starts(with: word)
        case .end: text.suffix(word.count) == word[...]
        case .none: (0...text.count).contains { text[$0...].starts(with: word) }
        }
    }
}

/// A small seeded generator, so that a failure can be run again.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
