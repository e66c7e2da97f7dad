import Deployments
import Dialects
import Judge
import Relay
import Testing

@testable import DockerGuard

@Suite struct FailureTests {
    @Test func `what the daemon does not know is left out, and named in the record`() async throws {
        let guarded = try GuardUnderTest(daemon: FakeDaemon())
        let body = #"{"Image":"busybox","HostConfig":{"Memory":1048576,"Novelty":true}}"#
        #expect(await guarded.fate("POST", "/containers/create", body) == .passes)
        #expect(guarded.decisions.verdicts.map(\.leftOut) == [["HostConfig.Novelty"]])
    }

    @Test func `a decision that cannot be recorded refuses deployments and lets reads pass`() async throws {
        let guarded = try GuardUnderTest(
            daemon: ProfilePartTests.daemon,
            decisions: KeptDecisions(isFull: true)
        )
        let fate = await guarded.fate("POST", "/containers/create", "{}")
        guard case .refused(403, let message) = fate else { Issue.record("\(fate)"); return }
        #expect(message.contains("the decision cannot be recorded (no space left on device)"))
        #expect(await guarded.fate("GET", "/containers/json") == .passes)
        #expect(await guarded.fate("GET", "/containers/plain/archive?path=/") == .passes)

        let careful = try GuardUnderTest(
            policy: GuardUnderTest.policy("on-failure: {reads: refuse}"),
            daemon: ProfilePartTests.daemon,
            decisions: KeptDecisions(isFull: true)
        )
        #expect(await careful.fate("GET", "/containers/plain/archive?path=/").isRefused)
    }

    @Test func `reads that pass by their route are recorded where that is wanted, and pass when they cannot be`()
        async throws
    {
        let quiet = try GuardUnderTest()
        #expect(await quiet.fate("GET", "/containers/json") == .passes)
        #expect(quiet.decisions.verdicts.isEmpty)

        let guarded = try GuardUnderTest(recordsReads: true)
        #expect(await guarded.fate("GET", "/v1.41/containers/json?all=1") == .passes)
        #expect(await guarded.fate("POST", "/containers/create", "{}") == .passes)
        let verdicts = guarded.decisions.verdicts
        #expect(verdicts.map(\.outcome) == [.allowed, .allowed])
        #expect(verdicts.map(\.deployments.first?.http?.method) == ["GET", "POST"])
        #expect(verdicts.first?.deployments.first?.http?.path == "/v1.41/containers/json")

        let full = try GuardUnderTest(decisions: KeptDecisions(isFull: true), recordsReads: true)
        #expect(await full.fate("GET", "/containers/json") == .passes)
    }

    @Test func `what cannot be looked up is refused`() async throws {
        var daemon = ProfilePartTests.daemon
        daemon.answers = false
        let guarded = try GuardUnderTest(daemon: daemon)
        #expect(await guarded.fate("POST", "/containers/create", "{}") == .passes)
        for host in [#""NetworkMode":"lan""#, #""Binds":["plain:/v"]"#, #""VolumesFrom":["plain"]"#] {
            #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{\#(host)}}"#).isRefused)
        }
        #expect(await guarded.fate("POST", "/containers/plain/start").isRefused)
        #expect(await guarded.fate("POST", "/exec/weak/start", "{}").isRefused)
        #expect(await guarded.fate("POST", "/images/x/tag?repo=mine").isRefused)
        #expect(await guarded.fate("GET", "/containers/plain/json") == .passes)
        #expect(await guarded.fate("POST", "/containers/plain/stop") == .passes)
        #expect(await guarded.fate("DELETE", "/containers/plain") == .passes)
        #expect(await guarded.fate("POST", "/containers/plain/rename?name=other").isRefused)
    }

    @Test func `what is not there is left to the daemon`() async throws {
        let guarded = try GuardUnderTest()
        #expect(await guarded.fate("POST", "/containers/gone/start") == .passes)
        #expect(await guarded.fate("POST", "/exec/gone/start", "{}") == .passes)
        #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"Binds":["new:/v"]}}"#) == .passes)
    }

    @Test func `a name that leads elsewhere in the daemon's API is refused`() async throws {
        let guarded = try GuardUnderTest()
        for name in ["../images", "a/../b", "/plain"] {
            let body = #"{"HostConfig":{"VolumesFrom":["\#(name)"]}}"#
            #expect(await guarded.fate("POST", "/containers/create", body).isRefused, "\(name)")
        }
    }

    @Test func `more references than a container has are refused`() async throws {
        let guarded = try GuardUnderTest()
        let binds = (0..<500).map { "\"v\($0):/v\($0)\"" }.joined(separator: ",")
        #expect(await guarded.fate("POST", "/containers/create", "{\"HostConfig\":{\"Binds\":[\(binds)]}}").isRefused)
    }

    @Test func `a body that was not shown is refused`() async throws {
        let guarded = try GuardUnderTest()
        let head = RequestHead(
            method: "POST",
            target: "/containers/create",
            fields: [HeaderField("content-type", "application/json")],
            framing: .length(2_000_000)
        )
        let decision = await guarded.judge.decide(head, body: nil, from: GuardUnderTest.client)
        guard case .refuse(let refusal) = decision else { Issue.record("\(decision)"); return }
        #expect(refusal.message.contains("the body was not shown"))
    }

    @Test func `a container that joins itself, or others without end, is judged in bounded time`() async throws {
        var daemon = FakeDaemon()
        for index in 0..<10 {
            daemon.containers["c\(index)"] = FakeDaemon.inspection(
                "c\(index)",
                host: #""VolumesFrom":["c\#((index + 1) % 10)"]"#
            )
        }
        let guarded = try GuardUnderTest(daemon: daemon)
        #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"VolumesFrom":["c0"]}}"#).isRefused)
    }
}

