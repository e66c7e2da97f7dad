import Foundation
import Sigma
import Testing

@testable import Delivery

@Suite struct SyslogFormatTests {
    private static let now = SimulatedClock().clock.now()

    private func format(_ text: SyslogFormat.Text = .sentence) -> SyslogFormat {
        var format = SyslogFormat(hostName: "node-1", processID: 42)
        format.text = text
        return format
    }

    @Test func `a message is a header, structured data, and text in UTF-8`() {
        let message = format().message(.sample(1, .critical, sentence: "é"), now: Self.now)
        let text =
            "<130>1 2025-11-30T06:00:01.000000Z node-1 tidewaiter 42 finding "
            + #"[tidewaiter@32473 rule="r" level="critical" title="Privileged container" finding="id-1" group="g" user="alice"] "#
        #expect(message == Array(text.utf8) + [0xEF, 0xBB, 0xBF] + Array("Privileged container: é".utf8))
    }

    @Test(arguments: zip(Level.allCases, [134, 133, 132, 131, 130]))
    func `a level is a severity`(level: Level, priority: Int) {
        #expect(format().message(.sample(1, level), now: Self.now).starts(with: Array("<\(priority)>1 ".utf8)))
    }

    @Test func `a record stands without a byte order mark, and is the sentence where it is too large`() {
        var alert = Alert.sample(1)
        let message = format(.json).message(alert, now: Self.now)
        #expect(String(decoding: message, as: UTF8.self).hasSuffix("] " + String(decoding: alert.ecs, as: UTF8.self)))
        alert.ecs = Array(#"{"x":"\#(String(repeating: "y", count: 10_000))"}"#.utf8)
        let large = String(decoding: format(.json).message(alert, now: Self.now), as: UTF8.self)
        #expect(large.hasSuffix("] \u{feff}Privileged container: alice created a privileged container"))
    }

    /// RFC 5424, section 6, as far as our messages go.
    @Test(arguments: [SyslogFormat.Text.sentence, .json], [1_024, 8_192])
    func `whatever an alert holds, a message keeps to the grammar and to its size`(text: SyslogFormat.Text, size: Int)
        throws
    {
        var format = format(text)
        format.maximumBytes = size
        format.hostName = "no de\n\u{0}"
        let texts = [
            "", "\"]\\", "a\nb\r\n<34>1 - - - - - -", "\u{0}\u{1b}\u{7f}\u{85}\u{2028}",
            String(repeating: "é", count: 1 << 19),
            String(repeating: "\"", count: 1 << 20), String(repeating: "👩‍👩‍👧", count: 1_000),
        ]
        for hostile in texts {
            var alert = Alert.sample(
                1,
                title: hostile,
                sentence: hostile,
                fields: ["user.name": hostile, "host.name": hostile]
            )
            alert.group = hostile
            alert.id = hostile
            alert.ecs = Array(hostile.utf8)
            let message = format.message(alert, now: Self.now)
            #expect(message.count <= size)
            #expect(!message.contains { $0 < 32 || $0 == 127 })
            let line = try #require(String(validating: message, as: UTF8.self))
            let grammar =
                /<(\d{1,3})>1 (\S+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) \[tidewaiter@32473( [a-z]+="([^"\\\]]|\\["\\\]])*")*\] .*/
            #expect(try grammar.wholeMatch(in: line) != nil, "\(line.prefix(300))")
        }
    }

    @Test func `what cannot be used is told`() {
        var format = format()
        #expect(format.fault == nil)
        format.dataID = "a b"
        #expect(format.fault == "'a b' is no name of structured data")
        format.facility = 24
        #expect(format.fault == "a facility is a number from 0 to 23")
    }
}
