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

    @Test func `management applications are asked at their Services, and nothing else is`() async throws {
        let folder = NSTemporaryDirectory() + "inspection-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // What answers behind the Service is a server that takes nobody without a token.
        let application = try FakeAPIServer(in: folder)
        let port = try #require(URLComponents(string: application.url)?.port)
        var reader = ClusterReader()
        let objects = """
            # objects
            apiVersion: v1
            kind: Pod
            metadata: {name: hub, namespace: tools, labels: {app: hub}}
            spec: {containers: [{name: hub, image: "jupyterhub/k8s-hub:4.0.0"}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: hub, namespace: tools}
            spec: {clusterIP: 127.0.0.1, selector: {app: hub}, ports: [{port: \(port)}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: other, namespace: tools}
            spec: {clusterIP: 127.0.0.1, selector: {app: other}, ports: [{port: \(port)}]}
            """
        reader.read(Array(objects.utf8), from: "objects.yaml")
        let probes = await ServiceInterview(cluster: reader.cluster).probes()
        #expect(probes.map(\.service) == ["hub"])
        #expect(probes.map(\.probe.path) == ["/hub/api/users"])
        #expect(probes.map(\.probe.status) == [401])
        #expect(probes.map(\.probe.scheme) == [.https])
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
