@testable import Posture
import Testing

@Suite struct DocumentTests {
    static let samples: [Document] = [
        ["a": 1, "b": ["x", true, .null], "c": [:], "d": []],
        ["yes": "yes", "number": "12", "colon": "a: b", "empty": "", "lines": "a\nb", "dash": "- a", "hash": "a #b"],
        ["list": [["name": "a", "value": [1, 2]], ["name": "b"]], "nested": [[1, [2]], []]],
        ["star": "*", "time": "10:30", "date": "2026-01-01", "octal": "0600", "tilde": "~", "e": "1e3", "at": "@x"],
    ]

    @Test(arguments: samples)
    func `what is written reads as what it was`(_ document: Document) throws {
        #expect(try Document(json: document.json) == document)
        #expect(try Document.documents(yaml: document.yaml) == [document])
    }

    @Test func `values are set and removed at a path`() {
        let document: Document = ["a": ["b": 1], "c": 2]
        #expect(document.setting(3, at: ["a", "b"]) == ["a": ["b": 3], "c": 2])
        #expect(document.setting("x", at: ["d", "e"]) == ["a": ["b": 1], "c": 2, "d": ["e": "x"]])
        #expect(document.removing(["a", "b"]) == ["a": [:], "c": 2])
        #expect(document.removing(["x", "y"]) == document)
    }

    @Test func `aliases that unfold without end are refused`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        #expect(throws: DocumentError.self) { try Document.documents(yaml: text) }
    }

    @Test func `bad YAML tells its line`() {
        let error = #expect(throws: DocumentError.self) { try Document.documents(yaml: "a: 1\nb: [") }
        #expect(error?.description == "3:1: this is not YAML: did not find expected node content")
    }
}