@Suite struct DecisionTests {
    @Test func `a refusal says which part, where, why, what to change, and the decision's id`() async throws {
        let guarded = try GuardUnderTest()
        let fate = await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"CapAdd":["SYS_ADMIN"]}}"#)
        let id = try #require(guarded.decisions.verdicts.first?.id)
        #expect(
            fate
                == .refused(
                    403,
                    #"{"message":"tidewaiter: refused by capabilities (HostConfig.CapAdd[0]): 'SYS_ADMIN' is no "#
                        + #"capability of Docker's default set; leave it out; a policy opens it with "#
                        + #"'allow: {capabilities: [SYS_ADMIN]}'; decision \#(id)"}"# + "\n"
                )
        )
        #expect(guarded.decisions.verdicts.map(\.outcome) == [.refused])
        #expect(guarded.decisions.verdicts[0].deployments.count == 1)
    }

    @Test func `a refusal holds no control character and no end`() {
        #expect(DecisionText.visible("a\u{1b}[31m\n\u{202e}b", limit: 100) == #"a\u{1b}[31m\u{a}\u{202e}b"#)
        #expect(RefusalText.message([String(repeating: "x", count: 5000)], id: "1").count < 1100)
    }

    @Test func `a rule refuses at its level and above`() async throws {
        var rules = RuleLibrary()
        rules.add(
            """
            title: Shell as a command
            id: 6f1e34a0-3a53-4f0e-a7a5-6a7c9a7f0001
            level: medium
            logsource: {category: container_deployment}
            detection:
              selection: {process.args: sh}
              condition: selection
            """,
            file: "rule.yml"
        )
        let body = #"{"Image":"busybox","Cmd":["sh"]}"#
        let lax = try GuardUnderTest(rules: rules)
        #expect(await lax.fate("POST", "/containers/create", body) == .passes)
        #expect(lax.decisions.verdicts.first?.findings.count == 1)
        let keen = try GuardUnderTest(policy: GuardUnderTest.policy("refuse-at: medium"), rules: rules)
        let fate = await keen.fate("POST", "/containers/create", body)
        guard case .refused(403, let message) = fate else { Issue.record("\(fate)"); return }
        #expect(message.contains("refused by the rule 'Shell as a command' (process.args)"))
    }

    @Test func `an observing guard lets pass what it would refuse, and says so`() async throws {
        let guarded = try GuardUnderTest(mode: .observe)
        #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"Privileged":true}}"#) == .passes)
        #expect(guarded.decisions.verdicts.map(\.outcome) == [.wouldRefuse])
        #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"Privileged":1}}"#).isRefused)
    }

    @Test func `a judged request is forwarded in its canonical form`() async throws {
        let guarded = try GuardUnderTest()
        let head = RequestHead(
            method: "POST",
            target: "/v01.041/%63ontainers/create?n%61me=x",
            fields: [HeaderField("content-type", "application/json; charset=utf-8"), HeaderField("x-meta", "1")],
            framing: .length(1)
        )
        let body = Array(#"{"image":"busybox","HoſtConfig":{"privileged":false},"Unknown":1}"#.utf8)
        let ruling = await guarded.gatekeeper.judge(head, body: body, from: GuardUnderTest.client)
        guard case .pass(let passage, let forwarded) = ruling else { Issue.record("\(ruling)"); return }
        #expect(passage.target == "/v1.41/containers/create?name=x")
        #expect(passage.fields == [HeaderField("x-meta", "1"), HeaderField("content-type", "application/json")])
        #expect(passage.tunnel == .never)
        #expect(
            forwarded.map { String(decoding: $0, as: UTF8.self) }
                == #"{"Image":"busybox","HostConfig":{"Privileged":false}}"#
        )
    }

    @Test(
        arguments: [
            ("POST", "/containers/plain/attach?stream=1", "tcp", Tunnel.upgrade(to: "tcp", hijack: true)),
            ("POST", "/containers/plain/attach?stream=1", nil, .hijack),
            ("POST", "/exec/weak/start", "tcp", .upgrade(to: "tcp", hijack: true)),
            ("GET", "/containers/plain/logs", "tcp", .never),
            ("POST", "/containers/plain/stop", "h2c", .never),
        ] as [(String, String, String?, Tunnel)]
    )
    func `a tunnel opens for attach and exec alone`(
        method: String,
        target: String,
        upgrade: String?,
        tunnel: Tunnel
    ) async throws {
        let guarded = try GuardUnderTest(daemon: ProfilePartTests.daemon)
        let fields = (upgrade.map { [HeaderField("upgrade", $0), HeaderField("connection", "upgrade")] } ?? [])
        let head = RequestHead(method: method, target: target, fields: fields)
        let passage: Passage?
        switch guarded.gatekeeper.admit(head, from: GuardUnderTest.client) {
        case .pass(let passed): passage = passed
        case .judge(let judged):
            let body: [UInt8]? = judged == .unread ? nil : []
            let ruling = await guarded.gatekeeper.judge(head, body: body, from: GuardUnderTest.client)
            if case .pass(let passed, _) = ruling { passage = passed } else { passage = nil }
        case .answer: passage = nil
        }
        #expect(passage?.tunnel == tunnel)
    }

    @Test func `a policy is replaced for the requests that follow`() async throws {
        let guarded = try GuardUnderTest()
        let body = #"{"HostConfig":{"Privileged":true}}"#
        #expect(await guarded.fate("POST", "/containers/create", body).isRefused)
        guarded.judge.replace(
            policy: try GuardUnderTest.policy("profile: none"),
            bench: try Judge.Bench(RuleLibrary())
        )
        #expect(await guarded.fate("POST", "/containers/create", body) == .passes)
    }
}
