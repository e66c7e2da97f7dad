import Foundation
import KubernetesAPI
import KubernetesAPITesting
import KubernetesGuard
import Testing

@Suite(.timeLimit(.minutes(1))) struct NamespaceLabelWatchTests {
    @Test func `labels are held once they are to be, and follow the cluster`() async throws {
        let folder = NSTemporaryDirectory() + "labels-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fake = try FakeAPIServer(in: folder)
        let label = "pod-security.kubernetes.io/enforce"
        fake.putNamespace("shop", labels: [label: "baseline", "team": "a"])
        let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
        try await APIClient.connected(to: server) { client in
            let labels = NamespaceLabels(client: client)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await labels.run { _ in } }
                #expect(try await labels.lookUp("shop") == [label: "baseline"])
                #expect(!labels.isSynced && labels.known("shop") == nil)
                labels.begin()
                while !labels.isSynced { try await Task.sleep(for: .milliseconds(5)) }
                #expect(labels.known("shop") == [label: "baseline"])
                #expect(labels.known("other") == nil)
                fake.putNamespace("shop", labels: [label: "restricted"])
                while labels.known("shop") != [label: "restricted"] { try await Task.sleep(for: .milliseconds(5)) }
                fake.remove("/api/v1/namespaces/shop")
                while labels.known("shop") != nil { try await Task.sleep(for: .milliseconds(5)) }
                tasks.cancelAll()
            }
        }
    }
}
