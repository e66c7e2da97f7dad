import Relay
import Testing

/// However a stream is cut into pieces, it is read the same: the same head, or the same refusal at the same place.
@Suite struct SplittingTests {
    private enum Outcome: Equatable {
        case read(ReceivedRequest)
        case refused(MalformedMessage)
        case unfinished
    }

    private func outcome(_ pieces: [Int], of bytes: [UInt8]) -> Outcome {
        var parser = RequestHeadParser(limits: HeadLimits(bytes: 200, fields: 4))
        for end in pieces {
            do throws(MalformedMessage) {
                if let request = try parser.read(Array(bytes[..<end]).span) { return .read(request) }
            } catch {
                return .refused(error)
            }
        }
        return .unfinished
    }

    @Test func `any cut of a request into pieces reads the same`() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            "GET / HTTP/1.1\r\n", "POST /a HTTP/1.0\r\n", "GET / HTTP/1.1\n", "Host: a\r\n", "Host:a\r\n",
            "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", " folded\r\n",
            "X: \r\r\n", "\r\n", "\r\n", "\n", "\0", "Connection: close\r\n", String(repeating: "b", count: 150),
        ]
        for _ in 0..<2_000 {
            var text = Bool.random() ? "GET / HTTP/1.1\r\nHost: a\r\n" : ""
            for _ in 0..<Int.random(in: 1...5, using: &random) { text += parts.randomElement(using: &random) ?? "" }
            let bytes = Array((text + "\r\n").utf8)
            let whole = outcome([bytes.count], of: bytes)
            #expect(outcome(Array(0...bytes.count), of: bytes) == whole, "byte by byte: \(text)")
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            #expect(outcome(cuts + [bytes.count], of: bytes) == whole, "cut at \(cuts): \(text)")
        }
    }
}
