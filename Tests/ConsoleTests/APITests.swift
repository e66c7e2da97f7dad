import Foundation
import Ledger
import Testing

@testable import Console

@Suite struct APITests {
    private static func object(_ reply: TestConsole.Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any])
    }

    private static let batch: LedgerBatch = {
        var batch = LedgerBatch()
        batch.deployments = [.sample("d1"), .sample("d2", route: "static-pod")]
        batch.findings = (1...7).map { .sample("f\($0)", minutesAgo: Int64($0), deployment: nil) }
        return batch
    }()

    @Test func `a list is had in parts, each telling where the next begins`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            var counts: [Int] = []
            var after: String? = ""
            while let place = after {
                let part = try Self.object(try await console.get("/api/findings?limit=3&after=\(place)"))
                counts.append((part["items"] as? [Any])?.count ?? -1)
                after = part["after"] as? String
            }
            #expect(counts == [3, 3, 1])
        }
    }

    @Test func `records are told as they were kept, with what became of them`() async throws {
        try await TestConsole.serving(Self.batch) { console in
            let details = try Self.object(try await console.get("/api/findings/f1"))
            let finding = try #require(details["finding"] as? [String: [String: Any]])
            let state = finding["tidewaiter"]?["finding"] as? [String: String]
            #expect(state == ["state": "open"])
            #expect(details["deployment"] is NSNull)
            let deployment = try Self.object(try await console.get("/api/deployments/d1"))
            let trail = try #require(deployment["trail"] as? [[String: Any]])
            #expect(trail.map { $0["offset"] as? Int } == [7])
            let routed = try Self.object(try await console.get("/api/deployments?route=static-pod"))
            #expect((routed["items"] as? [Any])?.count == 1)
        }
    }

    @Test(arguments: [
        ("/api/findings?level=dire", 400), ("/api/findings/none", 404), ("/api/deployments/none", 404), ("/api/x", 404),
    ])
    func `what is wrong is told for programs`(path: String, status: Int) async throws {
        try await TestConsole.serving { console in
            let answer = try await console.get(path)
            #expect(answer.status == status)
            #expect(answer.header("content-type") == "application/problem+json")
            #expect(try Self.object(answer)["status"] as? Int == status)
        }
    }

    @Test func `the document names every path of the API, and the values that they take`() async throws {
        try await TestConsole.serving { console in
            let answer = try await console.get("/api/openapi.json")
            #expect(answer.header("content-type") == "application/json")
            let document = try Self.object(answer)
            let version = document["openapi"] as? String
            #expect(version == "3.1.1")
            let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
            #expect(
                Set(paths.keys) == [
                    "/api/findings", "/api/findings/{id}", "/api/deployments", "/api/deployments/{id}",
                ]
            )
            let parameters = try #require(paths["/api/findings"]?["get"]?["parameters"] as? [[String: Any]])
            func schema(_ name: String) -> [String: Any]? {
                parameters.first { $0["name"] as? String == name }?["schema"] as? [String: Any]
            }
            #expect(schema("level")?["enum"] as? [String] == FindingLevel.allCases.map(\.name))
            let states = schema("state")?["items"] as? [String: Any]
            #expect(states?["enum"] as? [String] == FindingState.allCases.map(\.name))
            #expect(schema("limit")?["maximum"] as? Int == LedgerQuery.maximumLimit)
            #expect(schema("limit")?["default"] as? Int == LedgerQuery.usualLimit)
            #expect(schema("where")?["maxLength"] as? Int == FieldExpression.maximumBytes)
        }
    }
}
