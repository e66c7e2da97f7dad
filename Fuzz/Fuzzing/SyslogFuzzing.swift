import Deployments
import Dialects
import Foundation

@testable import LiveIntake

/// A syslog stream: in one piece or byte by byte it holds the same messages, none longer than is taken; and each message
/// is a record with a header that names time and host, from which the same text is read.
enum SyslogFuzzing {
    /// Small, so that messages are cut.
    private static let limit = 256

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let bytes = Array(bytes)
        let frames = frames(in: bytes, step: max(bytes.count, 1))
        precondition(frames == self.frames(in: bytes, step: 1), "a cut changes the messages")
        precondition(frames.allSatisfy { !$0.bytes.isEmpty && $0.bytes.count <= limit })
        for frame in frames { check(frame.bytes) }
        // A datagram is a message as it is.
        check(bytes)
        DialectFuzzing.read(bytes, SyslogDialect(AccessLogDialect()))
    }

    private static func frames(in bytes: [UInt8], step: Int) -> [SyslogFraming.Frame] {
        var framing = SyslogFraming(limit: limit)
        var frames: [SyslogFraming.Frame] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            framing.append(bytes[start..<min(start + step, bytes.count)])
            while let frame = framing.next() { frames.append(frame) }
        }
        if let rest = framing.rest() { frames.append(rest) }
        return frames
    }

    private static func check(_ message: [UInt8]) {
        let now = Timestamp(microseconds: 1_796_000_000_000_000)
        let record = SyslogRecord.bytes(of: message, from: "192.0.2.1", at: now, zone: 3_600)
        let (first, second) = (header(of: message), header(of: record))
        precondition(second.isStructured && second.host != nil && second.time != nil, "the record has no header")
        precondition(message[first.text].elementsEqual(record[second.text]), "the text is another")
    }

    private static func header(of message: [UInt8]) -> SyslogMessage { message.withUnsafeBytes { SyslogMessage($0) } }
}
