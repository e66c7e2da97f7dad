import Deployments
import Dialects
import Testing

/// What container runtimes keep of containers' output.
@Suite struct ContainerLogTests {
    static let access = AccessLogTests.line("POST", "/v1/jobs")
    static let audit =
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/pods","verb":"create","user":{"username":"ann"},"objectRef":{"resource":"pods","namespace":"a","name":"p","apiVersion":"v1"},"responseStatus":{"code":201},"stageTimestamp":"2026-11-24T00:00:00.000000Z"}"#

    static func cri(_ text: String, _ tag: String = "F", _ stream: String = "stdout") -> String {
        "2026-11-24T00:00:00.123456789Z \(stream) \(tag) \(text)"
    }

    static func file(_ text: String, end: String = "\\n", stream: String = "stdout") -> String {
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return #"{"log":"\#(quoted)\#(end)","stream":"\#(stream)","time":"2026-11-24T00:00:00.123456789Z"}"#
    }

    @Test func `access logs, application logs and audit events are told apart line by line`() {
        let dashboard = ApplicationLogTests.dashboard(#"{"name":"a","containerImage":"a"}"#)
        for wrap in [{ Self.cri($0) }, { Self.file($0) }, { $0 }] as [(String) -> String] {
            let lines = ["hello", Self.access, dashboard, Self.audit, ApplicationLogTests.answer(201)].map(wrap)
            let reading = readings(of: ContainerLogDialect(), lines)
            #expect(reading.problems == [])
            #expect(Set(reading.deployments.map(\.event.dataset)) == [.nginxAccess, .managementLog, .kubernetesAudit])
            #expect(reading.deployments.count == 3)
        }
    }

    @Test func `parts of a line are put together, each stream's by itself`() {
        let half = Self.access.index(Self.access.startIndex, offsetBy: 70)
        let (first, second) = (String(Self.access[..<half]), String(Self.access[half...]))
        let criLines = [
            Self.cri(first, "P"), Self.cri("x", "P", "stderr"), Self.cri("y", "F", "stderr"), Self.cri(second, "F"),
        ]
        let fileLines = [Self.file(first, end: ""), Self.file("x", stream: "stderr"), Self.file(second)]
        for lines in [criLines, fileLines] {
            let reading = readings(of: ContainerLogDialect(), lines)
            #expect(reading.deployments.map(\.route) == [.nomad])
            #expect(reading.deployments.map(\.log?.offset) == [0])
        }
        // The end of a line that never came.
        #expect(readings(of: ContainerLogDialect(), [Self.cri(Self.access, "P")]).deployments.map(\.route) == [.nomad])
    }

    @Test func `a line of many parts is kept to a bound, and told`() {
        let part = String(repeating: "x", count: 1_000)
        let lines = Array(repeating: Self.cri(part, "P"), count: 100) + [Self.cri("x"), Self.cri(Self.access)]
        let reading = readings(of: ContainerLogDialect(maximumRecordBytes: 10_000), lines)
        #expect(reading.problems.map(\.position.offset) == [0])
        #expect(reading.deployments.count == 1)
    }

    @Test func `the runtime's time is a request's that shows none`() throws {
        let line = "I0401 15:30:39.075500       7 interceptor.go:29] /api.RunService/CreateRun handler starting"
        let one = try #require(readings(of: ContainerLogDialect(), [Self.cri(line)]).deployments.first)
        #expect(one.event.timestamp?.description == "2026-11-24T00:00:00.123456Z")
    }

    @Test func `a log that is read in two sittings tells the same as in one`() throws {
        let half = Self.access.index(Self.access.startIndex, offsetBy: 70)
        var first = ContainerLogDialect()
        var reading = Reading()
        feed(Self.cri(String(Self.access[..<half]), "P"), to: &first, &reading)
        feed(
            Self.cri(ApplicationLogTests.dashboard(#"{"name":"a","containerImage":"a"}"#), "F", "stderr"),
            to: &first,
            &reading
        )
        var second = ContainerLogDialect()
        try second.recall(try first.memory())
        feed(Self.cri(String(Self.access[half...])), to: &second, &reading)
        feed(Self.cri(ApplicationLogTests.answer(201), "F", "stderr"), to: &second, &reading)
        #expect(reading.deployments.map(\.route) == [.nomad, .kubernetesDashboard])
        #expect(throws: DialectMemoryError.self) { try second.recall([]) }
    }

    private func feed(_ line: String, to dialect: inout ContainerLogDialect, _ reading: inout Reading) {
        let bytes = Array(line.utf8) + [UInt8](repeating: 0, count: 64)
        unsafe bytes.withUnsafeBytes { memory in
            let content = unsafe UnsafeRawBufferPointer(rebasing: memory[..<(bytes.count - 64)])
            dialect.read(unsafe RawRecord(bytes: content, position: .init(path: "log", offset: 0)), into: &reading)
        }
    }

    @Test func `any bytes are read to their end`() {
        var state: UInt64 = 5
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let parts: [[UInt8]] = [
            Array("2026-11-24T00:00:00.1Z stdout ".utf8), Array("P ".utf8), Array("F ".utf8), Array(Self.access.utf8),
            Array(Self.audit.utf8), Array(#"{"log":""#.utf8),
            Array(#"","stream":"stdout","time":"2026-11-24T00:00:00Z"}"#.utf8),
            [0xFF], [0], Array("\\n".utf8), Array("{".utf8),
        ]
        var dialect = ContainerLogDialect(maximumRecordBytes: 4_096)
        for _ in 0..<3_000 {
            _ = readings(of: &dialect, [(0..<(next() % 8)).flatMap { _ in parts[next() % parts.count] }])
        }
    }
}
