import Deployments
import Dialects
import Testing

/// Events with the daemon's inspection put in.
@Suite struct DockerInspectionTests {
    private static let id = String(repeating: "ab", count: 32)

    private static func event(_ type: String, _ action: String, id: String = id, inspect: String?) -> String {
        let inspect = inspect.map { #","inspect":\#($0)"# } ?? ""
        return
            #"{"Type":"\#(type)","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{"image":"a:1","name":"x"}},"scope":"local","time":1795479009,"timeNano":1795479009783201605\#(inspect)}"#
    }

    private static let container =
        #"{"Id":"\#(id)","Name":"/web","Image":"sha256:\#(String(repeating: "1", count: 64))","Config":{"Image":"a:1","Cmd":["sh","-c","id"],"Entrypoint":null,"Env":["A=1"],"User":"0","Labels":{"tier":"web"}},"HostConfig":{"Privileged":true,"Binds":["/:/host"],"CapAdd":["SYS_ADMIN"],"PidMode":"host","NetworkMode":"host","Mounts":null},"Mounts":[{"Type":"bind","Source":"/","Destination":"/host","RW":true}],"NetworkSettings":{"Networks":{"host":{}}}}"#

    @Test func `a create shows command, mounts, privileges and namespaces, and nothing is hidden`() throws {
        let reading = readings(of: DockerEventsDialect(), [Self.event("container", "create", inspect: Self.container)])
        let one = try #require(reading.deployments.first)
        #expect(reading.deployments.count == 1 && reading.problems.isEmpty)
        #expect(one.visibility == .full)
        #expect(one.process.args == ["sh", "-c", "id"])
        #expect(one.security.privileged == true)
        #expect(one.security.capabilitiesAdded == [Capability("SYS_ADMIN")])
        #expect(one.host.namespaces == [.pid, .network])
        #expect(one.host.mounts.map(\.source) == [HostPath("/")])
        #expect(one.container.name == "web")
        #expect(one.container.labels == ["tier=web"])
        #expect(one.container.imageHashes == ["sha256:" + String(repeating: "1", count: 64)])
        #expect(one.event.id == "1795479009783201605#\(Self.id)")
    }

    @Test func `an exec's command is told word by word, with its privileges`() throws {
        let exec =
            #"{"ID":"e","ContainerID":"\#(Self.id)","ProcessConfig":{"entrypoint":"sh","arguments":["-c","echo a  b"],"privileged":true,"tty":false,"user":"root"}}"#
        let line = Self.event("container", "exec_create: sh -c echo a  b", inspect: exec)
        let one = try #require(readings(of: DockerEventsDialect(), [line]).deployments.first)
        #expect(one.process.args == ["sh", "-c", "echo a  b"])
        #expect(one.security.privileged == true)
        #expect(one.security.runAsRoot == true)
        #expect(one.visibility == .full)
    }

    @Test func `a service shows what it runs`() throws {
        let service =
            #"{"ID":"s","Spec":{"Name":"api","TaskTemplate":{"ContainerSpec":{"Image":"b:2","Args":["x"],"Mounts":[{"Type":"bind","Source":"/etc","Target":"/e"}]}},"Mode":{"Replicated":{"Replicas":3}}}}"#
        let line = Self.event("service", "create", id: "s", inspect: service)
        let one = try #require(readings(of: DockerEventsDialect(), [line]).deployments.first)
        #expect(one.event.action == .serviceCreate)
        #expect(one.route == .swarm)
        #expect(one.container.imageText == "b:2")
        #expect(one.placement.replicas == 3)
        #expect(one.host.mounts.map(\.source) == [HostPath("/etc")])
        #expect(one.visibility == .full)
    }

    @Test(
        arguments: [
            #"{}"#, #"[]"#, #""text""#, #"null"#, #"{"Id":1,"Config":{},"HostConfig":{}}"#,
            #"{"Id":"another","Config":{},"HostConfig":{}}"#, #"{"Id":"\#(id)","Config":{"Cmd":7},"HostConfig":{}}"#,
        ]
    )
    func `an inspection that cannot be read is told, and the event counts as it stands`(inspect: String) throws {
        let line = Self.event("container", "create", inspect: inspect)
        let reading = readings(of: DockerEventsDialect(), [line])
        let one = try #require(reading.deployments.first)
        #expect(one.visibility == .eventsStream)
        #expect(one.container.imageText == "a:1")
        #expect(one.security == Security())
        #expect(reading.problems.count == 1)
    }

    @Test(
        arguments: [
            (#""Privileged":true,"SecurityOpt":["label=disable"]"#, nil),
            (#""PidMode":"host","SecurityOpt":["label=disable"]"#, nil),
            (#""IpcMode":"host","SecurityOpt":["label=disable"]"#, nil),
            (#""UTSMode":"host","SecurityOpt":["label=disable"]"#, "disable"),
            (#""SecurityOpt":["label=disable"]"#, "disable"),
            (#""Privileged":true,"SecurityOpt":["label=type:spc_t"]"#, "type:spc_t"),
        ] as [(String, String?)]
    )
    func `labels that the engine switches off by itself are nobody's wish`(host: String, told: String?) throws {
        let inspect = #"{"Id":"\#(Self.id)","Config":{"Image":"a:1"},"HostConfig":{\#(host)}}"#
        let reading = readings(of: DockerEventsDialect(), [Self.event("container", "create", inspect: inspect)])
        #expect(reading.problems.isEmpty)
        #expect(reading.deployments.map(\.security.seLinux) == [told])
    }

    @Test func `the host's cgroup namespace, which the daemon fills in, is nobody's wish`() throws {
        let host = #"{"CgroupnsMode":"host","PidMode":"host"}"#
        let inspect = #"{"Id":"\#(Self.id)","Config":{"Image":"a:1"},"HostConfig":\#(host)}"#
        let reading = readings(of: DockerEventsDialect(), [Self.event("container", "create", inspect: inspect)])
        #expect(reading.problems.isEmpty)
        #expect(reading.deployments.map(\.host.namespaces) == [[.pid]])
    }

    @Test func `what was created is known after a restart, and its first start is joined to it`() throws {
        var first = DockerEventsDialect()
        _ = readings(of: &first, [Self.event("container", "create", inspect: nil)])
        let memory = try first.memory()
        var second = DockerEventsDialect()
        try second.recall(memory)
        #expect(readings(of: &second, [Self.event("container", "start", inspect: nil)]).deployments.isEmpty)
        #expect(readings(of: &second, [Self.event("container", "start", inspect: nil)]).deployments.count == 1)
        #expect(throws: DialectMemoryError.self) { try second.recall(Array("cut".utf8)) }
        #expect(throws: DialectMemoryError.self) { try second.recall([0xff, 10]) }
    }

    @Test func `no more containers are kept in mind than a bound`() throws {
        var dialect = DockerEventsDialect()
        let lines = (0..<20_000).map { Self.event("container", "create", id: "c\($0)", inspect: nil) }
        _ = readings(of: &dialect, lines)
        let memory = String(decoding: try dialect.memory(), as: UTF8.self)
        #expect(!memory.contains("\"c3615\"") && memory.contains("\"c3616\""))
    }
}
