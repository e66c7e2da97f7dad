@testable import LiveIntake
import Testing

@Suite struct StreamLinesTests {
    private static func lines(_ pieces: [String], limit: Int = 8) -> [String] {
        var lines = StreamLines(limit: limit)
        var read: [String] = []
        for piece in pieces {
            lines.append(Array(piece.utf8))
            while let line = lines.next() {
                read.append(String(decoding: line.bytes, as: UTF8.self) + (line.isCut ? "…" : ""))
            }
        }
        if let line = lines.rest() {
            read.append(String(decoding: line.bytes, as: UTF8.self) + (line.isCut ? "…" : ""))
        }
        return read
    }

    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b\n", "\n\nc"], ["ab", "c"]), (["a\r\nb\r\n"], ["a", "b"]), ([], []),
        (["12345678\n"], ["12345678"]), (["123456789\nx\n"], ["12345678…", "x"]),
        (["12345", "6789", "0123", "4567\nx\n"], ["12345678…", "x"]), (["123456789"], ["12345678…"]),
    ])
    func `lines are told apart, and one that is too long costs only itself`(pieces: [String], lines: [String]) {
        #expect(Self.lines(pieces) == lines)
    }

    @Test func `it does not count in what pieces they come`() {
        var state: UInt64 = 0x11fe
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<300 {
            let text = (0..<random(80)).map { _ in ["a", "b", "\n"][random(3)] }.joined()
            var pieces: [String] = []
            var rest = Substring(text)
            while !rest.isEmpty {
                let piece = rest.prefix(1 + random(9))
                pieces.append(String(piece))
                rest = rest.dropFirst(piece.count)
            }
            let whole = text.split(separator: "\n").map { $0.count > 8 ? "\($0.prefix(8))…" : String($0) }
            #expect(Self.lines(pieces) == whole)
        }
    }
}
