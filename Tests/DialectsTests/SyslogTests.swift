import Deployments
import Dialects
import Testing

@Suite struct SyslogTests {
    private static func message(_ text: String) -> (SyslogMessage, String) {
        let bytes = Array(text.utf8)
        let message = unsafe bytes.withUnsafeBytes { unsafe SyslogMessage($0) }
        return (message, String(decoding: bytes[message.text], as: UTF8.self))
    }

    struct Form: Sendable, CustomTestStringConvertible {
        var line: String
        var text: String
        var time: SyslogMessage.Time?
        var host: String?
        var program: String?
        var process: String?
        var testDescription: String { line }
    }

    private static let instant = SyslogMessage.Time.instant(Timestamp(microseconds: 1_795_564_800_000_000))
    private static let yearless = SyslogMessage.Time.yearless(month: 11, day: 4, hour: 0, minute: 1, second: 2)

    @Test(arguments: [
        Form(
            line: "<30>1 2026-11-25T00:00:00Z node-1 dockerd 12 - - time=now",
            text: "time=now",
            time: instant,
            host: "node-1",
            program: "dockerd",
            process: "12"
        ),
        Form(
            line: #"<30>1 2026-11-25T00:00:00Z h p - ID47 [a@1 k="]\"" b="c"][d e="f"] text [x]"#,
            text: "text [x]",
            time: instant,
            host: "h",
            program: "p"
        ),
        Form(line: "<30>1 - - - - - -", text: ""),
        Form(line: "<30>1 - - - - - - \u{feff}text", text: "text"),
        Form(
            line: "<30>Nov  4 00:01:02 node dockerd[12]: time=now",
            text: "time=now",
            time: yearless,
            host: "node",
            program: "dockerd",
            process: "12"
        ),
        Form(line: "<30>Nov  4 00:01:02 dockerd: time=now", text: "time=now", time: yearless, program: "dockerd"),
        Form(line: "<30>Nov 04 00:01:02 node a text", text: "a text", time: yearless, host: "node"),
        Form(line: "<30>Nov  4 00:01:02 text", text: "text", time: yearless),
        Form(
            line: "<30>2026-11-25T00:00:00Z node p: text",
            text: "text",
            time: instant,
            host: "node",
            program: "p"
        ),
        Form(line: "<30>text", text: "text"), Form(line: "text", text: "text"),
        Form(line: "<300>text", text: "<300>text"),
        Form(line: "<>text", text: "<>text"), Form(line: "<30", text: "<30"), Form(line: "", text: ""),
        Form(line: "<30>Foo  4 00:01:02 h t: x", text: "Foo  4 00:01:02 h t: x"),
        Form(line: "<30>Nov  4 25:01:02 h t: x", text: "Nov  4 25:01:02 h t: x"),
        Form(line: #"<30>1 - h p - - [a k="never closed"#, text: "", host: "h", program: "p"),
    ])
    func `a header is read in every form that is in use`(form: Form) {
        let (message, text) = Self.message(form.line)
        #expect(text == form.text)
        #expect(message.time == form.time)
        #expect(message.host == form.host)
        #expect(message.program == form.program)
        #expect(message.process == form.process)
    }

    @Test func `whatever the bytes are, the text stands within them`() {
        var state: UInt64 = 0x5eed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "<30>", "1 ", "Nov 24 00:00:00 ", "2026-11-25T00:00:00Z ", "- ", "[a b=\"", "]", "\\", " ", "x: ",
            "\u{feff}", "\0",
        ]
        for _ in 0..<5_000 {
            let line = (0..<random(12)).map { _ in pieces[random(pieces.count)] }.joined()
            let (message, _) = Self.message(line)
            #expect(message.text.upperBound == line.utf8.count)
        }
    }

    @Test func `a dialect sees the text alone, and has host and time of the header`() throws {
        let event = #"{"Type":"container","Action":"create","Actor":{"ID":"c","Attributes":{"image":"a"}}}"#
        let line = "<30>1 2026-11-25T00:00:00Z node-1 events - - - \(event)"
        let one = try #require(readings(of: SyslogDialect(DockerEventsDialect()), [line]).deployments.first)
        #expect(one.placement.hostName == "node-1")
        #expect(one.event.timestamp == Timestamp(microseconds: 1_795_564_800_000_000))
        var dialect = SyslogDialect(DockerEventsDialect())
        _ = readings(of: &dialect, [line])
        var bare = DockerEventsDialect()
        _ = readings(of: &bare, [event])
        #expect(try dialect.memory() == bare.memory())
    }

    @Test func `a daemon's log keeps the host of the header it came with`() throws {
        let line =
            #"<30>1 2026-11-24T00:00:00Z node-1 dockerd 12 - - time="2026-11-24T00:00:00.1Z" level=debug msg="Calling POST /v1.47/images/create?fromImage=a&tag=1""#
        let one = try #require(readings(of: DockerLogDialect(), [line]).deployments.first)
        #expect(one.placement.hostName == "node-1")
        #expect(one.event.timestamp?.description == "2026-11-24T00:00:00.100000Z")
    }
}
