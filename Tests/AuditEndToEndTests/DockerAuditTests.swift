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
        // Without certificates of its own it is reached by its socket alone, and by SSH from elsewhere.
        #expect(!configuration.contains("tcp://"), "\(configuration)")
        try lab.startEngine(configuration: configuration)
        let after = try lab.audit()
        for id in ["TW-M1035-001", "TW-M1035-002", "TW-M1030-001"] {
            #expect(["pass", "na"].contains(after.outcome(id)), "\(id): \(after.words(id))")
        }
    }

    @Test func `an engine that has certificates and asks for none is fixed by asking`() throws {
        let lab = try AuditLab()
        try lab.makeCertificates()
        let open = """
            {"hosts": ["unix://\(lab.folder)/docker.sock", "tcp://127.0.0.1:2376"], "tls": true, "tlsverify": false,
             "tlscacert": "\(lab.folder)/ca.pem", "tlscert": "\(lab.folder)/server.pem", "tlskey": "\(lab.folder)/server.key"}
            """
        try lab.startEngine(configuration: open, listeningOn: 2376)
        let report = try lab.audit(["--fixes", "\(lab.folder)/fixes"])
        #expect(report.outcome("TW-M1035-002") == "fail", "\(report.words("TW-M1035-002"))")
        try lab.stopEngine()
        let fixed = "\(lab.folder)/fixes/TW-M1035-002/files\(lab.folder)/daemon.json"
        try lab.startEngine(configuration: try String(contentsOfFile: fixed, encoding: .utf8), listeningOn: 2376)
        let after = try lab.audit()
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
}
