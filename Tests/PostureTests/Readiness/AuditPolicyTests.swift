@testable import Posture
import Testing

/// What an audit policy tells of a request, by its first rule that is meant.
@Suite struct AuditPolicyTests {
    private static func policy(_ rules: String, stages: String = "") throws -> AuditPolicy {
        let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\n\(stages)\nrules:\n\(rules)"
        return try AuditPolicy(try #require(try Document.documents(yaml: text).first))
    }

    private static func level(
        _ rules: String,
        _ verb: String,
        _ resource: String,
        _ subresource: String = "",
        group: String = "",
        in namespace: String = "team",
        user: String = "bob",
        groups: Set<String> = ["system:authenticated"]
    ) throws -> AuditPolicy.Level {
        let attributes = ResourceAttributes(
            verb: verb,
            group: group,
            resource: resource,
            subresource: subresource,
            namespace: namespace
        )
        let request = AuditedRequest(user: UserInfo(name: user, groups: groups), attributes: attributes)
        return try policy(rules).decide(request).level
    }

    @Test(arguments: [
        // The first that is meant decides, and what none means is not told.
        ("- level: None\n- level: Request", AuditPolicy.Level.none),
        ("- {level: None, verbs: [get]}\n- level: Request", .request),
        ("- {level: Request, verbs: [get]}", .none),
        ("- {level: Request, users: [eve]}\n- level: Metadata", .metadata),
        ("- {level: Request, userGroups: ['system:authenticated']}", .request),
        ("- {level: Request, namespaces: [other]}\n- level: Metadata", .metadata),
        ("- {level: Request, namespaces: [team]}", .request),
        // Paths that are no object's mean no object.
        ("- {level: None, nonResourceURLs: ['*']}\n- level: Request", .request),
        ("- {level: Request, resources: [{group: ''}]}", .request),
        ("- {level: Request, resources: [{group: apps}]}\n- level: Metadata", .metadata),
        ("- {level: Request, resources: [{group: '*'}]}\n- level: Metadata", .metadata),
        ("- {level: Request, resources: [{group: '', resources: [pods]}]}", .request),
        ("- {level: Request, resources: [{group: '', resources: ['*']}]}", .request),
        ("- {level: Request, resources: [{group: '', resources: ['pods/*']}]}", .request),
        ("- {level: Request, resources: [{group: '', resources: ['pods/status']}]}\n- level: Metadata", .metadata),
        (
            "- {level: Request, resources: [{group: '', resources: [pods], resourceNames: [x]}]}\n- level: Metadata",
            .metadata
        ),
    ])
    func `a pod that bob creates is told at the level of the first rule that means it`(
        _ rules: String,
        _ level: AuditPolicy.Level
    ) throws {
        #expect(try Self.level(rules, "create", "pods") == level)
    }

    @Test(arguments: [
        ("[pods]", AuditPolicy.Level.none), ("['pods/exec']", .request), ("['*/exec']", .request),
        ("['pods/*']", .request),
        ("['*']", .request), ("['*/attach']", .none),
    ])
    func `a part of an object is meant by its own name`(_ resources: String, _ level: AuditPolicy.Level) throws {
        let rules = "- {level: Request, resources: [{group: '', resources: \(resources)}]}"
        #expect(try Self.level(rules, "create", "pods", "exec") == level)
    }

    @Test(arguments: [
        ("kind: Pod", "no audit policy: its kind is not Policy of audit.k8s.io"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy", "has no rules"),
        (
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Loud}]",
            "rules[0].level: none of None, Metadata, Request, RequestResponse"
        ),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, users: bob}]", "rules[0].users: no list"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, verbs: [true]}]", "rules[0].verbs: no text"),
        (
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [All]\nrules: [{level: None}]",
            "omitStages: no stage 'All'"
        ),
    ])
    func `a policy that no server starts with is told with what is wrong`(_ text: String, _ reason: String) throws {
        let document = try #require(try Document.documents(yaml: text).first)
        #expect(throws: DocumentError(reason)) { try AuditPolicy(document) }
    }

    @Test(arguments: [
        ("- level: RequestResponse", [String]()),
        ("- level: Metadata", ["create pods and 28 more of everybody are told at level Metadata"]),
        (
            "- {level: None, users: [ci]}\n- level: Request",
            ["create pods and 28 more of user 'ci' are told at level None"]
        ),
        (
            "- {level: None, namespaces: [kube-system]}\n- level: Request",
            ["create pods and 28 more in 'kube-system' of everybody are told at level None"]
        ),
        (
            "- {level: None, resources: [{group: batch}]}\n- level: Request",
            ["create jobs.batch and 5 more of everybody are told at level None"]
        ),
        (
            "- {level: None, userGroups: ['system:serviceaccounts']}\n- level: Request",
            ["create pods and 28 more of service accounts, group 'system:serviceaccounts' are told at level None"]
        ),
        (
            "- {level: Request, omitStages: [ResponseComplete]}",
            ["create pods and 28 more of everybody are not told once they are answered"]
        ),
        // The cluster's own parts make pods of what somebody else deployed.
        (
            "- {level: None, users: ['system:kube-controller-manager', 'system:serviceaccount:kube-system:job-controller']}\n"
                + "- {level: None, userGroups: ['system:nodes']}\n- level: Request", []
        ),
        ("- {level: None, verbs: [get, list, watch]}\n- level: Request", []),
    ])
    func `what nobody would learn of is told by the rule that leaves it out`(_ rules: String, _ gaps: [String]) throws {
        let reasons = Self.readiness(rules).filter { $0.outcome == .fail }.map(\.reason)
        #expect(reasons == gaps)
    }

    static func evidence(_ rules: String) -> Evidence {
        let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n\(rules)"
        return ReadinessTests.evidence { host in
            host.processes = .known([
                HostProcess(
                    id: 12,
                    name: "kube-apiserver",
                    arguments: ["kube-apiserver", "--audit-policy-file=/p.yaml", "--audit-log-path=/var/log/audit.log"]
                )
            ])
            var file = HostFile("/p.yaml", .regular, mode: 0o600)
            file.text = text
            host.files["/p.yaml"] = file
        }
    }

    private static func readiness(_ rules: String) -> [CheckResult] {
        Check.deploymentsAudited.results(on: evidence(rules))
    }

    @Test func `the rule that leaves something out is quoted`() {
        let results = Self.readiness("- {level: None, users: [ci]}\n- level: Request")
        #expect(results.map(\.evidence) == [[#"rules[0]: {"level": "None", "users": ["ci"]}"#]])
        #expect(results.map(\.subject) == ["/p.yaml"])
    }

    @Test(arguments: [
        "- level: None", "- {level: Metadata, omitStages: [ResponseStarted, ResponseComplete]}",
        "- {level: None, users: [ci]}\n- level: Request",
    ])
    func `a policy that is mended tells all, and what it told before`(_ rules: String) {
        let evidence = Self.evidence(rules)
        for check in [Check.deploymentsAudited, .enteringAudited] where check.results(on: evidence)[0].outcome == .fail
        {
            let changed = evidence.applying(check.fixes(on: evidence))
            #expect(check.results(on: changed).map(\.outcome) == [.pass])
            #expect(
                changed.host.value?.files["/p.yaml"]?.text?.hasSuffix("level: Request\n")
                    == rules.hasSuffix("level: Request")
            )
        }
    }

    @Test func `the policy that is recommended tells all, and can be read again`() throws {
        let documents = try Document.documents(yaml: AuditPolicy.recommended.yaml)
        #expect(documents == [AuditPolicy.recommended])
        let policy = try AuditPolicy(AuditPolicy.recommended)
        #expect(policy.gaps(in: AuditedAct.deploying + AuditedAct.entering).isEmpty)
    }
}
