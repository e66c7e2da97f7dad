import Foundation
import Testing

@Suite struct GuardCommandTests {
    @Test func `help is an answer, with examples`() throws {
        for arguments in [["guard", "--help"], ["guard", "docker", "--help"]] {
            let result = try Binary.run(arguments)
            #expect(result.status == 0 && result.errors.isEmpty)
            #expect(result.output.contains("Examples:"))
        }
    }

    @Test(arguments: [
        (["--listen", "tcp://127.0.0.1:2375"], "ATT&CK M1035"),
        (["--listen", "tcp://127.0.0.1:2375", "--check"], "ATT&CK M1035"),
        (
            ["--listen", "tcp://127.0.0.1:2376", "--tls-cert", "a.pem"],
            "--tls-cert, --tls-key and --tls-ca belong together"
        ),
        (["--listen", "docker.sock"], "--listen: docker.sock: not an address"),
        (["--upstream", "tcp://127.0.0.1:2376"], "is asked with TLS alone"),
        (["--plugin", "--listen", "fd://3"], "a daemon reaches its plugins by Unix sockets alone"),
        (["--socket-mode", "rw"], "--socket-mode: 'rw' is no octal mode such as 660"),
        (["--socket-mode", "1777"], "--socket-mode: '1777' is no octal mode such as 660"),
        (["--allow-bind", "srv"], "--allow-bind: 'srv' is no absolute path"),
        (["--profile", "loose"], "--profile"),
        (["--grace", "-1"], "--grace"),
        (["--threads", "0"], "--threads must be between 1 and 256"),
        (["--policy", "/dev/null/policy.yml"], "/dev/null/policy.yml: the policy cannot be read"),
        (["--rules", "/dev/null/rules"], "/dev/null/rules: no such file or folder"),
        (["--decisions", "/dev/null/decisions"], "/dev/null/decisions cannot be opened"),
    ])
    func `what cannot be is refused at start, with the reason`(arguments: [String], reason: String) throws {
        let result = try Binary.run(["guard", "docker"] + arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains(reason), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test func `check says what the guard would do, and does nothing`() throws {
        let folder = try Folder()
        let rules = try folder.write(Sample.rule, as: "rule.yml")
        let socket = folder.path("docker.sock")
        let result = try Binary.run([
            "guard", "docker", "--check", "--listen", "unix://\(socket)", "--socket-group", "docker", "--rules", rules,
            "--refuse-at", "critical", "--allow-bind", "/srv/data", "--decisions", folder.path("decisions"),
        ])
        #expect(result.status == 0 && result.errors.isEmpty)
        #expect(result.output.contains("form       proxy\n"))
        #expect(result.output.contains("listens    unix://\(socket), mode 660, its own user:docker\n"))
        #expect(result.output.contains("engine     unix:///var/run/docker.sock\n"))
        #expect(result.output.contains("others     default: profile strict; opened: binds (/srv/data); refused: what "))
        #expect(result.output.contains(" rules of level critical or above find\n"))
        for path in [socket, folder.path("decisions")] { #expect(!FileManager.default.fileExists(atPath: path)) }
    }

    @Test func `an allowed directory that holds the engine's or the guard's own things is remarked on`() throws {
        let folder = try Folder()
        try folder.write("allow: {binds: [/srv/fine]}\n", as: "policy.yml")
        let result = try Binary.run([
            "guard", "docker", "--check", "--policy", folder.path("policy.yml"), "--allow-bind", folder.path(""),
            "--upstream", "unix:///nowhere/docker.sock",
        ])
        #expect(result.status == 0)
        #expect(result.output.contains("brings the guard's policy ("), "\(result.output)")
        #expect(!result.output.contains("/srv/fine', which"))
    }

    @Test(arguments: ["host", "ci", "portainer", "traefik", "watchtower"])
    func `an example policy is accepted without a remark`(name: String) throws {
        let policy = Binary.project.appending(path: "Examples/guard/\(name).yml").path
        let result = try Binary.run(["guard", "docker", "--check", "--policy", policy])
        #expect(result.status == 0 && !result.output.contains("remark"), "\(result.output)\(result.errors)")
    }

    @Test func `a policy with errors is refused at start, with their places`() throws {
        let folder = try Folder()
        let policy = try folder.write("profile: strict\nallow: {bind: [/srv]}\n", as: "policy.yml")
        let result = try Binary.run(["guard", "docker", "--check", "--policy", policy])
        #expect(result.status == 1)
        #expect(result.errors.contains("\(policy):2:"), "\(result.errors)")
    }

    @Test func `the profiles are told as a table, a line for each part`() throws {
        let result = try Binary.run(["guard", "docker", "--explain-profile"])
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("| part | strict | baseline | what it refuses | a policy opens it |\n|---|"))
        #expect(result.output.contains("\n| `privileged` | refused | refused | "))
        #expect(result.output.contains("\n| `sessions` | refused | passes | "))
        let guide = Binary.project.appending(path: "Docs/guard-docker.md")
        #expect(try String(contentsOf: guide, encoding: .utf8).contains(result.output), "the guide's table is another")
    }

    @Test func `a service manager hears that it is ready, reloads, lives and stops`() throws {
        let folder = try Folder()
        let manager = try DatagramReceiver(folder.path("notify"))
        let running = try RunningGuard(
            in: folder,
            environment: ["NOTIFY_SOCKET": folder.path("notify"), "WATCHDOG_USEC": "200000"]
        )
        var heard: [String] = []
        func hear(until wanted: String) {
            repeat { heard.append(manager.receive()) } while heard.last?.hasPrefix(wanted) == false && heard.last != ""
        }
        hear(until: "READY=1")
        hear(until: "WATCHDOG=1")
        running.signal(SIGHUP)
        hear(until: "RELOADING=1\nMONOTONIC_USEC=")
        hear(until: "READY=1")
        running.signal(SIGTERM)
        hear(until: "STOPPING=1")
        #expect(!heard.contains(""), "\(heard)")
        #expect(
            heard.contains { $0.hasPrefix("STATUS=proxy on unix://\(running.socket), profile strict, ") },
            "\(heard)"
        )
        #expect(running.end() == 0)
        #expect(!FileManager.default.fileExists(atPath: running.socket))
    }

    @Test func `rules with errors leave the old in force, and are told`() throws {
        let folder = try Folder()
        let rules = try folder.write(Sample.rule, as: "rules/rule.yml")
        let running = try RunningGuard(["--rules", folder.path("rules")], in: folder)
        #expect(running.says("tidewaiter: proxy on unix://\(running.socket)"))
        try folder.write("title: broken\nlogsource: {category: container_deployment}\n", as: "rules/rule.yml")
        running.signal(SIGHUP)
        #expect(running.says("tidewaiter: policy and rules were not changed: \(rules):1:"), "\(running.messages)")
        try folder.write(Sample.rule, as: "rules/rule.yml")
        running.signal(SIGHUP)
        #expect(running.says("tidewaiter: policy and rules were read again: profile strict"), "\(running.messages)")
        running.signal(SIGINT)
        #expect(running.end() == 0)
    }

    @Test func `the decisions' file is opened again, so that it can be rotated`() throws {
        let folder = try Folder()
        let path = folder.path("decisions.jsonl")
        let running = try RunningGuard(["--decisions", path], in: folder)
        #expect(running.says("tidewaiter: proxy on"))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        running.signal(SIGHUP)
        #expect(running.says("were read again"))
        running.signal(SIGTERM)
        #expect(running.end() == 0)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func `an address that is taken is an error`() throws {
        let folder = try Folder()
        let running = try RunningGuard(in: folder)
        #expect(running.says("tidewaiter: proxy on"))
        let result = try Binary.run(["guard", "docker", "--listen", "unix://\(running.socket)"])
        #expect(result.status == 1)
        #expect(result.errors.contains("another process listens there"), "\(result.errors)")
        running.signal(SIGTERM)
        #expect(running.end() == 0)
    }
}
