import Deployments
import Foundation
import JSON
import KubernetesAPI
import KubernetesAPITesting
import LiveIntake
import Testing

/// Lists and watches of an API server in miniature, which stands for kube-apiserver: that needs etcd.
@Suite(.timeLimit(.minutes(10))) struct ClusterWatchTests {
    private let folder: TestFolder
    private let fake: FakeAPIServer
    private let feed = TestFeed()

    init() throws {
        folder = try TestFolder()
        fake = try FakeAPIServer(in: folder.path)
    }

    private static let today: Int64 = 1_795_478_400
    private static let todayText = "2026-11-24T00:00:00Z"

    private func source(
        _ resources: [WatchedResource] = [.pods],
        _ change: (inout ClusterWatchSource.Configuration) -> Void = { _ in }
    ) throws -> ClusterWatchSource {
        let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
        var configuration = ClusterWatchSource.Configuration(name: "cluster", server: server)
        configuration.resources = resources
        change(&configuration)
        return ClusterWatchSource(configuration, now: { Self.today })
    }

    private func pod(
        _ name: String,
        image: String = "nginx:1",
        phase: String = "Pending",
        created: String = todayText,
        written: String? = nil,
        more: String = ""
    ) throws {
        let time = written ?? created
        let json =
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"uid":"uid-\#(name)","creationTimestamp":"\#(created)","managedFields":[{"manager":"kubectl","operation":"Update","time":"\#(time)","fieldsV1":{"f:spec":{}}}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","a":"b"}},"spec":{"containers":[{"name":"c","image":"\#(image)"}]\#(more)},"status":{"phase":"\#(phase)"}}"#
        try fake.put(json, at: "/api/v1/namespaces/shop/pods/\(name)")
    }

    private func watching(times: Int = 1, open: Int = 1) async throws {
        try await eventually("watching") {
            fake.requests.count { $0.contains("watch=1") } >= times && fake.openWatches >= open
        }
    }

    /// Type, name and image of each record.
    private var told: [String] {
        get throws {
            try feed.texts.map { text in
                try JSONParser().withDocument(text) { event in
                    let object = event["object"]
                    let image = object?["spec"]?["containers"]?.elements.map { $0["image"]?.string ?? "" }.first
                    return "\(event["type"]?.string ?? "") \(object?["metadata"]?["name"]?.string ?? "") \(image ?? "")"
                }
            }
        }
    }

    private func settled(_ wanted: [String]) async throws {
        try await eventually("\(wanted)") { try told.count >= wanted.count }
        #expect(try told == wanted)
    }

    @Test func `what stands at first is known, what is made and changed is told, status is not`() async throws {
        try pod("old")
        try await following(source(), into: feed) {
            try await watching()
            try pod("web")
            try pod("web", phase: "Running")
            try pod("old", phase: "Failed")
            try pod("web", image: "evil:1", phase: "Running")
            fake.remove("/api/v1/namespaces/shop/pods/web")
            try pod("last")
            try await settled(["ADDED web nginx:1", "MODIFIED web evil:1", "ADDED last nginx:1"])
        }
        let cursor = #"{"version":"107","time":1795478400}"#
        #expect(feed.cursors == ["pods": cursor])
        #expect(feed.records.map(\.position.path) == Array(repeating: "cluster:pods", count: 3))
        #expect(feed.records.map(\.position.offset) == [102, 105, 107])
        #expect(feed.waits.isEmpty && feed.losses.isEmpty)
    }

    @Test func `a record holds the object without its status and whose fields are whose`() async throws {
        try await following(source(), into: feed) {
            try await watching()
            try pod("web")
            try await settled(["ADDED web nginx:1"])
        }
        let text = try #require(feed.texts.first)
        #expect(text.contains(#""manager":"kubectl""#) && text.contains(#""a":"b""#))
        for word in ["fieldsV1", "last-applied", "phase"] { #expect(!text.contains(word)) }
    }

    @Test func `an ephemeral container is a change of its pod`() async throws {
        try await following(source(), into: feed) {
            try await watching()
            try pod("web")
            try pod("web", more: #","ephemeralContainers":[{"name":"d","image":"busybox"}]"#)
            try await settled(["ADDED web nginx:1", "MODIFIED web nginx:1"])
        }
    }

    @Test func `what stands at first is told where that is asked for, with its kind`() async throws {
        try fake.put(
            #"{"metadata":{"uid":"d"},"spec":{"template":{"spec":{"containers":[]}}}}"#,
            at: "/apis/apps/v1/namespaces/shop/deployments/web"
        )
        try await following(source([.deployments]) { $0.readsExisting = true }, into: feed) {
            try await watching()
            #expect(feed.texts.count == 1)
            let text = try #require(feed.texts.first)
            #expect(text.hasPrefix(#"{"type":"ADDED","object":{"kind":"Deployment","apiVersion":"apps/v1","#))
        }
    }

    @Test func `what a workload that is watched makes itself is left out`() async throws {
        func replicaSet(_ name: String, _ owner: String) throws {
            let json =
                #"{"kind":"ReplicaSet","apiVersion":"apps/v1","metadata":{"uid":"\#(name)"\#(owner)},"spec":{"replicas":1}}"#
            try fake.put(json, at: "/apis/apps/v1/namespaces/shop/replicasets/\(name)")
        }
        try await following(source([.replicaSets]), into: feed) {
            try await watching()
            try replicaSet("made", #","ownerReferences":[{"kind":"Deployment","name":"web","controller":true}]"#)
            try replicaSet("rollout", #","ownerReferences":[{"kind":"Rollout","name":"web","controller":true}]"#)
            try replicaSet("bare", "")
            try await settled(["ADDED rollout ", "ADDED bare "])
        }
    }

    @Test func `it goes on behind its cursor, and tells what came in between`() async throws {
        try pod("old")
        try await following(source(), into: feed) { try await watching() }
        try pod("between")
        try pod("old", phase: "Running", created: "2026-01-01T00:00:00Z")
        try pod("old", image: "evil:1", created: "2026-01-01T00:00:00Z", written: Self.todayText)
        try await following(source(), from: feed.cursors, into: feed) {
            try await settled(["ADDED between nginx:1", "MODIFIED old evil:1"])
        }
        #expect(fake.requests.filter { !$0.contains("watch=1") }.count == 1)
    }

    @Test(arguments: [true, false])
    func `a watch that ends goes on where it ended`(inOrder: Bool) async throws {
        try await following(source(), into: feed) {
            try await watching()
            try pod("a")
            try await settled(["ADDED a nginx:1"])
            fake.endWatches(inOrder: inOrder)
            try pod("b")
            try await settled(["ADDED a nginx:1", "ADDED b nginx:1"])
            #expect(feed.waits.isEmpty == inOrder)
            try await eventually("following again") { feed.isFollowing }
        }
        #expect(fake.requests.filter { !$0.contains("watch=1") }.count == 1)
        #expect(feed.losses.isEmpty)
    }

    @Test func `a version that was forgotten is made up for by a list, held against what is known`() async throws {
        try pod("same")
        try pod("changed")
        try pod("replaced")
        try pod("removed")
        try await following(source(), into: feed) {
            try await watching()
            fake.fail("watch=1", with: 503, "ServiceUnavailable", "")
            fake.endWatches(inOrder: true)
            try pod("same", phase: "Running")
            try pod("changed", image: "evil:1")
            try fake.put(
                #"{"metadata":{"uid":"new"},"spec":{"containers":[{"image":"nginx:1"}]}}"#,
                at: "/api/v1/namespaces/shop/pods/replaced"
            )
            fake.remove("/api/v1/namespaces/shop/pods/removed")
            try pod("made")
            fake.compact()
            fake.mend()
            try await settled(["MODIFIED changed evil:1", "ADDED made nginx:1", "ADDED replaced nginx:1"])
            #expect(feed.losses.count == 1)
            try await watching(times: 3)
            try pod("after")
            try await eventually("what comes after") { try told.last == "ADDED after nginx:1" }
        }
    }

    @Test func `a cursor that was forgotten is made up for by what was made and written since`() async throws {
        try pod("old", created: "2026-01-01T00:00:00Z")
        try pod("changed", created: "2026-01-01T00:00:00Z")
        try await following(source(), into: feed) { try await watching() }
        try pod("changed", image: "evil:1", created: "2026-01-01T00:00:00Z", written: Self.todayText)
        try pod("made")
        fake.compact()
        try await following(source(), from: feed.cursors, into: feed) {
            try await settled(["MODIFIED changed evil:1", "ADDED made nginx:1"])
            #expect(feed.losses.count == 1)
        }
    }

    @Test func `a bookmark moves the cursor on`() async throws {
        try await following(source(), into: feed) {
            try await watching()
            try fake.put("{}", at: "/api/v1/namespaces/shop/secrets/x")
            fake.bookmark()
            try await eventually("the cursor") { feed.cursors["pods"]?.contains(#""101""#) ?? false }
        }
        #expect(feed.records.isEmpty)
    }

    @Test func `a resource that may not be read is told, and the others are followed`() async throws {
        fake.fail("/apis/batch", with: 403, "Forbidden", "jobs is forbidden")
        try await following(source([.pods, .jobs]), into: feed) {
            try await eventually("the complaint") { !feed.waits.isEmpty }
            try await watching()
            try pod("web")
            try await settled(["ADDED web nginx:1"])
            #expect(feed.waits.allSatisfy { $0.contains("jobs is forbidden") })
            #expect(!feed.isFollowing)
            fake.mend()
            try await watching(times: 2, open: 2)
            try pod("next")
            try await eventually("following") { feed.isFollowing }
        }
    }

    @Test func `namespaces are watched one by one where they are named`() async throws {
        let source = try source { $0.namespaces = ["shop", "bank"] }
        try await following(source, into: feed) {
            try await watching(times: 2, open: 2)
            try pod("web")
            try await settled(["ADDED web nginx:1"])
        }
        #expect(Set(feed.cursors.keys) == ["pods@shop", "pods@bank"])
    }

    @Test func `an object that is none costs only itself`() async throws {
        try await following(source(), into: feed) {
            try await watching()
            try fake.put(#"{"spec":[]}"#, at: "/api/v1/namespaces/shop/pods/none")
            try pod("web")
            try await settled(["ADDED web nginx:1"])
        }
    }

    @Test func `what cannot be followed as it is configured is refused`() async throws {
        for source in [
            try source([]), try source([.pods, .pods]), try source { $0.namespaces = ["a", "a"] },
            try source { $0.batchRecords = 0 },
        ] {
            await #expect(throws: LiveSourceError.self) { try await source.follow(from: [:], into: feed) }
        }
    }
}
