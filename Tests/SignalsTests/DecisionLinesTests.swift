import Deployments
import Judge
@testable import Signals
import Testing

@Suite struct DecisionLinesTests {
    private static let time = Timestamp(microseconds: 1_795_535_253_264_339)

    private static var create: ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(timestamp: time, action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.actor.tlsClientSubject = "CN=ci"
        deployment.container.imageText = "alpine:3.20"
        deployment.container.image = try? ImageReference(parsing: "alpine:3.20")
        deployment.process.args = ["sh", "-c", "API_TOKEN=s3cret run"]
        deployment.security.privileged = true
        return deployment
    }

    private static let record = """
        "dataset":"docker.api","kind":"event","category":["api"],"type":["TYPE"],"duration":81234},\
        "deployment":{"route":"docker-api","image":{"registry":"docker.io","publisher":"library",\
        "reference":"alpine:3.20","pinned":false},"command":{"normalized":["sh -c API_TOKEN=*** run"]},\
        "record":{"visibility":"full"}},\
        "tls":{"client":{"subject":"CN=ci"}},\
        "container":{"image":{"name":"docker.io/library/alpine","tag":"3.20"},"security_context":{"privileged":true}},\
        "process":{"args":["sh","-c","API_TOKEN=*** run"],"command_line":"sh -c API_TOKEN=*** run"},\
        "ecs":{"version":"8.17.0"}
        """

    private static func line(_ verdict: Verdict) -> String {
        var lines = ECSLines()
        return String(decoding: lines.lines(verdict), as: UTF8.self)
    }

    @Test func `an allowed request is one line, whose outcome is not known yet`() {
        let verdict = Verdict(
            id: "d-1",
            time: Self.time,
            outcome: .allowed,
            events: [DeploymentEvent(Self.create)],
            duration: 81_234
        )
        #expect(
            Self.line(verdict) == """
                {"@timestamp":"2026-11-24T15:47:33.264339Z","event":{"id":"d-1","action":"container-create",\
                "outcome":"unknown",\(Self.record.replacing("TYPE", with: "allowed")),\
                "tidewaiter":{"decision":{"id":"d-1","outcome":"allowed"}},\
                "message":"allowed container-create of alpine:3.20"}

                """
        )
    }

    @Test func `what was left out of the request is named`() {
        let verdict = Verdict(
            id: "d-1",
            time: Self.time,
            outcome: .allowed,
            events: [DeploymentEvent(Self.create)],
            leftOut: ["HostConfig.Novelty"]
        )
        #expect(
            Self.line(verdict).contains(
                #""decision":{"id":"d-1","outcome":"allowed"},"request":{"left_out":["HostConfig.Novelty"]}"#
            )
        )
    }

    @Test func `a refusal names every rule and every violation, and no secret`() throws {
        var verdict = Verdict(
            id: "d-2",
            time: Self.time,
            outcome: .refused,
            events: [DeploymentEvent(Self.create)],
            violations: [
                Violation(
                    part: "privileged",
                    place: "HostConfig.Privileged",
                    message: "the container would be privileged, with PASSWORD=hunter2",
                    remedy: "leave it out"
                )
            ],
            duration: 81_234
        )
        verdict.findings = try Sample.findings(
            Self.create,
            """
            title: Privileged
            id: 6a1d4b6e-0f1c-4a0e-9a51-3c9d1a0c7a11
            level: high
            tags: [attack.t1610, attack.t1611]
            logsource: {category: container_deployment}
            detection: {selection: {container.security_context.privileged: true}, condition: selection}
            ---
            title: Alpine
            id: 0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22
            level: low
            tags: [attack.t1610]
            logsource: {category: container_deployment}
            detection: {selection: {container.image.tag: "3.20"}, condition: selection}
            """
        )
        let ids = verdict.findings.map(\.id)
        #expect(
            Self.line(verdict) == """
                {"@timestamp":"2026-11-24T15:47:33.264339Z","event":{"id":"d-2","action":"container-create",\
                "outcome":"failure",\(Self.record.replacing("TYPE", with: "denied")),\
                "rule":{"id":["6a1d4b6e-0f1c-4a0e-9a51-3c9d1a0c7a11","0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22"],\
                "name":["Privileged","Alpine"],"level":["high","low"]},\
                "threat":{"framework":"MITRE ATT&CK","technique":{"id":["T1610","T1611"]}},\
                "tidewaiter":{"finding":{"id":["\(ids[0])","\(ids[1])"]},\
                "reasons":["container.security_context.privileged = true","container.image.tag = 3.20"],\
                "decision":{"id":"d-2","outcome":"refused"},\
                "violation":{"part":["privileged"],"place":["HostConfig.Privileged"],\
                "message":["the container would be privileged, with PASSWORD=***"],"remedy":["leave it out"]}},\
                "message":"refused container-create of alpine:3.20: HostConfig.Privileged: the container would be \
                privileged, with PASSWORD=***; Privileged (high); Alpine (low)"}

                """
        )
    }

    @Test func `a request that could not be read is a line without a deployment`() {
        let verdict = Verdict(
            id: "d-3",
            time: Self.time,
            outcome: .wouldRefuse,
            violations: [Violation(part: "reading", place: "target", message: "no such route", remedy: "mend it")]
        )
        #expect(
            Self.line(verdict) == """
                {"@timestamp":"2026-11-24T15:47:33.264339Z","event":{"id":"d-3","outcome":"unknown","kind":"event",\
                "category":["api"],"type":["allowed"],"duration":0},"ecs":{"version":"8.17.0"},\
                "tidewaiter":{"decision":{"id":"d-3","outcome":"would-refuse"},"violation":{"part":["reading"],\
                "place":["target"],"message":["no such route"],"remedy":["mend it"]}},\
                "message":"would-refuse: target: no such route"}

                """
        )
    }

    @Test func `several deployments are a line each, with one id and the findings of each`() throws {
        var other = Self.create
        other.container.imageText = "busybox"
        other.container.image = try ImageReference(parsing: "busybox")
        other.security.privileged = false
        var verdict = Verdict(
            id: "d-4",
            time: Self.time,
            outcome: .refused,
            events: [other, Self.create].map(DeploymentEvent.init)
        )
        verdict.findings = try Sample.findings(
            verdict.events[1],
            """
            title: Privileged
            id: 6a1d4b6e-0f1c-4a0e-9a51-3c9d1a0c7a11
            logsource: {category: container_deployment}
            detection: {selection: {container.security_context.privileged: true}, condition: selection}
            """
        )
        let lines = Self.line(verdict).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.contains(#""decision":{"id":"d-4","outcome":"refused"}"#) })
        #expect(!lines[0].contains(#""rule""#) && lines[1].contains(#""rule":{"id":["6a1d4b6e"#))
    }

    @Test func `the sentence tells three reasons and counts the rest`() {
        let violations = (1...5).map { Violation(part: "p", place: "at \($0)", message: "no", remedy: "mend") }
        let verdict = Verdict(id: "d", time: Self.time, outcome: .refused, violations: violations)
        #expect(verdict.sentence == "refused: at 1: no; at 2: no; at 3: no; and 2 more")
    }
}
