@testable import Posture
import Testing

@Suite struct TOMLTests {
    @Test(
        arguments: [
            ("version = 2", ["version": 2]),
            ("a.b = \"c\" # d\n[e.\"f.g\"]\n  h = 'i'\n", ["a": ["b": "c"], "e": ["f.g": ["h": "i"]]]),
            ("a = [1, 2, # x\n 'y',\n]\nb = {c = true, d = {}}", ["a": [1, 2, "y"], "b": ["c": true, "d": [:]]]),
            ("[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3", ["a": [["b": 1], ["b": 2, "c": ["d": 3]]]]),
            ("a = \"\"\"\nx \"y\"\nz\"\"\"\nb = '''q'''", ["a": "x \"y\"\nz", "b": "q"]),
            (
                "a = \"\\t\\u00e9\\\\\"\nb = 0x1f\nc = 1_000\nd = 1.5\ne = 2020-01-01",
                [
                    "a": "\té\\", "b": 31, "c": 1000, "d": .number(1.5), "e": "2020-01-01",
                ]
            ),
            ("[a]\n[b]\nc = 1\n[a.d]\n", ["a": ["d": [:]], "b": ["c": 1]]), ("", [:]),
        ] as [(String, Document)]
    )
    func `TOML reads as what it says`(_ text: String, _ document: Document) throws {
        #expect(try Document(toml: text) == document)
    }

    @Test(arguments: [
        ("a", "line 1: '=' is missing"), ("a = \"b", "line 1: no end of a text"),
        ("x = 1\n[a", "line 2: ']' is missing"),
        ("a = 1 2", "line 1: more after a value"), ("a = [1 2]", "line 1: no end of a list"),
        ("a =", "line 1: a value is missing"),
        ("a = " + String(repeating: "[", count: 100), "line 1: deeper than any configuration"),
    ])
    func `what is no TOML tells its line`(_ text: String, _ problem: String) {
        #expect(throws: DocumentError(problem)) { try Document(toml: text) }
    }

    @Test func `a line is changed, and the others stay as they are`() {
        var lines = TOMLLines(
            "# mine\n[grpc]\n  address = \"/x\" # y\n  tcp_address = \"a\"\n[plugins.\"io.x\"]\n\n[z]\n"
        )
        lines.remove("tcp_address", in: ["grpc"])
        lines.set("b", to: "1", in: ["plugins", "io.x"])
        lines.set("address", to: "\"/w\"", in: ["grpc"])
        lines.set("q", to: "2", in: ["new.one"])
        #expect(
            lines.text
                == "# mine\n[grpc]\n  address = \"/w\"\n[plugins.\"io.x\"]\n  b = 1\n\n[z]\n\n[\"new.one\"]\n  q = 2\n"
        )
    }
}
