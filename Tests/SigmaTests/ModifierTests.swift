import Sigma
import SigmaTesting
import Testing

/// Every modifier of the specification's list.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-modifiers.md
struct ModifierTests {
    @Test(arguments: [
        SearchCase("f|contains: ent", "NSENTER", true), SearchCase("f|contains: ent", "nse", false),
        SearchCase("f|startswith: nse", "nsenter", true), SearchCase("f|startswith: ent", "nsenter", false),
        SearchCase("f|endswith: ter", "nsenter", true), SearchCase("f|endswith: nse", "nsenter", false),
        SearchCase("f|startswith: NSE", "nsEnter", true), SearchCase("f|endswith: TER", "nsenTer", true),
        SearchCase("f|startswith: nsenter", "nsenter", true), SearchCase("f|endswith: nsenter", "senter", false),
        SearchCase("f|cased|startswith: nS", "nSenter", true), SearchCase("f|cased|startswith: nS", "nsenter", false),
        SearchCase("f|cased|endswith: eR", "nsenteR", true), SearchCase("f|startswith: Än", "änd", true),
        SearchCase("f|endswith: .sh", "x.sh\n", false), SearchCase("f|contains: 'a*c'", "xabcx", true),
        SearchCase("f|startswith: 'a?c'", "abcd", true), SearchCase("f|contains: 12", "x12x", true),
        SearchCase("f|contains|all: [a, b]", "ba", true), SearchCase("f|contains|all: [a, b]", "a", false),
        SearchCase("f|all: [a, b]", ["b", "a"], true), SearchCase("f|all: [a, b]", ["a"], false),
        SearchCase("f|cased: AbC", "AbC", true), SearchCase("f|cased: AbC", "abc", false),
        SearchCase("f|contains|cased: Ab", "xAbx", true), SearchCase("f|contains|cased: Ab", "xabx", false),
        SearchCase("f|cased|startswith: 'A*z'", "Abz-", true), SearchCase("f|cased: Ä", "ä", false),
        SearchCase("f|neq: a", "b", true), SearchCase("f|neq: a", "A", false), SearchCase("f|neq: [a, b]", "b", false),
        SearchCase("f|contains|neq: a", "bab", false), SearchCase("f|cased|neq: a", "A", true),
        SearchCase("f|neq: 5", 5, false), SearchCase("f|neq: 5", 6, true),
    ])
    func `contains, startswith, endswith, all, cased and neq`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f|re: 'c[a-z]+l'", "xcurlx", true), SearchCase("f|re: curl", "CURL", false),
        SearchCase("f|re: '^curl$'", "curl -s", false), SearchCase("f|re|i: curl", "CURL", true),
        SearchCase("f|re: '^b'", "a\nb", false), SearchCase("f|re|m: '^b'", "a\nb", true),
        SearchCase("f|re: 'a.b'", "a\nb", false), SearchCase("f|re|s: 'a.b'", "a\nb", true),
        SearchCase("f|re|i|m|s: '^B.C'", "a\nb\nc", true), SearchCase(#"f|re: '\\d{3}'"#, "12", false),
        SearchCase(#"f|re: '\d{3}'"#, "a123", true), SearchCase(#"f|re: '\d{3}'"#, 123, true),
        SearchCase("f|re|all: [a+, b+]", "aabb", true), SearchCase("f|re: [x, b+]", "bb", true),
        SearchCase("f|re: '(?i)curl'", "CURL", true), SearchCase("f|re|neq: 'a'", "b", true),
        SearchCase("f|re: '[^|]\\|sh'", "x|sh", true), SearchCase("f|re: 'a*'", "", true),
    ])
    func `re with i, m and s`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f|lt: 5", 4, true), SearchCase("f|lt: 5", 5, false), SearchCase("f|lte: 5", 5, true),
        SearchCase("f|gt: 5", 5, false), SearchCase("f|gt: 5", 6, true), SearchCase("f|gte: 5", 5, true),
        SearchCase("f|gt: 5", "1024", true), SearchCase("f|gt: '5'", 1024, true),
        SearchCase("f|gt: 5", "12 apples", false),
        SearchCase("f|gt: 5", "0x10", false), SearchCase("f|lt: 0.5", 0.25, true),
        SearchCase("f|lt: 0.5", "1e-1", true),
        SearchCase("f|gte: -3", -3, true), SearchCase("f|gt: 5", true, false), SearchCase("f|gt: 5", nil, false),
        SearchCase("f|gt: 9007199254740992", 9_007_199_254_740_993, true), SearchCase("f|gt: 5", [1, 7], true),
        SearchCase("f|gt|all: [5, 6]", 7, true), SearchCase("f|lt|neq: 5", 6, true),
    ])
    func `lt, lte, gt and gte, numbers as text too`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f|cidr: 10.0.0.0/8", "10.1.2.3", true), SearchCase("f|cidr: 10.0.0.0/8", "11.0.0.1", false),
        SearchCase("f|cidr: 192.168.1.7", "192.168.1.7", true), SearchCase("f|cidr: 0.0.0.0/0", "8.8.8.8", true),
        SearchCase("f|cidr: 0.0.0.0/0", "::1", false), SearchCase("f|cidr: 'fe80::/10'", "fe80::1", true),
        SearchCase("f|cidr: 'fe80::/10'", "fec0::1", false), SearchCase("f|cidr: '::/0'", "2001:DB8::1", true),
        SearchCase("f|cidr: 10.0.0.0/8", "::ffff:10.0.0.1", true), SearchCase("f|cidr: 10.0.0.0/8", "10.0.0", false),
        SearchCase("f|cidr: 10.0.0.0/8", "10.0.0.0/8", false), SearchCase("f|cidr: 10.0.0.0/8", "a 10.0.0.1", false),
        SearchCase("f|cidr: [1.1.1.1/32, 10.0.0.0/8]", ["8.8.8.8", "10.9.9.9"], true),
        SearchCase("f|cidr|neq: 10.0.0.0/8", "10.0.0.1", false), SearchCase("f|cidr: 10.0.0.0/8", "10.0.0.256", false),
    ])
    func `cidr of both versions`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f|windash: ' -x '", " /x ", true), SearchCase("f|windash: ' -x '", " \u{2013}x ", true),
        SearchCase("f|windash|contains: ' -x'", "a \u{2014}x", true), SearchCase("f|windash: '/x'", "-x", true),
        SearchCase("f|windash: ' -x '", " \u{2015}x ", true), SearchCase("f|windash: ' -x '", " +x ", false),
        // Between words a dash is itself.
        SearchCase("f|windash: a-b", "a/b", false), SearchCase("f|windash: a-b", "a-b", true),
        SearchCase("f|windash|contains: '-a -b -c -d'", "/a \u{2013}b -c /d", true),
        SearchCase("f|windash|contains|all: [' -a', ' -b']", "x /a /b", true),
    ])
    func `windash in each of the five dashes`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f|base64: foobar", "Zm9vYmFy", true), SearchCase("f|base64: foobar", "xZm9vYmFy", false),
        SearchCase("f|base64|contains: foobar", "xZm9vYmFyx", true),
        // "foobar" behind zero, one and two other bytes.
        SearchCase("f|base64offset|contains: foobar", "Zm9vYmFyIQ==", true),
        SearchCase("f|base64offset|contains: foobar", "IWZvb2JhciE=", true),
        SearchCase("f|base64offset|contains: foobar", "ISFmb29iYXIh", true),
        SearchCase("f|base64offset|contains: foobar", "Zm9vYmFS", false),
        SearchCase("f|utf16le|base64: ab", "YQBiAA==", true), SearchCase("f|wide|base64: ab", "YQBiAA==", true),
        SearchCase("f|utf16be|base64: ab", "AGEAYg==", true), SearchCase("f|utf16|base64: ab", "//5hAGIA", true),
        SearchCase("f|wide|base64offset|contains: ab", "IWEAYgAh", true),
        SearchCase("f|utf16le|contains: ab", "xa\u{0}b\u{0}", true), SearchCase("f|utf16be: ab", "\u{0}a\u{0}b", true),
        SearchCase(#"f|base64: 'a\*'"#, "YSo=", true),
    ])
    func `base64, base64offset and UTF-16, in the order they stand`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(arguments: [
        SearchCase("f|minute: 30", "2026-11-24T15:30:00Z", true),
        SearchCase("f|hour: 15", "2026-11-24T15:30:00Z", true),
        SearchCase("f|hour|gte: 22", "2026-11-24T23:30:00Z", true),
        SearchCase("f|hour: 14", "2026-11-24T15:30:00+01:00", true),
        SearchCase("f|day: 24", "2026-11-24", true), SearchCase("f|month: 11", "2026-11-24 15:30:00", true),
        SearchCase("f|year|lt: 2026", "2025-01-01T00:00:00Z", true), SearchCase("f|week: 53", "2021-01-03", true),
        SearchCase("f|week: 1", "2021-01-04", true), SearchCase("f|year: 1970", 0, true),
        SearchCase("f|year: 2026", 1_795_000_000, true), SearchCase("f|year: 2026", 1_795_000_000_000, true),
        SearchCase("f|hour: 15", "half past three", false), SearchCase("f|year|neq: 2026", "2026-01-01", false),
        SearchCase("f|hour: 15", "2026-99-24T15:30:00Z", false),
    ])
    func `minute, hour, day, week, month and year, in UTC`(_ example: SearchCase) throws {
        #expect(try Searches.matches(example.search, ["f": example.value]) == example.isMatch)
    }

    @Test(
        arguments: [
            ("f|fieldref: g", "A", "a", true), ("f|fieldref: g", "a", "b", false),
            ("f|fieldref|cased: g", "A", "a", false), ("f|fieldref|startswith: g", "abc", "AB", true),
            ("f|fieldref|endswith: g", "abc", "bc", true), ("f|fieldref|contains: g", "abcd", "bc", true),
            ("f|fieldref|contains: g", "abcd", "bd", false), ("f|fieldref|neq: g", "a", "b", true),
            ("f|fieldref: [x, g]", "a", "a", true), ("f|fieldref: missing", "a", "a", false),
        ] as [(String, FieldMap.Value, FieldMap.Value, Bool)]
    )
    func `fieldref compares two fields`(
        _ search: String,
        _ left: FieldMap.Value,
        _ right: FieldMap.Value,
        _ isMatch: Bool
    ) throws {
        #expect(try Searches.matches(search, ["f": left, "g": right]) == isMatch)
    }

    @Test func `fields compare numbers, and lists by any member`() throws {
        #expect(try Searches.matches("f|fieldref: g", ["f": 5, "g": "5"]))
        #expect(try Searches.matches("f|fieldref: g", ["f": ["a", "b"], "g": ["c", "b"]]))
        #expect(try !Searches.matches("f|fieldref: g", ["f": [], "g": []]))
    }

    @Test func `expand puts a table's values in the place of names`() throws {
        let table = ["admins": ["root", "eve"], "host": ["db1"]]
        func isMatch(_ search: String, _ value: FieldMap.Value) throws -> Bool {
            try Searches.matches(search, ["f": value], placeholders: table)
        }
        #expect(try isMatch("f|expand: '%admins%'", "EVE"))
        #expect(try !isMatch("f|expand: '%admins%'", "%admins%"))
        #expect(try isMatch("f|expand|contains: '%admins%@%host%'", "x eve@db1 x"))
        #expect(try isMatch("f|expand: '100\\%'", "100%"))
        #expect(try isMatch("f|re|expand: '^%admins%$'", "root"))
        // Without the modifier a percent sign is itself.
        #expect(try isMatch("f: '%admins%'", "%admins%"))
    }

    @Test(arguments: [
        ("f[any]: {a: 1, b: 2}", true), ("f[any]: {a: 1, b: 4}", false), ("f[all].a|gte: 1", true),
        ("f[all]: {a: 1}", false), ("f[none]: {a: 9}", true), ("f[none]: {a: 1}", false),
        ("g[all]: {a: 1}", false), ("g[all_or_empty]: {a: 1}", true), ("f[any].b: 4", true),
        ("t[any]: x", true), ("t[all]: x", false), ("t[any]|startswith: y", true),
        ("f[any]: {s1: {a: 1}, s2: {b: 2}, condition: s1 and not s2}", false),
        ("f[any]: {s1: {a: 3}, s2: {b: 2}, condition: s1 and not s2}", true),
    ])
    func `a block is held against one member of a list at a time`(_ search: String, _ isMatch: Bool) throws {
        let event: [String: FieldMap.Value] = ["f": [["a": 1, "b": 2], ["a": 3, "b": 4]], "t": ["x", "yz"]]
        #expect(try Searches.matches(search, event) == isMatch)
    }

    @Test func `every modifier of the specification is known`() {
        let specified = """
            all startswith endswith contains exists cased neq windash re i m s base64 base64offset utf16le wide \
            utf16be utf16 lt lte gt gte minute hour day week month year cidr expand fieldref
            """
        #expect(Set(specified.split(separator: " ").map(String.init)) == Set(Modifier.allCases.map(\.rawValue)))
    }
}
