import Foundation

/// Sends request forms and looks afterwards, on the engine itself, at what they brought about.
final class Trial {
    private let laboratory: Laboratory
    private let engine: Engine
    let fixtures: Fixtures
    private let registry: Running

    init(in laboratory: Laboratory) throws {
        self.laboratory = laboratory
        engine = laboratory.engine
        fixtures = try Fixtures(in: laboratory)
        registry = try Self.registry(in: laboratory)
    }

    deinit {
        _ = try? laboratory.inside(["sh", "-c", "kill $(cat '\(laboratory.directory)/registry.pid')"])
        try? fixtures.leaveSwarm()
    }

    /// What became of a form.
    struct Outcome {
        var replies: [Reply]
        /// What of danger it brought about; empty when nothing.
        var effects: [String]
        /// Whether the connection ended before all answers came.
        var wasClosed: Bool
    }

    /// Sends a form to a socket; what it needs is made, and what it made is taken away again, on the engine itself.
    ///
    /// - Parameter guarding: turns a guard on, just before the form is sent, and off again.
    func send(
        _ form: RequestForm,
        to socket: String,
        guarding: (_ isOn: Bool) throws -> Void = { _ in }
    ) throws -> Outcome {
        try fixtures.prepare(form)
        try clean(form)
        let asked = requestsOnceQuiet()
        let execs = try execs(of: form)
        try guarding(true)
        let exchange = try Exchange(socket, timeout: 20)
        for part in form.stream(with: fixtures.names) {
            exchange.send(part.bytes)
            if part.pause > 0 { usleep(UInt32(part.pause * 1_000_000)) }
        }
        var replies: [Reply] = []
        for _ in 0..<max(1, form.statuses.count) {
            guard let reply = exchange.reply(to: form.method) else { break }
            replies.append(reply)
        }
        try guarding(false)
        let isShort = replies.count < max(1, form.statuses.count)
        let effects = try effects(of: form, replies, asked: asked, execs: execs)
        try clean(form)
        return Outcome(replies: replies, effects: effects, wasClosed: isShort && exchange.hasEnded)
    }

    // MARK: What it brought about

    private func effects(of form: RequestForm, _ replies: [Reply], asked: Int, execs: Set<String>) throws -> [String] {
        if let name = form.container { return try effects(of: form, container: name) }
        let succeeded = replies.last.map { (200..<300).contains($0.status) || $0.status == 101 } ?? false
        let target = form.target.split(separator: "?")[0]
        let words = target.split(separator: "/").map(String.init)
        if target.contains("/start"), words.contains("containers") { return try effectsOfStart(words) }
        if target.contains("/update"), words.contains("containers") {
            return try Danger(engine: engine).settings(of: engine.container("tw-victim") ?? [:])
        }
        if words.contains("containers"), words.last == "exec" {
            return try self.execs(of: form).subtracting(execs).map { "exec \($0)" }
        }
        if words.contains("volumes") {
            return try named(form, "/volumes/", in: "Options").map { ["volume with \($0)"] } ?? []
        }
        if words.contains("networks"), form.method == "POST" {
            return try named(form, "/networks/", in: "Driver").map { ["network of \($0)"] } ?? []
        }
        if words.contains("services") || words.contains("swarm") { return try effectsOnSwarm(form, succeeded) }
        if requests() > asked { return ["asked the registry"] }
        if target.hasSuffix("/build") {
            return replies.last?.text.contains("Successfully") == true ? ["built"] : []
        }
        return succeeded ? ["answered \(replies.last?.status ?? 0)"] : []
    }

    private func effects(of form: RequestForm, container name: String) throws -> [String] {
        guard let container = try engine.container(name) else { return [] }
        var found = try Danger(engine: engine).settings(of: container)
        let host = container["HostConfig"] as? [String: Any] ?? [:]
        // With version 1 of cgroups this is the engine's own choice too, so what was asked for counts.
        let asked = String(decoding: form.body ?? [], as: UTF8.self)
        if host["CgroupnsMode"] as? String == "host", asked.contains("CgroupnsMode") { found.append("CgroupnsMode") }
        // Of some the engine only finds out when it starts, and refuses then: that is no effect.
        guard !found.isEmpty, form.isHonoured == false else { return found }
        if try engine.post("/containers/\(name)/start").status != 204 { found = [] }
        return found
    }

