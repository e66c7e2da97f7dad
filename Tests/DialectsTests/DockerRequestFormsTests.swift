import Deployments
import Dialects
import Foundation
import Testing

/// The forms in which a request may come, and what a real daemon made of each.
@Suite struct DockerRequestFormsTests {
    static func deployments(_ method: String, _ target: String, body: String? = nil) -> [ContainerDeployment] {
        let body = body.map { ",\"body\":\($0)" } ?? ""
        return readings(of: HTTPRequestsDialect(), ["{\"method\":\"\(method)\",\"target\":\"\(target)\"\(body)}"])
            .deployments
    }

    @Test(arguments: [
        "/v1.41/containers/create", "/containers/create", "/v1.24/containers/create", "/v1.12/containers/create",
        "/v01.041/containers/create", "/v1.41./containers/create", "/v1.41/%63ontainers/create",
        "/v1.41/containers%2Fcreate", "/%76%31.41/containers/create", "http://docker/v1.41/containers/create",
        "foo://x/containers/create", "http://a:b@c/containers/create", "//v1.41/containers/create",
        "/v1.41/images/../containers/create", "/v1.41/./containers/create?&&name=x&&",
    ])
    func `a create is one in every spelling of its path`(target: String) {
        #expect(Self.deployments("POST", target, body: #"{"Image":"a"}"#).map(\.event.action) == [.containerCreate])
    }

    @Test(arguments: [
        "/v1.41/containers/create/", "/v1.41/containers/Create", "/V1.41/containers/create",
        "/v1.41/containers/create%3Fname=x", "/v1.41/containers/create%20", "/v1.41/containers/create%00",
        "/v1.41/containers/create%zz", "containers/create", "http://docker?name=x",
        "/v1.41/containers/create;x=1", "/v1.41/containers/create/extra/json",
    ])
    func `what the daemon does not route is none`(target: String) {
        #expect(Self.deployments("POST", target, body: #"{"Image":"a"}"#).isEmpty)
    }

    @Test func `methods are read as they are written, as the daemon reads them`() {
        for method in ["post", "PUT", "CONNECT", "GET", "OPTIONS", "HEAD", "DELETE"] {
            #expect(Self.deployments(method, "/v1.41/containers/create").isEmpty)
        }
    }

    static let deploying: [(String, String, Action)] = [
        ("POST", "/containers/x/start", .containerStart), ("POST", "/containers/x/update", .containerUpdate),
        ("POST", "/containers/x/exec", .containerExec), ("POST", "/exec/0123/start", .containerExec),
        ("POST", "/images/create?fromImage=a", .imagePull), ("POST", "/images/load", .imageLoad),
        ("POST", "/build?t=a", .imageBuild), ("POST", "/session", .imageBuild), ("POST", "/grpc", .imageBuild),
        ("POST", "/commit?container=x&repo=a", .imageCommit), ("POST", "/volumes/create", .volumeCreate),
        ("POST", "/services/create", .serviceCreate), ("POST", "/services/s/update?version=1", .serviceUpdate),
        ("POST", "/plugins/pull?remote=a/b:1", .pluginInstall), ("POST", "/plugins/create?name=a", .pluginInstall),
        ("POST", "/plugins/a/b:1/enable", .pluginInstall), ("POST", "/plugins/a/b:1/upgrade?remote=c", .pluginInstall),
        ("PUT", "/containers/x/archive?path=/", .containerArchive), ("POST", "/swarm/init", .swarmJoin),
        ("POST", "/swarm/join", .swarmJoin), ("POST", "/swarm/leave?force=1", .swarmLeave),
        ("GET", "/containers/x/attach/ws?stdin=1", .containerAttach),
        ("POST", "/containers/x/attach", .containerAttach),
    ]

    @Test(arguments: deploying)
    func `every request of deployment is recognised, with and without a version`(
        method: String,
        target: String,
        action: Action
    ) {
        for version in ["", "/v1.24", "/v1.41", "/v1.51"] {
            #expect(Self.deployments(method, version + target).map(\.event.action) == [action])
        }
    }

    static let harmless: [(String, String)] = [
        ("GET", "/containers/json"), ("GET", "/containers/x/json"), ("GET", "/images/json"), ("POST", "/auth"),
        ("POST", "/containers/x/stop"), ("POST", "/containers/x/kill"), ("POST", "/containers/x/wait"),
        ("POST", "/containers/x/pause"), ("POST", "/containers/x/resize"), ("POST", "/containers/prune"),
        ("POST", "/images/prune"), ("POST", "/images/x/tag?repo=y"), ("POST", "/images/x/push"),
        ("DELETE", "/containers/x"), ("DELETE", "/volumes/v"), ("POST", "/networks/create"), ("GET", "/events"),
        ("GET", "/containers/x/archive?path=/etc"), ("POST", "/build/prune"), ("GET", "/plugins"), ("GET", "/_ping"),
        ("POST", "/secrets/create"), ("POST", "/configs/create"), ("POST", "/exec/x/resize"), ("GET", "/exec/x/json"),
    ]

