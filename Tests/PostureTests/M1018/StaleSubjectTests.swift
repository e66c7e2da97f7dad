@testable import Posture
import Testing

/// Rights of accounts that are gone, and of those that do nothing.
@Suite struct StaleSubjectTests {
    private static let check = Check.staleSubjects

    private static func evidence(_ subject: String, _ more: String = "", binding: String = "b") -> Evidence {
        AccountCheckTests.evidence(
            """
            {kind: ClusterRole, metadata: {name: deployer}, rules: [{verbs: [create, get], apiGroups: [""], resources: [pods]}]}
            ---
            {kind: ServiceAccount, apiVersion: v1, metadata: {name: ci, namespace: shop}}
            ---
            kind: ClusterRoleBinding
            metadata: {name: \(binding)}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deployer}
            subjects: [\(subject)]
            \(more)
            """
        )
    }

    private static let ci = "{kind: ServiceAccount, name: ci, namespace: shop}"
    private static let gone = "{kind: ServiceAccount, name: old, namespace: shop}"
    private static let alice = "{kind: User, apiGroup: rbac.authorization.k8s.io, name: alice}"

    @Test(
        arguments: [
            ("an account that is there", evidence(ci), .pass), ("an account that is gone", evidence(gone), .fail),
            (
                "an account of another namespace",
                evidence("{kind: ServiceAccount, name: ci, namespace: other}"), .fail
            ),
            ("a user, whom no list has", evidence(alice), .pass),
            (
                "a part of the cluster's own",
                evidence("{kind: ServiceAccount, name: old, namespace: kube-system}", binding: "system:x"), .pass
            ),
        ] as [(String, Evidence, CheckResult.Outcome)]
    )
    func `each binding gets its outcome`(_ name: String, _ evidence: Evidence, _ outcome: CheckResult.Outcome) {
        let results = Self.check.results(on: evidence)
        #expect(results.map(\.outcome) == [outcome], "\(results)")
        guard outcome == .fail else { return }
        let fixed = evidence.applying(Self.check.fixes(on: evidence))
        #expect(Self.check.results(on: fixed).map(\.outcome) == [.pass])
    }

    @Test func `a role that is not there, or that allows nothing, gives nobody anything`() {
        let none = Self.evidence(
            Self.ci,
            """
            ---
            kind: RoleBinding
            metadata: {name: dead, namespace: shop}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: missing}
            subjects: [\(Self.gone)]
            """
        )
        #expect(Self.check.results(on: none).map(\.outcome) == [.pass])
    }

    @Test func `those who stay keep what they have`() throws {
        let both = Self.evidence("\(Self.ci), \(Self.gone), \(Self.alice)")
        let fixed = both.applying(Self.check.fixes(on: both))
        let binding = try #require(fixed.access.value?.bindings.first { $0.name == "b" })
        #expect(binding.subjects.map(\.name) == ["ci", "alice"])
    }

    @Test func `service accounts that may not be listed make it unknown`() {
        var evidence = Self.evidence(Self.gone)
        evidence.cluster = evidence.cluster.map {
            var cluster = $0; cluster.miss("ServiceAccount", "forbidden"); return cluster
        }
        #expect(Self.check.results(on: evidence).map(\.outcome) == [.unknown])
    }

    // MARK: With an audit log

    private static func used(_ evidence: Evidence, by user: String) -> Evidence {
        let event = #"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete",
            "requestURI":"/api/v1/namespaces/shop/pods","verb":"create","user":{"username":"\#(user)","groups":[]},
            "objectRef":{"resource":"pods","namespace":"shop","apiVersion":"v1"},"responseStatus":{"code":201},
            "annotations":{"authorization.k8s.io/decision":"allow"},
            "requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:00.000000Z"}
            """#.filter { !$0.isNewline }
        var rights = UsedRights()
        rights.read(Array((event + "\n").utf8))
        var evidence = evidence
        evidence.cluster = evidence.cluster.map {
            var cluster = $0; cluster.used = .known(rights); return cluster
        }
        return evidence
    }

    @Test func `who may deploy and is in no event is told, and who is in one is not`() {
        let both = Self.evidence("\(Self.ci), \(Self.alice)")
        let results = Self.check.results(on: Self.used(both, by: "alice"))
        #expect(results.map(\.outcome) == [.warn])
        #expect(
            results.first?.reason.hasPrefix("\(Subject(.serviceAccount, "ci", namespace: "shop")) may deploy") == true,
            "\(results)"
        )
        let account = Self.used(both, by: "system:serviceaccount:shop:ci")
        #expect(
            Self.check.results(on: account).map(\.reason).first?.hasPrefix("\(Subject(.user, "alice")) may deploy")
                == true
        )
        let fixed = account.applying(Self.check.fixes(on: account))
        #expect(Self.check.results(on: fixed).map(\.outcome) == [.pass])
        #expect(fixed.access.value?.bindings.contains { $0.subjects.contains(Subject(.user, "alice")) } == true)
    }

    @Test func `who is named as a deployer may wait for the day`() {
        var evidence = Self.used(Self.evidence("\(Self.ci), \(Self.alice)"), by: "alice")
        evidence.expectations.deployers = [Subject(.serviceAccount, "ci", namespace: "shop")]
        #expect(Self.check.results(on: evidence).map(\.outcome) == [.pass])
    }

    @Test func `a log of nothing says nothing`() {
        var evidence = Self.evidence(Self.ci)
        evidence.cluster = evidence.cluster.map {
            var cluster = $0; cluster.used = .known(UsedRights()); return cluster
        }
        #expect(Self.check.results(on: evidence).map(\.outcome) == [.pass])
    }
}
