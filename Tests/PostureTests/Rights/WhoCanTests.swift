import Foundation
@testable import Posture
import Testing

/// The table of who may do what containers come to run by.
@Suite struct WhoCanTests {
    private static func access() -> ClusterAccess {
        let deploy = RoleReference(.role, "deploy")
        let enter = RoleReference(.clusterRole, "enter")
        let all = RoleReference(.clusterRole, "cluster-admin")
        let bob = Subject(.user, "bob")
        let web = Subject(.serviceAccount, "web", namespace: "shop")
        return ClusterAccess(
            roles: [
                Role(
                    deploy,
                    namespace: "shop",
                    rules: [PolicyRule(verbs: ["create"], apiGroups: ["apps"], resources: ["deployments"])]
                ),
                Role(
                    enter,
                    rules: [
                        PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods/exec"]),
                        PolicyRule(
                            verbs: ["patch"],
                            apiGroups: [""],
                            resources: ["pods/ephemeralcontainers"],
                            resourceNames: ["web-0"]
                        ),
                        PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["nodes/proxy"]),
                    ]
                ),
                Role(all, rules: [PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"])]),
            ],
            bindings: [
                RoleBinding("cluster-admin", role: all, subjects: [Subject(.group, UserInfo.superusers)]),
                RoleBinding("deployers", namespace: "shop", role: deploy, subjects: [bob, web, bob]),
                RoleBinding("enterers", role: enter, subjects: [web, Subject(.group, UserInfo.unauthenticated)]),
                RoleBinding("gone", role: RoleReference(.clusterRole, "gone"), subjects: [bob]),
            ]
        )
    }

    private static let pods = ["a", "b"].map {
        ClusterObject(
            kind: "Pod",
            apiVersion: "v1",
            name: $0,
            namespace: "shop",
            document: ["spec": ["serviceAccountName": "web"]]
        )
    }

    @Test func `each subject is told with where it may do what, and what gives it`() {
        let table = WhoCan(Self.access(), pods: Self.pods).withoutCluster
        #expect(
            table.rows.map { "\($0.subject) \($0.namespace ?? "*") \($0.binding?.name ?? "-")" } == [
                #"Group "system:unauthenticated" * enterers"#, #"User "bob" shop deployers"#,
                #"ServiceAccount "web/shop" * enterers"#, #"ServiceAccount "web/shop" shop deployers"#,
            ]
        )
        #expect(table.rows.map(\.pods) == [nil, nil, 2, 2])
        #expect(
            table.rows[0].powers == [.exec: ["create pods/exec"], .debug: ["patch pods/ephemeralcontainers (web-0)"]]
        )
    }

    @Test func `superusers are told first, and the cluster's own parts as such`() {
        let rows = WhoCan(Self.access()).rows
        #expect(rows.prefix(2).map(\.subject.name) == [UserInfo.superusers, UserInfo.superusers])
        #expect(rows.prefix(2).map(\.binding?.name) == [nil, "cluster-admin"])
        #expect(rows.filter(\.isOfCluster).count == 2)
    }

    @Test func `the same is told as JSON`() throws {
        let document = WhoCan(Self.access(), pods: Self.pods).withoutCluster.document
        let row = try #require(document["rows"]?.elements[1])
        #expect(
            row == [
                "subject": ["kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "bob"],
                "namespace": "shop",
                "may": ["deploy": ["create deployments.apps"]], "isOfCluster": false,
                "binding": ["kind": "RoleBinding", "name": "deployers"], "role": ["kind": "Role", "name": "deploy"],
            ]
        )
        #expect(try Document(json: document.json) == document)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a large cluster's table is made at once, and what is beyond its bound is counted`() {
        let access = Self.largeCluster()
        let table = WhoCan(access, pods: Self.manyPods, maximumRows: 5_000)
        #expect(table.rows.count == 5_000)
        #expect(table.leftOut == 2_000 * 20 + 1 - 5_000)
        #expect(access.held(Workloads.entering).count == 40_000)
    }

    @Test(.timeLimit(.minutes(5))) func `every check and its fixes come to an end on a large cluster`() {
        let access = Self.largeCluster(bindings: 500)
        var cluster = AccountCheckTests.cluster("")
        cluster.access = .known(access)
        cluster.add(Self.manyPods, of: "Pod")
        let namespaces = (0..<100).map { number in
            ClusterObject(kind: "Namespace", apiVersion: "v1", name: "team-\(number)", namespace: nil, document: [:])
        }
        cluster.add(namespaces, of: "Namespace")
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        for check in Check.all { #expect(check.results(on: evidence).count + check.fixes(on: evidence).count > 0) }
    }

    /// Bindings of 20 subjects each to 200 roles.
    private static func largeCluster(bindings: Int = 2_000) -> ClusterAccess {
        let roles = (0..<200).map { number in
            Role(
                RoleReference(.clusterRole, "role-\(number)"),
                rules: (0..<20).map {
                    PolicyRule(verbs: ["get", "list"], apiGroups: ["g\($0)"], resources: ["r\(number)"])
                }
                    + [PolicyRule(verbs: ["*"], apiGroups: ["", "apps"], resources: ["*"])]
            )
        }
        return ClusterAccess(
            roles: roles,
            bindings: (0..<bindings).map { number in
                RoleBinding(
                    "binding-\(number)",
                    namespace: number % 2 == 0 ? nil : "team-\(number % 100)",
                    role: roles[number % 200].reference,
                    subjects: (0..<20).map { Subject(.user, "user-\(number)-\($0)") }
                )
            }
        )
    }

    private static let manyPods = (0..<5_000).map { number in
        ClusterObject(
            kind: "Pod",
            apiVersion: "v1",
            name: "pod-\(number)",
            namespace: "team-\(number % 100)",
            document: ["spec": ["serviceAccountName": .text("account-\(number % 7)")]]
        )
    }
}
