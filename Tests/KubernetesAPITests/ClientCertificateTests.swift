import Foundation
import KubernetesAPITesting
import Testing

@testable import KubernetesAPI

/// A kubeconfig against a server that asks for client certificates, and for a token besides.
@Suite struct ClientCertificateTests {
    /// Asks the server that a kubeconfig in its folder names.
    private func ask(
        _ test: TestServer,
        cluster: String = "certificate-authority: ca.crt",
        user: String = "client-certificate: client.crt, client-key: client.key, tokenFile: token",
        allowsUnverified: Bool = false
    ) async throws -> APIError? {
        let text = """
            current-context: c
            clusters: [{name: a, cluster: {server: "\(test.fake.url)", \(cluster)}}]
            users: [{name: u, user: {\(user)}}]
            contexts: [{name: c, context: {cluster: a, user: u}}]
            """
        let file = test.folder + "/config"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let server = try Kubeconfig(readingFileAt: file).server(file: file, allowsUnverified: allowsUnverified)
        return try await APIClient.connected(to: server) { api in
            await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
        }
    }

    private func base64(_ path: String) throws -> String {
        try Data(contentsOf: URL(filePath: path)).base64EncodedString()
    }

    private func test(_ body: (TestServer) async throws -> Void) async throws {
        let test = try TestServer(clients: .withCertificates)
        test.fake.putNamespace("shop")
        defer { try? FileManager.default.removeItem(atPath: test.folder) }
        try await body(test)
    }

    @Test func `a client shows its certificate, from files and from data`() async throws {
        try await test { (test: TestServer) async throws in
            #expect(try await ask(test) == nil)
            let authority = try base64(test.fake.authorityFile)
            let certificate = try base64(test.fake.clientCertificateFile)
            let key = try base64(test.fake.clientKeyFile)
            let token = try String(contentsOfFile: test.fake.tokenFile, encoding: .utf8)
            let user = "client-certificate-data: \(certificate), client-key-data: \(key), token: \(token)"
            #expect(try await ask(test, cluster: "certificate-authority-data: \(authority)", user: user) == nil)
        }
    }

    @Test func `one file may hold certificate and key, as a kubelet's does`() async throws {
        try await test { (test: TestServer) async throws in
            let both = [test.fake.clientKeyFile, test.fake.clientCertificateFile].map {
                try? String(contentsOfFile: $0, encoding: .utf8)
            }
            try both.compactMap(\.self).joined(separator: "\n")
                .write(toFile: test.folder + "/both.pem", atomically: true, encoding: .utf8)
            let user = "client-certificate: both.pem, client-key: both.pem, tokenFile: token"
            #expect(try await ask(test, user: user) == nil)
        }
    }

    @Test func `without a certificate, or with another authority's, nobody is let in`() async throws {
        try await test { (test: TestServer) async throws in
            #expect(try await ask(test, user: "tokenFile: token")?.code == .unreachable)
            let other = try TestServer()
            defer { try? FileManager.default.removeItem(atPath: other.folder) }
            let user =
                "client-certificate: \(other.fake.clientCertificateFile), client-key: \(other.fake.clientKeyFile), "
                + "tokenFile: token"
            #expect(try await ask(test, user: user)?.code == .unreachable)
        }
    }

    @Test func `a certificate and a token both count`() async throws {
        try await test { (test: TestServer) async throws in
            let user = "client-certificate: client.crt, client-key: client.key, token: other"
            #expect(try await ask(test, user: user)?.code == .unauthorized)
        }
    }

    @Test func `a server has to show the name that is asked for`() async throws {
        let test = try TestServer(clients: .withCertificates, name: "kubernetes.default.svc")
        defer { try? FileManager.default.removeItem(atPath: test.folder) }
        test.fake.putNamespace("shop")
        // Its address is not in its certificate.
        #expect(try await ask(test)?.code == .unreachable)
        let named = "certificate-authority: ca.crt, tls-server-name:"
        #expect(try await ask(test, cluster: "\(named) Kubernetes.default.svc") == nil)
        #expect(try await ask(test, cluster: "\(named) other.default.svc")?.code == .unreachable)
    }

    @Test func `a server that nobody vouches for is asked only where that is allowed`() async throws {
        try await test { (test: TestServer) async throws in
            let other = try TestServer()
            defer { try? FileManager.default.removeItem(atPath: other.folder) }
            let foreign = "certificate-authority: \(other.fake.authorityFile)"
            #expect(try await ask(test, cluster: foreign)?.code == .unreachable)
            #expect(try await ask(test, cluster: "insecure-skip-tls-verify: true", allowsUnverified: true) == nil)
        }
    }

    @Test func `a file that is replaced counts with the next request, and one that holds nothing is told`() async throws
    {
        try await test { (test: TestServer) async throws in
            let file = test.folder + "/config"
            #expect(try await ask(test) == nil)
            let server = try Kubeconfig(readingFileAt: file).server(file: file)
            try await APIClient.connected(to: server) { api in
                func asked() async -> APIError? {
                    await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
                }
                #expect(await asked() == nil)
                let key = try String(contentsOfFile: test.fake.clientKeyFile, encoding: .utf8)
                try "no key".write(toFile: test.fake.clientKeyFile, atomically: true, encoding: .utf8)
                let error = await asked()
                #expect(error?.code == .configuration)
                #expect(error?.message == "\(test.folder)/client.key: it holds no key in PEM without a passphrase")
                try key.write(toFile: test.fake.clientKeyFile, atomically: true, encoding: .utf8)
                #expect(await asked() == nil)
            }
        }
    }
}
