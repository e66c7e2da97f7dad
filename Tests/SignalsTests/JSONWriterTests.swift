import Foundation
import JSON
import Signals
import Testing

@Suite struct JSONWriterTests {
    /// Texts with something to mind at every place of a run of eight bytes.
    static let texts: [String] = {
        let marks = ["\"", "\\", "\n", "\t", "\u{1}", "\u{7f}", "\u{0}", "ä", "😀", "\u{202e}", " ", "~"]
        return marks.flatMap { mark in
            (0...9).flatMap { before in
                (0...9).map { String(repeating: "a", count: before) + mark + String(repeating: "z", count: $0) }
            }
        } + ["", "plain", String(repeating: "long and plain ", count: 100)]
    }()

    @Test func `every text is written so that it is read again as it was`() throws {
        for text in Self.texts {
            var writer = JSONWriter()
            writer.array { $0.value(text) }
            #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == [text])
        }
    }

    @Test func `what a terminal would obey is written as an escape`() {
        for (text, written) in [
            ("a\u{202e}b", #"["a\u202eb"]"#), ("\u{7f}", #"["\u007f"]"#), ("ä\"\n\u{1b}", #"["ä\"\n\u001b"]"#),
            ("\t\u{0}x", #"["\t\u0000x"]"#),
        ] {
            var writer = JSONWriter()
            writer.array { $0.value(text) }
            #expect(String(decoding: writer.bytes, as: UTF8.self) == written)
        }
    }

    @Test func `a text that is appended to bytes is quoted as anywhere`() {
        for text in Self.texts {
            var bytes: [UInt8] = []
            bytes.append(quoting: text)
            #expect(String(decoding: bytes, as: UTF8.self) == JSONValue.quote(text))
        }
    }
}
