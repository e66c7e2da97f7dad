import Deployments
import Dialects
import Foundation
import Testing

@Suite struct DockerTests {
    static func request(_ method: String, _ target: String, body: String? = nil, rest: String = "") -> String {
        let body = body.map { ",\"body\":\($0)" } ?? ""
        return
            "{\"time\":\"2026-11-24T00:00:00Z\",\"source_ip\":\"203.0.113.7\",\"method\":\"\(method)\",\"target\":\"\(target)\"\(rest)\(body)}"
    }

    static func deployments(_ requests: String...) -> [ContainerDeployment] {
        readings(of: HTTPRequestsDialect(), requests).deployments
    }

    @Test func `a create is read with all that it asks for`() throws {
        let body = """
            {"Image":"alpine:3","Entrypoint":"sh","Cmd":["-c","date"],"Env":["A=b"],"User":"0","WorkingDir":"/w","Labels":{"x":"y"},\
            "Healthcheck":{"Test":["CMD-SHELL","true"]},"HostConfig":{"Privileged":true,"Binds":["/:/host:ro","data:/d"],\
            "Mounts":[{"Type":"bind","Source":"/var/run/docker.sock","Target":"/s"},{"Type":"volume","Target":"/v","VolumeOptions":{"DriverConfig":{"Options":{"type":"none","o":"bind","device":"/etc"}}}}],\
            "NetworkMode":"host","PidMode":"container:abc","IpcMode":"host","CapAdd":["sys_admin"],"CapDrop":["ALL"],\
            "SecurityOpt":["seccomp=unconfined","apparmor:unconfined","label=disable","no-new-privileges"],"MaskedPaths":[],\
            "Devices":[{"PathOnHost":"/dev/sda"}],"PortBindings":{"80/tcp":[{"HostPort":"8080"}]},"VolumesFrom":["other:ro"],\
            "RestartPolicy":{"Name":"always"},"ReadonlyRootfs":false}}
            """
        let one = try #require(
            Self.deployments(Self.request("POST", "/v1.41/containers/create?name=x", body: body)).first
        )
        #expect(one.container.name == "x")
        #expect(one.container.image?.name == "docker.io/library/alpine")
        #expect(one.process.args == ["sh", "-c", "date"])
        #expect(one.process.hooks == [["sh", "-c", "true"]])
        #expect(one.security.runAsRoot == true)
        #expect(one.security.privileged == true)
        #expect(one.host.mounts.map(\.source.path) == ["/", "/run/docker.sock", "/etc"])
        #expect(one.host.mounts.map(\.isReadOnly) == [true, false, false])
        #expect(one.volumes.map(\.name) == ["data"])
        #expect(one.host.namespaces == [.network, .ipc])
        #expect(one.container.joins == ["other", "abc"] || one.container.joins == ["abc", "other"])
        #expect(one.security.capabilitiesAdded.map(\.name) == ["SYS_ADMIN"])
        #expect(one.security.seccomp == "unconfined")
        #expect(one.security.appArmor == "unconfined")
        #expect(one.security.seLinux == "disable")
        #expect(one.security.procMount == "unmasked")
        #expect(one.security.allowPrivilegeEscalation == false)
        #expect(one.host.devices == ["/dev/sda"])
        #expect(one.host.ports == [8080])
        #expect(one.actor.sourceIP == "203.0.113.7")
        #expect(one.defects == [])
    }

    @Test(
        arguments: [
            (#"{"image":"a","HOSTCONFIG":{"PRIVILEGED":true}}"#, true, []),
            (#"{"Image":"a","HostConfig":{"Privileged":true},"HostConfig":{"Binds":[]}}"#, true, [.duplicateKeys]),
            (#"{"Image":"a","HostConfig":{"Privileged":true},"HostConfig":null}"#, nil, [.duplicateKeys]),
            (#"{"Image":"a","Ho\u017ftConfig":{"Privileged":true}}"#, true, [.foldedKeys]),
            (#"{"Image":"a","Privileged":true}"#, true, []),
            (#"{"Image":"a","HostConfig":{"Privileged":true,"privileged":false}}"#, false, [.duplicateKeys]),
            (#"{"Image":"a","HostConfig":{"Privileged":true,"Privileged":null}}"#, true, [.duplicateKeys]),
        ] as [(String, Bool?, Set<RecordDefect>)]
    )
    func `a body is read as Go reads it, and what is odd is told`(
        body: String,
        isPrivileged: Bool?,
        defects: Set<RecordDefect>
    ) throws {
        let one = try #require(Self.deployments(Self.request("POST", "/containers/create", body: body)).first)
        #expect(one.security.privileged == isPrivileged)
        #expect(one.defects == defects)
    }

    @Test func `data behind the body is told and its first value read`() throws {
        let one = try #require(
            Self.deployments(
                Self.request(
                    "POST",
                    "/containers/create",
                    body: #""{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true}} {}""#
                )
            ).first
        )
        #expect(one.security.privileged == true)
        #expect(one.defects == [.trailingData])
    }

    @Test func `a named volume is told as the host path behind it`() {
        let found = Self.deployments(
            Self.request(
                "POST",
                "/volumes/create",
                body: #"{"Name":"cache","DriverOpts":{"type":"none","o":"bind","device":"/"}}"#
            ),
            Self.request("POST", "/containers/create", body: #"{"Image":"a","HostConfig":{"Binds":["cache:/data"]}}"#)
        )
        #expect(found.map { $0.host.mounts.map(\.source.path) } == [["/"], ["/"]])
    }

    @Test func `a create and its start are one deployment, and a start with a configuration is another`() {
        let create = Self.request("POST", "/containers/create?name=x", body: #"{"Image":"a"}"#)
        #expect(
            Self.deployments(create, Self.request("POST", "/containers/x/start")).map(\.event.action) == [
                .containerCreate
            ]
        )
        let legacy = Self.request("POST", "/v1.23/containers/x/start", body: #"{"Binds":["/:/host"]}"#)
        #expect(Self.deployments(create, legacy).map(\.event.action) == [.containerCreate, .containerStart])
        #expect(Self.deployments(Self.request("POST", "/containers/y/start")).map(\.container.name) == ["y"])
    }
}
