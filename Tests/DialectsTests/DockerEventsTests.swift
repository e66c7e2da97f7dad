import Deployments
import Dialects
import Testing

@Suite struct DockerEventsTests {
    static func deployments(_ lines: String...) -> [ContainerDeployment] {
        readings(of: DockerEventsDialect(), lines).deployments
    }

    static func event(_ action: String, id: String = "abc", more: String = "") -> String {
        #"{"status":"\#(action)","id":"\#(id)","from":"a:1","Type":"container","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{"image":"a:1","name":"x","tier":"web"\#(more)}},"scope":"local","time":1795479009,"timeNano":1795479009783201605}"#
    }

    @Test func `a create is told with what the stream shows, and nothing more`() throws {
        let one = try #require(Self.deployments(Self.event("create")).first)
        #expect(one.event.action == .containerCreate)
        #expect(one.event.dataset == .dockerEvents)
        #expect(one.event.timestamp?.description == "2026-11-24T00:10:09.783201Z")
        #expect(one.container.id == "abc")
        #expect(one.container.name == "x")
        #expect(one.container.imageText == "a:1")
        #expect(one.container.labels == ["tier=web"])
        #expect(one.visibility == .eventsStream)
        #expect(one.security == Security())
        #expect(one.host == HostAccess())
    }

    @Test func `a create, the attaching to it and its first start are one, the next start another`() {
        let found = Self.deployments(
            Self.event("create"),
            Self.event("attach"),
            Self.event("start"),
            Self.event("die"),
            Self.event("start"),
            Self.event("restart"),
            Self.event("start", id: "other")
        )
        #expect(found.map(\.event.action) == [.containerCreate, .containerStart, .containerStart])
        #expect(found.map(\.container.id) == ["abc", "abc", "other"])
    }

    @Test(
        arguments: [
            (#"{"status":"create","id":"abc","from":"a:1","time":1795479009}"#, Action.containerCreate, "a:1"),
            (#"{"status":"pull","id":"busybox:latest","time":1795479009}"#, .imagePull, "busybox:latest"),
            (
                #"{"Type":"image","Action":"pull","Actor":{"ID":"b:1","Attributes":{"name":"b"}},"timeNano":1795479009783201605}"#,
                .imagePull, "b"
            ),
            (
                #"{"Type":"plugin","Action":"enable","Actor":{"ID":"p","Attributes":{"name":"a/b:1"}},"time":1}"#,
                .pluginInstall, nil
            ),
            (
                #"{"Type":"volume","Action":"create","Actor":{"ID":"v","Attributes":{"driver":"local"}},"time":1}"#,
                .volumeCreate, nil
            ),
            (
                #"{"Type":"service","Action":"update","Actor":{"ID":"s","Attributes":{"name":"w"}},"time":1}"#,
                .serviceUpdate, nil
            ),
        ] as [(String, Action, String?)]
    )
    func `the old form and the new are read`(line: String, action: Action, image: String?) {
        let found = Self.deployments(line)
        #expect(found.map(\.event.action) == [action])
        #expect(found.map(\.container.imageText) == [image])
    }

    @Test func `an exec's command stands behind its verb`() {
        let found = Self.deployments(
            Self.event("exec_create: sh -c id", more: #","execID":"e""#),
            Self.event("exec_start: sh -c id")
        )
        #expect(found.map(\.event.action) == [.containerExec])
        #expect(found.map(\.process.args) == [["sh", "-c", "id"]])
    }

    @Test func `what ends or only looks is none`() {
        for action in [
            "die", "stop", "kill", "destroy", "top", "resize", "pause", "health_status: healthy", "exec_die",
        ] {
            #expect(Self.deployments(Self.event(action)).isEmpty)
        }
    }

    @Test func `a broken line is reported with its place and costs only itself`() {
        let reading = readings(of: DockerEventsDialect(), [#"{"status":"create","id"#, Self.event("create")])
        #expect(reading.deployments.count == 1)
        #expect(reading.problems.count == 1)
    }
}
