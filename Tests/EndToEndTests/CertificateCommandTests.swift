import Foundation
import KubernetesAPITesting
import Testing

/// Webhooks that make their own certificate, beside a fake API server: a real one needs etcd.
@Suite struct CertificateCommandTests {
    @Test(arguments: [
        (["--certificate-secret", "tls"], "--certificate-secret: 'tls' is no NAMESPACE/NAME"),
        (["--certificate-secret", "a/b", "--tls-cert", "a.pem"], "leave --tls-cert and --tls-key out"),
        (
            ["--certificate-secret", "a/b", "--certificate-name", "10.0.0.1"],
            "--certificate-name: '10.0.0.1' is an address"
        ),
        (["--certificate-name", "a.b.svc"], "--certificate-name goes with --certificate-secret"),
        (["--webhook-configuration", "a"], "--webhook-configuration goes with --certificate-secret"),
        (["--certificate-secret", "a/b"], "this is no pod of a cluster"),
        (
            ["--certificate-secret", "a/b", "--api-server", "http://127.0.0.1"],
            "--api-server: 'http://127.0.0.1' is no address"
        ),
        (["--certificate-secret", "a/b", "--api-ca", "ca.crt"], "--api-ca goes with --api-server"),
    ])
    func `what cannot be is refused at start, with the reason`(arguments: [String], reason: String) throws {
        let result = try Binary.run(["guard", "kubernetes"] + arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test func `check says where the certificate comes from`() throws {
        let arguments = ["--certificate-secret", "security/tls", "--webhook-configuration", "tidewaiter"]
        let result = try Binary.run(["guard", "kubernetes", "--check"] + arguments)
        #expect(
            result.output.contains(
                "shows      its own, for tidewaiter.security.svc, kept in the Secret security/tls; webhook configuration "
                    + "tidewaiter trusts its authorities\n"
            )
        )
    }

    @Test func `a Secret of somebody else's ends the webhook before it serves`() throws {
        let cluster = try CertificateCluster()
        try cluster.fake.put(#"{"kind":"Secret","data":{"tls.key":"dGhlaXJz"}}"#, at: CertificateCluster.secretPath)
        let replica = try RunningReplica(cluster)
        #expect(replica.end() == 1)
        let reason = "Secret security/tidewaiter-tls: it holds tls.key, but nothing says that tidewaiter wrote it"
        #expect(replica.messages.contains(reason), "\(replica.messages)")
        #expect(!replica.messages.contains("theirs") && !replica.messages.contains("dGhlaXJz"))
    }

    @Test func `two replicas share a certificate, and no review fails while it is replaced`() throws {
        let cluster = try CertificateCluster()
        // The API server does not answer at first, and the configuration comes last.
        cluster.fake.fail("GET", with: 503, "ServiceUnavailable", "not yet")
        let replicas = [try RunningReplica(cluster), try RunningReplica(cluster)]
        for replica in replicas { try #require(replica.says("not yet; tries again"), "\(replica.messages)") }
        cluster.fake.mend()
        for replica in replicas { try #require(replica.says("webhook on tcp://"), "\(replica.messages)") }
        #expect(replicas.contains { $0.says("webhook configuration tidewaiter cannot be read") })
        try cluster.register()
        for replica in replicas { replica.signal(SIGHUP) }
        for replica in replicas { #expect(replica.says("certificates are kept up again"), "\(replica.messages)") }
        #expect(cluster.bundle == cluster.value("ca.crt") && cluster.bundle?.isEmpty == false)
        #expect(cluster.bundle?.components(separatedBy: "BEGIN CERTIFICATE").count == 2, "one authority")

        // Whoever empties the certificate in the Secret gets another.
        let rounds = 8
        let kept = try replicas.map { try $0.review(times: 1_500, each: 300) }
        for round in 1...rounds {
            let shown = replicas.map(Self.shown)
            try cluster.emptyCertificate()
            for replica in replicas { replica.signal(SIGHUP) }
            for (replica, before) in zip(replicas, shown) {
                Self.wait { Self.shown(by: replica) > before }
                #expect(Self.shown(by: replica) > before, "round \(round): \(replica.messages)")
                let answers = try replica.review(times: 2).end()
                #expect(answers.admitted == 2 && answers.errors.isEmpty, "\(answers.errors)")
            }
        }
        for reviews in kept {
            let answers = try reviews.end()
            #expect(answers.admitted == 1_500 && answers.errors.isEmpty, "\(answers.errors)")
        }
        for replica in replicas { replica.signal(SIGTERM) }
        for replica in replicas { #expect(replica.end() == 0) }
        try Self.expectNoKeys(in: replicas.map(\.folder), of: cluster)
    }

    private static func shown(by replica: RunningReplica) -> Int {
        replica.messages.components(separatedBy: "shows the certificate ").count - 1
    }

    private static func wait(until isTrue: () -> Bool) {
        for _ in 0..<1_000 where !isTrue() { usleep(10_000) }
    }

    /// Keys stand neither in what was said nor in any file.
    private static func expectNoKeys(in folders: [Folder], of cluster: CertificateCluster) throws {
        let keys = ["tls.key", "ca.key"].compactMap(cluster.value)
        let lines = keys.flatMap { $0.split(separator: "\n").dropFirst().dropLast() }
        #expect(lines.count == 6)
        for folder in folders {
            for file in try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil) {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains("PRIVATE KEY") && !lines.contains { text.contains($0) }, "\(file.path)")
            }
        }
    }
}
