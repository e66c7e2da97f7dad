import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import Delivery

/// The receiver is a fake of the service: see ``FakeReceiver``.
@Suite(.timeLimit(.minutes(10))) struct BulkSinkTests {
    private func send(_ configuration: BulkSink.Configuration, _ alerts: [Alert]) async throws -> DeliveryError? {
        try await HTTPConnections.opened { connections in
            let sink = BulkSink(configuration, connections, clock: SimulatedClock().clock)
            return await failure { () throws(DeliveryError) in try await sink.send(alerts) }
        }
    }

    /// An answer with these statuses.
    private static func answer(_ statuses: [Int]) -> FakeReceiver.Answer {
        let items = statuses.enumerated().map { index, status in
            let error = status >= 300 ? #","error":{"type":"t\#(status)","reason":"because"}"# : ""
            return #"{"create":{"_index":"i","_id":"id-\#(index + 1)","status":\#(status)\#(error)}}"#
        }
        let errors = statuses.contains { $0 >= 300 }
        return .init(body: #"{"took":3,"errors":\#(errors),"items":[\#(items.joined(separator: ","))]}"#)
    }

    @Test(arguments: [true, false])
    func `each alert is created under its own id`(isCompressed: Bool) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try FakeReceiver { _, _ in Self.answer([201, 409]) }
        var configuration = BulkSink.Configuration(HTTPEndpoint(.url(receiver.url + "/es/")))
        configuration.isCompressed = isCompressed
        configuration.endpoint.credentials = .scheme("ApiKey", .file(try folder.write("a2V5", "key")))
        var hostile = Alert.sample(2)
        hostile.id = "x\"\n{\"delete\":{}}\n"
        #expect(try await send(configuration, [.sample(1), hostile]) == nil)
        let request = try #require(receiver.requests.first)
        #expect(request.uri == "/es/logs-tidewaiter.findings-default/_bulk")
        #expect(request.headers["content-type"] == ["application/x-ndjson"])
        #expect(request.headers["authorization"] == ["ApiKey a2V5"])
        #expect(request.headers["content-encoding"] == (isCompressed ? ["gzip"] : []))
        let text = try request.text
        #expect(text.hasSuffix("\n"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count == 4)
        for (index, line) in lines.enumerated() {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            if index % 2 == 0 {
                #expect(Set(object.keys) == ["create"])
                let id = (object["create"] as? [String: Any])?["_id"] as? String
                #expect(id == (index == 0 ? "id-1" : hostile.id))
            } else {
                #expect(object["@timestamp"] is String)
            }
        }
    }

    @Test func `what became of each alert is told by itself`() async throws {
        let receiver = try FakeReceiver { _, _ in Self.answer([201, 429, 400, 503, 409]) }
        let error = try await send(.init(HTTPEndpoint(.url(receiver.url))), (1...5).map { .sample($0) })
        #expect(
            error?.failures == [
                .init(index: 1, "429 t429: because", isTransient: true),
                .init(index: 2, "400 t400: because", isTransient: false),
                .init(index: 3, "503 t503: because", isTransient: true),
            ]
        )
        #expect(error?.isTransient == true)
    }

    @Test func `a request is bounded in size`() async throws {
        let receiver = try FakeReceiver { request, _ in
            Self.answer(Array(repeating: 201, count: ((try? request.text)?.split(separator: "\n").count ?? 0) / 2))
        }
        var configuration = BulkSink.Configuration(HTTPEndpoint(.url(receiver.url)))
        configuration.maximumBytes = 10_000
        let alerts = (1...100).map { Alert.sample($0) }
        #expect(try await send(configuration, alerts) == nil)
        #expect(receiver.requests.count > 2)
        let ids = try receiver.requests.flatMap { try $0.text.split(separator: "\n").filter { $0.contains("create") } }
        #expect(ids.count == 100)
        #expect(try receiver.requests.allSatisfy { try $0.text.utf8.count <= 10_000 })
    }

    @Test(arguments: ["", "not json", "{}", #"{"items":[]}"#, #"{"items":[1]}"#])
    func `an answer that is none of the interface's is no success`(body: String) async throws {
        let receiver = try FakeReceiver { _, _ in .init(body: body) }
        #expect(try await send(.init(HTTPEndpoint(.url(receiver.url))), [.sample(1)])?.isTransient == true)
    }

    @Test(arguments: [
        ("Logs", false), ("logs-a.b-default", true), ("_x", false), ("a/b", false), ("", false), ("a,b", false),
    ])
    func `a target is a name in lower case`(target: String, isGood: Bool) {
        var configuration = BulkSink.Configuration(HTTPEndpoint(.url("https://es:9200")))
        configuration.target = target
        #expect((configuration.fault == nil) == isGood)
    }
}
