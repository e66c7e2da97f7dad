import Sigma
import SigmaTesting
import Testing

/// Values and what they are compared with, without modifiers.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md
struct ValueTests {
    @Test(arguments: [
        // Letters in either case.
        SearchCase("f: NSENTER", "nsenter", true), SearchCase("f: nsenter", "NsEnTeR", true),
        SearchCase("f: ÄRGER", "ärger", true), SearchCase("f: ärger", "Ärger", true),
        SearchCase("f: nsenter", "nsenter ", false), SearchCase("f: nsenter", "xnsenter", false),
        // Any one of several.
        SearchCase("f: [a, b]", "b", true), SearchCase("f: [a, b]", "c", false),
        // A field with several values fits when one of them does.
        SearchCase("f: b", ["a", "b"], true), SearchCase("f: b", ["a", ["x", "b"]], true),
        SearchCase("f: b", ["a"], false), SearchCase("f.g: b", [["g": "a"], ["g": "b"]], true),
        SearchCase("f[0]: a", ["a", "b"], true), SearchCase("f[-1]: a", ["a", "b"], false),
        // Numbers as numbers and as text.
        SearchCase("f: 4625", 4625, true), SearchCase("f: 4625", "4625", true), SearchCase("f: '4625'", 4625, true),
        SearchCase("f: 4625", "04625", false), SearchCase("f: 4625", 4626, false), SearchCase("f: -1", -1, true),
        SearchCase("f: 1.5", 1.5, true), SearchCase("f: 1.5", "1.5", true), SearchCase("f: 1.0", 1, true),
        SearchCase("f: 0x10", 16, true), SearchCase("f: 0x10", "0x10", true),
        // Booleans likewise.
        SearchCase("f: true", true, true), SearchCase("f: true", "True", true), SearchCase("f: 'true'", true, true),
        SearchCase("f: true", false, false), SearchCase("f: true", 1, false),
        // YAML 1.2: these are texts.
        SearchCase("f: yes", "yes", true), SearchCase("f: yes", true, false), SearchCase("f: off", "off", true),
        SearchCase("f: NO", "no", true), SearchCase("f: 0755", "0755", true), SearchCase("f: 1_000", "1_000", true),
        // A date is its text.
        SearchCase("f: 2026-11-24", "2026-11-24", true), SearchCase("f: 12:30", "12:30", true),
    ])
    func `a plain value is compared whole`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f: 'a*'", "abc", true), SearchCase("f: 'a*'", "a", true), SearchCase("f: '*c'", "abc", true),
        SearchCase("f: 'a*c'", "abbc", true), SearchCase("f: 'a*c'", "abcd", false),
        SearchCase("f: 'a*c'", "a\nc", true), SearchCase("f: 'A*C'", "abc", true),
        SearchCase("f: 'a?c'", "abc", true), SearchCase("f: 'a?c'", "ac", false), SearchCase("f: 'a?c'", "abbc", false),
        SearchCase("f: 'a?c'", "a€c", true), SearchCase("f: 'a??c'", "abbc", true),
        SearchCase("f: '?'", "", false), SearchCase("f: '**'", "", true),
        // A backslash takes the meaning of *, ? and \ only.
        SearchCase(#"f: 'a\*c'"#, "a*c", true), SearchCase(#"f: 'a\*c'"#, "abc", false),
        SearchCase(#"f: 'a\?c'"#, "a?c", true), SearchCase(#"f: 'a\?c'"#, "abc", false),
        SearchCase(#"f: 'a\c'"#, #"a\c"#, true), SearchCase(#"f: 'a\\c'"#, #"a\c"#, true),
        SearchCase(#"f: 'a\\\c'"#, #"a\\c"#, true), SearchCase(#"f: 'a\\\\c'"#, #"a\\c"#, true),
        SearchCase(#"f: 'a\\*'"#, #"a\bc"#, true), SearchCase(#"f: 'a\\*'"#, "a*", false),
        SearchCase(#"f: 'a\\\*'"#, #"a\*"#, true), SearchCase(#"f: 'a\\\*'"#, #"a\b"#, false),
        SearchCase(#"f: 'C:\Windows\'"#, #"c:\windows\"#, true), SearchCase(#"f: '*\cmd.exe'"#, #"c:\CMD.EXE"#, true),
        SearchCase(#"f: '*\\cmd.exe'"#, #"c:\CMD.EXE"#, true), SearchCase(#"f: 'a.c'"#, "abc", false),
    ])
    func `wildcards and backslashes mean what the specification says`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        // Missing, null, empty, something: for each search, which of the four match.
        ("f: null", [true, true, false, false]), ("f: ''", [false, false, true, false]),
        ("f: '*'", [false, false, true, true]), ("f|exists: true", [false, true, true, true]),
        ("f|exists: false", [true, false, false, false]), ("f: '?*'", [false, false, false, true]),
        ("f|re: '.*'", [false, false, true, true]), ("f|contains: ''", [false, false, true, true]),
        ("f: ['', null]", [true, true, true, false]), ("f|neq: x", [true, true, true, false]),
        ("f|neq: null", [false, false, true, true]),
    ])
    func `missing, null, empty and present are told apart`(_ search: String, _ wanted: [Bool]) throws {
        let events: [[String: FieldMap.Value]] = [[:], ["f": nil], ["f": ""], ["f": "x"]]
        #expect(try events.map { try Searches.matches(search, $0) } == wanted)
    }

    @Test func `an empty list is there, and holds nothing`() throws {
        #expect(try Searches.matches("f|exists: true", ["f": []]))
        #expect(try Searches.matches("f: null", ["f": [:]]))
        #expect(try !Searches.matches("f: '*'", ["f": []]))
    }

    @Test func `a member of the whole name goes before nested ones`() throws {
        #expect(try Searches.matches("a.b: flat", ["a.b": "flat", "a": ["b": "nested"]]))
        #expect(try !Searches.matches("a.b: nested", ["a.b": "flat", "a": ["b": "nested"]]))
        #expect(try Searches.matches("a.b.c: deep", ["a": ["b.c": "deep"]]))
        #expect(try Searches.matches(#"a\[0\]: x"#, ["a[0]": "x"]))
    }

    @Test func `maps are all of, lists are any of, in each other too`() throws {
        let detection = """
            search:
              - f: a
                g: b
              - f: c
            condition: search
            """
        #expect(try Searches.matches(detection: detection, ["f": "a", "g": "b"]))
        #expect(try Searches.matches(detection: detection, ["f": "c"]))
        #expect(try !Searches.matches(detection: detection, ["f": "a", "g": "x"]))
        #expect(try !Searches.matches(detection: detection, ["g": "b"]))
    }

    @Test(arguments: [
        ("[nsenter, chroot]", "run CHROOT /host", true), ("[nsenter, chroot]", "ls", false),
        ("['n?enter']", "nsenter", true), ("['a*z']", "-abcz-", true), ("[4625]", "event 4625", true),
        ("{'|all': [a1, b2]}", "a1 and b2", true), ("{'|all': [a1, b2]}", "a1 only", false),
        ("{'|re': 'x[0-9]'}", "x7", true), ("{'|cased': [AB]}", "ab", false), ("nsenter", "an nsenter", true),
        ("[{f: nothing}, word]", "a word", true),
    ])
    func `keywords are searched for in every value`(_ search: String, _ text: String, _ isMatch: Bool) throws {
        let event: [String: FieldMap.Value] = ["deep": ["er": ["nothing here", .text(text)]], "n": 1]
        #expect(try Searches.matches(detection: "search: \(search)\ncondition: search", event) == isMatch)
    }

    @Test func `keywords may be found in several values of one event`() throws {
        let event: [String: FieldMap.Value] = ["a": "one", "b": ["two"]]
        #expect(try Searches.matches(detection: "k: {'|all': [one, two]}\ncondition: k", event))
    }
}