    private func effectsOfStart(_ words: [String]) throws -> [String] {
        guard let place = words.firstIndex(of: "containers"), words.count > place + 1,
            let container = try engine.container(words[place + 1])
        else { return [] }
        let found = try Danger(engine: engine).settings(of: container)
        let state = container["State"] as? [String: Any]
        let wasStarted = state?["Running"] as? Bool == true || !(state?["Error"] as? String ?? "").isEmpty
        // One that was dangerous before is only so in effect when it was started.
        return words[place + 1] == "tw-privstopped" && !wasStarted ? [] : found
    }

    private func effectsOnSwarm(_ form: RequestForm, _ succeeded: Bool) throws -> [String] {
        guard form.fixtures.contains("swarm") else {
            let swarm = try engine.get("/info").object["Swarm"] as? [String: Any]
            return swarm?["LocalNodeState"] as? String == "active" ? ["in a swarm"] : []
        }
        return succeeded ? ["changed the swarm"] : []
    }

    /// A value of what the form's body names.
    private func named(_ form: RequestForm, _ path: String, in key: String) throws -> Any? {
        let body = (try? JSONSerialization.jsonObject(with: Data(form.body ?? [])) as? [String: Any]) ?? [:]
        guard let name = body["Name"] as? String, !name.hasPrefix("/"), !name.contains("..") else { return nil }
        let reply = try engine.get(path + name)
        guard reply.status == 200, let value = reply.object[key], !(value is NSNull) else { return nil }
        return name == "host" ? nil : value
    }

    private func execs(of form: RequestForm) throws -> Set<String> {
        let words = form.target.split(separator: "?")[0].split(separator: "/").map(String.init)
        guard words.last == "exec", words.count > 1 else { return [] }
        return Set(try engine.container(words[words.count - 2])?["ExecIDs"] as? [String] ?? [])
    }

    // MARK: Before and after

    /// Takes away what a form makes, so that nothing of it is left from another run.
    private func clean(_ form: RequestForm) throws {
        if let name = form.container { try engine.removeContainer(name) }
        guard form.fixtures.isEmpty || form.fixtures == ["loadtar"] else { return }
        let body = (try? JSONSerialization.jsonObject(with: Data(form.body ?? [])) as? [String: Any]) ?? [:]
        guard let name = body["Name"] as? String, name.hasPrefix("tw-") else { return }
        if form.target.contains("/volumes") { try engine.delete("/volumes/\(name)") }
        if form.target.contains("/networks") { try engine.delete("/networks/\(name)") }
    }

    // MARK: The registry

    /// A web server on the port that forms name as a registry, which has a build context and no image.
    private static func registry(in laboratory: Laboratory) throws -> Running {
        let folder = "\(laboratory.directory)/web"
        let script = """
            mkdir -p '\(folder)' && cd '\(folder)'
            printf 'FROM busybox:latest\\nRUN echo remote\\n' >Dockerfile
            tar -cf ctx.tar Dockerfile
            echo '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}' >missing.json
            echo 'E404:missing.json' >httpd.conf
            echo $$ >'\(laboratory.directory)/registry.pid'
            exec busybox httpd -f -vv -p 127.0.0.1:5000 -h '\(folder)' -c httpd.conf 2>>'\(laboratory.directory)/registry.log'
            """
        let running = try Running(laboratory.command(["sh", "-c", script]))
        guard eventually({ FileManager.default.fileExists(atPath: "\(laboratory.directory)/registry.log") }) else {
            throw LaboratoryError("no registry")
        }
        return running
    }

    /// How many requests it has had, once there are no more of an earlier form's: an engine goes on with a pull or a build
    /// whose client is gone.
    private func requestsOnceQuiet() -> Int {
        var count = requests()
        _ = eventually {
            usleep(30_000)
            let before = count
            count = requests()
            return count == before
        }
        return count
    }

    /// How many requests it has had.
    private func requests() -> Int {
        let log = try? String(contentsOfFile: "\(laboratory.directory)/registry.log", encoding: .utf8)
        return (log ?? "").components(separatedBy: "url:").count - 1
    }
}
