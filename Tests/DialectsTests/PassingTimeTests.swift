import Deployments
import Dialects
import Testing

/// What dialects hold back for a partner, on a log that falls silent.
@Suite struct PassingTimeTests {
    /// Reads the lines, lets time go on so often, and reads more; what was told before and after.
    private static func told(
        _ dialect: some RememberingDialect,
        _ lines: [String],
        passes: Int,
        then more: [String] = []
    ) -> (before: [ContainerDeployment], after: [ContainerDeployment], isHolding: Bool) {
        var dialect: any RememberingDialect = dialect
        var reading = Reading()
        var offset = 0
        func read(_ lines: [String]) {
            for line in lines {
                DialectMemoryTests.read(Array(line.utf8), at: offset, with: &dialect, into: &reading)
                offset += line.utf8.count + 1
            }
        }
        read(lines)
        for _ in 0..<passes { dialect.passTime(into: &reading) }
        let before = reading.deployments
        reading.removeAll()
        let isHolding = dialect.isHolding
        read(more)
        dialect.finish(into: &reading)
        return (before, reading.deployments, isHolding)
    }

    private static let create = [
        #"time="2026-11-24T15:47:23Z" level=debug msg="Calling POST /v1.41/containers/create?name=web""#,
        #"time="2026-11-24T15:47:23Z" level=debug msg="form data: {\"Image\":\"nginx\",\"HostConfig\":{\"Privileged\":true}}""#,
    ]
    private static let start =
        #"time="2026-11-24T15:47:24Z" level=debug msg="Calling POST /v1.41/containers/web/start""#

    @Test func `a container is told the second time that time goes on, though its daemon says nothing more`() {
        let first = Self.told(DockerLogDialect(), Self.create, passes: 1)
        #expect(first.before.isEmpty)
        #expect(first.isHolding)
        let second = Self.told(DockerLogDialect(), Self.create, passes: 2)
        #expect(second.before.map(\.container.name) == ["web"])
        #expect(second.before.map(\.security.privileged) == [true])
        #expect(second.after.isEmpty)
        #expect(!second.isHolding)
    }

    @Test func `a start in time is told with its create, and a later one by itself`() {
        let together = Self.told(DockerLogDialect(), Self.create, passes: 1, then: [Self.start])
        #expect(together.before.isEmpty)
        #expect(together.after.map(\.event.action) == [.containerCreate])
        #expect(together.after.map(\.event.outcome) == [.success])
        let apart = Self.told(DockerLogDialect(), Self.create, passes: 2, then: [Self.start])
        #expect(apart.before.map(\.event.action) == [.containerCreate])
        #expect(apart.after.map(\.event.action) == [.containerStart])
        #expect(apart.after.map(\.container.imageText) == ["nginx"])
    }

    @Test func `a request whose body does not follow is told without it`() {
        let told = Self.told(DockerLogDialect(), [Self.create[0]], passes: 3)
        // Told to the holders of deployments at the second, and by them at the third.
        #expect(told.before.map(\.visibility) == [.bodyNotLogged])
        #expect(!told.isHolding)
    }

    @Test func `an audited request that was received is told when no answer can come any more`() {
        let line = KubernetesAuditTests.event(stage: "RequestReceived", code: 0, request: KubernetesAuditTests.pod)
        let early = Self.told(KubernetesAuditDialect(), [line], passes: 90)
        #expect(early.before.isEmpty)
        #expect(early.isHolding)
        let late = Self.told(KubernetesAuditDialect(), [line], passes: 91)
        #expect(late.before.map(\.event.outcome) == [.unknown])
        #expect(!late.isHolding)
    }

    @Test func `a dashboard's request is told when its answer does not come`() {
        let line = ApplicationLogTests.dashboard(#"{"name":"a","containerImage":"a"}"#)
        #expect(Self.told(ApplicationLogDialect(), [line], passes: 30).before.isEmpty)
        #expect(Self.told(ApplicationLogDialect(), [line], passes: 31).before.map(\.container.imageText) == ["a"])
        let answered = Self.told(ApplicationLogDialect(), [line], passes: 30, then: [ApplicationLogTests.answer(201)])
        #expect(answered.after.map(\.event.outcome) == [.success])
    }

    @Test func `a call that no request follows is told soon, in a container's log too`() {
        let line =
            #"time="2026-11-23T23:57:45Z" level=info msg="finished unary call with code OK" grpc.code=OK grpc.method=CreateWorkflow grpc.service=workflow.WorkflowService"#
        #expect(Self.told(ContainerLogDialect(), [line], passes: 1).before.isEmpty)
        let told = Self.told(ContainerLogDialect(), [line], passes: 2)
        #expect(told.before.map(\.route) == [.argoWorkflows])
        #expect(!told.isHolding)
    }

    @Test func `what holds nothing back says so`() {
        #expect(!DockerLogDialect().isHolding)
        #expect(!AccessLogDialect().isHolding)
        #expect(!SyslogDialect(DockerLogDialect()).isHolding)
    }
}
