@testable import JSON
import Testing

@Suite struct JSONErrorLocationTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var reason: JSONError.Reason
        var offset: Int
        var testDescription: String { String(String(decoding: bytes, as: UTF8.self).prefix(40)) }

        init(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
            self.init(Array(text.utf8), reason, offset)
        }

        init(_ bytes: [UInt8], _ reason: JSONError.Reason, _ offset: Int) {
            self.bytes = bytes
            self.reason = reason
            self.offset = offset
        }
    }

    static let broken: [Broken] = [
        Broken("", .empty, 0),
        Broken(" \n\t", .empty, 0),
        // Cut.
        Broken("{", .truncated, 1),
        Broken(#"{"a""#, .truncated, 4),
        Broken(#"{"a":"#, .truncated, 5),
        Broken(#"{"a":1"#, .truncated, 6),
        Broken(#"{"a":1,"#, .truncated, 7),
        Broken(#"{"a":"b"#, .truncated, 7),
        Broken(#"{"a":"b\"#, .truncated, 8),
        Broken(#"["\u12"#, .truncated, 6),
        Broken(#"["\ud83d"#, .truncated, 8),
        Broken("[1.", .truncated, 3),
        Broken("[-", .truncated, 2),
        Broken("[1e+", .truncated, 4),
        Broken("[tru", .truncated, 4),
        Broken([0x22, 0xe2, 0x82], .truncated, 3),
        // More than one value.
        Broken("{} x", .trailingData, 3),
        Broken("{}{}", .trailingData, 2),
        Broken("1 2", .trailingData, 2),
        Broken(#"{"a":1}}"#, .trailingData, 7),
        Broken(Array("{}".utf8) + [0], .trailingData, 2),
        // Not JSON.
        Broken("[1,]", .malformed, 3),
        Broken("[,1]", .malformed, 1),
        Broken("[1 2]", .malformed, 3),
        Broken(#"{"a":1,}"#, .malformed, 7),
        Broken("{1:2}", .malformed, 1),
        Broken(#"{"a" 1}"#, .malformed, 5),
        Broken(#"{"a":}"#, .malformed, 5),
        Broken("[}", .malformed, 1),
        Broken("{]", .malformed, 1),
        Broken(#"[{"a":[1}]"#, .malformed, 8),
        Broken("}", .malformed, 0),
        Broken("[truex]", .malformed, 1),
        Broken("[nil]", .malformed, 1),
        Broken("[+1]", .malformed, 1),
        Broken("[.5]", .malformed, 1),
        Broken("[NaN]", .malformed, 1),
        Broken("[1] // why", .trailingData, 4),
        Broken("\u{feff}{}", .malformed, 0),
        Broken([0, 0, 0x7b, 0x7d], .malformed, 0),
        // Numbers.
        Broken("[01]", .invalidNumber, 1),
        Broken("[1.]", .invalidNumber, 1),
        Broken("[1.e5]", .invalidNumber, 1),
        Broken("[1e]", .invalidNumber, 1),
        Broken("[-a]", .invalidNumber, 1),
        Broken("[1a]", .invalidNumber, 1),
        Broken("[0x10]", .invalidNumber, 1),
        // Strings.
        Broken(#"["\x"]"#, .invalidEscape, 2),
        Broken(#"["ab\u12g4"]"#, .invalidEscape, 4),
        Broken(#"["\ud800"]"#, .loneSurrogate, 2),
        Broken(#"["\udc00"]"#, .loneSurrogate, 2),
        Broken(#"["\ud800\ud800"]"#, .loneSurrogate, 2),
        Broken(#"["\ud800\n"]"#, .loneSurrogate, 2),
        Broken("[\"a\nb\"]", .controlCharacter, 3),
        Broken([0x5b, 0x22, 0x00, 0x22, 0x5d], .controlCharacter, 2),
        Broken([0x5b, 0x22, 0x61, 0xff, 0x22, 0x5d], .invalidUTF8, 3),
        Broken([0x5b, 0x22, 0xc0, 0x80, 0x22, 0x5d], .invalidUTF8, 2),
        Broken([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d], .invalidUTF8, 2),
        Broken([0x5b, 0x22, 0xf5, 0x80, 0x80, 0x80, 0x22, 0x5d], .invalidUTF8, 2),
        Broken([0x5b, 0x22, 0xe2, 0x82, 0x22, 0x5d], .invalidUTF8, 2),
    ]

    @Test(arguments: broken)
    func `a broken document is told with its reason and its byte`(_ broken: Broken) {
        #expect(failure(broken.bytes) == JSONError(broken.reason, at: broken.offset))
    }

    @Test func `containers nest to the limit and not beyond, and the one too many is told`() {
        for depth in [1, 511, 512] {
            let text = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
            #expect(failure(Array(text.utf8)) == nil)
        }
        for depth in [513, 10_000, 1_000_000] {
            let arrays = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
            #expect(failure(Array(arrays.utf8)) == JSONError(.tooDeep, at: 512))
            let objects = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
            #expect(failure(Array(objects.utf8)) == JSONError(.tooDeep, at: 512 * 5))
        }
    }

    @Test func `a document over the size limit is refused at the limit, whatever it holds`() {
        let parser = JSONParser(maximumBytes: 1_000)
        let text = "\"" + String(repeating: "a", count: 998) + "\""
        #expect(failure(Array(text.utf8), parser) == nil)
        #expect(failure(Array((text + " ").utf8), parser) == JSONError(.tooLarge, at: 1_000))
        #expect(failure([UInt8](repeating: 0xff, count: 5_000), parser) == JSONError(.tooLarge, at: 1_000))
    }

    @Test func `the error says what and where`() {
        #expect(failure(Array("[1,]".utf8))?.description == "the text is not JSON (byte 3)")
    }

    @Test(arguments: 0..<8)
    func `whatever is done to a document, simdjson and the walker agree on whether it is JSON`(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let parser = JSONParser()
        var (refused, taken) = (0, 0)
        for _ in 0..<4_000 {
            let bytes = Mutation.mutated(Mutation.documents[Int(random.next() % 6)], &random)
            let text = String(decoding: bytes, as: UTF8.self)
            let walked = unsafe bytes.withUnsafeBytes { buffer in
                var walker = unsafe JSONWalker(buffer, maximumDepth: 512)
                return walker.firstError()
            }
            let error = failure(bytes, parser)
            #expect(error == walked, "\(text)")
            guard let error else {
                taken += 1
                continue
            }
            refused += 1
            // What stands before the error is sound: cut there, the text ends early or is whole, and nothing worse.
            let rest = failure(Array(bytes[..<error.offset]), parser)
            #expect(rest.map { [.truncated, .empty].contains($0.reason) } ?? true, "\(error), \(rest as Any): \(text)")
        }
        #expect(refused > 1_000 && taken > 100)
    }
}
