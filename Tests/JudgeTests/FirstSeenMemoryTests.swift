import Deployments
import Judge
import Testing

/// What is seen for the first time.
@Suite struct FirstSeenMemoryTests {
    private static let day = 86_400.0

    private func deployment(
        _ user: String?,
        _ image: String,
        _ outcome: Outcome = .success
    ) throws -> ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, outcome: outcome, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.actor.userName = user
        deployment.container.image = try ImageReference(parsing: image)
        return deployment
    }

    private func see(
        _ memory: inout FirstSeenMemory,
        _ deployment: ContainerDeployment,
        _ second: Double
    ) -> (Set<FirstSeen>, [String]) {
        var deployment = deployment
        let sightings = memory.take(&deployment, now: LiveTimeline.time(second))
        return (deployment.firstSeen, sightings.map { "\($0.kind.rawValue) \($0.value)" })
    }

    @Test func `for a week it learns, and then marks what is new, once`() throws {
        var memory = FirstSeenMemory()
        let first = see(&memory, try deployment("alice", "nginx:1"), 0)
        #expect(first.0 == [])
        #expect(first.1 == ["principal alice", "registry docker.io", "image docker.io/library/nginx"])
        #expect(see(&memory, try deployment("bob", "redis"), 6 * Self.day).0 == [])
        let known = see(&memory, try deployment("alice", "nginx:2"), 8 * Self.day)
        #expect(known.0 == [] && known.1 == [])
        let new = see(&memory, try deployment("mallory", "registry.example.net/a/b"), 8 * Self.day)
        #expect(new.0 == [.principal, .registry, .image])
        #expect(see(&memory, try deployment("mallory", "registry.example.net/a/c"), 9 * Self.day).0 == [.image])
        #expect(see(&memory, try deployment("mallory", "registry.example.net/a/c"), 9 * Self.day).0 == [])
    }

    @Test func `a restart goes on learning from when it began`() throws {
        var memory = FirstSeenMemory()
        memory.recall(.principal, "alice", at: LiveTimeline.time(5 * Self.day))
        memory.recall(.registry, "docker.io", at: LiveTimeline.time(0))
        #expect(memory.learningSince == LiveTimeline.time(0))
        #expect(see(&memory, try deployment("alice", "nginx"), 6 * Self.day).0 == [])
        #expect(see(&memory, try deployment("mallory", "nginx"), 7 * Self.day).0 == [.principal])
    }

    @Test func `a refused attempt is marked, and what it names stays new`() throws {
        var memory = FirstSeenMemory(learning: .zero)
        _ = see(&memory, try deployment("alice", "nginx"), 0)
        for _ in 0..<2 {
            let refused = see(&memory, try deployment("mallory", "evil.example/x", .failure), 10)
            #expect(refused.0 == [.principal, .registry, .image] && refused.1 == [])
        }
        #expect(see(&memory, try deployment("mallory", "nginx"), 20).0 == [.principal])
    }

    @Test func `what was not seen for longest goes first`() throws {
        var memory = FirstSeenMemory(learning: .zero, limit: 3)
        for name in ["a", "b", "c", "a", "d"] { _ = see(&memory, try deployment(name, "nginx"), 1) }
        #expect(memory.count(of: .principal) == 3 && memory.evicted == 1)
        #expect(see(&memory, try deployment("a", "nginx"), 2).0 == [])
        #expect(see(&memory, try deployment("b", "nginx"), 2).0 == [.principal])
    }

    @Test func `a million sightings take no more than the limit`() throws {
        var memory = FirstSeenMemory(learning: .zero, limit: 100)
        let known = try deployment("alice", "nginx")
        for index in 0..<20_000 {
            _ = see(&memory, known, 1)
            if index % 10 == 0 { _ = see(&memory, try deployment("u\(index)", "nginx"), 1) }
        }
        #expect(memory.count(of: .principal) == 100)
        #expect(see(&memory, known, 2).0 == [])
    }

    @Test func `a clock that is set back before the beginning does not make it learn anew`() throws {
        var memory = FirstSeenMemory()
        _ = see(&memory, try deployment("alice", "nginx"), 100 * Self.day)
        _ = see(&memory, try deployment("alice", "nginx"), 108 * Self.day)
        #expect(see(&memory, try deployment("mallory", "nginx"), 50 * Self.day).0 == [.principal])
    }

    @Test func `a clock that is set back while it learns does not end the learning`() throws {
        var memory = FirstSeenMemory()
        _ = see(&memory, try deployment("alice", "nginx"), 100 * Self.day)
        #expect(see(&memory, try deployment("mallory", "nginx"), 99 * Self.day).0 == [])
        #expect(see(&memory, try deployment("eve", "nginx"), 106 * Self.day).0 == [])
        #expect(see(&memory, try deployment("trudy", "nginx"), 107 * Self.day).0 == [.principal])
    }
}
