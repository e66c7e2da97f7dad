import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Relay
import Testing

@Suite struct TLSTests {
    private func serve(
        _ certificates: TestCertificates,
        _ gatekeeper: TestGatekeeper,
        _ body: (Int) async throws -> Void
    ) async throws {
        let files = TLSFiles(
            certificate: certificates.path("server.pem"),
            key: certificates.path("server.key"),
            authority: certificates.path("ca.pem")
        )
        try await RelayServer.with(gatekeeper, { ListenerConfiguration($0, tls: files) }) { port, _ in
            try await body(port)
        }
    }

    @Test func `a client is known by its certificate's subject`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let gatekeeper = TestGatekeeper()
        try await serve(certificates, gatekeeper) { port in
            let client = try await TestSocket.connect(port: port, tls: certificates.client("client"))
            client.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.receive(through: "\r\n\r\nno").hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
            let seen = try #require(gatekeeper.seen.clients.first)
            #expect(
                seen.certificate
                    == ClientCertificate(subject: "CN=ci\\, büro,O=Ex\\+ample+OU=b", commonName: "ci, büro")
            )
            #expect(seen.address == "127.0.0.1")
            #expect(seen.peer == nil)
            client.closeOutput()
            await client.expectEnd()
        }
    }

    @Test(arguments: ["none", "stranger"])
    func `a client without a certificate of the authority gets nothing`(name: String) async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let gatekeeper = TestGatekeeper()
        try await serve(certificates, gatekeeper) { port in
            let client = try? await TestSocket.connect(port: port, tls: certificates.client(name))
            client?.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            await Wait.until { client?.isInputClosed ?? true }
            #expect(client?.pending ?? "" == "")
            #expect(gatekeeper.seen.targets == [])
        }
    }

    @Test func `an upstream is asked over TLS`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        try await serve(certificates, TestGatekeeper()) { port in
            let files = TLSFiles(
                certificate: certificates.path("client.pem"),
                key: certificates.path("client.key"),
                authority: certificates.path("ca.pem")
            )
            let upstream = try HTTPUpstream(UpstreamConfiguration(.tcp(host: "localhost", port: port), tls: files))
            #expect(try await upstream.get("/deny") == UpstreamAnswer(status: 403, body: Array("no".utf8)))
            let foreign = try HTTPUpstream(
                UpstreamConfiguration(
                    .tcp(host: "localhost", port: port),
                    tls: TLSFiles(
                        certificate: files.certificate,
                        key: files.key,
                        authority: certificates.path("stranger.pem")
                    )
                )
            )
            await #expect(throws: UpstreamError.self) { try await foreign.get("/deny") }
        }
    }
}
