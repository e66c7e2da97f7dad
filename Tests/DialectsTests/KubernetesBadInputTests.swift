import Deployments
import Dialects
import Testing

@Suite struct KubernetesBadInputTests {
    typealias Audit = KubernetesAuditTests

    static let event = Audit.event(request: Audit.pod)
    static let next = Audit.event(id: "2", user: "bob", request: Audit.pod)

    static func reading(_ lines: String...) -> Reading { readings(of: KubernetesAuditDialect(), lines) }

    @Test func `a line that is cut still says who asked for what`() throws {
        let cut = String(Self.event.prefix(Self.event.count - 60))
        let reading = Self.reading(cut, Self.next)
        let one = try #require(reading.deployments.first)
        #expect(reading.deployments.count == 2)
        #expect(one.actor.userName == "alice")
        #expect(one.event.action == .podCreate)
        #expect(one.defects == [.truncated])
        #expect(one.visibility == .truncated)
        #expect(one.container.imageText == nil)
        #expect(reading.problems.count == 1)
        #expect(reading.problems.first?.position.offset == 0 || reading.problems.first?.position.path == "test")
    }

    @Test func `a cut line that deploys nothing is only a problem`() {
        let lease = Audit.event("update", "leases", request: Audit.pod)
        let reading = Self.reading(String(lease.prefix(lease.count - 40)), Self.next)
        #expect(reading.deployments.map(\.actor.userName) == ["bob"])
        #expect(reading.problems.count == 1)
    }

    @Test func `a line cut before it says what it is may have been anything`() {
        let reading = Self.reading(String(Self.event.prefix(90)), Self.next)
        #expect(reading.deployments.map(\.defects) == [[.truncated], []])
        #expect(reading.deployments.map(\.actor.userName) == [nil, "bob"])
    }

    @Test func `the rest of a cut line is a problem and nothing else`() {
        for count in [20, 200, 400, 500, 550] {
            let reading = Self.reading(String(Self.event.dropFirst(count)), Self.next)
            #expect(reading.deployments.map(\.actor.userName) == ["bob"], "\(count)")
            #expect(reading.problems.count == 1, "\(count)")
        }
    }

    @Test func `an oversized record tells what its head says`() {
        var dialect = KubernetesAuditDialect(maximumRecordBytes: 2_048)
        let long = Self.event.replacing("\"a\"", with: "\"\(String(repeating: "a", count: 4_096))\"")
        let reading = readings(of: &dialect, [long, Self.next])
        #expect(reading.deployments.map(\.actor.userName) == ["alice", "bob"])
        #expect(reading.deployments.map(\.defects) == [[.oversized], []])
        #expect(reading.problems.count == 1)
    }

    @Test func `a body nested too deep does not hide its request`() {
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        let event = Audit.event("create", "workflows", request: "{\"spec\":\(deep)}")
        let reading = Self.reading(event, Self.next)
        #expect(reading.deployments.map(\.actor.userName) == ["alice", "bob"])
        #expect(reading.deployments.map(\.defects) == [[.oversized], []])
        #expect(reading.problems.count == 1)
    }

    @Test(arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x00]] as [[UInt8]])
    func `bytes that are no text cost one member`(bytes: [UInt8]) throws {
        let agent = Array("kubectl/v1".utf8)
        var event = Array(Self.event.utf8)
        let start = try #require(event.indices.first { event[$0...].starts(with: agent) })
        event.insert(contentsOf: bytes, at: start)
        var dialect = KubernetesAuditDialect()
        let reading = readings(of: &dialect, [event, Array(Self.next.utf8)])
        #expect(reading.deployments.map(\.actor.userName) == ["alice", "bob"])
        #expect(reading.deployments.map(\.actor.userAgent) == [nil, "kubectl/v1"])
        #expect(reading.deployments.first?.defects.isEmpty == false)
        #expect(reading.problems.count == 1)
    }

    @Test func `a list that is broken in one place costs one event`() {
        let list = { (events: [String]) in #"{"kind":"EventList","items":["# + events.joined(separator: ",") }
        let other = Audit.event(id: "3", user: "carol", request: Audit.pod)
        let broken = Self.event.replacing("\"verb\":", with: "\"verb\"")
        let reading = Self.reading(list([broken, Self.next, other]) + "]}")
        #expect(reading.deployments.map(\.actor.userName) == ["bob", "carol"])
        #expect(reading.problems.count == 1)
        let cut = Self.reading(list([Self.next, other, String(Self.event.prefix(400))]))
        #expect(cut.deployments.map(\.actor.userName) == ["bob", "carol", "alice"])
        #expect(cut.deployments.map(\.defects) == [[], [], [.truncated]])
    }

    @Test func `what the API server cut is told as cut`() {
        let event = Audit.event().replacing(
            #""responseStatus""#,
            with: #""annotations":{"audit.k8s.io/truncated":"true"},"responseStatus""#
        )
        let found = Self.reading(event).deployments
        #expect(found.map(\.visibility) == [.truncated])
        #expect(found.map(\.defects) == [[.truncated]])
    }

    @Test func `keys written twice are told, in the event and in its body`() {
        let body = Audit.event(request: Audit.pod.replacing(#""image":"a""#, with: #""image":"a","image":"b""#))
        let head = Self.event.replacing(#""verb":"create""#, with: #""verb":"get","verb":"create""#)
        #expect(Self.reading(body).deployments.map(\.defects) == [[.duplicateKeys]])
        #expect(Self.reading(head).deployments.map(\.defects) == [[.duplicateKeys]])
    }

    @Test func `keys written twice are told among many, and however deep`() {
        let many = (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",")
        // Looking twice at each level would never end.
        func body(_ innermost: String) -> String {
            let deep = (0..<60).reduce("{\(many),\(innermost)}") { inner, _ in "{\"in\":\(inner),\(many)}" }
            return Audit.event(request: Audit.pod.replacing(#""image":"a""#, with: "\"image\":\"a\",\"x\":\(deep)"))
        }
        #expect(Self.reading(body(#""k":0"#)).deployments.map(\.defects) == [[]])
        #expect(Self.reading(body(#""k3":0"#)).deployments.map(\.defects) == [[.duplicateKeys]])
        #expect(Self.reading(body(#""k39":0"#)).deployments.map(\.defects) == [[.duplicateKeys]])
    }

    @Test func `the same event twice is one deployment, and another under its id is another`() {
        let other = Self.event.replacing(#""image":"a""#, with: #""image":"b""#)
        #expect(Self.reading(Self.event, Self.event, other).deployments.map(\.container.imageText) == ["a", "b"])
    }

    @Test func `a refusal without credentials has only its start`() {
        let event = Audit.event(user: "", stage: "ResponseStarted", code: 401)
        let found = Self.reading(event).deployments
        #expect(found.map(\.event.outcome) == [.failure])
        #expect(found.map(\.actor.userName) == [nil])
    }

    @Test func `a request that turns out to deploy nothing is not told when the log ends`() {
        let received = Audit.event("patch", "deployments", stage: "RequestReceived", code: 0)
        let done = Audit.event("patch", "deployments", code: 200, request: #"{"metadata":{"labels":{"a":"b"}}}"#)
        #expect(Self.reading(received, done).deployments.isEmpty)
    }

    @Test func `parts of a line that never ends are told as cut`() {
        let line = "2026-11-24T00:00:00.0Z stdout P " + String(Self.event.prefix(400))
        let reading = Self.reading(line)
        #expect(reading.deployments.map(\.actor.userName) == ["alice"])
        #expect(reading.deployments.map(\.defects) == [[.truncated]])
        #expect(reading.problems.count == 1)
    }
}
