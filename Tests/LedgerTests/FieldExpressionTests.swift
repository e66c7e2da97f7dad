import Deployments
import Ledger
import Testing

@Suite struct FieldExpressionTests {
    private static func equals(_ field: String, _ pieces: String...) -> FieldExpression {
        .comparison(FieldComparison(field: field, test: .equals(FieldPattern(pieces: pieces))))
    }

    @Test func `and binds closer than or, and not closest`() throws {
        let (a, b, c) = (Self.equals("a", "1"), Self.equals("b", "2"), Self.equals("c", "3"))
        #expect(try FieldExpression(parsing: "a=1 or b=2 and c=3") == .or(a, .and(b, c)))
        #expect(try FieldExpression(parsing: "(a=1 or b=2) and c=3") == .and(.or(a, b), c))
        #expect(try FieldExpression(parsing: "not a=1 AND b=2") == .and(.not(a), b))
        #expect(try FieldExpression(parsing: "not not (a=1)") == .not(.not(a)))
        #expect(try FieldExpression(parsing: "a!=1") == .not(a))
    }

    @Test func `values are words, quotations and wildcards`() throws {
        #expect(try FieldExpression(parsing: "a = x*y") == Self.equals("a", "x", "y"))
        #expect(try FieldExpression(parsing: #"a="x * y""#) == Self.equals("a", "x ", " y"))
        #expect(try FieldExpression(parsing: #"a='x\*\'\\'"#) == Self.equals("a", #"x*'\"#))
        #expect(try FieldExpression(parsing: "a=''") == Self.equals("a", ""))
        #expect(try FieldExpression(parsing: "a=and") == Self.equals("a", "and"))
        #expect(try FieldExpression(parsing: "a=x=y>z!") == Self.equals("a", "x=y>z!"))
        #expect(
            try FieldExpression(parsing: "user.name=system:serviceaccount:a:b")
                == Self.equals("user.name", "system:serviceaccount:a:b")
        )
    }

    @Test func `numbers, times and levels have an order`() throws {
        func test(_ text: String) throws -> FieldComparison.Test? {
            guard case .comparison(let comparison) = try FieldExpression(parsing: text) else { return nil }
            return comparison.test
        }
        #expect(try test("a>1.5") == .ordered(.greater, .number(1.5)))
        #expect(try test("a<=-2e3") == .ordered(.lessOrEqual, .number(-2_000)))
        #expect(try test("a<1970-01-02") == .ordered(.less, .time(Timestamp(microseconds: 86_400_000_000))))
        #expect(try test("rule.level>=high") == .ordered(.greaterOrEqual, .level(.high)))
    }

    @Test(arguments: [
        ("", 1, "a field is missing"), ("user.name", 10, "write =, !=, ~"), ("user.name=", 11, "a value is missing"),
        ("user.name=(x", 11, "a value is missing"), ("a=1 b=2", 5, "write and, or, or nothing"),
        ("a=1 and", 8, "a field is missing"), ("(a=1", 1, "is not closed"), ("a=1)", 4, "nothing was opened"),
        ("a='x", 3, "has no end"), ("a=x\\", 4, "nothing stands behind the backslash"),
        ("a.=1", 1, "no name of a field"), ("a\"b=1", 1, "no name of a field"), ("$.a=1", 1, "no name of a field"),
        ("a*=1", 1, "no name of a field"), ("a>b", 3, "numbers and times"), ("a>1*", 3, "takes no wildcard"),
        ("a>nan", 3, "numbers and times"), ("rule.level>severe", 12, "this is no level"),
        ("=1", 1, "a field is missing"),
        ("a=\0", 3, "NUL"), ("not", 4, "a field is missing"), ("a==", 3, ""), ("a!b", 2, "no name of a field"),
    ]) func `what is wrong is told with its column`(_ text: String, _ column: Int, _ message: String) {
        do {
            let expression = try FieldExpression(parsing: text)
            // An equals sign is a value as any other.
            #expect(message.isEmpty, "\(expression)")
        } catch {
            #expect(error.message.contains(message), "\(error)")
            #expect(!message.isEmpty && error.column == (text == "a!b" ? 1 : column), "\(error)")
        }
    }

    @Test func `length, depth and number of comparisons are bounded`() throws {
        func column(_ text: String) -> Int? {
            do {
                _ = try FieldExpression(parsing: text)
                return nil
            } catch {
                return error.column
            }
        }
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        #expect(column("a=" + repeated("x", 9_000)) == 1)
        #expect(column(repeated("(", 31) + "a=1" + repeated(")", 31)) == nil)
        #expect(column(repeated("(", 32) + "a=1" + repeated(")", 32)) == 33)
        #expect(column(repeated("not ", 2_000) + "a=1") == 129)
        #expect(column(repeated("a=1 and ", 63) + "a=1") == nil)
        #expect(column(repeated("a=1 and ", 64) + "a=1") == 513)
    }

    @Test func `no text makes it fail in another way`() {
        let alphabet = Array("ab.=!~<>()'\"\\* \tandornot\0é😀1-:")
        var random = SeededGenerator(3)
        var read = 0
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "a"
                }
            )
            do {
                _ = try FieldExpression(parsing: text)
                read += 1
            } catch {
                #expect((1...text.count + 1).contains(error.column), "\(text): \(error)")
            }
        }
        #expect(read > 100)
    }
}
