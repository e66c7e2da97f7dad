import Authority
import Foundation
import Judge
import KubernetesAPI
import KubernetesAPITesting
import KubernetesGuard
import Relay
import Synchronization
import Testing

/// Replicas whose clock a test moves, asked without a pause by clients that trust what the webhook configuration holds at
/// the moment, and nothing else.
@Suite struct RotationUnderLoadTests {
    private static let steps = 24

    @Test func `no review fails through years in which authorities and certificates are replaced`() async throws {
        let cluster = try FakeCluster()
        try cluster.register([("validate", FakeCluster.service("tidewaiter"))])
        let (said, clock, loads) = (Said(), TestClock(), [Load(), Load()])
        try await cluster.connected { client in
            let replicas = [
                try await replica(cluster, client, said, clock), try await replica(cluster, client, said, clock),
            ]
            try await withThrowingTaskGroup(of: Void.self) { servers in
                for replica in replicas {
                    servers.addTask { try await replica.run() }
                    try await replica.isReady()
                }
                await withTaskGroup(of: Void.self) { clients in
                    for (replica, load) in zip(replicas, loads) {
                        clients.addTask { await ask(cluster, replica.port, clock, isKept: true, load) }
                        clients.addTask { await ask(cluster, replica.port, clock, isKept: false, load) }
                    }
                    // Two years, a month at a time.
                    for _ in 0..<Self.steps where loads.allSatisfy(\.failures.isEmpty) {
                        clock.pass(days: 30)
                        let looks = cluster.looks
                        for replica in replicas { replica.wishes.look() }
                        await wait { cluster.looks >= looks + replicas.count }
                        // Of two new connections that end, one after the other, the second began after the looks.
                        let connections = loads.map(\.connections)
                        await wait { zip(loads, connections).allSatisfy { $0.connections >= $1 + 2 || $0.isOver } }
                    }
                    for load in loads { load.end() }
                }
                for replica in replicas { replica.server.shutdown(gracePeriod: .zero) }
                try await servers.waitForAll()
            }
        }
        for load in loads {
            #expect(load.failures.isEmpty, "\(load.failures)")
            #expect(load.connections >= 2 * Self.steps && load.reviews > load.connections)
        }
        #expect(said.takeovers >= 2 && said.certificates.count >= 10, "\(said.lines)")
        #expect(!said.lines.contains { $0.contains("PRIVATE KEY") || $0.contains("tries again") }, "\(said.lines)")
    }

