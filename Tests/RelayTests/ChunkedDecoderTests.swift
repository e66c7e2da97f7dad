import Relay
import Testing

@Suite struct ChunkedDecoderTests {
    /// The data of a chunked body given in pieces, and how many bytes lie behind it.
    private func decode(_ pieces: [[UInt8]]) throws(MalformedMessage) -> (data: String, isEnded: Bool, rest: Int) {
        var decoder = ChunkedDecoder()
        var data: [UInt8] = []
        var rest = 0
        for piece in pieces {
            var left = piece[...]
            reading: while !left.isEmpty, !decoder.isEnded {
                switch try decoder.step(Array(left).span) {
                case .skip(let count): left = left.dropFirst(count)
                case .end(let count):
                    left = left.dropFirst(count)
                    break reading
                case .data(let skipped, let count):
                    data += left.dropFirst(skipped).prefix(count)
                    left = left.dropFirst(skipped + count)
                }
            }
            rest += left.count
        }
        return (String(decoding: data, as: UTF8.self), decoder.isEnded, rest)
    }

    private static let body = "5\r\nhello\r\n00B\r\n, world and\r\n0\r\nTrailer: x\r\nOther:\r\n\r\nNEXT"

    @Test func `any cut of a body into pieces reads the same`() throws {
        let bytes = Array(Self.body.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let result = try decode([
                    Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...]),
                ])
                #expect(result.data == "hello, world and" && result.isEnded && result.rest == 4)
            }
        }
        #expect(try decode(bytes.map { [$0] }).data == "hello, world and")
    }

    @Test(arguments: [
        ("5;a=b\r\n", "chunk extension (byte 1 of the body)"),
        ("5 \r\n", "chunk size that is no hexadecimal number ended by CRLF (byte 1 of the body)"),
        ("\r\n", "chunk size that is no hexadecimal number ended by CRLF (byte 0 of the body)"),
        ("-1\r\n", "chunk size that is no hexadecimal number ended by CRLF (byte 0 of the body)"),
        ("0x1\r\n", "chunk size that is no hexadecimal number ended by CRLF (byte 1 of the body)"),
        ("1\n", "chunk size that is no hexadecimal number ended by CRLF (byte 1 of the body)"),
        ("1\ra", "chunk size not ended by CRLF (byte 2 of the body)"),
        ("1\r\nab", "chunk longer than its size (byte 4 of the body)"),
        ("1\r\na\n", "chunk longer than its size (byte 4 of the body)"),
        ("1\r\na\rb", "chunk not ended by CRLF (byte 5 of the body)"),
        ("0000000000000001\r\n", "chunk size of more than 15 digits (byte 15 of the body)"),
        ("0\r\n\n", "control character in a trailer (byte 3 of the body)"),
        ("0\r\na: b\n", "control character in a trailer (byte 7 of the body)"),
        ("0\r\n\ra", "body not ended by CRLF (byte 4 of the body)"),
    ])
    func `a chunk that two servers may read in two ways is refused`(body: String, problem: String) {
        #expect(throws: MalformedMessage.self) { try decode([Array(body.utf8)]) }
        do throws(MalformedMessage) { _ = try decode(Array(body.utf8).map { [$0] }) } catch {
            #expect(error.description == problem)
        }
    }

    @Test func `trailers are bounded`() {
        let trailer = String(repeating: "a", count: 9_000)
        #expect(throws: MalformedMessage.self) { try decode([Array("0\r\nX: \(trailer)\r\n\r\n".utf8)]) }
    }
}
