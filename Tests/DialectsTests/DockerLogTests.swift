import Deployments
import Dialects
import Testing

@Suite struct DockerLogTests {
    static func log(_ lines: String...) -> [ContainerDeployment] {
        readings(of: DockerLogDialect(), lines).deployments
    }

    @Test func `a log's request and body are paired, and the container's start says it was made`() throws {
        let found = Self.log(
            #"time="2026-11-24T15:47:33.2Z" level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"time="2026-11-24T15:47:33.2Z" level=debug msg="Calling GET /v1.41/containers/json""#,
            #"time="2026-11-24T15:47:33.2Z" level=debug msg="form data: {\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}""#,
            #"time="2026-11-24T15:47:33.3Z" level=debug msg="Calling POST /v1.41/containers/0123456789abcdef/start""#
        )
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one.container.name == "x")
        #expect(one.container.id == "0123456789abcdef")
        #expect(one.security.privileged == true)
        #expect(one.event.outcome == .success)
        #expect(one.log?.offset == 0)
    }

    @Test func `a body goes to the request that it fits and to no other`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="Calling POST /v1.41/volumes/create""#,
            #"level=debug msg="form data: {\"Driver\":\"local\",\"DriverOpts\":{\"device\":\"/\"},\"Name\":\"v\"}""#,
            #"level=debug msg="form data: {\"HostConfig\":{\"Binds\":[\"v:/d\"]},\"Image\":\"a\"}""#
        )
        #expect(found.map(\.event.action) == [.volumeCreate, .containerCreate])
        #expect(found.last?.container.name == "x")
        #expect(found.last?.host.mounts.map(\.source.path) == ["/"])
    }

    @Test(arguments: [["x", "y"], ["y", "x"]])
    func `two creates open at once get neither the other's name`(order: [String]) {
        let body = { (image: String) in
            #"level=debug msg="form data: {\"HostConfig\":{\"Privileged\":\#(image == "x")},\"Image\":\"\#(image)\"}""#
        }
        let reading = readings(
            of: DockerLogDialect(),
            [
                #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
                #"level=debug msg="Calling POST /v1.41/containers/create?name=y""#,
            ] + order.map(body)
        )
        #expect(reading.deployments.map(\.container.name) == [nil, nil])
        #expect(reading.deployments.map(\.container.imageText) == order)
        #expect(reading.deployments.map(\.security.privileged) == order.map { $0 == "x" })
        #expect(reading.deployments.map(\.http?.query) == [nil, nil])
        #expect(reading.problems.count == 1)
    }

    @Test func `two execs open at once are told without their containers`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/web/exec""#,
            #"level=debug msg="Calling POST /v1.41/containers/db/exec""#,
            #"level=debug msg="form data: {\"Cmd\":[\"id\"],\"Privileged\":true}""#
        )
        #expect(found.map(\.container.name) == [nil, nil])
        #expect(found.map(\.process.args) == [["id"], []])
        #expect(found.map(\.visibility) == [.full, .bodyNotLogged])
    }

    @Test func `lines of one trace are one request, whatever stands between`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.45/containers/create?name=x" spanID=a1 traceID=t1"#,
            #"level=debug msg="Calling POST /v1.45/containers/create?name=y" spanID=a2 traceID=t2"#,
            #"level=debug msg="form data: {\"Image\":\"b\"}" spanID=a2 traceID=t2"#,
            #"level=debug msg="form data: {\"Image\":\"a\"}" spanID=a1 traceID=t1"#
        )
        #expect(found.map(\.container.name) == ["y", "x"])
        #expect(found.map(\.container.imageText) == ["b", "a"])
    }

    @Test func `a create whose body is not logged gives its place to no other's`() {
        let id = String(repeating: "a", count: 64)
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=big""#,
            #"level=debug msg="container mounted via layerStore: &{/x 0x1 0x2}" container=\#(id)"#,
            #"level=debug msg="Calling POST /v1.41/containers/create?name=small""#,
            #"level=debug msg="form data: {\"Image\":\"a\"}""#,
            #"level=debug msg="Calling POST /v1.41/containers/\#(id)/start""#
        )
        #expect(found.map(\.container.name) == ["big", "small"])
        #expect(found.map(\.visibility) == [.bodyNotLogged, .full])
        #expect(found.map(\.container.id) == [id, nil])
        #expect(found.map(\.event.outcome) == [.success, .unknown])
    }

    @Test func `a body without its request's line is a create that nobody is named for`() {
        let reading = readings(
            of: DockerLogDialect(),
            [#"level=debug msg="form data: {\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}""#]
        )
        #expect(reading.deployments.map(\.security.privileged) == [true])
        #expect(reading.deployments.map(\.container.name) == [nil])
        #expect(reading.problems.map(\.message) == ["a request's body without the request's line"])
        #expect(reading.problems.map(\.position.offset) == [0])
    }

    @Test func `a body cut in the log is read up to the cut, and said to be cut`() throws {
        let reading = readings(
            of: DockerLogDialect(),
            [
                #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
                #"level=debug msg="form data: {\"Cmd\":[\"sh\",\"-c\"],\"HostConfig\":{\"Binds\":[\"/:/h\"],\"Privileged\":true,\"Shm"#,
            ]
        )
        let one = try #require(reading.deployments.first)
        #expect(one.container.name == "x")
        #expect(one.process.args == ["sh", "-c"])
        #expect(one.host.mounts.map(\.source.path) == ["/"])
        #expect(one.security.privileged == true)
        #expect(one.visibility == .truncated)
        #expect(one.defects == [.truncated])
        #expect(reading.problems.count == 1)
    }

    @Test func `a start is told again when it is not the first`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="form data: {\"Image\":\"a\"}""#,
            #"level=debug msg="Calling POST /v1.41/containers/x/start""#,
            #"level=debug msg="Calling POST /v1.41/containers/x/start""#,
            #"level=debug msg="Calling POST /v1.41/containers/other/start""#
        )
        #expect(found.map(\.event.action) == [.containerCreate, .containerStart, .containerStart])
        #expect(found.map(\.container.name) == ["x", "x", "other"])
        #expect(found.map(\.container.imageText) == ["a", "a", nil])
    }

    @Test func `an old client's start brings a configuration of its own`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="form data: {\"Image\":\"a\"}""#,
            #"level=debug msg="Calling POST /v1.23/containers/x/start""#,
            #"level=debug msg="form data: {\"Binds\":[\"/:/h\"],\"Privileged\":true}""#
        )
        #expect(found.map(\.event.action) == [.containerCreate, .containerStart])
        #expect(found.last?.host.mounts.map(\.source.path) == ["/"])
        #expect(found.last?.security.privileged == true)
    }

    @Test func `a failed start is its create's failure`() {
        let id = String(repeating: "b", count: 64)
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="form data: {\"Image\":\"a\"}""#,
            #"level=debug msg="container mounted via layerStore: &{}" container=\#(id)"#,
            #"level=debug msg="Calling POST /v1.41/containers/\#(id)/start""#,
            #"level=error msg="Handler for POST /v1.41/containers/\#(id)/start returned error: no permission""#
        )
        #expect(found.map(\.event.outcome) == [.failure])
        #expect(found.map(\.event.reason) == ["no permission"])
        #expect(found.map(\.container.id) == [id])
    }

    @Test func `version 28's error line marks its request as failed, and is none itself`() {
        let fields =
            #"form-data="{\"Image\":\"a\"}" method=POST module=api request-url="/v1.51/containers/create?name=x""#
        let found = Self.log(
            #"level=debug msg="handling POST request" \#(fields) vars="map[version:1.51]""#,
            #"level=debug msg="error response for POST request" error-response="No such image: a:latest" \#(fields) status=404"#
        )
        #expect(found.map(\.event.outcome) == [.failure])
        #expect(found.map(\.event.reason) == ["No such image: a:latest"])
    }

    @Test func `below debug level starts and failures are told, and what they hide is said`() {
        let (a, b) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
        let reading = readings(
            of: DockerLogDialect(),
            [
                #"time="2026-11-24T00:00:01Z" level=info msg="starting signal loop" namespace=moby path=/run/x/moby/\#(a) pid=1"#,
                #"time="2026-11-24T00:00:02Z" level=info msg="ignoring event" container=\#(a) module=libcontainerd topic=/tasks/delete type="*events.TaskDelete""#,
                #"time="2026-11-24T00:00:03Z" level=info msg="ignoring event" container=\#(b) module=libcontainerd topic=/tasks/delete type="*events.TaskDelete""#,
                #"time="2026-11-24T00:00:04Z" level=error msg="Handler for POST /v1.41/images/create returned error: refused""#,
                #"time="2026-11-24T00:00:05Z" level=error msg="Handler for GET /v1.41/info returned error: refused""#,
                #"time="2026-11-24T00:00:06Z" level=info msg="image pulled" digest="sha256:0" remote="docker.io/library/alpine:3""#,
            ]
        )
        let found = reading.deployments
        #expect(found.map(\.event.action) == [.containerStart, .containerStart, .imagePull, .imagePull])
        #expect(found.map(\.container.id) == [a, b, nil, nil])
        #expect(found.map(\.event.outcome) == [.unknown, .success, .failure, .success])
        #expect(found.last?.container.image?.name == "docker.io/library/alpine")
        #expect(found.allSatisfy { $0.visibility == .logLevelInfo })
    }

    @Test func `a volume deleted and made anew leads where the new one leads`() {
        let volume =
            #"level=debug msg="form data: {\"Name\":\"v\",\"DriverOpts\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}}""#
        let create = [
            #"level=debug msg="Calling POST /v1.41/containers/create""#,
            #"level=debug msg="form data: {\"HostConfig\":{\"Binds\":[\"v:/d\"]},\"Image\":\"a\"}""#,
        ]
        let made = [#"level=debug msg="Calling POST /v1.41/volumes/create""#, volume] + create
        let deleted = made + [#"level=debug msg="Calling DELETE /v1.41/volumes/v""#] + create
        #expect(
            readings(of: DockerLogDialect(), deleted).deployments.map { $0.host.mounts.map(\.source.path) }
                == [["/"], ["/"], []]
        )
    }

    @Test func `a body that was not logged is said to be missing`() {
        let found = Self.log(#"level=debug msg="Calling POST /v1.41/containers/create?name=x""#)
        #expect(found.map(\.visibility) == [.bodyNotLogged])
        #expect(found.map(\.container.name) == ["x"])
    }

    @Test func `a refused create failed, with the daemon's reason`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="form data: {\"HostConfig\":{},\"Image\":\"a\"}""#,
            #"level=error msg="Handler for POST /v1.41/containers/create returned error: No such image: a""#
        )
        #expect(found.map(\.event.outcome) == [.failure])
        #expect(found.map(\.event.reason) == ["No such image: a"])
    }

    @Test(arguments: [
        #"time="2026-11-24T00:00:00Z" level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST module=api request-url="/v1.51/containers/create?name=x" vars="map[version:1.51]""#,
        #"{"MESSAGE":"time=\"2026-11-24T00:00:00Z\" level=debug msg=\"handling POST request\" form-data=\"{\\\"HostConfig\\\":{\\\"Privileged\\\":true},\\\"Image\\\":\\\"a\\\"}\" method=POST request-url=\"/v1.51/containers/create?name=x\"","_HOSTNAME":"h1"}"#,
        #"Nov 24 00:00:00 h1 dockerd[7]: time="2026-11-24T00:00:00Z" level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST request-url="/v1.51/containers/create?name=x""#,
        #"2026-11-24T00:00:00+0000 h1 dockerd[7]: level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST request-url="/v1.51/containers/create?name=x""#,
        #"<30>Nov 24 00:00:00 h1 dockerd[7]: time="2026-11-24T00:00:00Z" level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST request-url="/v1.51/containers/create?name=x""#,
        #"<30>1 2026-11-24T00:00:00Z h1 dockerd 7 - - level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST request-url="/v1.51/containers/create?name=x""#,
        #"{"log":"time=\"2026-11-24T00:00:00Z\" level=debug msg=\"handling POST request\" form-data=\"{\\\"HostConfig\\\":{\\\"Privileged\\\":true},\\\"Image\\\":\\\"a\\\"}\" method=POST request-url=\"/v1.51/containers/create?name=x\"\n","stream":"stderr","time":"2026-11-24T00:00:01Z"}"#,
        #"{"form-data":{"HostConfig":{"Privileged":true},"Image":"a"},"level":"debug","method":"POST","module":"api","msg":"handling POST request","request-url":"/v1.51/containers/create?name=x","time":"2026-11-24T00:00:00Z","vars":{"version":"1.51"}}"#,
        #"{"MESSAGE":"{\"form-data\":{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"},\"level\":\"debug\",\"method\":\"POST\",\"msg\":\"handling POST request\",\"request-url\":\"/v1.51/containers/create?name=x\",\"time\":\"2026-11-24T00:00:00Z\"}","_HOSTNAME":"h1"}"#,
        #"Nov 24 00:00:00 h1 dockerd[7]: {"form-data":{"HostConfig":{"Privileged":true},"Image":"a"},"level":"debug","method":"POST","msg":"handling POST request","request-url":"/v1.51/containers/create?name=x","time":"2026-11-24T00:00:00Z"}"#,
        #"MESSAGE=time="2026-11-24T00:00:00Z" level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST request-url="/v1.51/containers/create?name=x""#,
    ])
    func `the newer form and every envelope are read`(line: String) {
        let found = Self.log(line)
        #expect(found.map(\.container.name) == ["x"])
        #expect(found.map(\.security.privileged) == [true])
        #expect(found.map(\.event.timestamp?.description) == ["2026-11-24T00:00:00.000000Z"])
    }

    @Test func `a journal's message as bytes is read, and what containers print into it is not`() {
        let line = #"level=debug msg="handling POST request" method=POST request-url="/v1.51/containers/create?name=x""#
        let bytes = line.utf8.map { String($0) }.joined(separator: ",")
        let entry = { (rest: String) in #"{"MESSAGE":[\#(bytes)],"_HOSTNAME":"h1"\#(rest)}"# }
        #expect(Self.log(entry("")).map(\.container.name) == ["x"])
        #expect(Self.log(entry("")).map(\.placement.hostName) == ["h1"])
        #expect(Self.log(entry(#","CONTAINER_ID":"0123456789ab""#)).isEmpty)
    }

    @Test func `journald's export is read, entries over several lines and messages as binary`() {
        let length = String(decoding: [0x90, 0, 0, 0, 0, 0, 0, 0] as [UInt8], as: UTF8.self)
        let found = Self.log(
            "__CURSOR=s=1",
            "__REALTIME_TIMESTAMP=1795478400000000",
            "_HOSTNAME=h1",
            #"MESSAGE=time="2026-11-24T00:00:00Z" level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            "",
            "__CURSOR=s=2",
            "_HOSTNAME=h1",
            "MESSAGE",
            length + #"time="2026-11-24T00:00:00Z" level=debug msg="form data: {\"Image\":\"a\"}""#
        )
        #expect(found.map(\.container.name) == ["x"])
        #expect(found.map(\.container.imageText) == ["a"])
        #expect(found.map(\.placement.hostName) == ["h1"])
    }

    @Test func `a line of JSON that is cut is reported and costs only itself`() {
        let cut = #"{"MESSAGE":"level=debug msg=\"Calling POST /v1.41/containers/cr"#
        let reading = readings(
            of: DockerLogDialect(),
            [
                cut,
                #"{"MESSAGE":"level=debug msg=\"Calling POST /v1.41/containers/create?name=x\""}"#,
                #"{"MESSAGE":"level=debug msg=\"more\""}"#,
            ]
        )
        #expect(reading.deployments.map(\.container.name) == ["x"])
        #expect(reading.problems.count == 1)
        #expect(reading.problems.allSatisfy { (0...cut.utf8.count).contains($0.position.offset) })
    }

    /// A small log with all that joins its lines: a mount, a start, a failure, and chatter between them.
    static let small: [String] = (0..<4).flatMap { index -> [String] in
        let id = String(repeating: "\(index)", count: 64)
        let time = #"time="2026-11-24T00:00:0\#(index)Z" level=debug"#
        return [
            #"\#(time) msg="Calling POST /v1.41/containers/create?name=c\#(index)""#,
            #"\#(time) msg="garbage collected" d=1ms"#,
            #"\#(time) msg="form data: {\"Image\":\"i\#(index)\",\"HostConfig\":{\"Privileged\":true}}""#,
            #"\#(time) msg="container mounted via layerStore: &{/x 0x1 0x2}" container=\#(id)"#,
            #"\#(time) msg="Calling POST /v1.41/containers/\#(id)/start""#,
            #"\#(time) msg="event published" ns=moby topic=/tasks/start"#,
        ]
    }

    static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static let envelopes: [@Sendable (String) -> [String]] = [
        { [$0] },
        { ["2026-11-24T00:00:00+0000 h1 dockerd[1]: \($0)"] },
        { ["<30>Nov 24 00:00:00 h1 dockerd[1]: \($0)"] },
        { ["<30>1 2026-11-24T00:00:00Z h1 dockerd 1 - - \($0)"] },
        { [#"{"__REALTIME_TIMESTAMP":"1","_HOSTNAME":"h1","MESSAGE":"\#(quoted($0))"}"#] },
        { [#"{"log":"\#(quoted($0 + "\n"))","stream":"stderr","time":"2026-11-24T00:00:00Z"}"#] },
        {
            [
                "__CURSOR=s=1", "__REALTIME_TIMESTAMP=1", "_HOSTNAME=h1", "_PID=1", "_UID=0", "MESSAGE=\($0)",
                "_COMM=dockerd", "",
            ]
        },
        {
            [
                "__CURSOR=s=1", "_HOSTNAME=h1", "_PID=1", "_UID=0", "MESSAGE", "\u{40}\0\0\0\0\0\0\0\($0)",
                "_COMM=dockerd", "",
            ]
        },
        // A length that looks like a bracket.
        {
            [
                "__CURSOR=s=1", "_HOSTNAME=h1", "_PID=1", "_UID=0", "MESSAGE", "{\0\0\0\0\0\0\0\($0)",
                "_COMM=dockerd", "",
            ]
        },
    ]

    @Test(arguments: envelopes.indices)
    func `the same log is read the same in every envelope`(index: Int) {
        let lines = Self.small.flatMap(Self.envelopes[index])
        let found = readings(of: DockerLogDialect(), lines: Array((lines.joined(separator: "\n") + "\n").utf8))
            .deployments
        #expect(found.map(\.container.name) == ["c0", "c1", "c2", "c3"])
        #expect(found.map(\.container.imageText) == ["i0", "i1", "i2", "i3"])
        #expect(found.map(\.container.id) == (0..<4).map { String(repeating: "\($0)", count: 64) })
        #expect(found.allSatisfy { $0.event.outcome == .success && $0.security.privileged == true })
        #expect(found.map(\.event.timestamp?.description).first == "2026-11-24T00:00:00.000000Z")
    }
}
