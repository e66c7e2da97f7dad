import Foundation

/// What request forms need to exist before they are tried, made on the engine itself.
final class Fixtures {
    private let laboratory: Laboratory
    private let engine: Engine
    /// What stands for `@NAME@` in a form.
    private(set) var names: [String: [UInt8]] = [:]

    init(in laboratory: Laboratory) throws {
        self.laboratory = laboratory
        engine = laboratory.engine
        let process = try String(contentsOfFile: "\(laboratory.directory)/docker.pid", encoding: .utf8)
        names["@DOCKERD_PID@"] = Array(process.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        let host = try engine.get("/networks/host").object["Id"] as? String ?? ""
        names["@HOSTNET_ID@"] = Array(host.utf8)
        names["@HOSTNET_ID12@"] = Array(host.utf8.prefix(12))
        names["@PARENT@"] = Array("docker0".utf8)
    }

    /// Makes what is missing; things that an earlier form changed are made anew.
    func prepare(_ form: RequestForm) throws {
        if form.fixtures.contains("swarm") {
            try makeSwarm()
        } else {
            try leaveSwarm()
        }
        for name in form.fixtures where name != "swarm" && name != "noswarm" { try make(name, for: form) }
    }

    private func make(_ name: String, for form: RequestForm) throws {
        switch name {
        case "victim", "victim2":
            let container = "tw-\(name)"
            let existing = try engine.container(container)
            let state = existing?["State"] as? [String: Any]
            if state?["Running"] as? Bool == true, state?["Paused"] as? Bool == false, !changes(form) { return }
            try engine.removeContainer(container)
            try engine.makeContainer(container, start: true)
        case "tostart", "privstopped":
            for name in ["tw-tostart", "tw-privstopped", "tw-renamed", "tw-renamed2"] {
                try engine.removeContainer(name)
            }
            try engine.makeContainer("tw-\(name)", name == "tostart" ? [:] : ["Privileged": true])
        case "hostmnt":
            try keep("tw-hostmnt", ["Binds": ["/:/host"]], start: false)
        case "hostmntrun":
            try keep("tw-hostmnt-run", ["Binds": ["/:/host"]], start: true)
        case "hostns":
            try keep("tw-hostns", ["NetworkMode": "host", "PidMode": "host", "IpcMode": "host"], start: true)
        case "plainvol":
            try expect(engine.post("/volumes/create", ["Name": "tw-plainvol"]))
        case "bindvol":
            let options = ["type": "none", "o": "bind", "device": "/"]
            try expect(engine.post("/volumes/create", ["Name": "tw-bindvol", "DriverOpts": options]))
        case "net", "hostlike":
            guard try engine.get("/networks/tw-\(name)").status == 404 else { return }
            try expect(engine.post("/networks/create", ["Name": "tw-\(name)"]))
        case "plainexec":
            let reply = try engine.post("/containers/tw-victim/exec", ["Cmd": ["true"], "AttachStdout": true])
            names["@PLAINEXEC@"] = Array((reply.object["Id"] as? String ?? "").utf8)
        case "loadtar":
            names["@LOADTAR@"] = try tar(of: "tw-loaded", "1")
            names["@LOADTAR2@"] = try tar(of: "busybox", "stolen4")
        case "plug2":
            try makePlugin("tw-plug2")
        case "svcupd":
            try makeService("tw-s-upd")
        case "otherimg":
            break
        default:
            throw LaboratoryError("no fixture is known as \(name)")
        }
    }

    private func changes(_ form: RequestForm) -> Bool {
        ["update", "archive", "attach", "start"].contains { form.target.contains($0) }
    }

    private func keep(_ name: String, _ host: [String: Any], start: Bool) throws {
        if let container = try engine.container(name) {
            let isRunning = (container["State"] as? [String: Any])?["Running"] as? Bool
            if isRunning == start { return }
            try engine.removeContainer(name)
        }
        try engine.makeContainer(name, host, start: start)
    }

    private func expect(_ reply: Reply) throws {
        guard (200..<300).contains(reply.status) else { throw LaboratoryError("no fixture: \(reply.message)") }
    }

    private func tar(of repository: String, _ tag: String) throws -> [UInt8] {
        try expect(engine.post("/images/busybox:latest/tag?repo=\(repository)&tag=\(tag)"))
        let tar = try engine.get("/images/\(repository):\(tag)/get").body
        try engine.delete("/images/\(repository):\(tag)")
        return tar
    }

    private func makePlugin(_ name: String) throws {
        guard try engine.get("/plugins/\(name):latest/json").status != 200 else { return }
        let configuration = """
            {"Description":"","Documentation":"","Entrypoint":["/bin/true"],"Env":[],"Interface":{"Socket":"p.sock",\
            "Types":["docker.volumedriver/1.0"]},"Linux":{"AllowAllDevices":false,"Capabilities":null,"Devices":null},\
            "Mounts":[],"Network":{"Type":"none"},"PropagatedMount":"","User":{},"WorkDir":""}
            """
        let script = """
            cd "$(mktemp -d)" && mkdir -p rootfs/bin && cp "$(command -v busybox)" rootfs/bin/true && cat >config.json \
            && tar -c config.json rootfs && rm -r "$PWD"
            """
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-plugin-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try run(["sh", "-c", "(\(script)) >'\(folder.path)'"], input: Array(configuration.utf8))
        let body = Array(try Data(contentsOf: folder))
        try expect(engine.send("POST", "/plugins/create?name=\(name)", body: body, type: "application/x-tar"))
    }

    // MARK: Swarm

    private var isInSwarm: Bool {
        get throws {
            let swarm = try engine.get("/info").object["Swarm"] as? [String: Any]
            return swarm?["LocalNodeState"] as? String == "active"
        }
    }

    private func makeSwarm() throws {
        guard try !isInSwarm else { return }
        let body: [String: Any] = ["ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"]
        try expect(engine.post("/swarm/init", body))
    }

    /// Out of a swarm, in which things of the same names would stay.
    func leaveSwarm() throws {
        guard try isInSwarm else { return }
        try expect(engine.post("/swarm/leave?force=1"))
    }

    private func makeService(_ name: String) throws {
        try engine.delete("/services/\(name)")
        let container: [String: Any] = ["Image": "busybox:latest", "Command": ["sleep", "1000"]]
        let body: [String: Any] = [
            "Name": name,
            "Mode": ["Replicated": ["Replicas": 1]],
            "TaskTemplate": ["ContainerSpec": container, "RestartPolicy": ["Condition": "none"]],
        ]
        try expect(engine.post("/services/create", body))
        let version = try engine.get("/services/\(name)").object["Version"] as? [String: Any]
        names["@SVCVER@"] = Array("\(version?["Index"] as? Int ?? 0)".utf8)
    }
}
