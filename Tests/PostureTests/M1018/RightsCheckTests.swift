@testable import Posture
import Testing

/// The checks of who holds which rights, each on the smallest cluster that fails it, and on one that does not.
@Suite struct RightsCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var check: String
        var rule: PolicyRule
        var subject: Subject
        var binding = RoleBinding("b", role: RoleReference(.clusterRole, "r"), subjects: [])
        var outcome: CheckResult.Outcome
        var reason: String

        init(
            _ check: String,
            _ verb: String,
            _ group: String,
            _ resource: String,
            _ subject: Subject,
            _ outcome: CheckResult.Outcome,
            _ reason: String,
            namespace: String? = nil,
            binding: String = "b"
        ) {
            self.check = check
            rule = PolicyRule(verbs: [verb], apiGroups: [group], resources: [resource])
            self.subject = subject
            self.binding.namespace = namespace
            self.binding.name = binding
            self.binding.subjects = [subject]
            self.outcome = outcome
            self.reason = reason
        }

        var testDescription: String {
            "\(check): \(rule.verbs) \(rule.resources) to \(subject) by \(binding): \(outcome)"
        }
    }

    private static let bob = Subject(.user, "bob")
    private static let everybody = Subject(.group, UserInfo.authenticated)
    private static let controller = Subject(.serviceAccount, "job-controller", namespace: "kube-system")

    @Test(arguments: [
        Case(
            "TW-M1018-008",
            "get",
            "",
            "pods",
            Subject(.group, UserInfo.unauthenticated),
            .fail,
            #"Group "system:unauthenticated" holds ClusterRole 'r' without saying who it is"#
        ),
        Case("TW-M1018-008", "get", "", "pods", bob, .pass, "they may ask for the server's health and version alone"),
        Case(
            "TW-M1018-009",
            "create",
            "apps",
            "daemonsets",
            everybody,
            .fail,
            #"everybody of Group "system:authenticated" may create daemonsets.apps"#
        ),
        Case(
            "TW-M1018-009",
            "*",
            "",
            "pods",
            Subject(.group, "system:serviceaccounts:team"),
            .fail,
            #"everybody of Group "system:serviceaccounts:team" may create pods and more"#
        ),
        Case("TW-M1018-009", "get", "", "pods", everybody, .pass, "no binding gives everybody such rights"),
        Case(
            "TW-M1018-010",
            "patch",
            "batch",
            "cronjobs",
            bob,
            .fail,
            #"User "bob" may deploy containers in 'team'"#,
            namespace: "team"
        ),
        Case(
            "TW-M1018-010",
            "create",
            "kubeflow.org",
            "pytorchjobs",
            bob,
            .fail,
            #"User "bob" may deploy containers"#
        ),
        Case(
            "TW-M1018-010",
            "create",
            "example.test",
            "widgets",
            bob,
            .pass,
            "nobody may deploy containers who should not"
        ),
        Case("TW-M1018-010", "delete", "", "pods", bob, .pass, "nobody may deploy containers who should not"),
        Case(
            "TW-M1018-010",
            "create",
            "",
            "pods",
            controller,
            .pass,
            "nobody may deploy containers who should not",
            binding: "system:controller:job-controller"
        ),
        // A binding that is called like the cluster's own excuses nobody else.
        Case(
            "TW-M1018-010",
            "create",
            "",
            "pods",
            bob,
            .fail,
            #"User "bob" may deploy containers"#,
            binding: "system:controller:job-controller"
        ),
        Case(
            "TW-M1018-011",
            "get",
            "",
            "pods/exec",
            bob,
            .fail,
            #"User "bob" may enter containers that run"#
        ),
        Case("TW-M1018-011", "get", "", "pods/log", bob, .pass, "nobody may enter containers that run who should not"),
        Case("TW-M1018-012", "*", "*", "*", bob, .fail, #"User "bob" may do everything"#),
        Case("TW-M1018-012", "*", "*", "pods", bob, .pass, "nobody but system:masters"),
        Case("TW-M1018-013", "get", "apps", "*/scale", bob, .fail, "it allows whatever there is, or will be"),
        Case(
            "TW-M1018-013",
            "get",
            "apps",
            "deployments/scale",
            bob,
            .pass,
            "only the cluster's own roles have wildcards"
        ),
        Case(
            "TW-M1018-014",
            "impersonate",
            "",
            "users",
            bob,
            .fail,
            #"User "bob" may get rights that it does not have"#
        ),
        Case(
            "TW-M1018-014",
            "create",
            "rbac.authorization.k8s.io",
            "roles",
            bob,
            .pass,
            "nobody may get rights that it does not have who should not"
        ),
        Case(
            "TW-M1018-015",
            "get",
            "",
            "nodes/proxy",
            bob,
            .fail,
            #"User "bob" may ask kubelets for anything, a process in any container too"#
        ),
        Case(
            "TW-M1018-015",
            "get",
            "",
            "nodes/metrics",
            bob,
            .pass,
            "nobody may ask kubelets for anything, a process in any container too who should not"
        ),
        Case(
            "TW-M1018-017",
            "delete",
            "admissionregistration.k8s.io",
            "validatingwebhookconfigurations",
            bob,
            .fail,
            #"User "bob" may switch off what refuses deployments"#
        ),
        Case(
            "TW-M1018-017",
            "get",
            "admissionregistration.k8s.io",
            "validatingwebhookconfigurations",
            bob,
            .pass,
            "nobody may switch off what refuses deployments who should not"
        ),
    ])
    func `who holds what nobody should is told, and nobody else`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        var evidence = Evidence()
        evidence.cluster = .known(
            ClusterEvidence(
                access: .known(
                    ClusterAccess(roles: [Role(one.binding.role, rules: [one.rule])], bindings: [one.binding])
                )
            )
        )
        let results = check.results(on: evidence)
        #expect(results.map(\.outcome) == [one.outcome])
        #expect(results.map(\.reason) == [one.reason])
    }

    @Test(arguments: [
        (["/healthz", "/version"], "get", CheckResult.Outcome.pass), (["/metrics"], "get", .fail),
        (["*"], "get", .fail),
        (["/healthz"], "post", .fail),
    ])
    func `what anonymous subjects may ask for is judged by what a role allows, not by its name`(
        _ paths: [String],
        _ verb: String,
        _ outcome: CheckResult.Outcome
    ) {
        let role = RoleReference(.clusterRole, "system:public-info-viewer")
        let subject = Subject(.group, UserInfo.unauthenticated)
        var evidence = Evidence()
        evidence.cluster = .known(
            ClusterEvidence(
                access: .known(
                    ClusterAccess(
                        roles: [Role(role, rules: [PolicyRule(verbs: [verb], nonResourceURLs: paths)])],
                        bindings: [RoleBinding("system:public-info-viewer", role: role, subjects: [subject])]
                    )
                )
            )
        )
        #expect(Check.anonymousRights.results(on: evidence).map(\.outcome) == [outcome])
    }

    @Test func `who is named as a deployer may deploy`() {
        let role = RoleReference(.clusterRole, "edit")
        let rule = PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods"])
        let bindings = [RoleBinding("dev", role: role, subjects: [Self.bob, Subject(.user, "eve")])]
        var evidence = Evidence()
        evidence.cluster = .known(
            ClusterEvidence(access: .known(ClusterAccess(roles: [Role(role, rules: [rule])], bindings: bindings)))
        )
        evidence.expectations.deployers = [Self.bob]
        let results = Check.whoCanDeploy.results(on: evidence)
        #expect(results.map(\.reason) == [#"User "eve" may deploy containers"#])
        #expect(results.map(\.evidence) == [[#"ClusterRole "edit": create pods"#]])
        #expect(results.map(\.subject) == [#"ClusterRoleBinding "dev""#])
    }

    /// Those that ask for roles and bindings.
    static let rightsChecks = (8...17).map { "TW-M1018-0" + ($0 < 10 ? "0\($0)" : "\($0)") }.filter {
        $0 != "TW-M1018-016"
    }

    @Test(arguments: rightsChecks)
    func `what could not be read passes nothing, and what is not there does not apply`(_ id: String) throws {
        let check = try #require(Check.all.first { $0.id == id })
        var reader = RightsReader()
        reader.read(Array(#"{"kind":"ClusterRole","metadata":{"name":"r"},"rules":[7]}"#.utf8), from: "roles.json")
        var evidence = Evidence()
        evidence.cluster = .known(ClusterEvidence(access: ClusterAccess.reading(reader)))
        #expect(
            check.results(on: evidence)
                == [
                    CheckResult(
                        .unknown,
                        subject: "",
                        "roles and bindings could not be read: roles.json: rules[0]: no object"
                    )
                ]
        )
        evidence.cluster = .known(ClusterEvidence(access: ClusterAccess.reading(RightsReader())))
        #expect(check.results(on: evidence).map(\.outcome) == [.notApplicable])
    }

    @Test func `every check has an id of its own, and says what people need to know of it`() {
        #expect(Set(Check.all.map(\.id)).count == Check.all.count)
        for check in Check.all {
            #expect(check.id.hasPrefix("TW-\(check.mitigation.rawValue)-"))
            for text in [check.title, check.reads, check.passes, check.remedy] { #expect(!text.isEmpty, "\(check.id)") }
            #expect(!check.references.isEmpty, "\(check.id)")
        }
    }
}
