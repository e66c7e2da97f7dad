@testable import Posture
import Testing

/// Changes are made to evidence as people would make them to systems.
@Suite struct ApplyingTests {
    @Test func `a file, its permissions and a group's members change alone`() throws {
        var host = HostEvidence(name: "h", collectedAt: 0)
        var file = HostFile("/etc/a", .regular, mode: 0o666, owner: 7, group: 7)
        file.accessEntries = ["user:eve:rw-"]
        host.files = ["/etc/a": file, "/etc/b.d": HostFile("/etc/b.d", .missing)]
        host.groups = .known([HostGroup("docker", id: 113, members: ["eve", "bob"])])
        var evidence = Evidence()
        evidence.host = .known(host)
        let fix = Fix(
            "x",
            [
                .file(path: "/etc/b.d/c", text: "c"), .permissions(path: "/etc/a", mode: 0o600, owner: 0, group: 0),
                .leaving(user: "eve", group: "docker"),
            ]
        )
        let changed = try #require(evidence.applying([fix]).host.value)
        #expect(changed.files["/etc/a"] == HostFile("/etc/a", .regular, mode: 0o600))
        #expect(changed.files["/etc/b.d"]?.kind == .directory)
        #expect(changed.text("/etc/b.d/c") == .known("c"))
        #expect(changed.groups == .known([HostGroup("docker", id: 113, members: ["bob"])]))
    }

    @Test func `arguments are set and taken away whichever way they were written`() throws {
        var host = HostEvidence(name: "h", collectedAt: 0)
        host.processes = .known([
            HostProcess(id: 1, name: "p", arguments: ["p", "--a", "1", "--b=2", "--c", "x", "--d"]),
            HostProcess(id: 2, name: "q", arguments: ["q", "--a=1"]),
        ])
        var evidence = Evidence()
        evidence.host = .known(host)
        let changed = evidence.applying(.arguments(program: "p", set: ["--b": "3"], removed: ["--a"]))
        #expect(
            changed.host.value?.processes.value?.map(\.arguments) == [
                ["p", "--c", "x", "--d", "--b=3"], ["q", "--a=1"],
            ]
        )
    }

    @Test func `objects are put in place of those of their name, or go`() {
        var cluster = ClusterEvidence()
        let old: Document = ["kind": "Pod", "metadata": ["name": "a", "namespace": "n"], "spec": ["x": 1]]
        let other: Document = ["kind": "Pod", "metadata": ["name": "a", "namespace": "m"]]
        cluster.add([old, other].compactMap { ClusterObject($0) }, of: "Pod")
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        let new = old.setting(["x": 2], at: ["spec"])
        let changed = evidence.applying(.manifest(new)).applying(.deletion(kind: "Pod", namespace: "m", name: "a"))
        #expect(changed.cluster.value?.objects("Pod").value?.map(\.document) == [new])
    }
}
