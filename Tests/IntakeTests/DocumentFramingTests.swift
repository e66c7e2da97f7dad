import Deployments
import Dialects
@testable import Intake
import Testing

@Suite struct DocumentFramingTests {
    /// The texts of the records, and whether each is where it says.
    private func texts(_ text: String, pieceBytes: Int = .max) -> [String] {
        let found = records(.jsonDocuments, MemorySource(text.utf8, pieceBytes: pieceBytes)).records
        let bytes = Array(text.utf8)
        for record in found {
            #expect(Array(bytes[record.offset...].prefix(record.text.utf8.count)) == Array(record.text.utf8))
        }
        return found.map(\.text)
    }

    @Test(arguments: [1, 3, .max])
    func `documents stand apart however they are spaced`(_ pieceBytes: Int) {
        let pretty = "{\n  \"a\": [\n    1,\n    { \"b\": \"}\\\"{\" }\n  ]\n}"
        #expect(
            texts(" \(pretty)\n\(pretty){\"c\":2}{\"d\":3}\n\n[1,[2]]\r\n\u{1e}{}", pieceBytes: pieceBytes)
                == [pretty, pretty, #"{"c":2}"#, #"{"d":3}"#, "[1,[2]]", "{}"]
        )
    }

    @Test(arguments: [1, 3, .max])
    func `a file that is one list of objects is its objects`(_ pieceBytes: Int) {
        let pretty = "{\n    \"c\": []\n  }"
        for text in [#"[{"a":1},{"b":[{}]},"#, " \r\n[\n  {\"a\":1},\n  {\"b\":[{}]}\n  ,"] {
            #expect(
                texts("\(text)\(pretty)]\n", pieceBytes: pieceBytes) == [#"{"a":1}"#, #"{"b":[{}]}"#, pretty]
            )
        }
        #expect(texts("[{}]\n[1]", pieceBytes: pieceBytes) == ["{}", "[1]"])
    }

    @Test(arguments: ["[]", "[1,{\"a\":2}]", "[[{}]]", "[ \"a\" ]"])
    func `another list is a document`(_ list: String) {
        for pieceBytes in [1, .max] { #expect(texts(list + "\n{}", pieceBytes: pieceBytes) == [list, "{}"]) }
    }

    @Test func `brackets and quotes in strings are text`() {
        let document = #"{"a":"}{][\\\"","b\"}":"\\"}"#
        #expect(texts(document + document) == [document, document])
    }

    @Test func `stray text between documents is one record a line, and takes no document with it`() {
        #expect(
            texts("oops, \"{\"a\":1}, \nmore\n{\"b\":2}}}}}\n}}}}\n1 2 3\n{\"c\":3}")
                == ["oops, \"", #"{"a":1}"#, ",", "more", #"{"b":2}"#, "}}}}", "}}}}", "1 2 3", #"{"c":3}"#]
        )
    }

    @Test func `a million stray brackets are one record`() {
        #expect(texts(String(repeating: "}", count: 1_000_000) + "\n{}").map(\.utf8.count) == [1_000_000, 2])
    }

    @Test(arguments: [
        // A string that is not closed, in compact and in indented documents.
        ("{\"a\":\"b}\n", "{\"c\":2}"),
        ("{\n  \"a\": \"b\n}\n", "{\n  \"c\": 2\n}"),
        // An escape before the line's end.
        ("{\"a\":\"b\\\n", "{\"c\":2}"),
        // Brackets of the wrong kind, or too few.
        ("{\"a\":[1}\n", "{\"c\":2}"),
        ("{\"a\":{\"b\":1}\n", "{\"c\":2}"),
        ("{\n  \"a\": {\n    \"b\": 1\n}\n", "{\n  \"c\": 2\n}"),
        ("{\n  \"a\": [\n    1,\n", "{\n  \"c\": 2\n}"),
        // Cut behind a comma.
        ("{\"a\":{\"b\":1,\n", "{\"c\":2}"),
        // Too deep for any parser.
        (String(repeating: "[", count: 5_000) + "\n", "{\"c\":2}"),
        (String(repeating: "{\"a\":", count: 5_000) + "\n", "{\"c\":2}"),
    ])
    func `a broken document costs only itself`(_ broken: String, _ sound: String) {
        for pieceBytes in [1, .max] {
            #expect(
                texts("\(sound)\n\(broken)\(sound)\n\(sound)\n", pieceBytes: pieceBytes)
                    == [sound, String(broken.dropLast()), sound, sound]
            )
        }
    }

