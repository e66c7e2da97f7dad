import Foundation
import Testing

/// What the built binary says of a real etcd.
@Suite(
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(
        if: AuditLab.isPossible(with: "etcd"),
        "needs root, etcd and openssl; Scripts/setup installs them: no real etcd is audited"
    )
)
struct EtcdAuditTests {
    private static func arguments(_ lab: AuditLab, _ scheme: String, _ more: [String] = []) -> [String] {
        [
            "etcd", "--data-dir", "\(lab.folder)/etcd", "--listen-client-urls", "\(scheme)://127.0.0.1:2379",
            "--advertise-client-urls", "\(scheme)://127.0.0.1:2379",
        ] + more
    }

    @Test func `a store that answers everybody fails`() throws {
        let lab = try AuditLab()
        try lab.start(Self.arguments(lab, "http"), listeningOn: 2379)
        let report = try lab.audit(["--check", "TW-M1035-031"])
        #expect(report.outcome("TW-M1035-031") == "fail", "\(report.words("TW-M1035-031"))")
    }

    @Test func `a store that asks for client certificates passes`() throws {
        let lab = try AuditLab()
        try lab.makeCertificates()
        let tls = [
            "--cert-file", "\(lab.folder)/server.pem", "--key-file", "\(lab.folder)/server.key", "--trusted-ca-file",
            "\(lab.folder)/ca.pem", "--client-cert-auth",
        ]
        try lab.start(Self.arguments(lab, "https", tls), listeningOn: 2379)
        let report = try lab.audit(["--check", "TW-M1035-031"])
        #expect(report.outcome("TW-M1035-031") == "pass", "\(report.words("TW-M1035-031"))")
    }
}
