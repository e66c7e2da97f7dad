import Foundation
import NIOHTTP1
import Sigma
import Testing

@testable import Delivery

/// The receiver is a fake of the service: see ``FakeReceiver``.
@Suite(.timeLimit(.minutes(10))) struct OTLPSinkTests {
    private func send(_ receiver: FakeReceiver, _ alerts: [Alert]) async throws -> DeliveryError? {
        try await HTTPConnections.opened { connections in
            var configuration = OTLPSink.Configuration(HTTPEndpoint(.url(receiver.url)))
            configuration.resource = ["host.name": "node-1"]
            let sink = OTLPSink(configuration, connections, clock: SimulatedClock().clock)
            return await failure { () throws(DeliveryError) in try await sink.send(alerts) }
        }
    }

    /// opentelemetry-proto, `ExportLogsServiceRequest`, in OTLP's JSON.
    @Test func `alerts are log records`() async throws {
        let receiver = try FakeReceiver { _, _ in .init(body: "{}") }
        var alerts = Level.allCases.enumerated().map { Alert.sample(Int64($0 + 1), $1) }
        alerts[0].time = nil
        alerts[1].sentence = "\"\\\n\u{0}" + String(repeating: "é", count: 1 << 20)
        alerts[2].repeats = .init(count: 4, first: nil, ids: [])
        #expect(try await send(receiver, alerts) == nil)
        let request = try #require(receiver.requests.first)
        #expect(request.uri == "/v1/logs" && request.headers["content-type"] == ["application/json"])
        let json = try request.json
        #expect(Set(json.keys) == ["resourceLogs"])
        let logs = try #require(json["resourceLogs"] as? [[String: Any]])
        #expect(logs.count == 1 && Set(logs[0].keys) == ["resource", "scopeLogs"])
        let resource = try attributes(logs[0]["resource"])
        #expect(resource == ["service.name": "tidewaiter", "host.name": "node-1"])
        let scopes = try #require(logs[0]["scopeLogs"] as? [[String: Any]])
        #expect((scopes[0]["scope"] as? [String: Any])?["name"] as? String == "tidewaiter.findings")
        let records = try #require(scopes[0]["logRecords"] as? [[String: Any]])
        #expect(records.map { $0["severityNumber"] as? Int } == [9, 10, 13, 17, 21])
        #expect(records.map { $0["severityText"] as? String } == Level.allCases.map(\.rawValue))
        #expect(records[0]["timeUnixNano"] == nil)
        #expect(records[1]["timeUnixNano"] as? String == "1764482402000000000")
        #expect(records[1]["observedTimeUnixNano"] as? String == "1764482400000000000")
        let body = (records[1]["body"] as? [String: Any])?["stringValue"] as? String
        #expect(body?.hasPrefix("\"\\\n\u{0}é") == true && (body?.utf8.count ?? 0) <= 16 << 10)
        let values = try attributes(records[2])
        #expect(values["tidewaiter.finding.id"] == "id-3" && values["rule.id"] == "r" && values["user.name"] == "alice")
        #expect(values["tidewaiter.repeats.count"] == "4")
    }

    private func attributes(_ object: Any?) throws -> [String: String] {
        let list = try #require((object as? [String: Any])?["attributes"] as? [[String: Any]])
        return try list.reduce(into: [:]) { values, attribute in
            #expect(Set(attribute.keys) == ["key", "value"])
            let value = try #require(attribute["value"] as? [String: String])
            #expect(value.count == 1)
            values[try #require(attribute["key"] as? String)] = value["stringValue"] ?? value["intValue"]
        }
    }

    @Test func `a partial success is not sent again, and nothing is lost`() async throws {
        let receiver = try FakeReceiver { _, _ in
            .init(body: #"{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}"#)
        }
        let error = try await send(receiver, [.sample(1), .sample(2)])
        #expect(
            error?.description == "the collector took all but 1 of 2 records and does not say which: too old"
        )
        #expect(error?.failures?.map(\.isTransient) == [false, false])
        let all = try FakeReceiver { _, _ in .init(body: #"{"partialSuccess":{"rejectedLogRecords":2}}"#) }
        let refused = try await send(all, [.sample(1), .sample(2)])
        #expect(refused?.description == "the collector refused the record, as all of its batch")
        #expect(refused?.failures?.count == 2)
        // A warning without a refusal is a success, and told.
        let warning = try FakeReceiver { _, _ in .init(body: #"{"partialSuccess":{"errorMessage":"hm"}}"#) }
        let warned = try await send(warning, [.sample(1)])
        #expect(warned == DeliveryError("the collector warns: hm", isTransient: false, failures: []))
        let silent = try FakeReceiver { _, _ in .init(body: #"{"partialSuccess":{}}"#) }
        #expect(try await send(silent, [.sample(1)]) == nil)
    }

    @Test(arguments: [(429, true), (503, true), (400, false)])
    func `a collector that is busy is asked later`(status: Int, isTransient: Bool) async throws {
        let receiver = try FakeReceiver { _, _ in .init(status: status, headers: ["retry-after": "30"]) }
        let error = try await send(receiver, [.sample(1)])
        #expect(error?.isTransient == isTransient && error?.retryAfter == .seconds(30))
    }
}
