import Foundation
import NIOSSL
import Relay
import Testing

/// Certificates that are replaced again and again while requests come without a pause.
@Suite struct CertificateRotationTests {
    private enum Source: CaseIterable { case files, memory }

    /// How often the certificate is replaced.
    private static let replacements = 60

    @Test(arguments: Source.allCases)
    private func `no request fails while the certificate is replaced under load`(source: Source) async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let held = HeldCertificate(try pair("server", certificates))
        let tls =
            switch source {
            case .files: ServiceTLS(certificate: certificates.path("shown.pem"), key: certificates.path("shown.key"))
            case .memory: ServiceTLS(held: held)
            }
        try show("server", certificates)
        let client = try certificates.client("none")
        let isDone = Flag()
        let newlyAnswered = Counter()
        try await RelayServer.with(TestGatekeeper(), { ListenerConfiguration($0, service: tls) }) { port, server in
            try await withThrowingTaskGroup(of: Load.self) { tasks in
                for isKept in [true, true, false, false] {
                    tasks.addTask { try await load(port, client, isKept: isKept, until: isDone, newlyAnswered) }
                }
                var replaced = 0
                for round in 0..<Self.replacements {
                    let name = round.isMultiple(of: 2) ? "client" : "server"
                    switch source {
                    case .files:
                        // A key that is not the certificate's is met and passed over, as between two writes.
                        try show(name, certificates) { replaced += server.refreshCertificates().replaced.count }
                    case .memory: held.replace(with: try pair(name, certificates))
                    }
                    replaced += server.refreshCertificates().replaced.count
                    // Of three new connections that end after it was replaced, by two clients, one began after it.
                    let before = newlyAnswered.value
                    await Wait.until { newlyAnswered.value >= before + 3 }
                }
                #expect(replaced == Self.replacements)
                isDone.raise()
                var (requests, failures) = (0, 0)
                for try await load in tasks {
                    requests += load.requests
                    failures += load.failures
                }
                #expect(failures == 0 && requests > 3 * Self.replacements, "\(failures) of \(requests)")
            }
        }
    }

    @Test func `what is held is shown to new connections once the server looks`() async throws {
        let certificates = try TestCertificates.make()
        defer { certificates.remove() }
        let held = HeldCertificate(try pair("server", certificates))
        let tls = ServiceTLS(held: held)
        try await RelayServer.with(TestGatekeeper(), { ListenerConfiguration($0, service: tls) }) { port, server in
            #expect(server.refreshCertificates(always: true).replaced.isEmpty, "nothing to read")
            #expect(held.replace(with: try pair("server", certificates)) == false)
            #expect(server.refreshCertificates().replaced.isEmpty)
            // A pair that does not fit is told once, without a word of it, and not taken.
            var bad = try pair("server", certificates)
            bad.key = try pair("client", certificates).key
            #expect(held.replace(with: bad))
            let failures = server.refreshCertificates().failures.map(\.description)
            #expect(failures == ["the certificate in memory cannot be used"])
            #expect(server.refreshCertificates().failures.isEmpty)
            #expect(held.replace(with: try pair("client", certificates)))
            #expect(server.refreshCertificates().replaced.count == 1)
            let load = try await load(port, try certificates.client("none"), isKept: false, until: .raised, Counter())
            #expect(load.failures == 0 && load.requests == 1)
        }
    }

    @Test func `a pair that is held tells nothing of its key`() throws {
        let pair = HeldCertificate.Pair(certificate: [0x41], key: [0x42, 0x43])
        var told = "\(pair) \(String(reflecting: pair))"
        dump(pair, to: &told)
        #expect(!told.contains("66") && told.contains("a certificate and its key"))
    }

    private struct Load {
        var requests = 0
        var failures = 0
    }

    /// Sends requests one after another, at least one, on one connection or on one each.
    private func load(
        _ port: Int,
        _ tls: NIOSSLContext,
        isKept: Bool,
        until isDone: Flag,
        _ newlyAnswered: Counter
    ) async throws -> Load {
        var load = Load()
        var kept: TestSocket?
        repeat {
            load.requests += 1
            if kept == nil { kept = try? await TestSocket.connect(port: port, tls: tls) }
            guard let socket = kept else {
                load.failures += 1
                continue
            }
            socket.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            if await !socket.receive(through: "\r\n\r\nno").hasPrefix("HTTP/1.1 403 ") { load.failures += 1 }
            if !isKept {
                socket.close()
                kept = nil
                newlyAnswered.add(1)
            }
        } while !isDone.isRaised
        kept?.close()
        return load
    }

    private func pair(_ name: String, _ certificates: TestCertificates) throws -> HeldCertificate.Pair {
        func bytes(_ end: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(filePath: certificates.path("\(name).\(end)"))))
        }
        return HeldCertificate.Pair(certificate: try bytes("pem"), key: try bytes("key"))
    }

    /// Puts a pair where the server reads it, one file after the other.
    private func show(_ name: String, _ certificates: TestCertificates, between: () -> Void = {}) throws {
        for end in ["key", "pem"] {
            let bytes = try Data(contentsOf: URL(filePath: certificates.path("\(name).\(end)")))
            try bytes.write(to: URL(filePath: certificates.path("shown.\(end)")), options: .atomic)
            if end == "key" { between() }
        }
    }
}

extension Flag {
    fileprivate static var raised: Flag {
        let flag = Flag()
        flag.raise()
        return flag
    }
}
