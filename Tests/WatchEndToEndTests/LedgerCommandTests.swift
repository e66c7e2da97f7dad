import Foundation
import Testing

@Suite struct LedgerCommandTests {
    @Test func `findings are a line each, the newest first, and hostile names harmless`() throws {
        let result = try LedgerProgram().tidewaiter(["findings"])
        #expect(result.status == 0)
        #expect(
            result.output == """
                77c000000002  2026-11-18 11:07:00  critical  open          Title of rule-3: alice runs a privileged container
                3fb000000001  2026-11-18 11:06:50  low       open          Title of rule-2: alice runs a privileged container
                3fa91c0274be  2026-11-18 11:06:40  high      acknowledged  Title of 7d2f6a51-0d6b-4f0e-9c53-7f7f6f0a1610: alice runs a privileged container
                3 findings

                """
        )
        #expect(result.errors.isEmpty)
    }

    @Test func `findings are asked for by level, state, rule, time and fields`() throws {
        let program = try LedgerProgram()
        func ids(_ arguments: String...) throws -> [String] {
            try program.tidewaiter(["findings"] + arguments).lines.dropLast().map { String($0.prefix(2)) }
        }
        #expect(try ids("--level", "high") == ["77", "3f"])
        #expect(try ids("--state", "acknowledged").count == 1)
        #expect(try ids("--rule", "7d2f6a51", "--rule", "title of RULE-3") == ["77", "3f"])
        #expect(try ids("--since", "2026-11-18T11:06:50Z", "--until", "2026-11-18T11:07:00Z") == ["3f"])
        #expect(try ids("--where", "deployment.replicas>10 or (user.name=mallory and rule.level=low)") == ["77", "3f"])
        #expect(try ids("--where", "container.image.name=ngin* and not tidewaiter.finding.state=open") == ["3f"])
        #expect(try ids("--limit", "2") == ["77", "3f"])
        let limited = try program.tidewaiter(["findings", "--limit", "2"])
        #expect(limited.lines.last == "2 findings; there are more: --limit tells how many are listed")
        #expect(try program.tidewaiter(["findings", "--limit", "3"]).lines.last == "3 findings")
    }

    @Test func `a field that there is not is said to be none, with the one that may be meant`() throws {
        let result = try LedgerProgram().tidewaiter([
            "findings", "--where", "user.nam=alice or Level=high or rule.id=x",
        ])
        #expect(result.status == 0)
        #expect(result.output == "0 findings\n")
        #expect(
            result.errors == """
                tidewaiter: --where: no field is called 'user.nam'; is 'user.name' meant?
                tidewaiter: --where: no field is called 'Level'

                """
        )
    }

    @Test func `json is the ECS record with what became of the finding`() throws {
        let result = try LedgerProgram().tidewaiter(["findings", "list", "--format", "json", "--limit", "0"])
        #expect(result.status == 0)
        let objects = try result.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let states = objects.map { (($0["tidewaiter"] as? [String: Any])?["finding"] as? [String: String])?["state"] }
        #expect(states == ["open", "open", "acknowledged"])
        #expect((objects[0]["user"] as? [String: String])?["name"] == "eve\u{1b}[31m\u{202e}")
        // As it was written: nothing in it leads a terminal astray.
        #expect(result.output.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) })
    }

    @Test func `a finding is shown with its fields, notes, deployment and trail`() throws {
        let program = try LedgerProgram()
        let result = try program.tidewaiter(["findings", "show", "3fa"])
        #expect(result.status == 0)
        for line in [
            "Finding 3fa91c0274be  high  acknowledged",
            "  2026-11-18 11:06:45         alice: acknowledged, asked the owner",
            "Deployment d1", "  2026-11-18 11:06:40         audit  kubernetes.audit  /var/log/audit.log:7",
            "  unknown time                daemon  docker.log", "  user.name                   mallory",
        ] {
            #expect(result.lines.contains(line), "\(line) in \(result.output)")
        }
        let hostile = try program.tidewaiter(["findings", "show", "77c"])
        #expect(hostile.output.contains("eve\\u{1b}[31m\\u{202e}"))
        #expect(!hostile.output.contains("\u{1b}"))
        let json = try program.tidewaiter(["findings", "show", "3fa", "--format", "json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["finding", "notes", "deployment", "trail"])
    }

    @Test func `what is said of findings is kept, with who said it`() throws {
        let program = try LedgerProgram()
        let closed = try program.tidewaiter(["findings", "close", "3fa", "77c", "--note", "false alarm\u{1b}"])
        #expect(closed.status == 0)
        #expect(closed.output == "3fa91c0274be: was acknowledged, is closed\n77c000000002: was open, is closed\n")
        #expect(try program.tidewaiter(["findings", "--state", "open"]).lines.count == 2)
        let shown = try program.tidewaiter(["findings", "show", "77c"]).output
        #expect(shown.contains("closed, false alarm\\u{1b}"), "\(shown)")
        #expect(try program.tidewaiter(["findings", "reopen", "77c"]).output == "77c000000002: was closed, is open\n")
        #expect(
            try program.tidewaiter(["findings", "ack", "3fb"]).output == "3fb000000001: was open, is acknowledged\n"
        )
        #expect(try program.tidewaiter(["findings", "ack", "3fb"]).output == "3fb000000001: still acknowledged\n")
    }

    @Test func `a name that means none, or several, changes nothing`() throws {
        let program = try LedgerProgram()
        for (names, text) in [
            (["77c", "zz"], "no finding's id is or begins with zz"), (["77c", "3f"], "write more of it"),
        ] {
            let result = try program.tidewaiter(["findings", "close"] + names)
            #expect(result.status == 1)
            #expect(result.errors.contains(text), "\(result.errors)")
        }
        #expect(try program.tidewaiter(["findings", "--state", "closed"]).lines == ["0 findings"])
    }

    @Test func `deployments are listed, by route and by fields`() throws {
        let program = try LedgerProgram()
        let all = try program.tidewaiter(["deployments"])
        #expect(
            all.output == """
                2026-11-18 11:07:40  create by docker-api  busybox
                2026-11-18 11:06:40  create by kubernetes-api, failure  mallory@192.0.2.7  pods/web in shop  nginx
                2 deployments

                """
        )
        let docker = try program.tidewaiter(["deployments", "--route", "docker-api", "--format", "json"])
        #expect(docker.lines.count == 1 && docker.output.contains("busybox"))
        let sockets = try program.tidewaiter(["deployments", "--where", "deployment.host.paths~docker.sock"])
        #expect(sockets.lines.last == "1 deployment")
    }

    @Test func `an expression that is wrong is shown where`() throws {
        let result = try LedgerProgram().tidewaiter(["findings", "--where", "user.name=alice or (source.ip"])
        #expect(result.status == 1)
        #expect(result.errors.contains("--where: column 30: write =, !=, ~"), "\(result.errors)")
        #expect(
            result.errors.contains("  user.name=alice or (source.ip\n                               ^"),
            "\(result.errors)"
        )
    }

    @Test func `a ledger that is not there, or is none, is told with what to do`() throws {
        let program = try LedgerProgram()
        let missing = try program.tidewaiter(["findings", "--ledger", "/nowhere/ledger.sqlite"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("there is no ledger at /nowhere/ledger.sqlite; tidewaiter watch makes one"))
        let text = program.folder.appending(path: "text").path
        try String(repeating: "no database", count: 100).write(toFile: text, atomically: true, encoding: .utf8)
        #expect(try program.tidewaiter(["deployments", "--ledger", text]).status == 1)
        let usual = try program.tidewaiter(
            ["findings"],
            environment: ["TIDEWAITER_LEDGER": "", "XDG_STATE_HOME": "/nowhere", "HOME": "/nowhere"]
        )
        #expect(usual.status == 1)
        #expect(usual.errors.contains("/tidewaiter/ledger.sqlite"))
    }

    @Test func `a backup is a ledger, and nothing is written over`() throws {
        let program = try LedgerProgram()
        let copy = program.folder.appending(path: "copy.sqlite").path
        #expect(try program.tidewaiter(["ledger", "backup", copy]).status == 0)
        #expect(try program.tidewaiter(["findings", "--ledger", copy]).lines.last == "3 findings")
        let again = try program.tidewaiter(["ledger", "backup", copy])
        #expect(again.status == 1)
        #expect(again.errors.contains("exists"))
    }

    @Test func `a check says whether a ledger is sound`() throws {
        let program = try LedgerProgram()
        let sound = try program.tidewaiter(["ledger", "check"])
        #expect(sound.status == 0)
        #expect(sound.output == "\(program.ledger) is sound\n")
        let file = try FileHandle(forUpdating: URL(filePath: program.ledger))
        try file.seek(toOffset: 3 * 4_096)
        try file.write(contentsOf: Data(repeating: 0xAB, count: 30 * 4_096))
        try file.close()
        let damaged = try program.tidewaiter(["ledger", "check"])
        #expect(damaged.status == 1)
        #expect(damaged.errors.contains("damaged"), "\(damaged.errors)")
    }

    @Test func `levels are coloured where that is asked for`() throws {
        let program = try LedgerProgram()
        #expect(try program.tidewaiter(["findings", "--color", "always"]).output.contains("\u{1b}[1;35mcritical"))
        #expect(try !program.tidewaiter(["findings"], environment: ["NO_COLOR": "1"]).output.contains("\u{1b}"))
    }
}
