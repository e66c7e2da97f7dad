import Testing

@testable import Console

@Suite struct FormFieldsTests {
    @Test(arguments: [
        ("a=1&b=2", ["1"], ["2"]), ("a=x+y%2Bz", ["x y+z"], []), ("a=1&a=2&a=", ["1", "2"], []), ("a", [], []),
        ("%61=%e2%82%ac", ["€"], []), ("a=%", ["%"], []), ("a=%zz%4", ["%zz%4"], []), ("a=b=c&b==", ["b=c"], ["="]),
        ("a=%ff", ["%ff"], []), ("&&a=1&", ["1"], []), ("", [], []),
    ])
    func `fields are read as the URL standard has it`(text: String, a: [String], b: [String]) {
        let fields = FormFields(text)
        #expect(fields.all("a") == a)
        #expect(fields.all("b") == b)
        #expect(fields["a"] == a.first)
    }

    @Test func `a query that is written is read as the same`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let pairs = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                (text(using: &generator), text(using: &generator))
            }
            let fields = FormFields(pairs)
            #expect(FormFields(fields.query) == fields)
        }
    }

    private func text(using generator: inout SystemRandomNumberGenerator) -> String {
        let scalars = ["a", "Z", "0", " ", "+", "%", "&", "=", "é", "\u{202E}", "€", "\u{1F433}", "\n", "'", "\"", "<"]
        return (0..<Int.random(in: 1...6, using: &generator)).map { _ in scalars.randomElement(using: &generator) ?? "a"
        }.joined()
    }

    @Test func `one field is replaced, and the others stay`() {
        let fields = FormFields("a=1&b=2&after=x").with("after", "y")
        #expect(fields.query == "a=1&b=2&after=y")
        #expect(fields.with("after", nil).query == "a=1&b=2")
    }
}
