import Foundation
import KubernetesAPI
import KubernetesAPITesting

/// A fake API server with a folder of its own, and a client of it.
struct TestServer {
    let fake: FakeAPIServer
    let folder: String

    init(clients: FakeClients = .any, name: String? = nil) throws {
        folder = NSTemporaryDirectory() + "kubernetes-api-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        fake = try FakeAPIServer(in: folder, clients: clients, name: name)
    }

    var server: APIServer {
        get throws { try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile) }
    }

    /// Lends a client, and removes the folder after.
    func connected<Result>(
        limits: APIClient.Limits = .init(),
        _ body: (APIClient) async throws -> Result
    ) async throws -> Result {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await APIClient.connected(to: try server, limits: limits, body)
    }
}

/// The error that a call of an API ends in; nil for none.
func failure<Result>(of call: () async throws(APIError) -> Result) async -> APIError? {
    do throws(APIError) {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
