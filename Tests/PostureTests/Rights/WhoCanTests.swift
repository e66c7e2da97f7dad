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
            table.lines
                == [
                    "SUBJECT                       NAMESPACE  MAY                                   BY                           ROLE",
                    "Group system:unauthenticated  *          exec, add containers                  ClusterRoleBinding enterers  ClusterRole enter",
                    "User bob                      shop       deploy                                RoleBinding deployers        Role deploy",
                    "ServiceAccount shop/web (2 pods)  *          exec, add containers, reach kubelets  ClusterRoleBinding enterers  ClusterRole enter",
                    "ServiceAccount shop/web (2 pods)  shop       deploy                                RoleBinding deployers        Role deploy",
                ].aligned
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

    @Test func `names that would move a terminal's cursor are told without what does`() {
        var access = Self.access()
        access = ClusterAccess(
            roles: access.roles,
            bindings: [
                RoleBinding(
                    "x\u{1B}[2J",
                    role: RoleReference(.clusterRole, "enter"),
                    subjects: [Subject(.user, "e\u{202E}ve\n")]
                )
            ]
        )
        let lines = WhoCan(access).lines
        #expect(lines.count == 3)
        #expect(lines.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
    }

    @Test func `a large cluster's table is made at once, and what is beyond its bound is counted`() {
        let access = Self.largeCluster()
        let clock = ContinuousClock()
        var table = WhoCan(access, maximumRows: 1)
        let taken = clock.measure { table = WhoCan(access, pods: Self.manyPods, maximumRows: 5_000) }
        #expect(table.rows.count == 5_000)
        #expect(table.leftOut == 2_000 * 20 + 1 - 5_000)
        #expect(taken < .seconds(20), "\(taken)")
        let held = clock.measure { #expect(access.held(Workloads.entering).count == 40_000) }
        #expect(held < .seconds(20), "\(held)")
    }

    @Test func `every check and its fixes take a large cluster as fast as it grows`() {
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
        let clock = ContinuousClock()
        for check in Check.all {
            var count = 0
            let taken = clock.measure {
                count = check.results(on: evidence).count + check.fixes(on: evidence).count
            }
            #expect(count > 0)
            #expect(taken < .seconds(30), "\(check.id) took \(taken)")
        }
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

extension [String] {
    /// Columns that are parted by two spaces or more, as wide as each column's widest.
    fileprivate var aligned: [String] {
        let cells = map { line in
            line.split(separator: /\s{2,}/).map(String.init)
        }
        let widths = (0..<(cells.map(\.count).max() ?? 0)).map { column in
            cells.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return cells.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell.padding(toLength: widths[column], withPad: " ", startingAt: 0)
            }.joined(separator: "  ")
        }
    }
}
