import Foundation
import Testing

@Suite(.serialized, .enabled(if: LoadBalancer.isInstalled, "needs HAProxy: Scripts/setup tests"))
struct ReplicaTests {
    private func certificates() throws -> Folder {
        let folder = try Folder()
        try TestAuthority(in: folder).makeCertificate()
        try folder.write(RunningWebhook.review, as: "review.json")
        return folder
    }

    @Test func `no admission fails while one replica after the other is killed and started again`() throws {
        let folder = try certificates()
        let replicas = try (0..<2).map { _ in try WebhookReplica(certificates: folder) }
        for replica in replicas { try #require(replica.isReady()) }
        let balancer = try LoadBalancer(before: replicas.map(\.port), in: folder)
        try #require(balancer.finds(up: 2), "\(balancer.messages)")
        let reading = try Reviewers(4, at: balancer.readingPort, in: folder)
        let passing = try Reviewers(4, at: balancer.passingPort, in: folder)
        for replica in replicas + replicas {
            usleep(500_000)
            replica.kill()
            usleep(500_000)
            try replica.startAgain()
            try #require(balancer.finds(up: 2), "\(balancer.messages)")
        }
        let (read, passed) = (try reading.finish(), try passing.finish())
        for result in [read, passed] {
            #expect(result.failed == [])
            #expect(result.answered > 200)
            #expect(result.slowest < 5)
        }
        // Every answer was a decision, and stands in a log, whoever was killed behind it.
        #expect(replicas.map(\.decisions).reduce(0, +) >= read.answered + passed.answered)
        // A proxy that reads asks another replica itself, unless a kept connection was reset: then it hands that on, so
        // that its client asks again. One that passes connections on loses what was in flight: a review for each client.
        for (what, result) in [("reading", read), ("passing", passed)] {
            #expect(result.lost.count <= 4 * 4, "\(result.lost)")
            print("\(what): \(result.answered) answered, \(result.lost.count) asked again, slowest \(result.slowest) s")
        }
        #expect(read.lost.count < passed.lost.count)
    }

    @Test func `dozens of connections are kept and answered side by side`() throws {
        let folder = try certificates()
        let replica = try WebhookReplica(certificates: folder)
        try #require(replica.isReady())
        // 36 connections is what a real API server opened for 64 creates at once.
        let reviewers = try Reviewers(36, at: replica.port, in: folder)
        usleep(5_000_000)
        let result = try reviewers.finish()
        #expect(result.failed == [] && result.lost == [])
        #expect(result.connections == 36, "one for each client, kept")
        #expect(result.answered >= 36)
    }
}
