import Foundation
import KubernetesAPI
import KubernetesAPITesting
import Testing

@testable import Delivery

/// The API server is one in miniature: see `FakeAPIServer`.
@Suite(.timeLimit(.minutes(10))) struct EventSinkTests {
    private static let path = "/apis/events.k8s.io/v1/namespaces/shop/events"

    private func alert(_ sequence: Int64, rule: String = "r", _ changes: [String: String?] = [:]) -> Alert {
        var fields: [String: String?] = [
            "orchestrator.type": "kubernetes", "orchestrator.namespace": "shop",
            "orchestrator.resource.type": "daemonset",
            "orchestrator.resource.name": "web", "user.name": "alice",
        ]
        fields.merge(changes) { $1 }
        return .sample(sequence, rule: rule, fields: fields.compactMapValues { $0 })
    }

    private func withSink(_ body: (EventSink, FakeAPIServer) async throws -> Void) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let fake = try FakeAPIServer(in: folder.path)
        let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
        try await APIClient.connected(to: server) { api in
            try await body(EventSink(.init(instance: "node-1"), api: api, clock: SimulatedClock().clock), fake)
        }
    }

    @Test func `an alert is an Event on the object that it speaks of`() async throws {
        try await withSink { sink, fake in
            try await sink.send([alert(1)])
            #expect(fake.requests == ["POST \(Self.path)"])
            let name = EventBody.name(of: alert(1), on: try #require(EventObject(alert(1))))
            let event = try #require(fake.object(at: "\(Self.path)/\(name)"))
            // https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/: what is required.
            #expect(event["eventTime"]?.text == "2025-11-30T06:00:00.000000Z")
            #expect(event["reportingController"]?.text == "tidewaiter.io/watch")
            #expect(event["reportingInstance"]?.text == "node-1")
            #expect(event["action"]?.text == "Detected")
            #expect(event["reason"]?.text == "PrivilegedContainer")
            #expect(event["type"]?.text == "Warning")
            #expect(
                event["note"]?.text
                    == "high: Privileged container: alice created a privileged container [finding id-1]"
            )
            #expect(event["series"] == nil)
            let regarding = Tree.map([
                "apiVersion": .text("apps/v1"), "kind": .text("DaemonSet"), "namespace": .text("shop"),
                "name": .text("web"),
            ])
            #expect(event["regarding"] == regarding)
        }
    }

    @Test func `what happens again is counted, and what is told again is not`() async throws {
        try await withSink { sink, fake in
            try await sink.send([alert(1)])
            try await sink.send([alert(1)])
            var summary = alert(4)
            summary.repeats = .init(count: 3, first: nil, ids: [])
            try await sink.send([summary, alert(5, rule: "other")])
            #expect(fake.requests.map { String($0.prefix(5)) } == ["POST ", "PATCH", "POST "])
            let name = EventBody.name(of: alert(1), on: try #require(EventObject(alert(1))))
            let event = try #require(fake.object(at: "\(Self.path)/\(name)"))
            let series = Tree.map(["count": .number(4), "lastObservedTime": .text("2025-11-30T06:00:00.000000Z")])
            #expect(event["series"] == series)
            // After an hour it is gone, and begins anew.
            fake.remove("\(Self.path)/\(name)")
            try await sink.send([alert(6)])
            let next = EventBody.name(of: alert(6), on: try #require(EventObject(alert(6))))
            #expect(fake.object(at: "\(Self.path)/\(next)") != nil)
        }
    }

    @Test func `after a restart what was told is there already`() async throws {
        try await withSink { sink, fake in
            try await sink.send([alert(1)])
            let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
            try await APIClient.connected(to: server) { api in
                try await EventSink(.init(instance: "node-1"), api: api).send([alert(1)])
            }
            #expect(fake.requests.count == 2)
        }
    }

    @Test func `what is on no object of Kubernetes is not for it`() async throws {
        let changes: [[String: String?]] = [
            ["orchestrator.resource.name": nil], ["orchestrator.resource.name": "../x"],
            ["orchestrator.resource.name": "a\nb"], ["orchestrator.namespace": "a/b"],
            ["orchestrator.type": "docker"], ["orchestrator.type": nil, "orchestrator.namespace": nil],
            ["orchestrator.resource.type": "we ird"],
        ]
        try await withSink { sink, _ in
            #expect(sink.concerns(alert(1)))
            for change in changes { #expect(!sink.concerns(alert(1, change)), "\(change)") }
        }
    }

    @Test(arguments: [
        ("pods/exec", "v1", "Pod"), ("pods", "v1", "Pod"), ("cronjob", "batch/v1", "CronJob"),
        ("widget", "example.com/v1", "Widget"),
    ])
    func `an object's kind is known by its resource`(type: String, version: String, kind: String) {
        let object = EventObject(
            alert(1, ["orchestrator.resource.type": type, "deployment.resource.group": "example.com"])
        )
        #expect(object?.apiVersion == version && object?.kind == kind)
    }

    @Test func `hostile texts stay within an Event's bounds`() throws {
        let text = "\"\n\u{0}\u{202e}" + String(repeating: "é", count: 1 << 19)
        var hostile = alert(1, ["orchestrator.resource.name": String(repeating: "a", count: 253)])
        (hostile.title, hostile.sentence, hostile.id) = (text, text, text)
        let object = try #require(EventObject(hostile))
        let name = EventBody.name(of: hostile, on: object)
        #expect(
            name.utf8.count <= 253
                && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2e }
        )
        let json = EventBody(configuration: .init(instance: text), alert: hostile, object: object)
            .json(name: name, now: SimulatedClock().clock.now(), count: 5)
        let event = try Tree(json: json)
        #expect((event["note"]?.text?.utf8.count ?? 9_999) <= 1_024)
        #expect((event["reason"]?.text?.utf8.count ?? 9_999) <= 128)
        #expect((event["reportingInstance"]?.text?.utf8.count ?? 9_999) <= 128)
    }

    @Test func `a server that is busy is asked later, and one that refuses is not`() async throws {
        try await withSink { sink, fake in
            for (status, isTransient) in [(429, true), (503, true), (403, true), (422, false), (404, false)] {
                fake.fail("POST \(Self.path)", with: status, "Some", "because")
                let error = await failure { () throws(DeliveryError) in try await sink.send([alert(1), alert(2)]) }
                #expect(error?.failures?.map(\.isTransient) == [isTransient, isTransient], "\(status)")
                fake.mend()
            }
        }
    }
}
