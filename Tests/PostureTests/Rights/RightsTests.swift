@testable import Posture
import Testing

/// The rules by which an API server decides, each by a case of its own.
@Suite struct RightsTests {
    private static let bob = UserInfo(name: "bob", groups: [UserInfo.authenticated])

    private static func pods(
        _ verb: String,
        _ subresource: String = "",
        name: String = "",
        in namespace: String = "team"
    ) -> ResourceAttributes {
        ResourceAttributes(verb: verb, resource: "pods", subresource: subresource, name: name, namespace: namespace)
    }

    /// One role of one rule, given to somebody everywhere.
    private static func rights(_ rule: PolicyRule, to subject: Subject = Subject(.user, "bob")) -> Rights {
        let role = RoleReference(.clusterRole, "role")
        return Rights(
            roles: [Role(role, rules: [rule])],
            bindings: [RoleBinding("binding", role: role, subjects: [subject])]
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var rule: PolicyRule
        var asked: ResourceAttributes
        var isAllowed: Bool

        init(
            _ verbs: [String],
            _ groups: [String],
            _ resources: [String],
            _ asked: ResourceAttributes,
            _ isAllowed: Bool,
            names: [String] = []
        ) {
            rule = PolicyRule(verbs: verbs, apiGroups: groups, resources: resources, resourceNames: names)
            self.asked = asked
            self.isAllowed = isAllowed
        }

        var testDescription: String {
            "\(rule.verbs) \(rule.apiGroups) \(rule.resources) \(rule.resourceNames): \(asked.verb) \(asked.combinedResource) \(asked.name)"
        }
    }

    @Test(arguments: [
        Case(["create"], [""], ["pods"], pods("create"), true),
        Case(["create"], [""], ["pods"], pods("get"), false),
        Case(["*"], ["*"], ["*"], pods("create", "exec"), true),
        Case(["create"], ["apps"], ["pods"], pods("create"), false),
        Case(["create"], [], ["pods"], pods("create"), false),
        // A resource has none of its subresources in it, but `*` has all of them.
        Case(["create"], [""], ["pods"], pods("create", "exec"), false),
        Case(["create"], [""], ["pods/exec"], pods("create"), false),
        Case(["create"], [""], ["pods/exec"], pods("create", "exec"), true),
        Case(["create"], [""], ["pods/*"], pods("create", "exec"), false),
        Case(["create"], [""], ["*/exec"], pods("create", "exec"), true),
        Case(["create"], [""], ["*/exec"], pods("create"), false),
        Case(["create"], [""], ["*/attach"], pods("create", "exec"), false),
        Case(["update"], [""], ["pods"], pods("update", name: "web"), true, names: ["web"]),
        Case(["update"], [""], ["pods"], pods("update", name: "api"), false, names: ["web"]),
        Case(["update"], [""], ["pods"], pods("update"), false, names: ["web"]),
        Case(["create"], [""], ["pods"], pods("create"), false, names: ["web"]),
        Case(["CREATE"], [""], ["pods"], pods("create"), false),
    ])
    func `a rule allows what it says and nothing else`(_ one: Case) {
        let decision = Self.rights(one.rule).decide(.resource(one.asked), for: Self.bob)
        #expect(decision.isAllowed == one.isAllowed)
    }

    @Test(arguments: [
        (["/metrics"], "/metrics", true), (["/metrics"], "/metrics/cadvisor", false),
        (["/metrics*"], "/metrics/x", true),
        (["/api/**"], "/api/v1", true), (["*"], "/anything", true), ([], "/metrics", false),
    ])
    func `paths are allowed as written, or by how they begin`(_ urls: [String], _ path: String, _ isAllowed: Bool) {
        let rights = Self.rights(PolicyRule(verbs: ["get"], nonResourceURLs: urls))
        let decision = rights.decide(.nonResource(NonResourceAttributes(verb: "get", path: path)), for: Self.bob)
        #expect(decision.isAllowed == isAllowed)
    }

    @Test func `a namespace's binding gives a cluster's role in that namespace alone`() {
        let role = RoleReference(.clusterRole, "edit")
        let rights = Rights(
            roles: [Role(role, rules: [PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods"])])],
            bindings: [RoleBinding("team-edit", namespace: "team", role: role, subjects: [Subject(.user, "bob")])]
        )
        let decision = rights.decide(.resource(Self.pods("create")), for: Self.bob)
        #expect(
            decision.reason == #"RBAC: allowed by RoleBinding "team-edit/team" of ClusterRole "edit" to User "bob""#
        )
        #expect(!rights.decide(.resource(Self.pods("create", in: "other")), for: Self.bob).isAllowed)
        #expect(!rights.decide(.resource(Self.pods("create", in: "")), for: Self.bob).isAllowed)
    }

    @Test func `a service account is of its groups, and none of another namespace`() {
        let rule = PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods"])
        let own = UserInfo.serviceAccount("default", in: "team")
        let other = UserInfo.serviceAccount("default", in: "other")
        let single = Self.rights(rule, to: Subject(.serviceAccount, "default", namespace: "team"))
        #expect(single.decide(.resource(Self.pods("create")), for: own).isAllowed)
        #expect(!single.decide(.resource(Self.pods("create")), for: other).isAllowed)
        let group = Self.rights(rule, to: Subject(.group, "system:serviceaccounts:team"))
        #expect(group.decide(.resource(Self.pods("create")), for: own).isAllowed)
        #expect(!group.decide(.resource(Self.pods("create")), for: other).isAllowed)
        #expect(
            !Self.rights(rule, to: Subject(.serviceAccount, "default")).decide(.resource(Self.pods("create")), for: own)
                .isAllowed
        )
    }

    @Test func `roles that are not there allow nothing, and are told once each`() {
        let subjects = [Subject(.user, "bob")]
        let rights = Rights(
            roles: [],
            bindings: [
                RoleBinding("a", role: RoleReference(.clusterRole, "gone"), subjects: subjects),
                RoleBinding("b", role: RoleReference(.clusterRole, "gone"), subjects: subjects),
                RoleBinding("c", namespace: "team", role: RoleReference(.role, "lost"), subjects: subjects),
                RoleBinding("d", role: RoleReference(.clusterRole, "others"), subjects: [Subject(.user, "eve")]),
            ]
        )
        let decision = rights.decide(.resource(Self.pods("create")), for: Self.bob)
        let (gone, lost) = (
            #"clusterrole.rbac.authorization.k8s.io "gone" not found"#,
            #"role.rbac.authorization.k8s.io "lost" not found"#
        )
        #expect(decision.reason == "RBAC: [\(gone), \(lost)]")
        #expect(!decision.isAllowed)
    }

    @Test func `superusers may do everything, whatever roles say`() {
        let root = UserInfo(name: "root", groups: [UserInfo.superusers, UserInfo.authenticated])
        #expect(
            Rights(roles: [], bindings: []).decide(.resource(Self.pods("create")), for: root).grants == [.superuser]
        )
    }

    @Test func `who is not authenticated is allowed no proxy by the name that others are`() {
        let rule = PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["nodes/proxy"])
        let asked = ResourceAttributes(verb: "get", resource: "nodes", subresource: "proxy")
        let open = Self.rights(rule, to: Subject(.group, UserInfo.unauthenticated))
        #expect(!open.decide(.resource(asked), for: .anonymous).isAllowed)
        #expect(open.holders(of: asked).map(\.subject) == [Subject(.group, UserInfo.superusers)])
        let unsafe = Self.rights(
            PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["*"]),
            to: Subject(.user, UserInfo.anonymous.name)
        )
        #expect(unsafe.decide(.resource(asked), for: .anonymous).isAllowed)
    }

    @Test func `a role that gathers others has their rules, as soon as a cluster would give it them`() {
        let view = RoleReference(.clusterRole, "view")
        let selector = LabelSelector(matchExpressions: [.init("to-view", .isIn, ["true", "yes"])])
        let rule = PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["pods"])
        let parts = [
            Role(RoleReference(.clusterRole, "part"), labels: ["to-view": "yes"], rules: [rule]),
            Role(
                RoleReference(.clusterRole, "other"),
                labels: ["to-view": "no"],
                rules: [PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"])]
            ),
        ]
        let bindings = [RoleBinding("view", role: view, subjects: [Subject(.user, "bob")])]
        let written = Rights(roles: parts + [Role(view, rules: [], aggregated: [selector])], bindings: bindings)
        #expect(written.decide(.resource(Self.pods("get")), for: Self.bob).isAllowed)
        #expect(!written.decide(.resource(Self.pods("create")), for: Self.bob).isAllowed)
        // What a cluster's controller has written counts alone.
        let own = PolicyRule(verbs: ["list"], apiGroups: [""], resources: ["pods"])
        let live = Rights(roles: parts + [Role(view, rules: [own], aggregated: [selector])], bindings: bindings)
        #expect(!live.decide(.resource(Self.pods("get")), for: Self.bob).isAllowed)
    }

    @Test func `who may do something for some names alone is listed with those`() {
        let rule = PolicyRule(
            verbs: ["update", "create"],
            apiGroups: [""],
            resources: ["pods"],
            resourceNames: ["web", "api"]
        )
        let rights = Self.rights(rule)
        #expect(rights.holders(of: Self.pods("update")).last?.names == ["api", "web"])
        #expect(rights.holders(of: Self.pods("update", name: "web")).last?.names == [])
        // What is created has no name yet.
        #expect(rights.holders(of: Self.pods("create")).map(\.grant) == [.superuser])
        #expect(rights.holders(of: Self.pods("update", name: "db")).map(\.grant) == [.superuser])
    }

    @Test func `without a namespace everybody is listed who may do it in any, with where`() {
        let role = RoleReference(.role, "deployer")
        let rule = PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods"])
        let rights = Rights(
            roles: ["b", "a"].map { Role(role, namespace: $0, rules: [rule]) },
            bindings: ["b", "a"].map {
                RoleBinding("deploy", namespace: $0, role: role, subjects: [Subject(.user, $0)])
            }
        )
        let holders = rights.holders(of: Self.pods("create", in: ""))
        #expect(holders.map(\.subject.name) == [UserInfo.superusers, "a", "b"])
        #expect(holders.map(\.namespace) == [nil, "a", "b"])
    }
}
