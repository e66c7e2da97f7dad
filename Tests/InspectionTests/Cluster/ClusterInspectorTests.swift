import Foundation
@testable import Inspection
import KubernetesAPI
import KubernetesAPITesting
import Posture
import Testing

/// On a fake API server: a real one is asked where the tests are given its program.
@Suite struct ClusterInspectorTests {
    private static func evidence(
        _ prepare: (FakeAPIServer) throws -> Void
    ) async throws -> (evidence: ClusterEvidence, requests: [String]) {
        let folder = NSTemporaryDirectory() + "inspection-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fake = try FakeAPIServer(in: folder)
        try prepare(fake)
        let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
        let evidence = try await APIClient.connected(to: server) { await ClusterInspector($0).evidence() }
        return (evidence, fake.requests)
    }

    @Test func `all that checks read is listed, and nothing else is done`() async throws {
        let (evidence, requests) = try await Self.evidence { fake in
            try fake.put(
                #"{"metadata":{"name":"web","namespace":"shop"},"spec":{"containers":[]}}"#,
                at: "/api/v1/namespaces/shop/pods/web"
            )
        }
        #expect(evidence.objects("Pod").value?.map(\.words) == [#"Pod "shop/web""#])
        #expect(evidence.objects("Pod").value?.map(\.apiVersion) == ["v1"])
        #expect(evidence.objects("Deployment") == .known([]))
        #expect(requests.allSatisfy { $0.hasPrefix("GET ") })
        #expect(ClusterKind.all.allSatisfy { kind in requests.contains { $0.contains("/\(kind.resource)?") } })
    }

    @Test func `the values of Secrets are not kept`() async throws {
        let (evidence, _) = try await Self.evidence { fake in
            try fake.put(
                #"""
                {"metadata":{"name":"s","namespace":"shop"},"type":"Opaque","data":{"password":"aHVudGVyMg=="},
                 "stringData":{"a":"hunter2"}}
                """#,
                at: "/api/v1/namespaces/shop/secrets/s"
            )
        }
        let secret = try #require(evidence.objects("Secret").value?.first)
        #expect(secret.document["type"]?.text == "Opaque")
        #expect(!secret.document.json.contains("aHVudGVyMg") && !secret.document.json.contains("hunter2"))
    }

    @Test func `what the account may not list is unknown, and what the server does not know there is none of`()
        async throws
    {
        let (evidence, _) = try await Self.evidence { fake in
            fake.fail("GET /api/v1/secrets", with: 403, "Forbidden", "secrets is forbidden")
            fake.fail("GET /apis/gateway.networking.k8s.io", with: 404, "NotFound", "not found")
            fake.fail("GET /apis/rbac.authorization.k8s.io/v1/rolebindings", with: 403, "Forbidden", "forbidden")
        }
        guard case .unreadable(let reason) = evidence.objects("Secret") else {
            Issue.record("Secrets were read")
            return
        }
        #expect(reason.contains("secrets is forbidden"), "\(reason)")
        #expect(evidence.objects("HTTPRoute") == .known([]))
        guard case .unreadable = evidence.access else {
            Issue.record("who may do what is known without RoleBindings")
            return
        }
    }

    @Test func `the server is asked what it tells strangers`() async throws {
        let (evidence, _) = try await Self.evidence { _ in }
        #expect(
            evidence.probes.map(\.path) == ["/version", "/livez", "/api", "/api/v1/namespaces/default/pods?limit=1"]
        )
        // The fake takes nobody without its token.
        #expect(evidence.probes.map(\.status) == [401, 401, 401, 401])
        #expect(evidence.probes.map(\.certificate) == [.none, .none, .none, .none])
    }
}
