import Sigma
import SigmaTesting
import Testing

/// Where leaving fields unread could lose a match: what a rule asks for without a field of its own to tell it.
struct GateTests {
    /// A detection, an event, and whether it matches.
    struct Case: Sendable, CustomTestStringConvertible {
        var note: String
        var detection: String
        var event: [String: FieldMap.Value]
        var isMatch: Bool
        var testDescription: String { "\(note): \(isMatch)" }

        init(_ note: String, _ detection: String, _ event: [String: FieldMap.Value], _ isMatch: Bool) {
            (self.note, self.detection, self.event, self.isMatch) = (note, detection, event, isMatch)
        }
    }

    private static let negations = [
        Case("not, its field missing", "a: {f: x}\nb: {g: y}\ncondition: a and not b", ["f": "x"], true),
        Case("not, its field there", "a: {f: x}\nb: {g: y}\ncondition: a and not b", ["f": "x", "g": "y"], false),
        Case("nothing but not", "a: {f: x}\ncondition: not a", ["g": "y"], true),
        Case("nothing but not, met", "a: {f: x}\ncondition: not a", ["f": "x"], false),
        Case("not of both", "a: {f: x}\nb: {g: y}\ncondition: not (a and b)", ["g": "y"], true),
        Case("not not", "a: {f: x}\ncondition: not (not a)", ["f": "x"], true),
        Case("or not", "a: {f: x}\nb: {g: y}\ncondition: a or not b", ["h": "z"], true),
        Case("neq", "a: {f: x, g|neq: y}\ncondition: a", ["f": "x", "g": "z"], true),
        Case("neq, met", "a: {f: x, g|neq: y}\ncondition: a", ["f": "x", "g": "y"], false),
    ]

    private static let presence = [
        Case("null, missing", "a: {f: null, g: y}\ncondition: a", ["g": "y"], true),
        Case("null, null", "a: {f: null, g: y}\ncondition: a", ["f": nil, "g": "y"], true),
        Case("null, a value", "a: {f: null, g: y}\ncondition: a", ["f": "x", "g": "y"], false),
        Case("null or a value", "a: {f: [null, x]}\ncondition: a", [:], true),
        Case("not null", "a: {f: null}\ncondition: not a", ["f": "x"], true),
        Case("exists", "a: {f|exists: true, g: y}\ncondition: a", ["f": nil, "g": "y"], true),
        Case("exists, missing", "a: {f|exists: true, g: y}\ncondition: a", ["g": "y"], false),
        Case("exists not", "a: {f|exists: false, g: y}\ncondition: a", ["g": "y"], true),
        Case("exists not, there", "a: {f|exists: false, g: y}\ncondition: a", ["f": "x", "g": "y"], false),
        Case("any value", "a: {f: '*'}\ncondition: a", ["f": ""], true),
        Case("an empty text, missing", "a: {f: ''}\ncondition: a", [:], false),
    ]

    private static let keywords = [
        Case("keyword in another field", "a: {f: x}\nw: [word]\ncondition: a or w", ["h": "word"], true),
        Case("keyword and a field", "a: {f: x}\nw: [word]\ncondition: a and w", ["f": "x", "h": "word"], true),
        Case("keyword without the field", "a: {f: x}\nw: [word]\ncondition: a and w", ["h": "word"], false),
        Case("not keyword", "a: {f: x}\nw: [word]\ncondition: a and not w", ["f": "x", "h": "y"], true),
        Case("all keywords", "w:\n  '|all': [one, two]\ncondition: w", ["f": "one", "g": "two"], true),
    ]

