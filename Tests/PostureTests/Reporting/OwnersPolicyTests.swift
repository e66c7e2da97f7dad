@testable import Posture
import Sigma
import Testing

@Suite struct OwnersPolicyTests {
    @Test func `a policy says what is meant to be so, and what is accepted until when`() throws {
        let text = """
            deployers: ["user:alice", "serviceaccount:ci/runner", "group:ops"]
            secret-readers: ["user:vault"]
            runtime-users: [ci]
            watch-user: watcher
            management-networks: [10.0.0.0/24]
            open-listeners: [6443, "10.0.0.5:2376"]
            gateway-namespaces: [ingress]
            exceptions:
              - check: TW-M1018-012
                subject: ClusterRoleBinding "break-glass"
                reason: for emergencies, watched
                expires: 2027-03-31
            """
        let (read, diagnostics) = OwnersPolicy.read(text, file: "audit.yml")
        let policy = try #require(read, "\(diagnostics)")
        #expect(
            policy.expectations.deployers == [
                Subject(.user, "alice"), Subject(.serviceAccount, "runner", namespace: "ci"), Subject(.group, "ops"),
            ]
        )
        #expect(policy.expectations.secretReaders == [Subject(.user, "vault")])
        #expect(policy.expectations.watchUser == "watcher")
        #expect(policy.expectations.runtimeUsers == ["root", "ci"])
        #expect(policy.expectations.managementNetworks == ["10.0.0.0/24"])
        #expect(policy.expectations.openListeners == ["6443", "10.0.0.5:2376"])
        #expect(policy.expectations.gatewayNamespaces == ["ingress"])
        #expect(
            policy.exceptions == [
                AuditException(
                    check: "TW-M1018-012",
                    subject: #"ClusterRoleBinding "break-glass""#,
                    reason: "for emergencies, watched",
                    expires: "2027-03-31",
                    place: "audit.yml:9:5"
                )
            ]
        )
    }

    @Test(arguments: [
        ("deployer: []", "audit.yml:1:1"), ("deployers: [alice]", "audit.yml:1:12"),
        ("exceptions:\n  - check: TW-M1018-012\n    reason: r", "audit.yml:2:5"),
        ("exceptions:\n  - {check: TW-M1018-012, reason: r, expires: soon}", "audit.yml:2:5"),
        ("exceptions:\n  - {check: TW-X, reason: r, expires: 2027-01-01}", "audit.yml:2:5"), ("[]", "audit.yml:1:1"),
    ])
    func `what is wrong in it is told with its place, and nothing of it counts`(_ text: String, _ place: String) {
        let (policy, diagnostics) = OwnersPolicy.read(text, file: "audit.yml")
        #expect(policy == nil)
        #expect(diagnostics.map { "\($0.place)" } == [place], "\(diagnostics)")
    }
}
