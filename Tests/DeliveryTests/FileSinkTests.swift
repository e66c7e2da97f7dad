import Foundation
import Sigma
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(10))) struct FileSinkTests {
    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func `each alert is its record on one line, whatever is in it`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let sink = FileSink(FileSink.Configuration(path: folder.path + "/f"))
        var spread = Alert.sample(1)
        spread.ecs = Array("{\n \"message\":\r\n \"a\\nb\"\n}".utf8)
        try await sink.send([spread, .sample(2)])
        let lines = folder.lines("f")
        #expect(lines.count == 2)
        #expect(try object(lines[0])["message"] as? String == "a\nb")
    }

    @Test func `a record without a time is given one, and a summary says of how many it is`() throws {
        var alert = Alert.sample(1)
        alert.time = nil
        alert.ecs = Array(#"{"message":"x"}"#.utf8)
        alert.repeats = .init(count: 5, first: Alert.sample(9).time, ids: [])
        let record = try object(String(decoding: alert.record(now: "2026-11-30T00:00:00.000000Z"), as: UTF8.self))
        #expect(record["@timestamp"] as? String == "2026-11-30T00:00:00.000000Z")
        #expect(record["tidewaiter.repeats.count"] as? Int == 5)
        #expect(record["message"] as? String == "x")
        alert.ecs = Array("{}".utf8)
        #expect(try object(String(decoding: alert.record(now: "t"), as: UTF8.self)).count == 3)
    }

    @Test func `a dead letter is the reason and the record, and its file is bounded`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var configuration = DeadLetterFile.configuration(path: folder.path + "/dead")
        configuration.maximumSize = 3_000
        configuration.keep = 2
        let letters = DeadLetterFile(configuration, clock: SimulatedClock().clock)
        for number in 1...100 { try await letters.put(.sample(Int64(number)), of: "o", because: "no\n\"way\"") }
        #expect(folder.names == ["dead", "dead.1", "dead.2"])
        let sizes = folder.names.map { folder.text($0).utf8.count }
        #expect(sizes.allSatisfy { $0 <= 3_000 })
        let letter = try object(try #require(folder.lines("dead").last))
        #expect(letter["reason"] as? String == "no\n\"way\"")
        #expect(letter["finding"] as? String == "id-100")
        #expect((letter["alert"] as? [String: Any])?["@timestamp"] != nil)
        var broken = Alert.sample(1)
        broken.ecs = Array("not json".utf8)
        try await letters.put(broken, of: "o", because: "no")
        let last = try object(try #require(folder.lines("dead").last))
        #expect(last["alert"] == nil && last["finding"] as? String == "id-1")
    }

    @Test func `a line for a person is one line, harmless, and coloured only when asked for`() {
        var alert = Alert.sample(1, .critical, title: "Bad\u{1b}[2J", sentence: "a\nb \u{202e}c")
        alert.fields["user.name"] = "eve\r\n"
        let line = AlertLine(isColored: false).text(alert)
        #expect(line == #"2025-11-30T06:00:01Z  CRITICAL       Bad\u{1b}[2J: a\nb \u{202e}c"#)
        #expect(
            AlertLine(isColored: true).text(alert).hasPrefix(
                "\u{1b}[2m2025-11-30T06:00:01Z\u{1b}[0m  \u{1b}[1;35mCRITICAL"
            )
        )
        alert.sentence = String(repeating: "é", count: 1 << 20)
        #expect(AlertLine(isColored: false).text(alert).utf8.count < 4_200)
    }

    @Test func `NO_COLOR and a pipe have no colours`() {
        for environment in [["NO_COLOR": "1"], [:]] {
            let configuration = DescriptorSink.Configuration.terminal(descriptor: 999, environment: environment)
            #expect(configuration.form == .line(AlertLine(isColored: false)))
        }
        let always = DescriptorSink.Configuration.terminal(color: .always, environment: ["NO_COLOR": "1"])
        #expect(always.form == .line(AlertLine(isColored: true)))
    }

    @Test func `a pipe gets whole lines, and one that nobody reads holds up its own output alone`() async throws {
        let pipe = Pipe()
        var configuration = DescriptorSink.Configuration(.json)
        configuration.descriptor = pipe.fileHandleForWriting.fileDescriptor
        let sink = DescriptorSink(configuration)
        try await sink.send([.sample(1), .sample(2)])
        let text = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text.split(separator: "\n").count == 2)
        var large = Alert.sample(3)
        large.ecs = Array(#"{"message":"\#(String(repeating: "x", count: 200_000))"}"#.utf8)
        let error = await failure { () throws(DeliveryError) in try await sink.send([large]) }
        #expect(error?.isTransient == true)
        #expect(error?.description.hasPrefix("nobody reads descriptor") == true)
    }
}