    private static let counts = [
        Case("1 of", "s1: {f: x}\ns2: {g: y}\ncondition: 1 of s*", ["g": "y"], true),
        Case("1 of, none", "s1: {f: x}\ns2: {g: y}\ncondition: 1 of s*", ["h": "y"], false),
        Case("all of", "s1: {f: x}\ns2: {g: y}\ncondition: all of s*", ["f": "x", "g": "y"], true),
        Case("all of, one", "s1: {f: x}\ns2: {g: y}\ncondition: all of s*", ["g": "y"], false),
        Case("2 of", "s1: {f: x}\ns2: {g: y}\ns3: {h: z}\ncondition: 2 of s*", ["f": "x", "h": "z"], true),
        Case("2 of, one", "s1: {f: x}\ns2: {g: y}\ns3: {h: z}\ncondition: 2 of s*", ["h": "z"], false),
        Case("not 1 of", "a: {e: v}\ns1: {f: x}\ns2: {g: y}\ncondition: a and not 1 of s*", ["e": "v"], true),
        Case("2 of with an absence", "s1: {f: null}\ns2: {g: y}\ncondition: 2 of s*", ["g": "y"], true),
    ]

    private static let values = [
        Case("several values", "a: {f: x, g: y}\ncondition: a", ["f": ["z", "x"], "g": ["y", "y"]], true),
        Case("all, over values", "a: {f|contains|all: [one, two]}\ncondition: a", ["f": ["one", "two"]], true),
        Case("a field twice", "a: {f|startswith: x}\nb: {f|endswith: y}\ncondition: a and b", ["f": ["x", "y"]], true),
        Case("a field twice, either", "a: {f: x, g: y}\nb: {f: z}\ncondition: a or b", ["f": "z"], true),
        Case("two ways", "a: {f: x, g: y}\nb: {f: z, g: w}\ncondition: a or b", ["f": "x", "g": "w"], false),
        Case("a list of maps", "a: [{f: x, g: y}, {h: z}]\ncondition: a", ["h": "z"], true),
        Case("fields compared", "a: {e: v, f|fieldref: g}\ncondition: a", ["e": "v", "f": "1", "g": ["1"]], true),
        Case("fields compared, one missing", "a: {f|fieldref: g}\nb: {e: v}\ncondition: a or b", ["f": "1"], false),
        Case("not compared", "a: {e: v}\nb: {f|fieldref: g}\ncondition: a and not b", ["e": "v", "f": "1"], true),
        Case("nested", "a: {o.f: x, o.g: null}\ncondition: a", ["o": ["f": "x"]], true),
    ]

    private static let blocks = [
        Case("any", "a:\n  e: v\n  'l[any]': {f: x}\ncondition: a", ["e": "v", "l": [["f": "x"]]], true),
        Case("none, no list", "a:\n  e: v\n  'l[none]': {f: x}\ncondition: a", ["e": "v"], true),
        Case("all or empty, no list", "a:\n  'l[all_or_empty]': {f: x}\ncondition: a", ["e": "v"], true),
        Case("a null", "a:\n  'l[any]': {f: x, g: null}\ncondition: a", ["l": [["g": "y"], ["f": "x"]]], true),
        Case("all, one unlike", "a:\n  'l[all]': {f: x}\ncondition: a", ["l": [["f": "x"], ["f": "y"]]], false),
    ]

    @Test(arguments: negations + presence + keywords + counts + values + blocks)
    func `what is left unread loses no match`(_ one: Case) throws {
        #expect(try Searches.matches(detection: one.detection, one.event) == one.isMatch)
    }

    @Test func `more ways than are told apart lose no match`() throws {
        let searches = (0..<5).map { "s\($0): [{a\($0): x}, {b\($0): x}, {c\($0): x}]\n" }.joined()
        let detection = searches + "condition: all of s*"
        for fields in ["a", "b", "c"] {
            let full = (0..<5).map { ("\(fields)\($0)", FieldMap.Value.text("x")) }
            #expect(try Searches.matches(detection: detection, Dictionary(uniqueKeysWithValues: full)))
            #expect(try !Searches.matches(detection: detection, Dictionary(uniqueKeysWithValues: full.dropLast())))
        }
    }

    @Test func `a long list of maps loses no match`() throws {
        let maps = (0..<2_000).map { "  - {f: x\($0), g: y\($0)}\n" }.joined()
        let detection = "a:\n\(maps)b: {h: z}\ncondition: a and b"
        #expect(try Searches.matches(detection: detection, ["f": "x1999", "g": "y1999", "h": "z"]))
        #expect(try !Searches.matches(detection: detection, ["f": "x1999", "g": "y1998", "h": "z"]))
    }
}
