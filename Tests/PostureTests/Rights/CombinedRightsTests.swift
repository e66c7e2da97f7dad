@testable import Posture
import Testing

/// Rights by which somebody rises only with others: certificates, and volumes of a node's files.
@Suite struct CombinedRightsTests {
    private static let bob = Subject(.user, "bob")
    private static let web = Subject(.serviceAccount, "web", namespace: "shop")
    private static let everybody = Subject(.group, UserInfo.authenticated)

    private static func signers(_ verb: String, _ names: String...) -> PolicyRule {
        PolicyRule(verbs: [verb], apiGroups: ["certificates.k8s.io"], resources: ["signers"], resourceNames: names)
    }

    private static func requests(_ part: String, _ verb: String = "update") -> PolicyRule {
        PolicyRule(verbs: [verb], apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/\(part)"])
    }

    private static let volumes = PolicyRule(
        verbs: ["create", "get"],
        apiGroups: [""],
        resources: ["persistentvolumes"]
    )
    private static let pods = PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods"])
    private static let client = "kubernetes.io/kube-apiserver-client"
    private static let kubelets = ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"]

    /// Each grant is a role and a binding of its own.
    private static func evidence(_ grants: [(Subject, String?, [PolicyRule])]) -> Evidence {
        var roles: [Role] = []
        var bindings: [RoleBinding] = []
        for (place, (subject, namespace, rules)) in grants.enumerated() {
            let role = RoleReference(.clusterRole, "r\(place)")
            roles.append(Role(role, rules: rules))
            bindings.append(RoleBinding("b\(place)", namespace: namespace, role: role, subjects: [subject]))
        }
        return RightsFixTests.evidence(roles, bindings)
    }

    /// Whom the check finds by certificates or volumes, and whom the table tells of.
    private static func rising(_ evidence: Evidence) -> (check: [String], table: [String]) {
        let found = Check.whoCanRise.results(on: evidence).filter { $0.outcome == .fail }
        let rows = evidence.access.value.map { WhoCan($0).withoutCluster.rows } ?? []
        return (found.map(\.subject), rows.filter { $0.powers[.rise] != nil }.compactMap { $0.binding?.description })
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var grants: [(Subject, String?, [PolicyRule])]
        /// Bindings by which somebody rises.
        var rising: [String]

        init(_ name: String, _ grants: [(Subject, String?, [PolicyRule])], rising: [String] = []) {
            self.name = name
            self.grants = grants
            self.rising = rising.map { "ClusterRoleBinding \"\($0)\"" }
        }

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case("approves clients", [(bob, nil, [signers("approve", client), requests("approval")])], rising: ["b0"]),
        Case(
            "approves by patches",
            [(bob, nil, [signers("approve", client), requests("approval", "patch")])],
            rising: ["b0"]
        ),
        Case("approves all signers", [(bob, nil, [signers("approve"), requests("approval")])], rising: ["b0"]),
        Case(
            "approves a domain",
            [(bob, nil, [signers("*", "kubernetes.io/*"), requests("approval")])],
            rising: ["b0"]
        ),
        Case(
            "approves what older clusters sign",
            [(bob, nil, [signers("approve", "kubernetes.io/legacy-unknown"), requests("approval")])],
            rising: ["b0"]
        ),
        Case(
            "whatever there is of certificates",
            [(bob, nil, [PolicyRule(verbs: ["*"], apiGroups: ["certificates.k8s.io"], resources: ["*"])])],
            rising: ["b0"]
        ),
        Case("approves kubelets", [(web, nil, [signers("approve", kubelets[0], kubelets[1]), requests("approval")])]),
        Case(
            "approves for others",
            [(web, nil, [signers("approve", "issuers.example.test/*"), requests("approval")])]
        ),
        Case("may not write the approval", [(bob, nil, [signers("approve", client), requests("status")])]),
        Case("may write the approval of none", [(bob, nil, [requests("approval")])]),
        Case("signs", [(web, nil, [signers("sign", client), requests("status")])], rising: ["b0"]),
        Case("signs for others", [(web, nil, [signers("sign", "clusterissuers.example.test/*"), requests("status")])]),
        Case(
            "by two bindings",
            [(bob, nil, [signers("approve", client)]), (bob, nil, [requests("approval")])],
            rising: ["b0"]
        ),
        Case(
            "with everybody",
            [(web, nil, [signers("approve", client)]), (everybody, nil, [requests("approval")])],
            rising: ["b0"]
        ),
        Case("two accounts", [(web, nil, [signers("approve", client)]), (bob, nil, [requests("approval")])]),
        Case(
            "somebody of a group, perhaps",
            [(bob, nil, [signers("approve", client)]), (Subject(.group, "ops"), nil, [requests("approval")])],
            rising: ["b0"]
        ),
        Case(
            "in a namespace, where there are none",
            [(bob, "shop", [signers("approve", client), requests("approval")])]
        ),
        Case("volumes and pods", [(bob, nil, [volumes, pods])], rising: ["b0"]),
        Case("volumes, and pods of a namespace", [(web, nil, [volumes]), (web, "shop", [pods])], rising: ["b0"]),
        Case("volumes alone, as a provisioner", [(web, nil, [volumes]), (bob, nil, [pods])]),
        Case(
            "volumes, and pods for its group",
            [
                (web, nil, [volumes]), (Subject(.group, "system:serviceaccounts:shop"), "shop", [pods]),
            ],
            rising: ["b0"]
        ),
        Case(
            "volumes for a group of accounts, one of which deploys",
            [
                (Subject(.group, "system:serviceaccounts:shop"), nil, [volumes]), (web, "shop", [pods]),
            ],
            rising: ["b0"]
        ),
        Case(
            "volumes for another group of accounts",
            [
                (Subject(.group, "system:serviceaccounts:ops"), nil, [volumes]), (web, "shop", [pods]),
            ]
        ),
        Case("volumes in a namespace, where there are none", [(bob, "shop", [volumes, pods])]),
        Case(
            "volumes are changed, not made",
            [
                (
                    bob, nil,
                    [PolicyRule(verbs: ["update", "patch"], apiGroups: [""], resources: ["persistentvolumes"]), pods]
                )
            ]
        ),
    ]

    @Test(arguments: cases)
    func `who rises is told by the check and by the table, and by nobody once the fix is made`(_ one: Case) {
        let evidence = Self.evidence(one.grants)
        let (check, table) = Self.rising(evidence)
        #expect(check == one.rising)
        #expect(table == one.rising)
        let after = evidence.applying(Check.whoCanRise.fixes(on: evidence))
        #expect(Check.whoCanRise.results(on: after).verdict == "pass")
    }

    @Test func `what is told names the signer`() {
        let evidence = Self.evidence([
            (Self.bob, nil, [Self.signers("approve", Self.client), Self.requests("approval")])
        ])
        #expect(
            Check.whoCanRise.results(on: evidence).map(\.evidence) == [
                [#"ClusterRole "r0": approve signers.certificates.k8s.io (kubernetes.io/kube-apiserver-client)"#]
            ]
        )
    }

    @Test func `who approves kubelets as well is left that`() {
        let rule = Self.signers("approve", Self.client, Self.kubelets[0])
        let evidence = Self.evidence([(Self.bob, nil, [rule, Self.requests("approval")])])
        let after = evidence.applying(Check.whoCanRise.fixes(on: evidence))
        let kept = after.access.value?.roles.first { $0.reference.name == "r0-without-rising" }?.rules
        #expect(kept == [Self.signers("approve", Self.kubelets[0]), Self.requests("approval")])
    }

    @Test func `the cluster's own parts rise by nothing, and nobody rises with what is theirs`() {
        let controller = Subject(.serviceAccount, "certificate-controller", namespace: "kube-system")
        let role = RoleReference(.clusterRole, "system:controller:certificate-controller")
        let rules = [Self.signers("approve", Self.client), Self.requests("approval"), Self.volumes, Self.pods]
        let own = RoleReference(.clusterRole, "own")
        let access = ClusterAccess(
            roles: [Role(role, rules: rules), Role(own, rules: [Self.volumes])],
            bindings: [
                RoleBinding(role.name, role: role, subjects: [controller]),
                RoleBinding("system:masters", role: role, subjects: [Subject(.group, UserInfo.superusers)]),
                RoleBinding("provisioner", role: own, subjects: [Self.bob]),
            ]
        )
        var evidence = Evidence()
        evidence.cluster = .known(ClusterEvidence(access: .known(access)))
        #expect(Check.whoCanRise.results(on: evidence).verdict == "pass")
        #expect(WhoCan(access).withoutCluster.rows.allSatisfy { $0.powers[.rise] == nil })
    }

    @Test(.enabled(if: Oracle.isPresent, "needs ../shared/data: a cluster as it is made is NOT looked at"))
    func `nobody rises in a cluster as it is made`() throws {
        let access = try #require(try RecordedCluster.fresh().access.value)
        #expect(WhoCan(access).rows.contains { $0.isOfCluster && $0.powers[.rise] != nil && $0.binding != nil })
        #expect(WhoCan(access).withoutCluster.rows.allSatisfy { $0.powers[.rise] == nil })
    }
}
