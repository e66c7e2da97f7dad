import Foundation
import PrometheusMetrics
import NIOCore
import NIOPosix
import Relay
import Synchronization

/// A relay on a Unix socket before an upstream that the test plays.
struct TestRelay: Sendable {
    let directory: String
    let server: RelayServer
    let upstream: HTTPUpstream
    let daemon: TestDaemon
    var path: String { directory + "/relay.sock" }

    func connect(sending greeting: String = "") async throws -> TestSocket {
        try await TestSocket.connect(to: path, sending: greeting)
    }

    /// Runs a relay for the length of a test.
    static func with(
        _ gatekeeper: some Gatekeeper = TestGatekeeper(),
        limits: RelayLimits = RelayLimits(),
        timeouts: RelayTimeouts = RelayTimeouts(),
        turnPatience: Duration = .milliseconds(250),
        metrics: RelayMetrics = RelayMetrics(MetricRegistry()),
        _ body: (TestRelay) async throws -> Void
    ) async throws {
        let directory = "/tmp/relay-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let daemon = try await TestDaemon.start(at: directory + "/daemon.sock")
        let upstream = try HTTPUpstream(
            UpstreamConfiguration(.unix(path: daemon.path), answerTimeout: .seconds(5), turnPatience: turnPatience)
        )
        let listener = ListenerConfiguration(.unix(path: directory + "/relay.sock"))
        let server = RelayServer(
            configuration: RelayConfiguration(listeners: [listener], limits: limits, timeouts: timeouts),
            gatekeeper: gatekeeper,
            upstream: upstream,
            metrics: metrics
        )
        let ready = Flag()
        async let running: Void = server.run { ready.raise() }
        await Wait.until { ready.isRaised }
        let relay = TestRelay(directory: directory, server: server, upstream: upstream, daemon: daemon)
        do {
            try await body(relay)
        } catch {
            server.shutdown(gracePeriod: .zero)
            await daemon.stop()
            throw error
        }
        server.shutdown(gracePeriod: .zero)
        try await running
        await daemon.stop()
    }
}

/// Something that happened on another thread.
final class Flag: Sendable {
    private let state = Mutex(false)
    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

/// A count from another thread.
final class Counter: Sendable {
    private let state = Mutex(0)
    var value: Int { state.withLock { $0 } }
    func add(_ count: Int) { state.withLock { $0 += count } }
}

/// The upstream: hands the test each connection that the relay makes.
final class TestDaemon: Sendable {
    let path: String
    private let channel: any Channel
    private let box: Box

    private init(path: String, channel: any Channel, box: Box) {
        self.path = path
        self.channel = channel
        self.box = box
    }

    static func start(at path: String) async throws -> TestDaemon {
        let box = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                TestSocket.prepare(channel).map { socket in box.mutex.withLock { $0.append(socket) } }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        return TestDaemon(path: path, channel: channel, box: box)
    }

    /// The next connection, in the order they came.
    func accept() async throws -> TestSocket {
        await Wait.until { box.mutex.withLock { !$0.isEmpty } }
        let socket = box.mutex.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        struct NobodyConnected: Error {}
        guard let socket else { throw NobodyConnected() }
        return socket
    }

    /// Connections that nobody took yet.
    var waiting: Int { box.mutex.withLock { $0.count } }

    func stop() async { try? await channel.close().get() }

    private final class Box: Sendable {
        let mutex = Mutex<[TestSocket]>([])
    }
}

extension RelayServer {
    /// Runs a server that answers everything itself for the length of a test, on a port of the loopback.
    static func with(
        _ gatekeeper: some Gatekeeper,
        _ listen: (RelayAddress) -> ListenerConfiguration,
        _ body: (Int, RelayServer) async throws -> Void
    ) async throws {
        let port = Int.random(in: 20_000..<30_000)
        let listener = listen(.tcp(host: "127.0.0.1", port: port))
        let server = RelayServer(
            configuration: RelayConfiguration(listeners: [listener]),
            gatekeeper: gatekeeper,
            upstream: nil
        )
        let ready = Flag()
        async let running: Void = server.run { ready.raise() }
        await Wait.until { ready.isRaised }
        do {
            try await body(port, server)
        } catch {
            server.shutdown(gracePeriod: .zero)
            throw error
        }
        server.shutdown(gracePeriod: .zero)
        try await running
    }
}
