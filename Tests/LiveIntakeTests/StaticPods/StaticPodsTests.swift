import Deployments
import Foundation
@testable import LiveIntake
import Testing

@Suite struct StaticPodsTests {
    private func source(_ path: String) -> StaticPods {
        var configuration = StaticPods.Configuration()
        configuration.path = path
        configuration.maximumRecordBytes = 2_000
        configuration.pollInterval = .milliseconds(50)
        configuration.settleTime = .milliseconds(30)
        return StaticPods(name: "static", configuration)
    }

    @Test func `what the kubelet runs is given, whatever it is called, and nothing else`() async throws {
        let folder = try LogFolder()
        for name in ["etcd.yaml", "api", "x.yaml.bak", ".hidden.yaml", "inner/pod.yaml"] {
            try folder.append("kind: Pod # \(name)\n", to: name)
        }
        try folder.append("", to: "empty.yaml")
        try folder.append(String(repeating: "x", count: 3_000), to: "long.yaml")
        let feed = RecordingFeed()
        let source = source(folder.path)
        #expect(try await source.run(into: feed) { feed.records.count == 4 })
        #expect(try await source.run(into: feed, patience: .milliseconds(400)) { feed.records.count > 4 } == false)
        #expect(feed.batches.map(\.stream) == ["api", "etcd.yaml", "long.yaml", "x.yaml.bak"].map(folder.path))
        #expect(feed.lines[0] == "kind: Pod # api\n")
        #expect(feed.records.map(\.defects) == [[], [], [.oversized], []])
        #expect(feed.records[2].bytes.count == 2_000)
    }

    @Test func `a change is given once, also one that nobody saw, and what goes ends its stream`() async throws {
        let folder = try LogFolder()
        let path = try folder.append("one\n", to: "a.yaml")
        let feed = RecordingFeed()
        #expect(try await source(folder.path).run(into: feed) { feed.records.count == 1 })
        try folder.append("two\n", to: "a.yaml")
        #expect(try await source(folder.path).run(into: feed) { feed.records.count == 2 })
        // Written again with what it held: no change.
        try Data("one\ntwo\n".utf8).write(to: URL(filePath: path))
        #expect(
            try await source(folder.path).run(into: feed, patience: .milliseconds(400)) { feed.records.count > 2 }
                == false
        )
        try folder.remove("a.yaml")
        #expect(try await source(folder.path).run(into: feed) { feed.batches.last?.isLast == true })
        #expect(feed.lines == ["one\n", "one\ntwo\n"])
        #expect(feed.cursors == [:])
    }

    @Test func `a folder that is not there is waited for`() async throws {
        let folder = try LogFolder()
        let feed = RecordingFeed()
        let isFound = try await source(folder.path("manifests")).run(into: feed) {
            feed.records.count == 1
        } while: {
            while feed.health.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            try folder.append("kind: Pod\n", to: "manifests/a.yaml")
        }
        #expect(isFound)
        #expect(
            feed.health.first
                == .waiting(reason: "\(folder.path("manifests")): no such file or folder", attempt: 1)
        )
        #expect(feed.health.last == .following(lag: nil))
    }
}
