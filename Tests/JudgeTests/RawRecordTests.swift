import Deployments
import JSON
import Sigma
import Testing

@testable import Judge

/// Judging raw Kubernetes audit events and Docker daemon lines.
struct RawRecordTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var search: String
        var object: String
        var fires: Bool
        var testDescription: String { "\(search) on \(object)" }
        init(_ search: String, _ object: String, _ fires: Bool = true) {
            (self.search, self.object, self.fires) = (search, object, fires)
        }
    }

    @Test(arguments: [
        Case("hostPath: '*'", #"{"spec":{"volumes":[{"name":"h","hostPath":{"path":"/etc"}}]}}"#),
        Case("hostPath: /etc", #"{"spec":{"volumes":[{"name":"h","hostPath":{"path":"/etc"}}]}}"#),
        Case("hostPath: /etc", #"{"spec":{"template":{"spec":{"volumes":[{"hostPath":{"path":"/etc"}}]}}}}"#),
        Case(
            "hostPath: /etc",
            #"{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"volumes":[{"hostPath":{"path":"/etc"}}]}}}}}}"#
        ),
        Case("hostPath: '*'", #"{"spec":{"volumes":[{"name":"h","emptyDir":{}}]}}"#, false),
        // Not a volume: a schema that describes one, and data that looks like one.
        Case("hostPath: '*'", #"{"spec":{"properties":{"hostPath":{"type":"object"}}}}"#, false),
        Case("hostPath: '*'", #"{"data":{"hostPath":{"path":"/etc"}}}"#, false),
        Case("hostNetwork: true", #"{"spec":{"hostNetwork":true}}"#),
        Case("hostNetwork: true", #"{"spec":{"hostNetwork":false}}"#, false),
        Case("hostPID: true", #"{"spec":{"template":{"spec":{"hostPID":true}}}}"#),
        Case("hostIPC: true", #"{"spec":{"hostIPC":true}}"#),
        Case("hostPort: 8080", #"{"spec":{"containers":[{"ports":[{"containerPort":80,"hostPort":8080}]}]}}"#),
        Case("privileged: true", #"{"spec":{"initContainers":[{"securityContext":{"privileged":true}}]}}"#),
        Case("capabilities: '*'", #"{"spec":{"containers":[{"securityContext":{"privileged":true}}]}}"#),
        Case("capabilities: ALL", #"{"spec":{"containers":[{"securityContext":{"privileged":true}}]}}"#),
        Case("capabilities: '*'", #"{"spec":{"containers":[{"securityContext":{"privileged":false}}]}}"#, false),
        Case(
            "capabilities: SYS_ADMIN",
            #"{"spec":{"containers":[{"name":"a"},{"securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}]}}"#
        ),
        Case(
            "capabilities: '*'",
            #"{"spec":{"containers":[{"securityContext":{"capabilities":{"drop":["ALL"]}}}]}}"#,
            false
        ),
        // Every container has these unless it gives them up.
        Case(
            "capabilities: '*'",
            #"{"spec":{"containers":[{"securityContext":{"capabilities":{"add":["cap_net_bind_service","KILL"]}}}]}}"#,
            false
        ),
        Case("serviceAccountName: robot", #"{"spec":{"serviceAccountName":"robot"}}"#),
        Case("image|startswith: evil/", #"{"spec":{"ephemeralContainers":[{"name":"d","image":"evil/x"}]}}"#),
        Case("command|contains: nsenter", #"{"spec":{"containers":[{"command":["sh","-c","nsenter -t 1"]}]}}"#),
        Case("containers: side", #"{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"x"}]}}}}"#),
        Case(
            "containers: '*'",
            #"{"spec":{"template":{"spec":{"containers":[{"$patch":"delete","name":"side"}]}}}}"#,
            false
        ),
    ])
    func `a pod field is found wherever a pod's template stands`(_ example: Case) throws {
        let event = RawRecords.event(object: example.object)
        #expect(try RawRecords.fires(example.search, on: event) == example.fires)
    }

    @Test(arguments: [
        Case(
            "privileged: true",
            #"[{"op":"add","path":"/spec/containers/0/securityContext/privileged","value":true}]"#
        ),
        Case("capabilities: ALL", #"[{"op":"replace","path":"/a/securityContext","value":{"privileged":true}}]"#),
        Case("hostNetwork: true", #"[{"op":"replace","path":"/spec/template/spec/hostNetwork","value":true}]"#),
        Case("hostPath: /", #"[{"op":"add","path":"/spec/volumes/-","value":{"hostPath":{"path":"/"}}}]"#),
        Case("hostPath: /", #"[{"op":"replace","path":"/spec/volumes/0/hostPath/path","value":"/"}]"#),
        Case("containers: side", #"[{"op":"add","path":"/spec/containers/-","value":{"name":"side","image":"x"}}]"#),
        Case("image: x", #"[{"op":"replace","path":"/spec/containers/0/image","value":"x"}]"#),
        Case("capabilities: NET_ADMIN", #"[{"op":"add","path":"/c/capabilities/add/-","value":"NET_ADMIN"}]"#),
        Case("hostNetwork: true", #"[{"op":"remove","path":"/spec/template/spec/hostNetwork"}]"#, false),
        Case("containers: '*'", #"[{"op":"replace","path":"/spec/replicas","value":3}]"#, false),
    ])
    func `a JSON patch shows what it sets`(_ example: Case) throws {
        let event = RawRecords.event(verb: "patch", object: example.object)
        #expect(try RawRecords.fires(example.search, on: event) == example.fires)
    }

    @Test(arguments: [("create", true), ("update", true), ("patch", false), ("get", false)])
    func `an answer counts where it is what was asked for`(_ verb: String, _ counts: Bool) throws {
        let event = RawRecords.event(verb: verb, object: #"{"spec":{"hostNetwork":true}}"#)
        #expect(try RawRecords.fires("hostNetwork: true", on: event))
        let answer = event.replacing("requestObject", with: "responseObject")
        #expect(try RawRecords.fires("hostNetwork: true", on: answer) == counts)
    }

    @Test(arguments: [
        ("objectRef.resource: pods", true), ("resource: pods", true), ("objectRef.resource: pod", false),
        ("user.username: mallory", true), ("username: MALLORY", true), ("groups: system:authenticated", true),
        ("sourceIPs: 10.0.0.7", true), ("sourceIPs[0]: 10.0.0.7", false), ("sourceIPs[-1]: 10.0.0.7", true),
        ("sourceIPs|cidr: 10.0.0.0/24", true), ("responseStatus.code: 201", true),
        ("responseStatus.code: ALLOW", true), ("responseStatus.code|gte: 400", false),
        ("objectRef.subresource|exists: false", true), ("apiGroup: apps", true),
        ("annotations.authorization.k8s.io/decision: allow", true), ("nothing.at.all: '*'", false),
        ("requestObject.spec.containers.image: busybox", true), ("requestObject.spec.empty|exists: true", true),
        ("requestObject.spec.empty: null", true), ("requestObject.spec.containers[any].image: busybox", true),
    ])
    func `a field is found by its path`(_ search: String, _ fires: Bool) throws {
        let event = RawRecords.event(
            group: "apps",
            object: #"{"spec":{"empty":[],"containers":[{"name":"a","image":"alpine"},{"image":"busybox"}]}}"#
        )
        #expect(try RawRecords.fires(search, on: event) == fires)
    }

    @Test func `an event's own member goes before the meaning`() throws {
        #expect(try RawRecords.fires("hostPath: flat", on: #"{"verb":"create","hostPath":"flat"}"#))
        #expect(try RawRecords.fires("capabilities: x", on: #"{"requestObject":{},"capabilities":["x"]}"#))
    }

    @Test(arguments: [
        (#"{"responseStatus":{"code":200}}"#, true), (#"{"responseStatus":{"code":101}}"#, true),
        (#"{"responseStatus":{"code":403}}"#, false), (#"{"stage":"Panic"}"#, false),
        (#"{"responseStatus":{"code":409},"annotations":{"authorization.k8s.io/decision":"allow"}}"#, true),
        (#"{"responseStatus":{"code":403},"annotations":{"authorization.k8s.io/decision":"forbid"}}"#, false),
    ])
    func `whether a request was allowed is read from the decision, or from its success`(
        _ event: String,
        _ isAllowed: Bool
    ) throws {
        #expect(try RawRecords.fires("responseStatus.code: ALLOW", on: event) == isAllowed)
    }

    @Test func `a verb means what it comes down to`() throws {
        let everything = RawRecords.event(verb: "deletecollection")
        #expect(try RawRecords.fires("verb: delete", on: everything))
        #expect(try RawRecords.fires("verb: deletecollection", on: everything))
        #expect(try RawRecords.fires("verb: create", on: RawRecords.event(verb: "get", subresource: "exec")))
        #expect(try !RawRecords.fires("verb: create", on: RawRecords.event(verb: "get", subresource: "log")))
        #expect(try !RawRecords.fires("verb: create", on: RawRecords.event(verb: "get")))
    }

    @Test func `a request is told once, whatever stages are logged`() throws {
        let judge = try RawRecords.judge(RawRecords.rule("objectRef.subresource: exec"))
        let complete = RawRecords.event(subresource: "exec")
        let stages = ["RequestReceived", "ResponseStarted", "ResponseComplete"].map {
            complete.replacing("ResponseComplete", with: $0)
        }
        var counts: [Int] = []
        for (number, stage) in stages.enumerated() {
            counts.append(try RawRecords.findings(judge, stage, offset: number).count)
        }
        #expect(counts == [1, 0, 0])
        // Another request under the same Audit-ID, which clients choose, is another request.
        let next = complete.replacing("00.000001Z", with: "00.000002Z")
        #expect(try RawRecords.findings(judge, next).count == 1)
    }

    @Test func `a request without an answer is not judged by what its answer lacks`() throws {
        let received = RawRecords.event().replacing("ResponseComplete", with: "RequestReceived")
        let rule = RawRecords.rule("responseStatus.code: 999", condition: "not search")
        #expect(try RawRecords.findings(try RawRecords.judge(rule), received).isEmpty)
        #expect(try RawRecords.findings(try RawRecords.judge(rule), RawRecords.event()).count == 1)
        #expect(try RawRecords.fires("stage: RequestReceived", on: received))
    }

    @Test func `a finding keeps what is to be told of the record`() throws {
        let event = RawRecords.event(subresource: "exec")
        let findings = try RawRecords.findings(try RawRecords.judge(RawRecords.rule("verb: create")), event, offset: 42)
        let finding = try #require(findings.first)
        guard case .rawRecord(let record) = finding.subject else {
            Issue.record("the subject is no raw record")
            return
        }
        var wanted = RawRecordSummary(
            dataset: "kubernetes/audit",
            log: .init(path: "audit.log", offset: 42),
            original: event
        )
        wanted.time = Timestamp(rfc3339: Array("2026-11-24T08:00:00.000001Z".utf8))
        wanted.userName = "mallory"
        wanted.userAgent = "kubectl/v1.31.0"
        wanted.sourceAddress = "10.0.0.7"
        wanted.action = "create"
        wanted.resource = "pods/exec"
        wanted.namespace = "shop"
        #expect(record == wanted)
        #expect(finding.reasons == [Reason(selection: "search", field: "verb", value: "create", pattern: "create")])
        #expect(finding.id.count == 32)
    }

    @Test func `rules go to the logs that they name, and the others are known`() throws {
        func rule(_ title: String, _ logsource: String) -> String {
            "title: \(title)\nlogsource: \(logsource)\ndetection: {a: {msg: x}, condition: a}\n---\n"
        }
        var library = RuleLibrary()
        library.add(
            rule("audit", "{product: kubernetes, service: audit}")
                + rule("application", "{category: application, product: Kubernetes, service: audit}")
                + rule("kubernetes", "{product: kubernetes}") + rule("docker", "{product: docker, service: daemon}")
                + rule("deployment", "{category: container_deployment}") + rule("windows", "{product: windows}")
                + rule("apiserver", "{product: kubernetes, service: apiserver}"),
            file: "rules.yml"
        )
        let bench = try Judge.Bench(library)
        #expect(bench.unfed.map(\.title) == ["windows", "apiserver"])
        #expect(bench.judgesRawRecords(of: .kubernetesAudit))
        #expect(bench.judgesRawRecords(of: .dockerDaemon))
        let judge = Judge(bench)
        let event = #"{"msg":"x"}"#
        let audit = try RawRecords.findings(judge, event).map(\.rule.title)
        #expect(audit == ["audit", "application", "kubernetes"])
        #expect(try RawRecords.findings(judge, event, of: .dockerDaemon).map(\.rule.title) == ["docker"])
    }

    @Test func `a log source that names nothing is every log's`() {
        #expect(LogSource().isContainerDeployment)
        #expect(LogSource(category: "Container_Deployment").isContainerDeployment)
        #expect(!LogSource(product: "kubernetes").isContainerDeployment)
        #expect(RawSource.allCases.allSatisfy { LogSource().covers($0.logSource) })
    }

    @Test func `a record's text is cut between characters`() {
        let limit = RawRecordSummary.maximumOriginal
        let text = String(repeating: "é", count: limit)
        #expect(RawRecordSummary.original(of: Array(text.utf8)) == String(text.prefix(limit / 2)))
        #expect(RawRecordSummary.original(of: Array(("x" + text).utf8)) == "x" + text.prefix(limit / 2 - 1))
        #expect(RawRecordSummary.original(of: Array("é".utf8)) == "é")
        let hostile = RawRecordSummary.original(of: [UInt8](repeating: 0x80, count: limit * 2))
        #expect(hostile.isEmpty)
    }

    @Test func `a filter that is joined to no rule is told`() {
        func filter(_ title: String, _ rules: String, _ logsource: String) -> String {
            "title: \(title)\nlogsource: \(logsource)\nfilter: {rules: \(rules), a: {user.name: x}, condition: not a}\n"
        }
        let deployment = "{category: container_deployment}"
        var library = RuleLibrary()
        library.add("title: r\nlogsource: \(deployment)\ndetection: {a: {msg: x}, condition: a}\n", file: "r.yml")
        library.add(filter("named", "[r]", deployment), file: "1.yml")
        library.add(filter("any", "any", deployment), file: "2.yml")
        library.add(filter("misspelt", "[R2]", deployment), file: "3.yml")
        library.add(filter("elsewhere", "any", "{product: windows}"), file: "4.yml")
        #expect(library.idleFilters().map(\.place.file) == ["3.yml", "4.yml"])
        #expect(library.idleFilters().allSatisfy { $0.severity == .warning })
    }

    @Test func `without rules on raw logs there is nothing to judge`() throws {
        let bench = try Judge.Bench(RuleLibrary())
        #expect(RawSource.allCases.allSatisfy { !bench.judgesRawRecords(of: $0) })
        #expect(try RawRecords.findings(Judge(bench), RawRecords.event()).isEmpty)
    }

    @Test func `depth and width without end are bounded`() throws {
        let deep = String(repeating: #"{"spec":"#, count: 200) + "{}" + String(repeating: "}", count: 200)
        #expect(try !RawRecords.fires("hostNetwork: true", on: RawRecords.event(object: deep)))
        let wide = #"{"hostPort":1},"#
        let many = "[" + String(repeating: wide, count: 50_000) + #"{"hostPort":1}]"#
        #expect(try RawRecords.fires("hostPort: 1", on: RawRecords.event(object: many)))
    }

    @Test func `the shipped filters are read without complaint`() {
        let documents = RuleReader.read(KubernetesRuleFilters.yaml, file: "filters")
        #expect(documents.diagnostics == [])
        #expect(documents.filters.count == 2)
    }
}

/// The filters that keep SigmaHQ's rules to what their titles say, with rules of the same identifiers.
struct KubernetesRuleFilterTests {
    private static func rule(_ id: String, _ search: String) -> String {
        """
        title: test
        id: \(id)
        logsource: {category: application, product: kubernetes, service: audit}
        detection: {search: \(search), condition: search}
        """
    }

    @Test func `a request for a part of a pod creates no pod`() throws {
        let search = "{verb: create, objectRef.resource: pods}"
        let judge = try RawRecords.judge(Self.rule("a80d927d-ac6e-443f-a867-e8d6e3897318", search))
        #expect(try RawRecords.findings(judge, RawRecords.event()).count == 1)
        #expect(try RawRecords.findings(judge, RawRecords.event(subresource: "exec")).isEmpty)
        // A rule of one's own is applied as written.
        let own = try RawRecords.judge(Self.rule("own", search))
        #expect(try RawRecords.findings(own, RawRecords.event(subresource: "exec")).count == 1)
    }

    @Test func `a patch that is seen to name no container injects none`() throws {
        let judge = try RawRecords.judge(Self.rule("ad9012a6-e518-4432-9890-f3b82b8fc71f", "{verb: patch}"))
        let scaled = RawRecords.event(verb: "patch", object: #"{"spec":{"replicas":2}}"#)
        let injected = RawRecords.event(verb: "patch", object: #"{"spec":{"containers":[{"name":"x"}]}}"#)
        #expect(try RawRecords.findings(judge, scaled).isEmpty)
        #expect(try RawRecords.findings(judge, injected).count == 1)
        let unseen = RawRecords.event(verb: "patch").replacing("0001Z", with: "0002Z")
        #expect(try RawRecords.findings(judge, unseen).count == 1)
    }
}
