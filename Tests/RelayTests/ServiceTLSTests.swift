import Foundation
import NIOSSL
import Relay
import Testing

/// A service that answers everything itself, and so lends whoever connects no power.
@Suite struct ServiceTLSTests {
    private func serve(
        _ certificates: TestCertificates,
        _ gatekeeper: TestGatekeeper = TestGatekeeper(),
        clientAuthority: String? = nil,
        _ body: (Int, RelayServer) async throws -> Void
    ) async throws {
        let tls = ServiceTLS(
            certificate: certificates.path("server.pem"),
            key: certificates.path("server.key"),
            clientAuthority: clientAuthority
        )
        try await RelayServer.with(gatekeeper, { ListenerConfiguration($0, service: tls) }, body)
    }

    private func ask(_ client: TestSocket) async -> Bool {
        client.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
        return await client.receive(through: "\r\n\r\nno").hasPrefix("HTTP/1.1 403 Forbidden\r\n")
    }

    /// A client that trusts one certificate alone.
    private func trusting(_ certificate: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        configuration.certificateVerification = .noHostnameVerification
        return try NIOSSLContext(configuration: configuration)
    }

    private func isShown(_ certificate: String, at port: Int) async throws -> Bool {
        guard let client = try? await TestSocket.connect(port: port, tls: trusting(certificate)) else { return false }
        client.send("GET /deny HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await Wait.until { client.isInputClosed }
        return client.pending.hasPrefix("HTTP/1.1 403")
    }

    private func copy(_ from: String, to name: String, _ certificates: TestCertificates) throws {
        let bytes = try Data(contentsOf: URL(filePath: certificates.path(from)))
        try bytes.write(to: URL(filePath: certificates.path(name)), options: .atomic)
    }

    @Test func `a client needs no certificate`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let gatekeeper = TestGatekeeper()
        try await serve(certificates, gatekeeper) { port, _ in
            let client = try await TestSocket.connect(port: port, tls: certificates.client("none"))
            #expect(await ask(client))
            #expect(gatekeeper.seen.clients.first?.certificate == nil)
            client.closeOutput()
        }
    }

    @Test func `a client that shows one is known by it, and a stranger's is refused`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let gatekeeper = TestGatekeeper()
        try await serve(certificates, gatekeeper, clientAuthority: certificates.path("ca.pem")) { port, _ in
            let known = try await TestSocket.connect(port: port, tls: certificates.client("client"))
            #expect(await ask(known))
            let nobody = try await TestSocket.connect(port: port, tls: certificates.client("none"))
            #expect(await ask(nobody))
            #expect(gatekeeper.seen.clients.map(\.certificate?.commonName) == ["ci, büro", nil])
            let stranger = try? await TestSocket.connect(port: port, tls: certificates.client("stranger"))
            stranger?.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            await Wait.until { stranger?.isInputClosed ?? true }
            #expect(stranger?.pending ?? "" == "")
            #expect(gatekeeper.seen.clients.count == 2)
            known.closeOutput()
            nobody.closeOutput()
        }
    }

    @Test func `a certificate is replaced when its files change, and a bad one is not taken`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        try await serve(certificates) { port, server in
            let standing = try await TestSocket.connect(port: port, tls: certificates.client("none"))
            #expect(await ask(standing))
            #expect(server.refreshCertificates().replaced.isEmpty)
            #expect(try await isShown(certificates.path("stranger.pem"), at: port) == false)

            // A certificate whose key is another's, as between two writes.
            try copy("stranger.pem", to: "server.pem", certificates)
            let bad = server.refreshCertificates()
            #expect(bad.replaced.isEmpty && bad.failures.count == 1)
            #expect(server.refreshCertificates().failures.isEmpty, "told once")
            #expect(try await isShown(certificates.path("ca.pem"), at: port))

            try copy("stranger.key", to: "server.key", certificates)
            let good = server.refreshCertificates()
            #expect(good.replaced.map(\.description) == ["tcp://127.0.0.1:\(port)"] && good.failures.isEmpty)
            #expect(try await isShown(certificates.path("stranger.pem"), at: port))
            #expect(try await isShown(certificates.path("ca.pem"), at: port) == false)
            #expect(await ask(standing), "what stands goes on")
            standing.closeOutput()
        }
    }

    @Test func `nothing behind a relay is open to clients without a certificate`() async throws {
        let tls = ServiceTLS(certificate: "server.pem", key: "server.key")
        let server = RelayServer(
            configuration: RelayConfiguration(listeners: [
                ListenerConfiguration(.tcp(host: "127.0.0.1", port: 0), service: tls)
            ]),
            gatekeeper: TestGatekeeper(),
            upstream: try HTTPUpstream(UpstreamConfiguration(.unix(path: "/nowhere")))
        )
        let error = await #expect(throws: RelayError.self) { try await server.run() }
        #expect(error?.code == .tls)
    }
}
