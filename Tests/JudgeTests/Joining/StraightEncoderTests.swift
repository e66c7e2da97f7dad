import Foundation
import Testing

@testable import Judge

@Suite struct StraightEncoderTests {
    private struct Sample: Codable, Equatable {
        var text: String
        var number: Int
        var flag: Bool
        var absent: String?
        var lists: [[String]]
        var inner: [Inner]
        var empty: [Int]
        var far: Int64

        struct Inner: Codable, Equatable {
            var name: String?
        }
    }

    private func sample(_ text: String) -> Sample {
        Sample(
            text: text,
            number: -7,
            flag: true,
            absent: nil,
            lists: [["a", text], [], ["b"]],
            inner: [.init(name: text), .init(name: nil)],
            empty: [],
            far: .min
        )
    }

    @Test(arguments: [
        "", "plain", "a \"quoted\" \\ word/", "lines\nand\r\ttabs", "\u{0}\u{1}\u{1f}\u{7f}", "ünï ☃ 🏴‍☠️",
        "\u{202e}\u{2028}",
    ])
    func `what is written is read again as it was`(text: String) throws {
        let bytes = try StraightEncoder.bytes(of: sample(text))
        #expect(try JSONDecoder().decode(Sample.self, from: Data(bytes)) == sample(text))
    }

    @Test func `members stand in the order in which the value writes them, without spaces`() throws {
        let bytes = try StraightEncoder.bytes(of: sample("x"))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"text":"x","number":-7,"flag":true,"lists":[["a","x"],[],["b"]],"inner":[{"name":"x"},{}],"empty":[],"#
                + #""far":-9223372036854775808}"#
        )
    }

    @Test func `containers within a container are closed before it goes on`() throws {
        struct Nested: Encodable {
            enum Keys: String, CodingKey { case outer, inner, list, last }
            func encode(to encoder: any Encoder) throws {
                var values = encoder.container(keyedBy: Keys.self)
                var outer = values.nestedContainer(keyedBy: Keys.self, forKey: .outer)
                try outer.encode(1, forKey: .inner)
                var list = values.nestedUnkeyedContainer(forKey: .list)
                try list.encode("a")
                try list.encodeNil()
                try values.encodeNil(forKey: .last)
            }
        }
        let bytes = try StraightEncoder.bytes(of: Nested())
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"outer":{"inner":1},"list":["a",null],"last":null}"#)
    }
}
