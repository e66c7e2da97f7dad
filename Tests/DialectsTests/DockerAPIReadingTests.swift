import Deployments
import Testing

@testable import Dialects

@Suite struct `Reading Docker API requests into records` {
    private func asked(
        _ method: String,
        _ target: String,
        _ text: String = "",
        after reading: DockerAPIReading = DockerAPIReading()
    ) throws -> [DockerAPIReading.Asked] {
        var reading = reading
        let request = try DockerAPIRequest(method: method, target: target)
        let body = try CanonicalBody.read(Array(text.utf8), as: request.endpoint.body, version: request.version)
        return reading.deployments(
            of: request,
            body: body?.value,
            text: text,
            onto: DockerAPIReading.record(of: request, id: "r1", at: nil)
        )
    }

    private func inspected(_ text: String) throws -> InspectedContainer { try InspectedContainer(Array(text.utf8)) }

    private let inspection = #"""
        {"Id":"0123456789abcdef","Name":"/web","State":{"Running":true,"Pid":1},"Image":"sha256:1","New":[],
        "Config":{"Image":"nginx:1","Cmd":["nginx"],"Labels":{"a":"b"},"Env":["A=1"],"User":""},
        "HostConfig":{"Binds":["/srv:/data:ro","named:/n"],"Privileged":true,"NetworkMode":"host","MaskedPaths":null},
        "Mounts":[{"Type":"bind","Source":"/srv","Destination":"/data","RW":false,"Mode":"ro"},
        {"Type":"volume","Name":"named","Source":"/var/lib/docker/volumes/named/_data","Destination":"/n","RW":true},
        {"Type":"bind","Source":"/etc","Destination":"/joined","RW":true,"Propagation":"rprivate"}],
        "NetworkSettings":{"Networks":{"host":{"NetworkID":"n","Gateway":""}}}}
        """#

    @Test func `a create is read as it is in logs`() throws {
        let asked = try asked(
            "POST",
            "/v1.41/containers/create?name=web",
            #"{"image":"nginx","hostconfig":{"privileged":true,"binds":["/:/host"],"PidMode":"container:db"}}"#
        )
        let record = try #require(asked.first?.record)
        #expect(asked.count == 1)
        #expect(record.event.action == .containerCreate)
        #expect(record.event.dataset == .dockerAPI)
        #expect(record.event.id == "r1")
        #expect(record.http?.path == "/v1.41/containers/create")
        #expect(record.http?.query == "name=web")
        #expect(record.container.name == "web")
        #expect(record.container.imageText == "nginx")
        #expect(record.security.privileged == true)
        #expect(record.host.mounts == [.init(source: HostPath("/"), target: "/host", isReadOnly: false)])
        #expect(asked[0].joins.namespaces == [.init(namespace: .pid, container: "db")])
        #expect(record.defects.isEmpty)
    }

    /// Bodies of Podman's, and what Docker's create says for each.
    @Test(arguments: [
        (
            #"{"image":"a","env":{"A":"1"},"work_dir":"/w","labels":{"l":"v"}}"#,
            #"{"Image":"a","Env":["A=1"],"WorkingDir":"/w","Labels":{"l":"v"}}"#
        ),
        (
            #"{"image":"a","entrypoint":["/e"],"command":["c"],"user":"0:0"}"#,
            #"{"Image":"a","Entrypoint":["/e"],"Cmd":["c"],"User":"0:0"}"#
        ),
        (
            #"{"netns":{"nsmode":"host"},"utsns":{"nsmode":"host"}}"#,
            #"{"HostConfig":{"NetworkMode":"host","UTSMode":"host"}}"#
        ),
        (
            #"{"pidns":{"nsmode":"container","value":"db"},"volumes_from":["x:ro"]}"#,
            #"{"HostConfig":{"PidMode":"container:db","VolumesFrom":["x:ro"]}}"#
        ),
        (
            #"{"privileged":true,"read_only_filesystem":true,"restart_policy":"always"}"#,
            #"{"HostConfig":{"Privileged":true,"ReadonlyRootfs":true,"RestartPolicy":{"Name":"always"}}}"#
        ),
        (
            #"{"seccomp_profile_path":"unconfined","apparmor_profile":"u","selinux_opts":["disable"],"no_new_privileges":true}"#,
            #"{"HostConfig":{"SecurityOpt":["label=disable","apparmor=u","seccomp=unconfined","no-new-privileges"]}}"#
        ),
        (#"{"unmask":["ALL"]}"#, #"{"HostConfig":{"SecurityOpt":["systempaths=unconfined"]}}"#),
        (
            #"{"host_device_list":[{"path":"/dev/sdb"}],"devices":[{"path":"/dev/sda:/dev/x"}]}"#,
            #"{"HostConfig":{"Devices":[{"PathOnHost":"/dev/sda"},{"PathOnHost":"/dev/sdb"}]}}"#
        ),
        (
            #"{"mounts":[{"type":"none","source":"/etc","destination":"/e","options":["rbind","ro"]}]}"#,
            #"{"HostConfig":{"Binds":["/etc:/e:ro"]}}"#
        ),
        (
            #"{"mounts":[{"type":"ext4","source":"/dev/sda1","destination":"/e"}]}"#,
            #"{"HostConfig":{"Mounts":[{"Type":"volume","Target":"/e","VolumeOptions":{"DriverConfig":{"Options":{"type":"ext4","device":"/dev/sda1"}}}}]}}"#
        ),
        (
            #"{"volumes":[{"Name":"v","Dest":"/v","Options":["ro"]}],"overlay_volumes":[{"source":"/srv","destination":"/o"}]}"#,
            #"{"HostConfig":{"Binds":["v:/v:ro","/srv:/o:ro"]}}"#
        ),
        (
            #"{"portmappings":[{"host_port":80,"container_port":8080}],"healthconfig":{"Test":["CMD","x"]}}"#,
            #"{"Healthcheck":{"Test":["CMD","x"]},"HostConfig":{"PortBindings":{"8080/tcp":[{"HostPort":"80"}]}}}"#
        ),
    ])
    func `Podman's create is read as the one of Docker's that asks for the same`(podman: String, docker: String) throws
    {
        let libpod = try #require(try asked("POST", "/v5.0.0/libpod/containers/create", podman).first)
        let same = try #require(try asked("POST", "/v1.41/containers/create", docker).first)
        #expect(libpod.joins == same.joins)
        #expect(libpod.record.container == same.record.container)
        #expect(libpod.record.process == same.record.process)
        #expect(libpod.record.security == same.record.security)
        #expect(libpod.record.host == same.record.host)
        #expect(libpod.record.volumes == same.record.volumes)
        #expect(libpod.record.placement == same.record.placement)
    }

    @Test func `a start is read like the create of its container`() throws {
        var reading = DockerAPIReading()
        let container = try inspected(inspection)
        reading.know(volume: "named", options: [("type", "none"), ("o", "bind"), ("device", "/root")])
        reading.know(container, as: "0123")
        let record = try #require(try asked("POST", "/containers/0123/start", after: reading).first?.record)
        #expect(record.event.action == .containerStart)
        #expect(record.container.id == "0123456789abcdef")
        #expect(record.container.name == "web")
        #expect(record.container.imageText == "nginx:1")
        #expect(record.process.args == ["nginx"])
        #expect(record.security.privileged == true)
        #expect(record.host.namespaces == [.network])
        #expect(
            record.host.mounts == [
                .init(source: HostPath("/srv"), target: "/data", isReadOnly: true),
                .init(source: HostPath("/etc"), target: "/joined", isReadOnly: false),
                .init(source: HostPath("/root"), target: "/n", isReadOnly: false),
            ]
        )
    }

    @Test func `the configuration that an old start takes is what counts`() throws {
        var reading = DockerAPIReading()
        reading.know(try inspected(inspection), as: "web")
        let start = try asked("POST", "/v1.23/containers/web/start", #"{"CapAdd":["ALL"]}"#, after: reading)
        #expect(start.first?.record.security.capabilitiesAdded == [Capability("ALL")])
        #expect(start.first?.record.security.privileged == nil)
        #expect(start.first?.record.container.imageText == "nginx:1")
    }

    @Test func `an update keeps what it does not change`() throws {
        var reading = DockerAPIReading()
        reading.know(try inspected(inspection), as: "web")
        let update = try asked(
            "POST",
            "/containers/web/update",
            #"{"RestartPolicy":{"Name":"always"},"Memory":1}"#,
            after: reading
        )
        #expect(update.first?.record.event.action == .containerUpdate)
        #expect(update.first?.record.security.privileged == true)
        #expect(update.first?.record.placement.restartPolicy == "always")
    }

    @Test func `a command run in a container has its host`() throws {
        var reading = DockerAPIReading()
        reading.know(try inspected(inspection), as: "web")
        let record = try #require(
            try asked("POST", "/containers/web/exec", #"{"Cmd":["sh"]}"#, after: reading).first?.record
        )
        #expect(record.event.action == .containerExec)
        #expect(record.process.args == ["sh"])
        #expect(record.container.id == "0123456789abcdef")
        #expect(record.security.privileged == true)
        #expect(record.host.mounts.map(\.source) == [HostPath("/srv"), HostPath("/etc")])
    }

    @Test func `volumes and namespaces of another container come with what they hold`() throws {
        var reading = DockerAPIReading()
        reading.know(try inspected(inspection), as: "0123")
        let asked = try asked(
            "POST",
            "/containers/create",
            #"{"Image":"a","HostConfig":{"VolumesFrom":["0123:ro"],"NetworkMode":"container:web"}}"#,
            after: reading
        )
        #expect(asked[0].joins.volumesFrom == ["0123"])
        #expect(asked[0].record.host.mounts.map(\.source) == [HostPath("/srv"), HostPath("/etc")])
        #expect(asked[0].record.host.namespaces == [.network])
    }

    @Test func `a volume by name is what its options lead to`() throws {
        var reading = DockerAPIReading()
        reading.know(volume: "v", options: [("type", "none"), ("o", "bind,ro"), ("device", "/")])
        let asked = try asked("POST", "/containers/create", #"{"HostConfig":{"Binds":["v:/x"]}}"#, after: reading)
        #expect(asked[0].record.volumes == [.init(name: "v", target: "/x", isReadOnly: false)])
        #expect(asked[0].record.host.mounts == [.init(source: HostPath("/"), target: "/x", isReadOnly: true)])
    }

    @Test func `a manifest that Podman plays is a record for each container`() throws {
        let manifest = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              containers:
              - {name: a, image: one, securityContext: {privileged: true}}
              - {name: b, image: two}
            """
        let asked = try asked("POST", "/v5.0.0/libpod/play/kube", manifest)
        #expect(asked.map(\.record.container.name) == ["a", "b"])
        #expect(asked[0].record.security.privileged == true)
        #expect(try self.asked("POST", "/libpod/kube/play", "{").first?.record.defects == [.unparseableBody])
    }

    @Test func `what deploys nothing is no record`() throws {
        #expect(try asked("GET", "/containers/json").isEmpty)
        #expect(try asked("POST", "/containers/a/stop").isEmpty)
    }

    @Test(arguments: [
        "[]", "{}", #"{"Id":"a","Config":{}}"#, #"{"Id":"a","Config":{},"HostConfig":[]}"#, "",
        #"{"Id":"a","Config":{},"HostConfig":{"Privileged":1}}"#, #"{"Id":"a","Config":{},"HostConfig":null}"#,
    ])
    func `an inspection that does not show what was given is refused`(_ text: String) {
        #expect(throws: ReadingRefusal.self) { try inspected(text) }
    }
}