    @Test func `what cannot be published is told once and tried again, and the replica serves on`() async throws {
        let cluster = try FakeCluster()
        let said = Said()
        try await cluster.connected { client in
            let replica = try await replica(cluster, client, said, TestClock())
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await replica.run() }
                try await replica.isReady()
                #expect(await said.waits(for: "webhook configuration tidewaiter cannot be read"))
                let bundle = try Keyring.read(try #require(cluster.values)).keyring.bundle
                let asker = try await TLSAsker.connect(port: replica.port, trusting: bundle.pem, name: name)
                #expect(try await asker.ask(Self.review, expecting: Self.answer, while: { false }) == 1)
                try cluster.register([("validate", FakeCluster.service("tidewaiter"))])
                #expect(await said.waits(for: "certificates are kept up again"))
                #expect(cluster.bundles == [bundle.pem])
                #expect(said.lines.count { $0.contains("tries again") } == 1, "\(said.lines)")
                replica.server.shutdown(gracePeriod: .zero)
                tasks.cancelAll()
            }
        }
    }

    @Test func `a Secret of somebody else's is refused before anything is served`() async throws {
        let cluster = try FakeCluster()
        try cluster.fake.put(#"{"kind":"Secret","data":{"tls.key":"dGhlaXJz"}}"#, at: FakeCluster.secretPath)
        try await cluster.connected { client in
            let error = await #expect(throws: KeyringProblem.self) {
                try await replica(cluster, client, Said(), TestClock())
            }
            #expect(error?.isPassing == false)
        }
    }

    // MARK: Parts

    private let name = "tidewaiter.security.svc"

    private struct Replica: Sendable {
        let port: Int
        let server: RelayServer
        let upkeep: CertificateUpkeep<KeyringSecret>
        let serving: ServingCertificate
        let held: HeldCertificate
        let wishes = UpkeepWishes()
        let ready: AsyncStream<Void>
        let isServing: AsyncStream<Void>.Continuation

        /// Serves and keeps its certificate up until it is shut down.
        func run() async throws {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await server.run { isServing.finish() } }
                tasks.addTask {
                    var upkeep = upkeep
                    await upkeep.run(after: serving, wishes: wishes) { serving in
                        held.replace(with: HeldCertificate.Pair(serving))
                        _ = server.refreshCertificates()
                    }
                }
                defer { tasks.cancelAll() }
                try await tasks.next()
            }
        }

        func isReady() async throws { for await _ in ready {} }
    }

    private func replica(
        _ cluster: FakeCluster,
        _ client: APIClient,
        _ said: Said,
        _ clock: TestClock
    ) async throws -> Replica {
        var upkeep = CertificateUpkeep(
            try cluster.keeper(client),
            now: { clock.now },
            // Looks come by wish, so that none depends on how fast the machine is.
            interval: .seconds(3_600),
            backOff: BackOff(first: .milliseconds(20), longest: .milliseconds(200)),
            say: { said.say($0) }
        )
        let serving = try await upkeep.first()
        let held = HeldCertificate(HeldCertificate.Pair(serving))
        let port = Int.random(in: 20_000..<30_000)
        let server = RelayServer(
            configuration: RelayConfiguration(listeners: [
                ListenerConfiguration(.tcp(host: "127.0.0.1", port: port), service: ServiceTLS(held: held))
            ]),
            gatekeeper: AdmissionGatekeeper(try WebhookUnderTest().judge),
            upstream: nil
        )
        let (ready, isServing) = AsyncStream<Void>.makeStream()
        return Replica(
            port: port,
            server: server,
            upkeep: upkeep,
            serving: serving,
            held: held,
            ready: ready,
            isServing: isServing
        )
    }

    private static let answer = #""allowed":true"#
    private static let review: String = {
        let body = Review(object: Review.pod(Review.plain)).json
        return "POST /validate?timeout=10s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }()

    /// Sends reviews until the load ends, on one connection, or each on one of its own.
    private func ask(
        _ cluster: FakeCluster,
        _ port: Int,
        _ clock: TestClock,
        isKept: Bool,
        _ load: Load
    ) async {
        repeat {
            do {
                let bundle = try #require(cluster.bundles.first)
                let asker = try await TLSAsker.connect(port: port, trusting: bundle, name: name) { clock.now }
                let answered = try await asker.ask(Self.review, expecting: Self.answer) {
                    // A kept connection leaves the others some of the machine.
                    if isKept { try? await Task.sleep(for: .milliseconds(20)) }
                    return isKept && !load.isOver
                }
                load.answered(answered, isNew: !isKept)
            } catch {
                load.failed("\(clock.now): \(error)")
            }
        } while !load.isOver
    }

    private func wait(until isTrue: () -> Bool) async {
        for _ in 0..<20_000 where !isTrue() { try? await Task.sleep(for: .milliseconds(1)) }
    }
}

/// What clients were answered.
private final class Load: Sendable {
    private let state = Mutex((reviews: 0, connections: 0, failures: [String](), isOver: false))

    var reviews: Int { state.withLock { $0.reviews } }
    var connections: Int { state.withLock { $0.connections } }
    var failures: [String] { state.withLock { $0.failures } }
    var isOver: Bool { state.withLock { $0.isOver } }

    func answered(_ reviews: Int, isNew: Bool) {
        state.withLock { state in
            state.reviews += reviews
            if isNew { state.connections += 1 }
        }
    }

    func failed(_ why: String) {
        state.withLock { state in
            state.failures.append(why)
            state.isOver = true
        }
    }

    func end() { state.withLock { $0.isOver = true } }
}

/// A clock that passes as a test has it.
private final class TestClock: Sendable {
    private let state = Mutex(Date.now)
    var now: Date { state.withLock { $0 } }
    func pass(days: Double) { state.withLock { $0 += days * 86_400 } }
}

extension Said {
    fileprivate var takeovers: Int { lines.count { $0.hasSuffix("signs from now on") } }
    /// The serving certificates that were made.
    fileprivate var certificates: Set<String> { Set(lines.filter { $0.hasPrefix("made the serving certificate") }) }
}
