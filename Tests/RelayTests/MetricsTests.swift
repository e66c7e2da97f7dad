import Foundation
import PrometheusMetrics
import Relay
import Testing

@Suite struct MetricsTests {
    private static let page = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

    private func refusal(_ server: RelayServer) async -> String {
        do throws(RelayError) {
            try await server.run { server.shutdown(gracePeriod: .zero) }
            return "served"
        } catch {
            return error.description
        }
    }

    private func server(on address: RelayAddress, before upstream: HTTPUpstream? = nil) -> RelayServer {
        RelayServer(
            configuration: RelayConfiguration(listeners: [ListenerConfiguration(plainOn: address)]),
            gatekeeper: TestGatekeeper(),
            upstream: upstream
        )
    }

    @Test(arguments: [
        ("tcp://127.0.0.1:1", true), ("tcp://127.9.9.9:1", true), ("tcp://[::1]:1", true), ("tcp://localhost:1", false),
        ("tcp://127.0.0.1.example:1", false), ("tcp://127.0.0:1", false), ("tcp://127.0.0.256:1", false),
        ("tcp://0.0.0.0:1", false), ("tcp://[::]:1", false), ("tcp://[::ffff:127.0.0.1]:1", false),
        ("unix:///run/a.sock", false),
    ])
    func `a loopback address is told by its number alone`(text: String, isLoopback: Bool) throws {
        #expect(try RelayAddress(parsing: text).isLoopback == isLoopback)
    }

    @Test func `in the clear nothing is served but on the loopback, and nothing that stands before an upstream`()
        async throws
    {
        let anywhere = await refusal(server(on: .tcp(host: "0.0.0.0", port: 0)))
        #expect(anywhere.hasPrefix("tcp://0.0.0.0:0: whoever reaches this address"), "\(anywhere)")
        let upstream = try HTTPUpstream(UpstreamConfiguration(.unix(path: "/nowhere")))
        let before = await refusal(server(on: .tcp(host: "127.0.0.1", port: 0), before: upstream))
        #expect(before.hasPrefix("tcp://127.0.0.1:0: clients without a certificate would reach"), "\(before)")
    }

    @Test func `metrics are told on a listener of their own, and nothing else is`() async throws {
        let registry = MetricRegistry()
        registry.counter("a_total", "A.").increment()
        try await RelayServer.with(
            MetricsGatekeeper(MetricsPage(registry)),
            { ListenerConfiguration(plainOn: $0) }
        ) { port, _ in
            let client = try await TestSocket.connect(port: port)
            client.send(Self.page)
            let answer = await client.receive(through: "a_total 1\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            client.send("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            #expect(await client.receive(through: "takes GET, HEAD\n").hasPrefix("HTTP/1.1 405 "))
            client.send("GET /metricsx HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.receive(through: "at /metrics\n").hasPrefix("HTTP/1.1 404 "))
            client.closeOutput()
        }
    }

    @Test func `connections and the upstream's failures are counted`() async throws {
        let registry = MetricRegistry()
        func count(_ line: String) -> Bool {
            String(decoding: registry.text, as: UTF8.self).contains("\ntidewaiter_\(line)\n")
        }
        try await TestRelay.with(metrics: RelayMetrics(registry)) { relay in
            let client = try await relay.connect()
            client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let first = try await relay.daemon.accept()
            await first.expect("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(count("connections_open 1"))
            first.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe")
            first.close()
            await client.expect("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe")
            await client.expectEnd()
            #expect(count(#"upstream_failures_total{stage="body"} 1"#))
            let second = try await relay.connect()
            second.send("POST /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let other = try await relay.daemon.accept()
            await other.expect("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            other.close()
            _ = await second.receive(through: "before it answered")
            #expect(count(#"upstream_failures_total{stage="answer"} 1"#))
            await relay.daemon.stop()
            second.send("POST /a HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await second.receive(through: "cannot connect")
            #expect(count(#"upstream_failures_total{stage="connect"} 1"#))
            #expect(count("connections_total 2"))
            second.close()
            await Wait.until { count("connections_open 0") }
        }
        #expect(count("connections_open 0") && count("connections_refused_total 0"))
    }

    @Test func `until when a certificate is valid is told of the one that is shown`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let tls = ServiceTLS(certificate: certificates.path("server.pem"), key: certificates.path("server.key"))
        try await RelayServer.with(TestGatekeeper(), { ListenerConfiguration($0, service: tls) }) { port, server in
            let known = server.certificateExpiries
            #expect(known.map(\.address) == [.tcp(host: "127.0.0.1", port: port)])
            let left = Double(try #require(known.first?.notAfter)) - Date.now.timeIntervalSince1970
            #expect((86_400.0 * 2 - 600...86_400 * 2 + 1).contains(left), "made for two days, and \(left) s are left")
            // Nobody is shown what cannot be read.
            try "no certificate".write(toFile: certificates.path("server.pem"), atomically: true, encoding: .utf8)
            _ = server.refreshCertificates()
            #expect(server.certificateExpiries.map(\.notAfter) == known.map(\.notAfter))
        }
    }
}
