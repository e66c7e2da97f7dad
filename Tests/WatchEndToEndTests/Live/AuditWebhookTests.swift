import Foundation
import Testing

/// The audit webhook, fed the batches that an API server sent, over TLS as an API server sends them.
@Suite(
    .enabled(
        if: Recorded.auditBatches != nil && Command.areThere(["curl", "openssl"]),
        "needs the recorded batches beside the project, curl and openssl: the audit webhook is NOT fed with them"
    )
)
struct AuditWebhookTests {
    enum Proof: String, CaseIterable {
        case token, certificate

        var port: Int { self == .token ? 18_444 : 18_445 }
    }

    /// An authority, a certificate of its for this host, and one for a client.
    private func certificates(in watcher: Watcher) async throws {
        let script = """
            set -e
            cd '\(watcher.folder.path)'
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority \
                -keyout ca.key -out ca.crt 2>/dev/null
            for name in server client; do
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
                    -keyout $name.key -out $name.csr 2>/dev/null
                printf 'subjectAltName=IP:127.0.0.1\\n' >$name.ext
                openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                    -extfile $name.ext -out $name.crt 2>/dev/null
            done
            printf 'secret-of-the-api-server' >token
            chmod 600 token
            """
        try await Command.run(["sh", "-c", script])
    }

    /// Posts a batch; the status that was answered, 0 where there was no answer.
    private func post(_ batch: String, _ proof: Proof, _ more: [String], of watcher: Watcher) async throws -> Int {
        try Data(batch.utf8).write(to: watcher.folder.appending(path: "batch.json"))
        let words = [
            "sh", "-c", "curl \"$@\" || true", "sh", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert",
            watcher.path("ca.crt"), "-H", "Content-Type: application/json", "--data-binary",
            "@\(watcher.path("batch.json"))", "https://127.0.0.1:\(proof.port)/audit",
        ]
        return Int(try await Command.run(words + more)) ?? 0
    }

    @Test(arguments: Proof.allCases)
    func `what was sent ends with the findings that a scan of the same events has`(proof: Proof) async throws {
        let batches = try #require(Recorded.auditBatches)
        let watcher = try Watcher()
        try await certificates(in: watcher)
        let server = "certificate: \(watcher.path("server.crt")), key: \(watcher.path("server.key"))"
        let settings =
            proof == .token
            ? "token-file: \(watcher.path("token")), tls: {\(server)}"
            : "tls: {\(server), authority: \(watcher.path("ca.crt"))}"
        try watcher.configure(
            "  - name: audit\n    kubernetes-audit-webhook: {listen: 'tcp://127.0.0.1:\(proof.port)', \(settings)}",
            more: "lateness: 1s"
        )
        try watcher.start()
        #expect(try await watcher.follows(["audit"]), "\(watcher.messages)")

        // Whoever proves nothing is heard by nobody.
        #expect(try await post(batches[0], proof, [], of: watcher) == 401)
        let wrong = ["-H", "Authorization: Bearer guessed"]
        #expect(try await post(batches[0], proof, wrong, of: watcher) == 401)

        let right =
            proof == .token
            ? ["-H", "Authorization: Bearer secret-of-the-api-server"]
            : ["--cert", watcher.path("client.crt"), "--key", watcher.path("client.key")]
        for batch in batches { #expect(try await post(batch, proof, right, of: watcher) == 200) }

        let text = try watcher.ask(["scan", "--format", "json", "-q", Recorded.auditBatchesFile.path])
        let scanned = try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let wanted = scanned.compactMap { value($0, "tidewaiter.finding.id") }.sorted()
        #expect(wanted.count > 30)
        let isWhole = try await eventually(within: 60) { try watcher.findingIDs().count >= wanted.count }
        #expect(isWhole, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        #expect(try watcher.findingIDs() == wanted)
    }
}
