@testable import Posture
import Testing

@Suite struct RightsReaderTests {
    private func read(_ text: String) -> RightsReader {
        var reader = RightsReader()
        reader.read(Array(text.utf8), from: "roles.json")
        return reader
    }

    @Test func `lists of an API server and of kubectl are read, and single objects`() {
        let role =
            #"{"metadata":{"name":"r","namespace":"n"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}"#
        let expected = Role(
            RoleReference(.role, "r"),
            namespace: "n",
            rules: [PolicyRule(verbs: ["get"], apiGroups: [""], resources: ["pods"])]
        )
        let kind = #"{"kind":"Role","#
        #expect(read(#"{"kind":"RoleList","items":[\#(role)]}"#).roles == [expected])
        #expect(read(#"{"kind":"List","items":[\#(kind)\#(role.dropFirst())]}"#).roles == [expected])
        #expect(read("\(kind)\(role.dropFirst())").roles == [expected])
        #expect(read(#"{"kind":"List","items":[{"kind":"Pod","metadata":{"name":"p"}}]}"#).problems == [])
    }

    @Test func `a service account without a namespace is of the binding's`() {
        let binding =
            #"{"kind":"RoleBinding","metadata":{"name":"b","namespace":"n"},"roleRef":{"kind":"Role","name":"r"},"#
        let reader = read(
            #"\#(binding)"subjects":[{"kind":"ServiceAccount","name":"s"},{"kind":"ServiceAccount","name":"s","namespace":"o"}]}"#
        )
        #expect(reader.bindings.first?.subjects.map(\.namespace) == ["n", "o"])
        #expect(reader.problems == [])
    }

    @Test(arguments: [
        ("{", "", "the document ends early (byte 1)"),
        ("[]", "", "no object"),
        (#"{"kind":"RoleList","items":[{"metadata":{"namespace":"n"}}]}"#, "items[0].metadata.name", "has no name"),
        (#"{"kind":"Role","metadata":{"name":"r"}}"#, "metadata.namespace", "has no namespace"),
        (#"{"kind":"ClusterRole","metadata":{"name":"r"},"rules":{}}"#, "rules", "no list"),
        (#"{"kind":"ClusterRole","metadata":{"name":"r"},"rules":[7]}"#, "rules[0]", "no object"),
        (#"{"kind":"ClusterRole","metadata":{"name":"r"},"rules":[{"verbs":[7]}]}"#, "rules[0].verbs[0]", "no text"),
        (
            #"{"kind":"ClusterRoleBinding","metadata":{"name":"b"},"roleRef":{"kind":"Pod","name":"r"}}"#, "roleRef",
            "names no Role and no ClusterRole"
        ),
        (
            #"{"kind":"ClusterRoleBinding","metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r","apiGroup":"x"}}"#,
            "roleRef.apiGroup", "'x' is not rbac.authorization.k8s.io"
        ),
        (
            #"{"kind":"ClusterRoleBinding","metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"Robot","name":"x"}]}"#,
            "subjects[0]", "names no User, Group or ServiceAccount"
        ),
    ])
    func `what cannot be read is told with its place`(_ text: String, _ place: String, _ reason: String) {
        #expect(read(text).problems == [.init(source: "roles.json", place: place, reason: reason)])
    }

    @Test func `what is wrong in one place costs nothing beside it`() {
        let reader = read(
            #"{"kind":"ClusterRoleList","items":[{"metadata":{}},{"metadata":{"name":"r"},"rules":[null,{"verbs":["get"]}]}]}"#
        )
        #expect(reader.roles == [Role(RoleReference(.clusterRole, "r"), rules: [PolicyRule(verbs: ["get"])])])
        #expect(reader.problems.map(\.place) == ["items[0].metadata.name", "items[1].rules[0]"])
    }
}
