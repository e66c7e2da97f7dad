import Deployments
@testable import Dialects
import JSON
import Testing

/// What rules on dockerd's own log are held against.
@Suite struct DaemonEventsTests {
    private static let line = #"time="2026-11-24T15:47:23Z" level=error msg="a \"b\"\tc=1" error="x y" module=api"#
    private static let fields = [
        "time=2026-11-24T15:47:23Z", "level=error", "msg=a \"b\"\tc=1", "error=x y", "module=api",
    ]

    private func events(_ log: String) -> [(fields: [String], offset: Int)] {
        var found: [(fields: [String], offset: Int)] = []
        _ = readings(of: DockerLogDialect(), lines: Array(log.utf8)) { source, value, position in
            #expect(source == .dockerDaemon)
            found.append((value.pairs.map { "\($0.0)=\($0.1)" }, position.offset))
        }
        return found
    }

    @Test(arguments: [
        line, "Nov 24 15:47:23 host dockerd[8]: \(line)", "2026-11-24T15:47:23+0000 host dockerd[8]: \(line)",
        "MESSAGE=\(line)", #"{"MESSAGE":"\#(quoted)","_HOSTNAME":"h"}"#,
        #"{"log":"\#(quoted)\n","stream":"stderr","time":"2026-11-24T15:47:23Z"}"#,
    ])
    func `a line is handed over with its fields, whatever is around it`(_ log: String) {
        #expect(events(log).map(\.fields) == [Self.fields])
    }

    private static let quoted = line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")

    @Test func `a line that dockerd wrote as JSON is handed over as it is`() {
        let log = #"{"level":"info","msg":"Loading containers: done.","time":"2026-11-24T15:47:23Z"}"#
        #expect(
            events("\n\(log)").map(\.fields)
                == [["level=info", "msg=Loading containers: done.", "time=2026-11-24T15:47:23Z"]]
        )
        #expect(events("\n\(log)").map(\.offset) == [1])
    }

    @Test(arguments: [
        "msg=", "level= msg=", "level=info msg=\"never ends", "level=\" msg=x", "=level= msg= = ==", "{\"MESSAGE\":{}}",
        "{\"log\":\"{\\\"log\\\":\\\"{}\\\"}\"}", "level=x msg=\"\\\"",
    ])
    func `a broken line does no harm`(_ line: String) {
        _ = events(line)
    }

    @Test func `others' lines are not handed over`() {
        #expect(events("kernel: device eth0 entered promiscuous mode\n{\"MESSAGE\":\"hello\"}\n{\"a\":1}\n").isEmpty)
    }
}

/// Logs that end, or break, in the middle of a request.
@Suite struct DockerCutLogTests {
    private static let call =
        #"time="2026-11-24T15:47:23Z" level=debug msg="Calling POST /v1.41/containers/create?name=x""#

    private func body(_ json: String) -> String {
        #"time="2026-11-24T15:47:23Z" level=debug msg="form data: "#
            + json.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    @Test func `a log that ends between a request and its body says so`() {
        let reading = readings(of: DockerLogDialect(), lines: Array("\(Self.call)\n".utf8))
        #expect(reading.problems.map(\.message) == ["the log ends before the request's body"])
        #expect(reading.deployments.map(\.visibility) == [.bodyNotLogged])
        // The daemon writes no body for some requests: with lines behind it, that is what happened.
        let more = "\(Self.call)\n" + #"time="2026-11-24T15:47:24Z" level=debug msg="garbage collected""# + "\n"
        #expect(readings(of: DockerLogDialect(), lines: Array(more.utf8)).problems.isEmpty)
    }

    @Test(arguments: [
        #"{"Image":"a","HostConfig":{"Privileged":true"#, "{\"Image\":\"a\u{1}\"}",
        String(repeating: #"{"a":"#, count: 10_001) + "1" + String(repeating: "}", count: 10_001),
    ])
    func `a body that cannot be read is told, and blinds the rules`(_ json: String) {
        let reading = readings(of: DockerLogDialect(), lines: Array("\(Self.call)\n\(body(json))\n".utf8))
        #expect(reading.problems.map(\.message) == ["the request's body is no JSON that can be read"])
        #expect(reading.deployments.map(\.visibility) == [.truncated])
        #expect(reading.deployments.map(\.defects) == [[.unparseableBody]])
    }
}
