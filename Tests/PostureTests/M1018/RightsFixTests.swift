import Foundation
@testable import Posture
import Testing

/// What the checks of rights would have changed, made to the cluster, and judged again.
@Suite struct RightsFixTests {
    private static let bob = Subject(.user, "bob")
    private static let eve = Subject(.user, "eve")

    /// A cluster whose roles and bindings are known as objects, too.
    static func evidence(_ roles: [Role], _ bindings: [RoleBinding]) -> Evidence {
        var cluster = ClusterEvidence(access: .known(ClusterAccess(roles: roles, bindings: bindings)))
        for kind in ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"] { cluster.add([], of: kind) }
        for object in (roles.map(\.document) + bindings.map(\.document)).compactMap({ ClusterObject($0) }) {
            cluster.add([object], of: object.kind)
        }
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        return evidence
    }

    private static func fixed(_ check: Check, _ roles: [Role], _ bindings: [RoleBinding]) -> (Evidence, [CheckResult]) {
        let evidence = evidence(roles, bindings)
        let changed = evidence.applying(check.fixes(on: evidence))
        return (changed, check.results(on: changed))
    }

    @Test(arguments: [
        (
            "TW-M1018-008", PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["pods"]),
            Subject(.user, "system:anonymous")
        ),
        (
            "TW-M1018-009", PolicyRule(verbs: ["create"], apiGroups: ["apps"], resources: ["daemonsets"]),
            Subject(.group, "system:authenticated")
        ),
        ("TW-M1018-010", PolicyRule(verbs: ["*"], apiGroups: ["apps", ""], resources: ["*"]), bob),
        ("TW-M1018-010", PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"]), bob),
        ("TW-M1018-010", PolicyRule(verbs: ["*"], apiGroups: ["kubeflow.org"], resources: ["*"]), bob),
        ("TW-M1018-010", PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["pods", "jobs"]), bob),
        (
            "TW-M1018-010",
            PolicyRule(verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"]), bob
        ),
        ("TW-M1018-011", PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods", "*/exec"]), bob),
        ("TW-M1018-012", PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"]), bob),
        ("TW-M1018-013", PolicyRule(verbs: ["*"], apiGroups: ["apps"], resources: ["*/scale", "deployments"]), bob),
        ("TW-M1018-013", PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"]), bob),
        (
            "TW-M1018-014",
            PolicyRule(verbs: ["impersonate", "get"], apiGroups: [""], resources: ["users", "groups"]), bob
        ),
        ("TW-M1018-015", PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["nodes/proxy", "nodes"]), bob),
        ("TW-M1018-017", PolicyRule(verbs: ["*"], apiGroups: ["admissionregistration.k8s.io"], resources: ["*"]), bob),
    ])
    func `once its changes are made a check passes`(_ id: String, _ rule: PolicyRule, _ subject: Subject) throws {
        let check = try #require(Check.all.first { $0.id == id })
        for namespace in [nil, "team"] {
            let role = RoleReference(.clusterRole, "r")
            let (_, results) = Self.fixed(
                check,
                [
                    Role(
                        role,
                        rules: [rule, PolicyRule(verbs: ["*"], nonResourceURLs: ["*"])].filter {
                            $0.resources != [] || id == "TW-M1018-012"
                        }
                    )
                ],
                [RoleBinding("b", namespace: namespace, role: role, subjects: [subject])]
            )
            #expect(results.map(\.outcome) == [.pass], "\(results)")
        }
    }

    @Test func `what else a subject held is left to it, and others keep all`() {
        let role = RoleReference(.clusterRole, "ops")
        let rule = PolicyRule(
            verbs: ["get", "create", "delete"],
            apiGroups: ["", "apps"],
            resources: ["pods", "services", "deployments"]
        )
        let evidence = Self.evidence(
            [Role(role, rules: [rule])],
            [RoleBinding("ops", namespace: "shop", role: role, subjects: [Self.bob, Self.eve])]
        )
        var expecting = evidence
        expecting.expectations.deployers = [Self.eve]
        let fixes = Check.whoCanDeploy.fixes(on: expecting)
        let changed = expecting.applying(fixes)
        #expect(Check.whoCanDeploy.results(on: changed).map(\.outcome) == [.pass])
        let table = changed.access.value.map { WhoCan($0).withoutCluster }
        #expect(table?.rows.map(\.subject) == [Self.eve])
        let rights = changed.access.value?.rights
        let user = UserInfo(name: "bob", groups: [UserInfo.authenticated])
        for (verb, group, resource, isLeft) in [
            ("get", "", "pods", true), ("delete", "", "pods", true), ("create", "", "pods", false),
            ("create", "", "services", true), ("delete", "apps", "deployments", true),
            ("create", "apps", "deployments", false),
        ] {
            let asked = ResourceAttributes(verb: verb, group: group, resource: resource, namespace: "shop")
            #expect(rights?.decide(.resource(asked), for: user).isAllowed == isLeft, "\(asked)")
        }
        #expect(
            fixes.first?.changes.suffix(1) == [
                .manifest(RoleBinding("ops", namespace: "shop", role: role, subjects: [Self.eve]).document)
            ]
        )
    }

    @Test func `a binding that nobody is left in goes`() {
        let role = RoleReference(.clusterRole, "view")
        let evidence = Self.evidence(
            [Role(role, rules: [PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["pods"])])],
            [RoleBinding("open", role: role, subjects: [Subject(.group, UserInfo.unauthenticated)])]
        )
        #expect(
            Check.anonymousRights.fixes(on: evidence).map(\.changes) == [
                [.deletion(kind: "ClusterRoleBinding", namespace: nil, name: "open")]
            ]
        )
    }

    @Test func `the role that tells everybody the server's health is put right, as its binding comes back`() {
        let role = RoleReference(.clusterRole, "system:public-info-viewer")
        let wide = PolicyRule(verbs: ["get"], nonResourceURLs: ["/metrics", "/healthz"])
        let binding = RoleBinding(role.name, role: role, subjects: [Subject(.group, UserInfo.unauthenticated)])
        let (changed, results) = Self.fixed(.anonymousRights, [Role(role, rules: [wide])], [binding])
        #expect(results.map(\.outcome) == [.pass])
        #expect(changed.access.value?.bindings == [binding])
    }

    @Test func `an administrator gets what the audit log says they used`() throws {
        let role = RoleReference(.clusterRole, "cluster-admin")
        var evidence = Self.evidence(
            [Role(role, rules: [PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"])])],
            [RoleBinding("bob-admin", role: role, subjects: [Self.bob])]
        )
        var used = UsedRights()
        let event =
            #"{"verb":"list","user":{"username":"bob"},"objectRef":{"resource":"nodes"},"annotations":{"authorization.k8s.io/decision":"allow"}}"#
        used.read(Array(event.utf8))
        var cluster = try #require(evidence.cluster.value)
        cluster.used = .known(used)
        evidence.cluster = .known(cluster)
        let changed = evidence.applying(Check.clusterAdmins.fixes(on: evidence))
        #expect(Check.clusterAdmins.results(on: changed).map(\.outcome) == [.pass])
        #expect(
            changed.access.value?.roles.map(\.rules).last == [
                PolicyRule(verbs: ["list"], apiGroups: [""], resources: ["nodes"])
            ]
        )
    }

    @Test func `a wildcard that nobody here can write out is left to people`() {
        let role = Role(
            RoleReference(.clusterRole, "r"),
            rules: [PolicyRule(verbs: ["get"], apiGroups: ["example.test"], resources: ["*"])]
        )
        let evidence = Self.evidence([role], [])
        guard case .steps(let steps)? = Check.wildcardRoles.fixes(on: evidence).first?.changes.first else {
            Issue.record("no steps")
            return
        }
        #expect(steps.first == "kubectl api-resources --api-group=example.test -o name")
    }
}

/// The same on the recorded cluster, all at once.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: fixes of rights are NOT proven on the recorded cluster"))
struct RecordedRightsFixTests {
    @Test(arguments: ["008", "009", "010", "011", "012", "013", "014", "015", "017"])
    func `once all changes of a check are made to the recorded cluster it passes`(_ number: String) throws {
        let check = try #require(Check.all.first { $0.id == "TW-M1018-\(number)" })
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.all())
        let fixes = check.fixes(on: evidence)
        #expect(!fixes.isEmpty)
        let results = check.results(on: evidence.applying(fixes))
        #expect(results.filter { $0.outcome != .pass } == [])
    }
}
