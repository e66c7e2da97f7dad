import Deployments
@testable import LiveIntake
import Testing

@Suite struct SyslogFramingTests {
    private static func frames(_ pieces: [String], limit: Int = 16) -> [String] {
        var framing = SyslogFraming(limit: limit)
        var read: [String] = []
        func note(_ frame: SyslogFraming.Frame) {
            read.append(String(decoding: frame.bytes, as: UTF8.self) + (frame.isCut ? "…" : ""))
        }
        for piece in pieces {
            framing.append(Array(piece.utf8))
            while let frame = framing.next() { note(frame) }
        }
        if let frame = framing.rest() { note(frame) }
        return read
    }

    @Test(arguments: [
        (["<1>a\n<1>b\n"], ["<1>a", "<1>b"]), (["4 <1>a4 <1>b"], ["<1>a", "<1>b"]),
        (["4 <1>a\n5 <1>bc<1>d\n"], ["<1>a", "<1>bc", "<1>d"]), (["7 <1>a\nb\n<1>c\0\n"], ["<1>a\nb", "<1>c"]),
        (["1", "1 <1>a", " longer<1>"], ["<1>a longer", "<1>"]),
        (["20 <1>34567890123456789<1>b\n"], ["<1>3456789012345…", "<1>b"]),
        (["<1>3456789012345678\n<1>b\n"], ["<1>3456789012345…", "<1>b"]), (["9 <1>a"], ["<1>a…"]),
        (["9999999999 x\n<1>a\n"], ["9999999999 x", "<1>a"]), (["12"], ["12"]), (["0 a\n"], ["0 a"]), (["\n\n \0"], []),
        (["<1>never ended"], ["<1>never ended"]), (["999999999 <1>", "3456789012345678"], ["<1>3456789012345…"]),
        // Whether what makes a line too long is part of its message is only known at its end.
        (["<1>3456789012345\0\0\n<1>"], ["<1>3456789012345…", "<1>"]),
        (["<1>3456789012345\0", "\0", "\n<1>"], ["<1>3456789012345…", "<1>"]),
        (["<1>3456789012345\r\n"], ["<1>3456789012345"]), (["<1>3456789012345", "\r", "\n"], ["<1>3456789012345"]),
        (["<1>34567890123456"], ["<1>3456789012345…"]),
    ])
    func `counted messages and lines are told apart`(pieces: [String], frames: [String]) {
        #expect(Self.frames(pieces) == frames)
    }

    @Test(arguments: [
        ("<30>1 - \u{8}\u{8} app - - - text", "<30>1 2026-11-24T00:00:00.000000Z 192.0.2.1 app - - - text"),
        ("<30>1 2026-11-24T10:00:00Z h - - - - text", "<30>1 2026-11-24T10:00:00Z h - - - - text"),
        ("text", "<13>1 2026-11-24T00:00:00.000000Z 192.0.2.1 - - - - text"),
    ])
    func `each message is handed on with a time and a host, the sender where it names none`(
        _ message: String,
        _ record: String
    ) throws {
        let now = try #require(Timestamp(rfc3339: Array("2026-11-24T00:00:00Z".utf8)))
        let bytes = SyslogRecord.bytes(of: Array(message.utf8), from: "192.0.2.1", at: now, zone: 0)
        #expect(String(decoding: bytes, as: UTF8.self) == record)
    }

    @Test func `it does not count in what pieces they come, nor is more kept than a message`() {
        var state: UInt64 = 0xf4a
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<500 {
            var stream = ""
            var wanted: [String] = []
            for _ in 0..<random(8) {
                let text = "<1>" + (0..<random(30)).map { _ in "ab"[random(2)] }.joined()
                wanted.append(text.count > 16 ? "\(text.prefix(16))…" : text)
                stream += random(2) == 0 ? "\(text.count) \(text)" : "\(text)\n"
            }
            var framing = SyslogFraming(limit: 16)
            var read: [String] = []
            var rest = Substring(stream)
            while !rest.isEmpty {
                let piece = rest.prefix(1 + random(7))
                rest = rest.dropFirst(piece.count)
                framing.append(Array(piece.utf8))
                while let frame = framing.next() {
                    read.append(String(decoding: frame.bytes, as: UTF8.self) + (frame.isCut ? "…" : ""))
                }
                #expect(framing.held <= 16 + 12)
            }
            #expect(read == wanted)
        }
    }
}

extension String {
    fileprivate subscript(index: Int) -> String { String(self[self.index(startIndex, offsetBy: index)]) }
}
