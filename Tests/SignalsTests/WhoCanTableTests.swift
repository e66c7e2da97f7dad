@testable import Posture
import Signals
import Testing

@Suite struct WhoCanTableTests {
    private static func table(_ binding: String, _ subject: Subject) -> WhoCan {
        let role = RoleReference(.clusterRole, "deploy")
        let rule = PolicyRule(verbs: ["create"], apiGroups: [""], resources: ["pods"])
        return WhoCan(
            ClusterAccess(
                roles: [Role(role, rules: [rule])],
                bindings: [RoleBinding(binding, role: role, subjects: [subject])]
            )
        ).withoutCluster
    }

    @Test func `a line tells who may do what, where, and by what`() {
        #expect(
            WhoCanTable.lines(Self.table("deployers", Subject(.serviceAccount, "web", namespace: "shop"))) == [
                "SUBJECT                  NAMESPACE  MAY     BY                            ROLE",
                "ServiceAccount shop/web  *          deploy  ClusterRoleBinding deployers  ClusterRole deploy",
            ]
        )
    }

    @Test func `names that would move a terminal's cursor are told without what does`() {
        let lines = WhoCanTable.lines(Self.table("x\u{1B}[2J", Subject(.user, "e\u{202E}ve\n")))
        #expect(lines.count == 2)
        #expect(lines[1].contains(#"User e\u{202e}ve\n"#), "\(lines[1])")
        #expect(lines.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
    }
}
