@testable import Posture
import Testing

@Suite struct ClusterReaderTests {
    @Test func `objects are read from lists of one kind, of any kind, and from manifests`() throws {
        var reader = ClusterReader()
        let list = #"""
            {"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"n"}}]}
            """#
        reader.read(Array(list.utf8), from: "pods.json")
        let manifest = """
            apiVersion: v1
            kind: Pod
            metadata: {name: b, namespace: n, labels: {app: web}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: c, namespace: n}
            """
        reader.read(Array(manifest.utf8), from: "more.yaml")
        let pods = try #require(reader.cluster.objects("Pod").value)
        #expect(pods.map(\.words) == [#"Pod "n/a""#, #"Pod "n/b""#])
        #expect(pods.map(\.apiVersion) == ["v1", "v1"])
        #expect(pods[1].labels == ["app": "web"])
        #expect(reader.cluster.objects("Deployment").value?.map(\.name) == ["c"])
        #expect(reader.problems.isEmpty)
    }

    @Test func `an empty list tells its kind by itself, or by its file's name`() {
        var reader = ClusterReader()
        reader.read(Array(#"{"kind":"ServiceList","items":[]}"#.utf8), from: "x.json")
        reader.read(Array(#"{"kind":"List","items":[]}"#.utf8), from: "cluster/networkpolicies.json")
        #expect(reader.cluster.objects("Service") == .known([]))
        #expect(reader.cluster.objects("NetworkPolicy") == .known([]))
        #expect(reader.cluster.objects("Pod") == .unreadable("no Pod objects were collected"))
    }

    @Test(arguments: [
        (#"{"kind":"List","items":[{"kind":"Pod"}]}"#, "pods.json: items[0]: no kind, or no name"),
        (
            #"{"kind":"PodList","metadata":{"continue":"t"},"items":[]}"#,
            "pods.json: the list goes on in another page, which is missing"
        ),
        ("", "pods.json: holds no object"),
    ])
    func `what is not whole is not known`(_ text: String, _ problem: String) {
        var reader = ClusterReader()
        reader.read(Array(text.utf8), from: "pods.json")
        #expect(reader.problems == [problem])
        if !text.hasPrefix(#"{"kind":"List""#) { #expect(reader.cluster.objects("Pod") == .unreadable(problem)) }
    }

    @Test func `who may do what is known when all four kinds were read`() {
        var reader = ClusterReader()
        for kind in ["Role", "ClusterRole", "RoleBinding"] {
            reader.read(Array(#"{"kind":"\#(kind)List","items":[]}"#.utf8), from: "x.json")
        }
        guard case .unreadable(let reason) = reader.cluster.access else {
            Issue.record("known without ClusterRoleBindings")
            return
        }
        #expect(reason == "no ClusterRoleBinding objects were collected")
        let binding = #"""
            {"kind":"ClusterRoleBindingList","items":[{"metadata":{"name":"b"},
            "roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[]}]}
            """#
        reader.read(Array(binding.utf8), from: "x.json")
        #expect(reader.cluster.access.value?.bindings.map(\.name) == ["b"])
    }
}
