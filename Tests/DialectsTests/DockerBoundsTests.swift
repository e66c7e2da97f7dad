import Deployments
import Dialects
import Testing

/// What is remembered of Docker's requests is bounded, and found however much is remembered.
@Suite struct DockerBoundsTests {
    private static func create(_ name: String) -> String {
        #"{"source_ip":"192.0.2.1","method":"POST","target":"/containers/create?name=\#(name)","body":{"Image":"a"}}"#
    }

    private static func start(_ name: String) -> String {
        #"{"source_ip":"192.0.2.1","method":"POST","target":"/containers/\#(name)/start"}"#
    }

    @Test(arguments: [(name: "n0", isToldAlone: true), ("n99", true), ("n100", false), ("n1123", false)])
    func `a start is joined to any of the last thousand creates`(name: String, isToldAlone: Bool) {
        let lines = (0..<1_124).map { Self.create("n\($0)") } + [Self.start(name)]
        let actions = readings(of: HTTPRequestsDialect(), lines).deployments.map(\.event.action)
        #expect(actions.contains(.containerStart) == isToldAlone)
    }

    @Test func `of two creates by one name each is joined to a start`() {
        let lines = [Self.create("x"), Self.create("x"), Self.start("x"), Self.start("x"), Self.start("x")]
        let actions = readings(of: HTTPRequestsDialect(), lines).deployments.map(\.event.action)
        #expect(actions == [.containerCreate, .containerCreate, .containerStart])
    }

    @Test func `an id that no create shows is that of the last container made`() {
        let id = "0123456789abcdef"
        let lines = [Self.create("x"), Self.start(id), Self.start(id)]
        let actions = readings(of: HTTPRequestsDialect(), lines).deployments.map(\.event.action)
        #expect(actions == [.containerCreate, .containerStart])
    }

    @Test func `many creates that nobody starts are told in their order, each failure with its own`() {
        let time = #"time="2026-11-24T00:00:00Z" level=debug msg="#
        var lines = (0..<1_000).flatMap { index in
            [
                time + #""Calling POST /v1.41/containers/create?name=n\#(index)""#,
                time + #""form data: {\"Image\":\"image-\#(index)\",\"HostConfig\":{}}""#,
            ]
        }
        let failure = #"Handler for POST /v1.41/containers/create returned error: No such image: image-990:latest"#
        lines.append(time + "\"\(failure)\"")
        let told = readings(of: DockerLogDialect(), lines).deployments
        #expect(told.map(\.container.name) == (0..<1_000).map { "n\($0)" })
        #expect(told.filter { $0.event.outcome == .failure }.map(\.container.name) == ["n990"])
    }

    @Test(arguments: [(keys: ["a", "b"], isTwice: false), (["a", "a"], true)])
    func `keys are told apart to their last byte, however many there are`(keys: [String], isTwice: Bool) {
        let long = String(repeating: "x", count: 300)
        for count in [0, 200] {
            let members = (keys + (0..<count).map { "k\($0)" }).map { "\"\(long)\($0)\":{}" }.joined(separator: ",")
            let line = #"{"method":"POST","target":"/containers/create","body":{"Image":"a",\#(members)}}"#
            let defects = readings(of: HTTPRequestsDialect(), [line]).deployments.first?.defects
            #expect(defects == (isTwice ? [.duplicateKeys] : []))
        }
    }

    @Test(arguments: [
        ("a=%2Fx&name=b%2Bc+d", "b+c d"), ("n%61me=first&name=second", "first"), ("name", ""), ("&&name=a=b", "a=b"),
        ("name=%zz%4", "%zz%4"),
    ])
    func `a parameter is read as the server decodes it`(query: String, name: String) {
        let line = #"{"method":"POST","target":"/containers/create?\#(query)","body":{"Image":"a"}}"#
        #expect(readings(of: HTTPRequestsDialect(), [line]).deployments.first?.container.name == name)
    }
}