    @Test(arguments: harmless)
    func `reads, deletions and log-ins deploy nothing`(method: String, target: String) {
        #expect(Self.deployments(method, "/v1.41" + target, body: "{}").isEmpty)
    }

    static let doubtful: [(String, Set<RecordDefect>)] = [
        (#"{"Image":"a","HostConfig":{"Privileged":1}}"#, [.wrongType]),
        (#"{"Image":"a","HostConfig":{"Privileged":"true"}}"#, [.wrongType]),
        (#"{"Image":"a","HostConfig":[{"Privileged":true}]}"#, [.wrongType]),
        (#"[{"Image":"a"}]"#, [.wrongType]), (#"{"Image":"a","HostConfig":{"Binds":"/:/h"}}"#, [.wrongType]),
        (#"{"Image":"a","Env":[1]}"#, [.wrongType]), (#"{"Image":"a","Cmd":"true","HostConfig":{"CapAdd":"ALL"}}"#, []),
        (#"{"Image":"a","HostConfig":{"Mounts":[{"Type":"volume","Type":"bind"}]}}"#, [.duplicateKeys]),
        (#"{"Image":"a","HostConfig":{"Mounts":[{"Target":"/x","target":"/y"}]}}"#, [.duplicateKeys]),
        (#"{"Image":"a","Labels":{"a":"1","A":"2","é":"3"}}"#, []),
        (#"{"Image":"a","HostConfig":null,"NetworkingConfig":{"EndpointsConfig":{"a":{},"A":{}}}}"#, []),
        (#"{"Image":"a","HostConfig":{"Mas\u212aedPaths":[]}}"#, [.foldedKeys]),
        (#""{\"Image\":\"a\"""#, [.unparseableBody]), (#""{'Image':'a'}""#, [.unparseableBody]),
        (#""{\"Image\":\"a\",\"Labels\":{\"x\":\"\\ud800\"}}""#, [.invalidUTF8]),
    ]

    @Test(arguments: doubtful)
    func `a body that two readers may read in two ways is told as one`(body: String, defects: Set<RecordDefect>) {
        let found = Self.deployments("POST", "/containers/create", body: body)
        #expect(found.map(\.defects) == [defects])
    }

    @Test func `a form's values come before the query's, where the body is a form`() {
        let pull = { (headers: String) in
            readings(
                of: HTTPRequestsDialect(),
                [
                    #"{"method":"POST","target":"/images/create?fromImage=good&tag=1"\#(headers),"body":"fromImage=evil"}"#
                ]
            ).deployments.map(\.container.imageText)
        }
        #expect(pull(#","headers":{"Content-Type":"application/x-www-form-urlencoded"}"#) == ["evil:1"])
        #expect(pull(#","headers":{"Content-Type":"text/plain"}"#) == ["good:1"])
        #expect(pull("") == ["evil:1"])
    }

    static let volumes: [(String, [String])] = [
        (#"{"type":"none","o":"bind","device":"/"}"#, ["/"]), (#"{"o":"rbind,ro","device":"//etc/"}"#, ["/etc"]),
        (#"{"type":"overlay","o":"lowerdir=/:/etc,upperdir=/tmp/u","device":"overlay"}"#, ["/", "/etc", "/tmp/u"]),
        (#"{"type":"proc","device":"proc"}"#, ["/proc"]), (#"{"type":"devtmpfs"}"#, ["/dev"]),
        (#"{"type":"ext4","device":"/dev/sda1"}"#, ["/dev/sda1"]),
        (#"{"type":"nfs","o":"addr=192.0.2.1","device":":/export"}"#, []),
        (#"{"type":"cifs","device":"//192.0.2.1/share"}"#, []), (#"{"type":"tmpfs","device":"tmpfs"}"#, []),
    ]

    @Test(arguments: volumes)
    func `a volume's options are told as the host paths that they lead to`(options: String, paths: [String]) {
        let volume = Self.deployments("POST", "/volumes/create", body: #"{"Name":"v","DriverOpts":\#(options)}"#)
        #expect(volume.map { $0.host.mounts.map(\.source.path) } == [paths])
        let mount =
            #"{"Image":"a","HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/v","VolumeOptions":{"DriverConfig":{"Options":\#(options)}}}]}}"#
        let create = Self.deployments("POST", "/containers/create", body: mount)
        #expect(create.map { $0.host.mounts.map(\.source.path) } == [paths])
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `each request form is read as the daemon read it, or told to be doubtful`() throws {
        var different: [String] = []
        var compared = 0
        for form in try SharedData.objects("docker/bypass.jsonl") {
            // Framing below HTTP is no matter of a captured request.
            guard form["raw_b64"] == nil, form["raw_gen"] == nil, let status = form["dockerd_status"] as? Int else {
                continue
            }
            let found = readings(of: HTTPRequestsDialect(), lines: try RequestForm.line(form, status)).deployments
            compared += 1
            if let difference = RequestForm.difference(form, status, found) {
                different.append("\(form["id"] ?? ""): \(difference)")
            }
        }
        #expect(different == [])
        #expect(compared > 100)
    }
}

/// One recorded request form and what the daemon made of it.
enum RequestForm {
    static func line(_ form: [String: Any], _ status: Int) throws -> [UInt8] {
        var line: [String: Any] = ["app": "docker-engine", "status": status]
        for key in ["method", "target", "headers", "body"] where !(form[key] is NSNull) { line[key] = form[key] }
        var bytes = [UInt8](try JSONSerialization.data(withJSONObject: line, options: .sortedKeys))
        // A binary body is spliced in as it is, since only its control characters may be escaped.
        if let text = form["body_b64"] as? String, let body = Data(base64Encoded: text) {
            bytes = Array(bytes.dropLast()) + Array(",\"body\":\"".utf8) + escaped(body) + Array("\"}".utf8)
        }
        return bytes
    }

    private static func escaped(_ body: Data) -> [UInt8] {
        body.flatMap { byte -> [UInt8] in
            switch byte {
            case 0..<32:
                let digits = String(byte, radix: 16)
                return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [UInt8(ascii: "\\"), byte]
            default: return [byte]
            }
        }
    }

    /// What our reading says otherwise than the daemon did; nil where they agree or the record says that it is doubtful.
    static func difference(_ form: [String: Any], _ status: Int, _ found: [ContainerDeployment]) -> String? {
        let target = form["target"] as? String ?? ""
        let effective = form["effective"] as? [String: Any]
        guard let one = found.first else {
            let isCreate = target.contains("/containers/create") || target.contains("/services/")
            return isCreate && status < 300 && form["method"] as? String == "POST" ? "is not told" : nil
        }
        if !one.defects.isEmpty { return nil }
        if status >= 300 { return one.event.outcome == .failure || status == 304 ? nil : "was refused" }
        guard one.event.action == .containerCreate, let host = effective?["HostConfig"] as? [String: Any] else {
            return nil
        }
        return difference(host, effective ?? [:], one)
    }

    private static func difference(
        _ host: [String: Any],
        _ effective: [String: Any],
        _ one: ContainerDeployment
    ) -> String? {
        func strings(_ key: String) -> [String] { host[key] as? [String] ?? [] }
        if (host["Privileged"] as? Bool ?? false) != (one.security.privileged ?? false) { return "privileged" }
        if Set(strings("CapAdd").map(Capability.init)) != Set(one.security.capabilitiesAdded) { return "capabilities" }
        let devices = (host["Devices"] as? [[String: Any]] ?? []).compactMap { $0["PathOnHost"] as? String }
        if devices + strings("DeviceCgroupRules") != one.host.devices { return "devices" }
        var paths = Set(
            strings("Binds").filter { $0.hasPrefix("/") }.compactMap { bind in
                bind.split(separator: ":").first.map { HostPath(String($0)).path }
            }
        )
        for mount in host["Mounts"] as? [[String: Any]] ?? [] {
            if mount["Type"] as? String == "bind" { paths.insert(HostPath(mount["Source"] as? String ?? "").path) }
            // A volume with options of its own leads to the host by them, which the daemon does not show as a path.
            if let options = mount["VolumeOptions"] as? [String: Any], options["DriverConfig"] != nil {
                paths.formUnion(one.host.mounts.map(\.source.path))
                if one.host.mounts.isEmpty { return "a volume's options" }
            }
        }
        // A process id stands for itself in the recorded form.
        let own = Set(one.host.mounts.map(\.source.path))
        if paths != own, !own.contains(where: { $0.contains("@") }) { return "paths \(paths) \(own)" }
        return namespaces(host, effective, one)
    }

    private static func namespaces(
        _ host: [String: Any],
        _ effective: [String: Any],
        _ one: ContainerDeployment
    ) -> String? {
        let modes: [(String, HostNamespace)] = [
            ("PidMode", .pid), ("IpcMode", .ipc), ("UTSMode", .uts), ("UsernsMode", .user),
        ]
        for (mode, namespace) in modes
        where (host[mode] as? String == "host") != one.host.namespaces.contains(namespace) {
            return mode
        }
        let isOnHost =
            (effective["Networks"] as? [String] ?? []).contains("host") || host["NetworkMode"] as? String == "host"
        // Only the daemon knows which network an id stands for.
        let isByID = one.host.networkMode?.hasPrefix("@") == true
        if isOnHost != one.host.namespaces.contains(.network), !isByID { return "network" }
        let options = host["SecurityOpt"] as? [String] ?? []
        let isUnconfined = options.contains("seccomp=unconfined") || options.contains("seccomp:unconfined")
        if isUnconfined, one.security.seccomp != "unconfined" { return "seccomp" }
        if (host["MaskedPaths"] as? [String])?.isEmpty == true, one.security.procMount != "unmasked" { return "masks" }
        return nil
    }
}
