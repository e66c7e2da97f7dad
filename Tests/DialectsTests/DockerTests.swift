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

    static func log(_ lines: String...) -> [ContainerDeployment] {
        readings(of: DockerLogDialect(), lines).deployments
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

    @Test func `two creates open at once get neither the other's name`() {
        let found = Self.log(
            #"level=debug msg="Calling POST /v1.41/containers/create?name=x""#,
            #"level=debug msg="Calling POST /v1.41/containers/create?name=y""#,
            #"level=debug msg="form data: {\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}""#,
            #"level=debug msg="form data: {\"HostConfig\":{},\"Image\":\"b\"}""#
        )
        #expect(found.count == 2)
        #expect(found.first?.container.name == nil)
        #expect(found.first?.security.privileged == true)
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
        #"MESSAGE=time="2026-11-24T00:00:00Z" level=debug msg="handling POST request" form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"a\"}" method=POST request-url="/v1.51/containers/create?name=x""#,
    ])
    func `the newer form and every envelope are read`(line: String) {
        let found = Self.log(line)
        #expect(found.map(\.container.name) == ["x"])
        #expect(found.map(\.security.privileged) == [true])
        #expect(found.map(\.event.timestamp?.description) == ["2026-11-24T00:00:00.000000Z"])
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `every known route of deployment is recognised`() throws {
        var missed: [String] = []
        for route in try SharedData.objects("routes.jsonl") {
            guard let example = route["example"] as? String, let app = route["app"] as? String,
                let methods = route["method"] as? String
            else { continue }
            // What only changes a network, or reads, deploys nothing.
            let effect = route["effect"] as? String ?? ""
            guard ["deploy", "start", "exec", "schedule", "template", "build", "proxy"].contains(effect) else {
                continue
            }
            // The dashboard behind the proxied example takes POST alone.
            for method in effect == "proxy" ? ["POST"] : methods.split(separator: "|") {
                let line = "{\"method\":\"\(method)\",\"target\":\"\(example)\",\"app\":\"\(app)\"}"
                if Self.deployments(line).isEmpty { missed.append("\(effect) \(app) \(method) \(example)") }
            }
        }
        #expect(missed == [])
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `each recorded operation that deploys is found in the daemon's log`() throws {
        let text = try SharedData.text("docker/recorded/daemon.log")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var offsets: [Int] = [0]
        for line in lines { offsets.append((offsets.last ?? 0) + line.utf8.count + 1) }
        let found = readings(of: DockerLogDialect(), lines).deployments
        var missing: [String] = []
        for label in try SharedData.objects("docker/recorded/labels.jsonl") {
            guard let range = label["daemon_log_lines"] as? [Int], range.count == 2, range[0] <= range[1] else {
                continue
            }
            let tags = label["tags"] as? [String] ?? []
            let span = offsets[range[0] - 1]..<offsets[range[1]]
            let calls = lines[(range[0] - 1)..<range[1]].contains {
                $0.contains("Calling POST") && $0.contains("/containers/create")
            }
            if calls,
                !found.contains(where: { $0.event.action == .containerCreate && span.contains($0.log?.offset ?? -1) })
            {
                missing.append("\(label["op"] ?? "") \(tags)")
            }
        }
        #expect(missing == [])
        let creates = lines.count { $0.contains("msg=\"Calling POST") && $0.contains("/containers/create") }
        #expect(found.count { $0.event.action == .containerCreate } == creates)
    }
}
