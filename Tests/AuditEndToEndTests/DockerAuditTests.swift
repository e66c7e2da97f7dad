import Foundation
import Testing

/// What the built binary says of real engines, and that its fixes mend them.
@Suite(
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(
        if: AuditLab.isPossible(with: "dockerd"),
        "needs root, dockerd and openssl; Scripts/setup installs them: no real engine is audited"
    )
)
struct DockerAuditTests {
    @Test func `an engine that answers in the clear fails, and its fix has it pass`() throws {
        let lab = try AuditLab()
        let plain = """
            {"hosts": ["unix://\(lab.folder)/docker.sock", "tcp://0.0.0.0:2375"], "log-level": "warn"}
            """
        try lab.startEngine(configuration: plain, listeningOn: 2375)
        let report = try lab.audit(["--fail-on", "critical", "--fixes", "\(lab.folder)/fixes"])
        #expect(report.status == 3)
        #expect(report.outcome("TW-M1035-001") == "fail", "\(report.words("TW-M1035-001"))")
        #expect(report.outcome("TW-M1030-001") == "fail", "\(report.words("TW-M1030-001"))")

        try lab.stopEngine()
        let fixed = "\(lab.folder)/fixes/TW-M1035-001/files\(lab.folder)/daemon.json"
        let configuration = try String(contentsOfFile: fixed, encoding: .utf8)
        #expect(configuration.contains(#""log-level": "warn""#))
        // The fix names where the operator's certificates will be.
        try lab.makeCertificates()
        let own = try Self.withCertificates(configuration, in: lab.folder)
        try lab.startEngine(configuration: own, listeningOn: 2376)
        let after = try lab.audit()
        #expect(after.outcome("TW-M1035-001") == "pass", "\(after.words("TW-M1035-001"))")
        #expect(after.outcome("TW-M1035-002") == "pass", "\(after.words("TW-M1035-002"))")
    }

    @Test func `an engine with TLS that asks for no certificate fails, and one that asks passes`() throws {
        let lab = try AuditLab()
        try lab.makeCertificates()
        let tls = [
            "--host", "unix://\(lab.folder)/docker.sock", "--host", "tcp://127.0.0.1:2376", "--tlscert",
            "\(lab.folder)/server.pem", "--tlskey", "\(lab.folder)/server.key", "--tlscacert", "\(lab.folder)/ca.pem",
        ]
        try lab.startEngine(tls + ["--tls", "--tlsverify=false"], listeningOn: 2376)
        let open = try lab.audit()
        #expect(open.outcome("TW-M1035-001") == "pass", "\(open.words("TW-M1035-001"))")
        #expect(open.outcome("TW-M1035-002") == "fail", "\(open.words("TW-M1035-002"))")

        try lab.stopEngine()
        try lab.startEngine(tls + ["--tlsverify"], listeningOn: 2376)
        let closed = try lab.audit()
        #expect(closed.outcome("TW-M1035-001") == "pass", "\(closed.words("TW-M1035-001"))")
        #expect(closed.outcome("TW-M1035-002") == "pass", "\(closed.words("TW-M1035-002"))")
    }

    @Test func `what was collected from a host is judged elsewhere as it was there`() throws {
        let lab = try AuditLab()
        try lab.startEngine(
            ["--host", "unix://\(lab.folder)/docker.sock", "--host", "tcp://127.0.0.1:2375"],
            listeningOn: 2375
        )
        let live = try lab.audit()
        #expect(live.outcome("TW-M1035-005") == "fail", "\(live.words("TW-M1035-005"))")
        let collected = try lab.output([AuditLab.program, "audit", "collect", "\(lab.folder)/evidence"])
        #expect(collected.status == 0, "\(collected.errors)")
        try lab.stopEngine()
        let later = try lab.audit(["--evidence", "\(lab.folder)/evidence"])
        let ids = (live.object["checks"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        #expect(!ids.isEmpty)
        for id in ids { #expect(later.outcome(id) == live.outcome(id), "\(id): \(later.words(id))") }
    }

    /// A configuration with the laboratory's certificates for those that it names.
    private static func withCertificates(_ text: String, in folder: String) throws -> String {
        var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        object["tlscacert"] = "\(folder)/ca.pem"
        object["tlscert"] = "\(folder)/server.pem"
        object["tlskey"] = "\(folder)/server.key"
        object["hosts"] = (object["hosts"] as? [String])?.map { $0.hasPrefix("tcp:") ? "tcp://127.0.0.1:2376" : $0 }
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }
}