    @Test func `a document that could go on in the next one costs that one too, and no more`() {
        #expect(texts("{\"a\":\n{\"b\":1}\n{\"c\":2}\n{\"d\":3}") == ["{\"a\":\n{\"b\":1}", #"{"c":2}"#, #"{"d":3}"#])
        // The bracket that a file begins with makes it a list, of which nothing else is lost.
        #expect(texts("{}\n[\n{\"b\":1}\n{\"c\":2}\n{\"d\":3}") == ["{}", "[\n{\"b\":1}", #"{"c":2}"#, #"{"d":3}"#])
        #expect(texts("[\n{\"b\":1}\n{\"c\":2}\n{\"d\":3}\n]") == [#"{"b":1}"#, #"{"c":2}"#, #"{"d":3}"#])
    }

    @Test func `a list without indentation is one document, but for the one that a file begins with`() {
        let list = "[\n{\n\"a\": 1\n},\n{\n\"b\": [\n[\n2\n]\n]\n}\n]"
        #expect(texts("{}\n\(list)\n\(list)") == ["{}", list, list])
    }

    @Test(arguments: [
        "{\n    \"a\": {\n      \"b\": 1,\n", "{\n    \"a\": \"b\n  },\n", "{\n    \"a\": [1}\n  },\n",
        "{ nonsense },\n",
    ])
    func `a broken element of an indented list costs only itself`(_ broken: String) {
        let sound = "{\n    \"c\": [\n      {\n        \"d\": 2\n      }\n    ]\n  }"
        for pieceBytes in [1, .max] {
            let found = texts("[\n  \(sound),\n  \(broken)  \(sound),\n  \(sound)\n]\n", pieceBytes: pieceBytes)
            #expect(found.count { $0 == sound } == 3, "\(found)")
            #expect(found.contains { $0.hasPrefix(String(broken.dropLast(2))) })
        }
    }

    @Test(arguments: ["[{\"a\":1},", "[{\"a\":1}", "[\n  {\"a\":1},\n"])
    func `a list without its end says so where it ends`(_ list: String) {
        let found = records(.jsonDocuments, MemorySource(list.utf8)).records
        let start = list.utf8.count - list.drop { $0 != "{" }.utf8.count
        #expect(found == [Record(#"{"a":1}"#, start), Record("", list.utf8.count, [.truncated])])
    }

    @Test func `a document that the end cuts says so`() {
        let found = records(.jsonDocuments, MemorySource("{}\n{\"a\":[1,\n".utf8)).records
        #expect(found == [Record("{}", 0), Record("{\"a\":[1,", 3, [.truncated])])
    }

    @Test(arguments: ["", "["])
    func `a document over the limit that the end cuts is lent once`(_ opening: String) {
        let long = "{\"a\":\"" + String(repeating: "x", count: 600_000)
        let source = MemorySource((opening + long).utf8, pieceBytes: 1_000)
        #expect(
            records(.jsonDocuments, source, maximumRecordBytes: 1_024).records == [
                Record(String(long.prefix(1_024)), opening.utf8.count, [.oversized])
            ]
        )
    }

    @Test(arguments: [1, .max])
    func `a document over the limit is lent cut, and the next one is whole`(_ pieceBytes: Int) {
        let long = "{\"a\":\"" + String(repeating: "x", count: 3_000) + "\"}"
        let source = MemorySource("{}\(long){\"b\":1}\n\(long)".utf8, pieceBytes: pieceBytes)
        #expect(
            records(.jsonDocuments, source, maximumRecordBytes: 1_024).records == [
                Record("{}", 0), Record(String(long.prefix(1_024)), 2, [.oversized]), Record(#"{"b":1}"#, 3_010),
                Record(String(long.prefix(1_024)), 3_018, [.oversized]),
            ]
        )
    }

    @Test(arguments: ["}", "{", "[", "\"", "{\"", "\\", "a", "[\n{\n"])
    func `garbage of any length costs bounded memory and few records`(_ pattern: String) throws {
        let source = RepeatingSource(pattern, count: 6 << 20, tail: "\n{\"a\":1}\n")
        var framer = Framer(.jsonDocuments, path: "test", maximumRecordBytes: 1 << 20)
        var found = 0
        var last = ""
        try framer.run(source) {
            guard unsafe !$0.bytes.isEmpty else { return }
            found += 1
            last = unsafe String(decoding: $0.bytes.suffix(7), as: UTF8.self)
        }
        #expect(framer.capacity < 5 << 20)
        #expect(last == #"{"a":1}"#)
        #expect(pattern.utf8.contains(10) || found <= 3)
    }
}
