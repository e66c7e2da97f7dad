import Deployments
import JSON
import Judge
@testable import Signals
import Testing

@Suite struct ECSLinesTests {
    private static let record = """
        "user":{"name":"alice","group":{"name":["devs","system:authenticated"]}},\
        "deployment":{"route":"kubernetes-api","container_role":"app",\
        "image":{"registry":"docker.io","publisher":"library","reference":"alpine:3.20","pinned":false},\
        "host":{"paths":["/srv"],"writable_paths":["/srv"]},"replicas":3,\
        "command":{"normalized":["sh -c echo x >> /host/etc/crontab ; API_TOKEN=*** run"],\
        "on_host":["sh -c echo x >> host:/srv/etc/crontab ; API_TOKEN=*** run"],\
        "writes":["host:/srv/etc/crontab"]},\
        "record":{"visibility":"full"}},\
        "source":{"ip":"203.0.113.7"},\
        "orchestrator":{"type":"kubernetes","namespace":"prod","resource":{"type":"daemonset","name":"web"}},\
        "container":{"name":"app","image":{"name":"docker.io/library/alpine","tag":"3.20"},\
        "security_context":{"privileged":true}},\
        "process":{"args":["sh","-c","echo x >> /host/etc/crontab; API_TOKEN=*** run"],\
        "command_line":"sh -c echo x >> /host/etc/crontab; API_TOKEN=*** run",\
        "env_vars":["DB_PASSWORD=***","LANG=C"]},\
        "ecs":{"version":"8.17.0"}
        """

    private var deployment: ContainerDeployment {
        var deployment = Sample.deployment
        deployment.host.mounts = [.init(source: HostPath("/srv"), target: "/host", isReadOnly: false)]
        return deployment
    }

    @Test func `a finding is one line: the rule, the technique, the record, its place and the reasons`() throws {
        var lines = ECSLines()
        let finding = try Sample.findings(deployment)[0]
        #expect(
            String(decoding: lines.line(finding), as: UTF8.self) == """
                {"@timestamp":"2026-11-24T15:47:33.264339Z","event":{"id":"a-1","action":"workload-create",\
                "outcome":"success","dataset":"kubernetes.audit","kind":"alert"},\
                "log":{"file":{"path":"logs/audit.jsonl"},"offset":12345},\(Self.record),\
                "rule":{"id":"0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22","name":"Command changes the host's cron",\
                "level":"critical"},"threat":{"framework":"MITRE ATT&CK","technique":{"id":["T1053.003"]}},\
                "tidewaiter":{"finding":{"id":"\(finding.id)"},"reasons":["process.command_line = sh -c echo x >> \
                /host/etc/crontab; API_TOKEN=*** run (matches *cron*)",\
                "container.image.name = docker.io/library/alpine (matches */alpine)"]}}

                """
        )
    }

    @Test func `a deployment is one line, with the rules that found something in it, if any`() {
        var lines = ECSLines()
        let head = """
            {"@timestamp":"2026-11-24T15:47:33.264339Z","event":{"id":"a-1","action":"workload-create",\
            "outcome":"success","dataset":"kubernetes.audit","kind":"event"},\
            "log":{"file":{"path":"logs/audit.jsonl"},"offset":12345},\(Self.record)
            """
        #expect(
            String(decoding: lines.line(DeploymentEvent(deployment), rules: ["one", "two"]), as: UTF8.self)
                == head + #","rule":{"id":["one","two"]}}"# + "\n"
        )
        #expect(String(decoding: lines.line(DeploymentEvent(deployment), rules: []), as: UTF8.self) == head + "}\n")
    }

    @Test func `a finding on a raw record has an id of its place`() throws {
        var lines = ECSLines()
        #expect(
            String(decoding: lines.line(try Sample.rawFinding()), as: UTF8.self) == """
                {"@timestamp":"2026-11-24T15:47:33.264339Z","event":{"id":"logs/audit.jsonl#7","action":"create",\
                "dataset":"kubernetes/audit","kind":"alert"},"log":{"file":{"path":"logs/audit.jsonl"},"offset":7},\
                "user":{"name":"mallory"},"source":{"ip":"203.0.113.9"},"orchestrator":{"namespace":"prod",\
                "resource":{"type":"pods/exec","name":"web-1"}},"ecs":{"version":"8.17.0"},\
                "rule":{"id":"0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22","name":"Command changes the host's cron",\
                "level":"critical"},"threat":{"framework":"MITRE ATT&CK","technique":{"id":["T1053.003"]}},\
                "tidewaiter":{"finding":{"id":"f-1"}}}

                """
        )
    }

    @Test func `a secret that is a word of its own is masked behind its flag`() throws {
        var deployment = deployment
        deployment.process.args = ["mysql", "--password", "hunter2", "-h", "db", "--token=abc"]
        var lines = ECSLines()
        let text = String(decoding: lines.line(DeploymentEvent(deployment), rules: []), as: UTF8.self)
        #expect(text.contains(#""args":["mysql","--password","***","-h","db","--token=***"]"#))
        #expect(!text.contains("hunter2") && !text.contains("abc"))
    }

    @Test func `hostile text is JSON that a terminal cannot be steered with, and reads back as it was`() throws {
        let hostile = "q\"\\\n\t\r\u{0}\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{e0041}é漢"
        var deployment = deployment
        deployment.container.name = hostile
        var lines = ECSLines()
        let line = String(decoding: lines.line(DeploymentEvent(deployment), rules: []), as: UTF8.self)
        #expect(
            line.contains(
                #""name":"q\"\\\n\t\r\u0000\u001b[2J\u007f\u009b\u202e\udb40\udc41é漢""#
            )
        )
        #expect(line.unicodeScalars.dropLast().contains { VisibleText.isHostile($0) } == false)
        #expect(try JSONParser().withDocument(line) { $0["container"]?["name"]?.string } == hostile)
    }

    @Test func `no field's name is another's first part, so that every one has its place in the object`() {
        let names = Field.allCases.map(\.rawValue)
        for name in names { #expect(!names.contains { $0.hasPrefix("\(name).") }, "\(name)") }
        #expect(Set(names).count == names.count)
    }

    @Test func `a field that can hold several values is always an array`() throws {
        var lines = ECSLines()
        try JSONParser().withDocument(
            String(decoding: lines.line(DeploymentEvent(deployment), rules: ["r"]), as: UTF8.self)
        ) { root in
            for field in Field.allCases {
                var value: JSONValue? = root
                for part in field.rawValue.split(separator: ".") { value = value?.member(named: String(part)) }
                guard let value else { continue }
                #expect(value.isArray == field.isList, "\(field.rawValue)")
            }
        }
    }
}
