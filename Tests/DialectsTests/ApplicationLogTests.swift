import Deployments
import Dialects
import Testing

/// Logs that management applications write themselves.
@Suite struct ApplicationLogTests {
    static func deployments(_ lines: String...) -> [ContainerDeployment] {
        readings(of: ApplicationLogDialect(), lines).deployments
    }

    static func dashboard(_ body: String, address: String = "10.42.0.7:5", target: String = "/api/v1/appdeployment")
        -> String
    {
        "2026/11/23 23:27:38 [2026-11-23T23:27:38Z] Incoming HTTP/1.1 POST \(target) request from \(address): \(body)"
    }

    static func answer(_ status: Int, address: String = "10.42.0.7:5") -> String {
        "2026/11/23 23:27:39 [2026-11-23T23:27:39Z] Outcoming response to \(address) with \(status) status code"
    }

    @Test func `a dashboard's request has the status of its own answer`() {
        let found = Self.deployments(
            Self.dashboard(#"{"name":"a","containerImage":"a"}"#, address: "10.0.0.1:1"),
            Self.dashboard(#"{"name":"b","containerImage":"b"}"#, address: "10.0.0.2:1"),
            Self.answer(403, address: "10.0.0.2:1"),
            Self.answer(201, address: "10.0.0.1:1")
        )
        #expect(found.map(\.container.imageText) == ["b", "a"])
        #expect(found.map(\.event.outcome) == [.failure, .success])
        #expect(found.first?.event.timestamp?.description == "2026-11-23T23:27:38.000000Z")
    }

    @Test func `answers to one address for several requests say of none how it ended`() {
        let found = Self.deployments(
            Self.dashboard(#"{"name":"a","containerImage":"a"}"#, address: "127.0.0.1"),
            Self.dashboard(#"{"name":"b","containerImage":"b"}"#, address: "127.0.0.1"),
            Self.answer(403, address: "127.0.0.1"),
            Self.answer(201, address: "127.0.0.1")
        )
        #expect(found.map(\.container.imageText) == ["a", "b"])
        #expect(found.map(\.event.outcome) == [.unknown, .success])
    }

    @Test func `what Printf made of a body is undone`() {
        let found = Self.deployments(
            Self.dashboard(
                #"{"name":"a","containerImage":"a","containerCommand":["date +%!s(MISSING) 100%!"(MISSING)],"x":"%!(NOVERB)"}"#
            ),
            Self.answer(201)
        )
        #expect(found.map(\.process.args) == [["date +%s 100%"]])
    }

    @Test func `a request without an answer is told when the log ends, and one of version 7 at once`() {
        let found = Self.deployments(
            Self.dashboard(#"{"name":"a","containerImage":"a"}"#),
            #"I1123 23:27:38.000000       1 handler.go:10] Incoming HTTP/1.1 POST /api/v1/appdeployment request from { content hidden }: {"name":"b","containerImage":"b"}"#
        )
        #expect(found.map(\.container.imageText) == ["b", "a"])
        #expect(found.allSatisfy { $0.event.outcome == .unknown })
    }

    @Test func `more requests than are kept are told, not forgotten`() {
        let lines = (0..<400).map {
            Self.dashboard(#"{"name":"a","containerImage":"i\#($0)"}"#, address: "10.0.0.1:\($0)")
        }
        let found = readings(of: ApplicationLogDialect(), lines).deployments
        #expect(Set(found.compactMap(\.container.imageText)).count == 400)
    }

    @Test func `workers of a web application that write into each other's lines give no user to the wrong request`() {
        let head = "2026-11-23 23:57:44,966 | kubeflow.kubeflow.crud_backend.authn | INFO | Handling request for user: "
        let body = "2026-11-23 23:57:45,025 | apps.default.routes.post | INFO | Got body: "
        let found = Self.deployments(
            head + "ann",
            head + "bob",
            body + "{'name': 'a', 'namespace': 'one', 'image': 'a:1', 'shm': True, 'gpus': {'num': None}}",
            body + "{'name': 'b', 'namespace': 'two', 'image': 'b:1'}",
            #"127.0.0.6 - - [23/Nov/2026:23:57:45 +0000] "POST /api/namespaces/two/notebooks HTTP/1.1" 200 118 "-" "x""#,
            #"127.0.0.6 - - [23/Nov/2026:23:57:45 +0000] "POST /api/namespaces/one/notebooks HTTP/1.1" 403 118 "-" "x""#
        )
        #expect(found.map(\.container.imageText) == ["b:1", "a:1"])
        #expect(found.map(\.actor.userName) == [nil, nil])
        #expect(found.map(\.event.outcome) == [.success, .failure])
    }

    @Test func `a notebook's body is told although the access log is off`() {
        let found = Self.deployments(
            "2026-11-23 23:57:44,966 | kubeflow.kubeflow.crud_backend.authn | INFO | Handling request for user: ann",
            "2026-11-23 23:57:45,025 | apps.default.routes.post | INFO | Got body: {'name': \"a'b\", 'namespace': 'one', 'image': 'a\\x41\\u00e9'}"
        )
        #expect(found.map(\.container.imageText) == ["aAé"])
        #expect(found.map(\.actor.userName) == ["ann"])
        #expect(found.map(\.placement.namespace) == ["one"])
    }

    @Test func `Argo's server is told once for a request over HTTP, and for a call`() {
        let call =
            #"time="2026-11-23T23:57:45Z" level=info msg="finished unary call with code OK" grpc.code=OK grpc.method=CreateWorkflow grpc.service=workflow.WorkflowService grpc.start_time="2026-11-23T23:57:45Z" grpc.time_ms=4.6 span.kind=server system=grpc"#
        let request =
            #"time="2026-11-23T23:57:46Z" level=info msg="HTTP request" duration=5ms method=POST path=/api/v1/workflows/argo size=12 status=200"#
        let over = Self.deployments(call, request)
        #expect(over.map(\.placement.namespace) == ["argo"])
        let alone = Self.deployments(call, #"time="2026-11-23T23:57:46Z" level=info msg="x""#)
        #expect(alone.map(\.http?.path) == ["/workflow.WorkflowService/CreateWorkflow"])
        #expect(alone.map(\.placement.namespace) == [nil])
        #expect(alone.map(\.event.outcome) == [.success])
        #expect(Self.deployments(call.replacing("CreateWorkflow", with: "ListWorkflows")) == [])
        #expect(Self.deployments(call.replacing("=OK", with: "=PermissionDenied")).map(\.event.outcome) == [.failure])
    }

    @Test func `controllers tell what they make`() throws {
        let found = Self.deployments(
            #"time="2022-11-01T18:09:38.746Z" level=info msg="Created pod: hello[0].call (hello-whalesay-2570399360)" namespace=argo workflow=hello"#,
            #"{"level":"info","ts":1565598307.0691953,"logger":"controller","msg":"Creating StatefulSet","namespace":"kubeflow","name":"t5"}"#,
            "2024-05-01T10:00:00Z\tINFO\tcontrollers.Notebook\tCreating StatefulSet\t{\"notebook\": \"a/t6\", \"namespace\": \"a\", \"name\": \"t6\"}",
            #"{"level":"info","ts":1616173489.2971807,"logger":"trial-controller","msg":"Creating Job","Trial":"demo01/tfjob-7ktv7d4v","kind":"TFJob","name":"tfjob-7ktv7d4v"}"#,
            #"{"level":"info","ts":1565598307.08,"logger":"controller","msg":"Creating Service","namespace":"kubeflow","name":"t5"}"#
        )
        #expect(found.map(\.route) == [.argoWorkflows, .kubeflowNotebooks, .kubeflowNotebooks, .katib])
        #expect(found.map(\.placement.namespace) == ["argo", "kubeflow", "a", "demo01"])
        #expect(found.map(\.placement.resourceName) == ["hello-whalesay-2570399360", "t5", "t6", "tfjob-7ktv7d4v"])
        #expect(found.map(\.placement.resourceType) == ["pod", "statefulset", "statefulset", "tfjob"])
        #expect(found[1].event.timestamp?.description == "2019-08-12T08:25:07.069195Z")
    }

    @Test func `the pipelines' server tells runs and how they ended`() {
        let head = "I0401 15:30:39.075500       7 interceptor.go:29] /kubeflow.pipelines.backend.api.v2beta1."
        let found = Self.deployments(
            head + "RunService/CreateRun handler starting",
            head + "RunService/CreateRun handler finished",
            head + "RunService/ListRuns handler starting",
            head + "RunService/ListRuns handler finished",
            head + "RecurringRunService/CreateRecurringRun handler starting",
            head + "RecurringRunService/CreateRecurringRun call failed: x",
            head + "RunService/RetryRun handler starting"
        )
        #expect(found.map(\.route) == Array(repeating: .kubeflowPipelines, count: 3))
        #expect(found.map(\.event.outcome) == [.success, .failure, .unknown])
        #expect(found.first?.http?.path == "/kubeflow.pipelines.backend.api.v2beta1.RunService/CreateRun")
    }

    @Test func `Rancher's audit log is read with its bodies`() throws {
        let line =
            #"{"auditID":"9002493a","requestURI":"/k8s/clusters/c-m-abc/api/v1/namespaces/a/pods","user":{"name":"user-4xrqk","group":["system:authenticated"]},"method":"POST","remoteAddr":"10.0.0.7:51234","responseCode":201,"requestTimestamp":"2026-11-23T23:57:45Z","requestHeader":{"User-Agent":["curl/8"]},"requestBody":{"kind":"Pod","metadata":{"name":"p"},"spec":{"hostPID":true,"containers":[{"name":"c","image":"a","securityContext":{"privileged":true}}]}}}"#
        let one = try #require(Self.deployments(line).first)
        #expect(one.route == .rancher)
        #expect(one.actor.userName == "user-4xrqk")
        #expect(one.actor.sourceIP == "10.0.0.7")
        #expect(one.actor.userAgent == "curl/8")
        #expect(one.security.privileged == true)
        #expect(one.host.namespaces == [.pid])
        #expect(Self.deployments(line.replacing("POST", with: "GET")) == [])
        let cut = readings(of: ApplicationLogDialect(), [String(line.prefix(300))])
        #expect(cut.deployments == [] && cut.problems.count == 1)
    }

    @Test func `the kubelet's and the API server's own HTTP logs are read`() {
        let found = Self.deployments(
            #"I1123 23:57:45.000000  1 httplog.go:132] "HTTP" verb="POST" URI="/run/ns/pod/ctr?cmd=id" latency="1ms" userAgent="curl/8 \"x\"" audit-ID="" srcIP="10.0.0.7:51234" resp=200"#,
            #"I1123 23:57:45.000000  1 httplog.go:132] "HTTP" verb="GET" URI="/healthz" latency="1ms" userAgent="kube-probe" srcIP="10.0.0.7:5" resp=200"#
        )
        #expect(found.map(\.route) == [.kubeletAPI])
        #expect(found.map(\.process.args) == [["id"]])
        #expect(found.map(\.actor.userAgent) == [#"curl/8 "x""#])
    }

    @Test func `what applications say otherwise is passed over without a word`() {
        let reading = readings(
            of: ApplicationLogDialect(),
            [
                "Starting", "{not json", "{\"level\":\"info\",\"msg\":\"x\"}", "I1123 x] y", "a | b", "1 | 2 | 3",
                "time=x", "\"HTTP\" verb=",
            ]
        )
        #expect(reading.deployments == [] && reading.problems == [])
    }

    @Test func `a log that is read in two sittings tells the same as in one`() throws {
        let lines = [
            Self.dashboard(#"{"name":"a","containerImage":"a"}"#),
            "2026-11-23 23:57:44,966 | kubeflow.kubeflow.crud_backend.authn | INFO | Handling request for user: ann",
            "2026-11-23 23:57:45,025 | apps.default.routes.post | INFO | Got body: {'name': 'n', 'namespace': 'one', 'image': 'n:1'}",
            "I0401 15:30:39.075500       7 interceptor.go:29] /kubeflow.pipelines.backend.api.v2beta1.RunService/CreateRun handler starting",
            #"time="2026-11-23T23:57:45Z" level=info msg="finished unary call with code OK" grpc.code=OK grpc.method=CreateWorkflow grpc.service=workflow.WorkflowService"#,
            Self.answer(201),
            #"127.0.0.6 - - [23/Nov/2026:23:57:45 +0000] "POST /api/namespaces/one/notebooks HTTP/1.1" 200 118 "-" "x""#,
            "I0401 15:30:39.075500       7 interceptor.go:37] /kubeflow.pipelines.backend.api.v2beta1.RunService/CreateRun handler finished",
            #"time="2026-11-23T23:57:46Z" level=info msg="HTTP request" method=POST path=/api/v1/workflows/argo status=200"#,
        ]
        for cut in lines.indices {
            var whole = ApplicationLogDialect()
            var reading = Reading()
            feed(lines[...], to: &whole, 0, &reading)
            whole.finish(into: &reading)
            var first = ApplicationLogDialect()
            var parts = Reading()
            feed(lines[..<cut], to: &first, 0, &parts)
            var second = ApplicationLogDialect()
            try second.recall(try first.memory())
            #expect(try second.memory() == first.memory())
            feed(lines[cut...], to: &second, cut, &parts)
            second.finish(into: &parts)
            #expect(parts.deployments == reading.deployments, "cut before line \(cut)")
        }
        var dialect = ApplicationLogDialect()
        #expect(throws: DialectMemoryError.self) { try dialect.recall([1, 2, 3]) }
    }

    private func feed(
        _ lines: ArraySlice<String>,
        to dialect: inout ApplicationLogDialect,
        _ start: Int,
        _ reading: inout Reading
    ) {
        for (index, line) in lines.enumerated() {
            let bytes = Array(line.utf8) + [UInt8](repeating: 0, count: 64)
            unsafe bytes.withUnsafeBytes { memory in
                let content = unsafe UnsafeRawBufferPointer(rebasing: memory[..<(bytes.count - 64)])
                let place = ContainerDeployment.LogPosition(path: "log", offset: start + index)
                dialect.read(unsafe RawRecord(bytes: content, position: place), into: &reading)
            }
        }
    }

    @Test func `any bytes are read to their end`() {
        var state: UInt64 = 11
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let parts: [[UInt8]] = [
            Array("Incoming HTTP/1.1 POST /api/v1/appdeployment request from ".utf8), Array("10.0.0.1:5: ".utf8),
            Array("Outcoming response to 10.0.0.1:5 with 201 status code".utf8),
            Array("2026-11-23 23:57:44,966 | a | b | ".utf8),
            Array("Got body: ".utf8), Array("Creating Notebook: ".utf8), Array("{'name': 'a', 'namespace': 'b'".utf8),
            Array("}".utf8),
            Array("%!s(MISSING)".utf8), Array("%!".utf8), Array("time=\"x\" msg=\"HTTP request\" ".utf8),
            Array("method=POST ".utf8),
            Array("path=/api/v1/workflows/a ".utf8), Array("Service/CreateRun handler starting".utf8), [0xFF, 0xC3],
            [9], [0], Array("\"".utf8),
            Array("\\".utf8), Array("\"HTTP\" verb=".utf8), Array("{\"auditID\":\"x\",\"requestURI\":".utf8),
            Array("Handling request for user: ".utf8),
        ]
        var dialect = ApplicationLogDialect()
        for _ in 0..<5_000 {
            _ = readings(of: &dialect, [(0..<(next() % 10)).flatMap { _ in parts[next() % parts.count] }])
        }
        for part in parts where !part.isEmpty {
            _ = readings(of: &dialect, [(0..<(100_000 / part.count)).flatMap { _ in part }])
        }
    }
}
