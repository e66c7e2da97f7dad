import JSON
import Testing

@Suite struct JSONParserTests {
    @Test func `every kind of value is told apart`() throws {
        let text = #"[{}, [], "", -1, 0, 9223372036854775807, 9223372036854775808, 1.0, 1e2, true, false, null]"#
        let kinds = try JSONParser().withDocument(text) { $0.elements.map(\.kind) }
        #expect(
            kinds == [
                .object, .array, .string, .integer, .integer, .integer, .unsigned, .double, .double, .boolean, .boolean,
                .null,
            ]
        )
    }

    @Test func `a value answers for its own kind alone`() throws {
        try JSONParser().withDocument(#"{"s":"x","i":7,"u":18446744073709551615,"d":2.5,"b":true,"n":null}"#) { root in
            #expect(root["s"]?.string == "x" && root["s"]?.integer == nil && root["s"]?.bool == nil)
            #expect(root["i"]?.integer == 7 && root["i"]?.double == 7 && root["i"]?.string == nil)
            #expect(root["u"]?.integer == nil && root["u"]?.unsigned == .max)
            #expect(root["d"]?.double == 2.5 && root["d"]?.integer == nil)
            #expect(root["b"]?.bool == true && root["b"]?.isNull == false)
            #expect(root["n"]?.isNull == true && root["n"]?.string == nil && root["n"]?.bool == nil)
            #expect(root["absent"] == nil)
        }
    }

    @Test(arguments: [
        (#"{"a":[1,{"b":"x"}],"c":null}"#, #"{ "a" : [1, {"b":"\u0078"}], "c":null }"#, true),
        (#"{"a":[1,{"b":"x"}]}"#, #"{"a":[1,{"b":"y"}]}"#, false),
        (#"{"a":[1,{"b":"x"}]}"#, #"{"a":[1,{"c":"x"}]}"#, false),
        (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, false),
        (#"{"a":[[],[1]]}"#, #"{"a":[[[]],1]}"#, false),
        ("[[1],2]", "[[1,2]]", false), ("[1,2]", "[1,3]", false), ("[1]", "[1.0]", false), ("[true]", "[false]", false),
        ("[1.5,true,null]", "[1.5,true,null]", true), ("{}", "[]", false), (#"["ab","c"]"#, #"["a","bc"]"#, false),
    ])
    func `values are written alike when all that they hold is the same and in order`(
        left: String,
        right: String,
        isAlike: Bool
    ) throws {
        // Something before the one value, so that the two stand at different places.
        let alike = try JSONParser().withDocument("{\"l\":\(left)}") { mine in
            try? JSONParser().withDocument("[\"before\",0,\(right)]") { theirs in
                theirs.elements.reversed().first.map { mine["l"]?.isWritten(like: $0) }
            }
        }
        #expect(alike == isAlike)
    }

    @Test func `the memory of a long document is given back, and the next is read as ever`() throws {
        let parser = JSONParser(keptBytes: 1_024)
        for round in 0..<3 {
            for length in [10, 1_000, 2_000_000] {
                let text = "[\(String(repeating: "\(round),", count: length))9]"
                let last = try parser.withDocument(text) { $0.elements.reversed().first?.integer }
                #expect(last == 9)
            }
            #expect(throws: JSONError.self) {
                try parser.withDocument("[\(String(repeating: "[", count: 2_000))") { _ in }
            }
        }
    }

    @Test func `a scalar may stand alone`() throws {
        #expect(try JSONParser().withDocument(#" "x" "#) { $0.string } == "x")
        #expect(try JSONParser().withDocument("-12") { $0.integer } == -12)
        #expect(try JSONParser().withDocument("false") { $0.bool } == false)
        #expect(try JSONParser().withDocument("null") { $0.isNull })
    }

    @Test func `of a key written twice the last counts, and both are seen`() throws {
        try JSONParser().withDocument(#"{"a":1,"b":{"a":9},"a":2}"#) { root in
            #expect(root["a"]?.integer == 2)
            #expect(root.member(named: "a")?.integer == 2)
            #expect(root.members.map { String($0.key) } == ["a", "b", "a"])
            #expect(root.count == 3)
        }
    }

    @Test func `a key is looked up by its exact bytes, unescaped`() throws {
        try JSONParser().withDocument(#"{"Image":1,"\u0069mage":2,"images":3,"":4}"#) { root in
            #expect(root["image"]?.integer == 2)
            #expect(root["Image"]?.integer == 1)
            #expect(root["imag"] == nil)
            #expect(root[""]?.integer == 4)
            #expect(root.member(named: "images")?.integer == 3)
        }
    }

    @Test func `a lookup steps over nested values, and asks others than objects in vain`() throws {
        try JSONParser().withDocument(#"{"x":[{"y":[1,2.5,{"z":"q"}]},"t"],"y":{"x":{"y":5}},"z":6}"#) { root in
            #expect(root["z"]?.integer == 6)
            #expect(root["y"]?["x"]?["y"]?.integer == 5)
            #expect(root["x"]?["y"] == nil)
            #expect(root["z"]?["y"] == nil)
            #expect(root["z"]?.elements.map(\.kind) == [])
            #expect(root["x"]?.count == 2)
        }
    }

    @Test func `escapes are undone, and a NUL is a character like any other`() throws {
        let text = #""a\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00\u0000z""#
        #expect(try JSONParser().withDocument(text) { $0.string } == "a\"\\/\u{8}\u{c}\n\r\tAé€😀\u{0}z")
    }

    @Test(arguments: [#""\ud800""#, #""\udfff""#, #""\ud800\u0041""#, #""\ude00\ud83d""#])
    func `half of a surrogate pair is refused`(_ text: String) {
        #expect(failure(Array(text.utf8))?.reason == .loneSurrogate)
    }

    @Test func `a number is never rounded into range`() throws {
        let text = "[9007199254740993, -9223372036854775808, 1e-400, 0.1, 1.7976931348623157e308]"
        try JSONParser().withDocument(text) { root in
            let values = Array(root.elements)
            #expect(values[0].integer == 9_007_199_254_740_993)
            #expect(values[1].integer == .min)
            #expect(values[2].double == 0)
            #expect(values[3].double == 0.1)
            #expect(values[4].double == .greatestFiniteMagnitude)
        }
        let digits = String(repeating: "9", count: 100_000)
        #expect(failure(Array("1.\(digits)".utf8)) == nil)
    }

    @Test func `a number that nothing can hold is a text of its digits, and hides nothing beside it`() throws {
        let text = #"{"x":1e999,"Image":"alpine","y":[-9223372036854775809, 18446744073709551616 ],"z":1E+400,"n":1}"#
        try JSONParser().withDocument(text) { root in
            #expect(root["Image"]?.string == "alpine")
            #expect(root["x"]?.integer == nil && root["x"]?.double == nil && root["x"]?.string == "1e999")
            #expect(root["y"]?.elements.map(\.string) == ["-9223372036854775809", "18446744073709551616"])
            #expect(root["z"]?.string == "1E+400")
            #expect(root["n"]?.integer == 1)
        }
        let digits = String(repeating: "9", count: 100_000)
        #expect(try JSONParser().withDocument(digits) { $0.string } == digits)
    }

    @Test func `what else is wrong with such a document is told where it is, and too many such numbers are refused`() {
        #expect(failure(Array("[1e999,]".utf8)) == JSONError(.malformed, at: 7))
        let parser = JSONParser(maximumBytes: 10)
        #expect(failure(Array("[1e999   ]".utf8), parser) == JSONError(.numberOutOfRange, at: 1))
        let many = "[" + String(repeating: "1e999,", count: 1_001) + "1]"
        #expect(failure(Array(many.utf8)) == JSONError(.numberOutOfRange, at: 6_001))
    }

    @Test func `a document is read where it stands when padding follows, whatever the padding holds`() throws {
        for filler in [UInt8(0), UInt8(ascii: "}"), UInt8(ascii: "\""), 0xff] {
            let document = Array(#"{"a":[1,2,"three"]}"#.utf8)
            let bytes = document + [UInt8](repeating: filler, count: JSONParser.padding)
            let text = try unsafe bytes.withUnsafeBytes { buffer throws(JSONError) in
                try unsafe JSONParser().withDocument(
                    UnsafeRawBufferPointer(rebasing: buffer[..<document.count]),
                    isPadded: true
                ) { $0["a"]?.jsonText }
            }
            #expect(text == #"[1,2,"three"]"#)
        }
    }

    @Test func `a parser serves again after a refusal, and after larger and smaller documents`() throws {
        let parser = JSONParser()
        for count in [1, 100_000, 3, 1_000_000, 2] {
            #expect(failure(Array("[1,".utf8), parser) == JSONError(.truncated, at: 3))
            let text = "[" + String(repeating: "1,", count: count) + "2]"
            #expect(try parser.withDocument(text) { $0.count } == count + 1)
        }
    }

    @Test func `a value is written as compact JSON`() throws {
        let text = #" { "a" : [ 1 , -2 , 2.5 , true , null , "q\"\\\n\u0001é" ] , "b" : { } } "#
        let written = try JSONParser().withDocument(text) { $0.jsonText }
        #expect(written == #"{"a":[1,-2,2.5,true,null,"q\"\\\n\u0001é"],"b":{}}"#)
    }

    @Test func `a text is compared without being copied`() throws {
        try JSONParser().withDocument(#"["container-create","container-creat€"]"#) { root in
            let texts = root.elements.compactMap(\.text)
            #expect(texts[0] == "container-create")
            #expect(!(texts[0] == "container-created"))
            #expect(!(texts[1] == "container-create"))
            #expect(texts[0].hasPrefix("container-"))
            #expect(!texts[0].hasPrefix("container-create-and-more"))
            #expect(texts[1].isSame(as: "container-creat€"))
            #expect(texts[1].count == 18 && texts[1][17] == 0xac)
            #expect(!(texts[0] == texts[1]))
        }
    }
}
