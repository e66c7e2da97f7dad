import Foundation
import PrometheusMetrics
import NIOHTTP1
import Sigma
import Testing

@testable import Delivery

/// The receiver is a fake of the service: see ``FakeReceiver``.
@Suite(.timeLimit(.minutes(10))) struct WebhookSinkTests {
    private func send(
        _ configuration: WebhookSink.Configuration,
        _ alerts: [Alert] = [.sample(1)],
        clock: DeliveryClock = SimulatedClock().clock
    ) async throws -> DeliveryError? {
        try await HTTPConnections.opened { connections in
            let sink = WebhookSink(configuration, connections, clock: clock)
            return await failure { () throws(DeliveryError) in try await sink.send(alerts) }
        }
    }

    private func configuration(_ url: String) -> WebhookSink.Configuration { .init(HTTPEndpoint(.url(url))) }

    @Test func `a request is the record, with what its receiver tells repeats by`() async throws {
        let receiver = try FakeReceiver()
        #expect(try await send(configuration(receiver.url + "/hook?a=b")) == nil)
        let request = try #require(receiver.requests.first)
        #expect(request.method == "POST" && request.uri == "/hook?a=b")
        #expect(request.headers["content-type"] == ["application/json"])
        #expect(request.headers["idempotency-key"] == ["id-1"])
        #expect(request.body == Alert.sample(1).ecs)
    }

    @Test func `several alerts are an array where that is asked for`() async throws {
        let receiver = try FakeReceiver()
        var configuration = configuration(receiver.url)
        configuration.form = .template(try JSONTemplate(parsing: #"{"id":{{id}}}"#))
        configuration.batch = 5
        #expect(try await send(configuration, [.sample(1), .sample(2)]) == nil)
        #expect(try receiver.requests[0].text == #"[{"id":"id-1"},{"id":"id-2"}]"#)
    }

    @Test func `a receiver can tell that a request is ours by its signature`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try FakeReceiver()
        var configuration = configuration(receiver.url)
        configuration.signingKey = .file(try folder.write("the-key\n", "key"))
        #expect(try await send(configuration) == nil)
        let request = try #require(receiver.requests.first)
        let header = try #require(request.headers.first(name: "X-Tidewaiter-Signature"))
        let signed = Array("\(SimulatedClock.start).".utf8) + request.body
        let digest = try #require(try run("openssl", ["dgst", "-sha256", "-hmac", "the-key", "-r"], input: signed))
        #expect(header == "t=\(SimulatedClock.start),v1=\(digest.prefix(64))")
    }

    @Test func `TLS trusts the configured authority, and nobody else`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try FakeReceiver(certificates: try TestCertificates(in: folder))
        var configuration = configuration(receiver.url)
        let error = try #require(try await send(configuration))
        #expect(error.isTransient && receiver.requests.isEmpty)
        configuration.endpoint.authorityFile = folder.path + "/ca.pem"
        #expect(try await send(configuration) == nil)
        #expect(receiver.requests.count == 1)
    }

    @Test func `an answer that points elsewhere is not followed`() async throws {
        let other = try FakeReceiver()
        let receiver = try FakeReceiver { _, _ in .init(status: 307, headers: ["location": other.url]) }
        let error = try await send(configuration(receiver.url))
        #expect(error == DeliveryError("the webhook answers 307", isTransient: true))
        #expect(other.requests.isEmpty)
    }

    @Test(arguments: [
        (400, false), (401, true), (403, true), (404, true), (408, true), (409, false), (413, false), (422, false),
        (429, true), (500, true), (503, true),
    ])
    func `an answer's status says whether to try again`(status: Int, isTransient: Bool) async throws {
        let receiver = try FakeReceiver { _, _ in .init(status: status, body: "because\n\u{1b}[2J") }
        let error = try await send(configuration(receiver.url))
        let words = #"the webhook answers \#(status): because \u{1b}[2J"#
        #expect(error == DeliveryError(words, isTransient: isTransient))
    }

    @Test(arguments: [("7", 7), ("Sun, 30 Nov 2025 06:01:30 GMT", 90), ("Sun, 30 Nov 2025 05:00:00 GMT", 0)])
    func `Retry-After is seconds or a date`(text: String, seconds: Int) async throws {
        let receiver = try FakeReceiver { _, _ in .init(status: 429, headers: ["retry-after": text]) }
        #expect(try await send(configuration(receiver.url))?.retryAfter == .seconds(seconds))
    }

    @Test func `secrets are read from where they are, and told nowhere`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try FakeReceiver { request, _ in
            .init(status: request.headers["authorization"] == ["Bearer t0ken"] ? 200 : 401)
        }
        let url = try folder.write(receiver.url + "/services/SECRETPATH?sig=SECRETSIG\n", "url")
        var configuration = WebhookSink.Configuration(HTTPEndpoint(.secret(.file(url))))
        let token = try folder.write("wrong", "token")
        configuration.endpoint.credentials = .bearer(.file(token))
        let refused = try #require(try await send(configuration))
        #expect(refused == DeliveryError("the webhook answers 401", isTransient: true))
        _ = try folder.write("t0ken\n", "token")
        #expect(try await send(configuration) == nil)
        #expect(receiver.requests.last?.uri == "/services/SECRETPATH?sig=SECRETSIG")
        // What cannot be reached, and what is no address.
        for address in ["http://127.0.0.1:1/SECRETPATH", "http://user:SECRETPASS@host/", "SECRETPATH"] {
            _ = try folder.write(address, "url")
            let error = try #require(try await send(configuration))
            #expect(error.isTransient && !error.description.contains("SECRET"), "\(error)")
        }
        _ = try folder.write("a\nb", "token")
        _ = try folder.write("http://127.0.0.1:1/", "url")
        let broken = try #require(try await send(configuration))
        #expect(broken.description == "the secret in \(token) is no single line of printable ASCII")
    }

    @Test func `a secret goes in the clear to this machine alone`() async throws {
        var configuration = configuration("http://192.0.2.1:9/hook")
        configuration.endpoint.credentials = .bearer(.environment("PATH"))
        let error = try await send(configuration)
        #expect(error?.description == "http://192.0.2.1:9: a secret is sent by https alone, or on this machine")
    }

    @Test(arguments: [
        ("ftp://host/", "an address begins with https:// or http://"), ("https://", "an address has a host"),
        ("https://a b/", "an address has a host"), ("https://u@h/", "an address holds no account"),
    ])
    func `an address that cannot be used is told before anything is sent`(url: String, fault: String) {
        #expect(configuration(url).fault?.hasPrefix(fault) == true)
    }

    @Test func `a header cannot be broken by an id`() async throws {
        let receiver = try FakeReceiver()
        var alert = Alert.sample(1)
        alert.id = "a\r\nX-Evil: 1" + String(repeating: "é", count: 500)
        #expect(try await send(configuration(receiver.url), [alert]) == nil)
        #expect(receiver.requests[0].headers["x-evil"] == [])
        #expect(receiver.requests[0].headers.first(name: "idempotency-key")?.hasPrefix("a__X-Evil:_1_") == true)
    }

    @Test func `a receiver that does not answer is given up, and the alert told once it does`() async throws {
        let receiver = try FakeReceiver { _, index in .init(isMissing: index == 0) }
        var configuration = configuration(receiver.url)
        configuration.endpoint.timeout = .seconds(1)
        let store = MemoryStore()
        try await store.setPosition(0, of: "o")
        store.add()
        let told = Told()
        let whole = configuration
        try await HTTPConnections.opened { connections in
            let sink = WebhookSink(whole, connections)
            let dispatcher = Dispatcher(
                [Output(name: "o", sink: sink, deadLetters: MemoryDeadLetters())],
                store: store,
                clock: SimulatedClock().clock,
                metrics: DeliveryMetrics(MetricRegistry()),
                tell: told.tell
            )
            dispatcher.finish()
            await dispatcher.run()
        }
        #expect(receiver.requests.count >= 2)
        #expect(told.all.last == .recovered(output: "o"))
    }
}
