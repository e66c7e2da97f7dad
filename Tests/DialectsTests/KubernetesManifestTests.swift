import Deployments
import Dialects
import Foundation
import Testing

@Suite struct KubernetesManifestTests {
    static func deployments(_ yaml: String) -> [ContainerDeployment] {
        readings(of: KubernetesManifestDialect(), [yaml]).deployments
    }

    @Test func `every field of a pod is read`() throws {
        let yaml = KubernetesPodTests.everything
        let found = Self.deployments(yaml)
        #expect(found.map(\.container.name) == ["first", "main"] || found.map(\.container.name) == ["main", "first"])
        let main = try #require(found.first { $0.container.name == "main" })
        let first = try #require(found.first { $0.container.name == "first" })
        #expect(first.container.role == .sidecar)
        #expect(first.container.image?.name == "docker.io/library/busybox")
        #expect(main.container.role == .app)
        #expect(main.event.action == .podCreate)
        #expect(main.route == .manifest)
        #expect(main.placement.namespace == "shop")
        #expect(main.placement.resourceType == "pod")
        #expect(main.placement.resourceName == "p")
        #expect(main.placement.nodeName == "n1")
        #expect(main.placement.nodeSelector == ["disk=ssd"])
        #expect(main.placement.tolerations == ["*", "k=v:NoSchedule"])
        #expect(main.placement.restartPolicy == "Never")
        #expect(main.container.labels == ["app=x"])
        #expect(main.process.args == ["sh", "-c", "date"])
        #expect(main.process.hooks == [["touch", "/x"]])
        #expect(main.process.workingDirectory == "/w")
        #expect(main.process.environment == ["A=b", "S"])
        #expect(main.host.namespaces == [.pid, .network])
        #expect(main.host.ports == [8080])
        #expect(main.host.mounts.map(\.source.path) == ["/", "/etc"])
        #expect(main.host.mounts.map(\.isReadOnly) == [true, false])
        #expect(main.security.privileged == true)
        #expect(main.security.capabilitiesAdded.map(\.name) == ["SYS_ADMIN", "NET_RAW"])
        #expect(main.security.capabilitiesDropped.map(\.name) == ["ALL"])
        #expect(main.security.seccomp == "unconfined")
        #expect(main.security.appArmor == "unconfined")
        #expect(main.security.procMount == "unmasked")
        #expect(main.security.runAsRoot == true)
        #expect(main.security.serviceAccount == "sa")
        #expect(main.security.automountToken == false)
    }

    @Test func `a container that says nothing of its rights leaves them unknown`() throws {
        let found = Self.deployments(
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a}]}}"
        )
        let one = try #require(found.first)
        #expect(one.security == Security())
    }

    @Test func `documents and lists are read one by one with their offsets`() {
        let reading = readings(
            of: KubernetesManifestDialect(),
            [
                "kind: Service\nspec: {}\n---\nkind: Pod\nspec: {containers: [{name: a, image: a}]}\n--- # two\nkind: List\nitems:\n- {kind: Pod, spec: {containers: [{name: b, image: b}]}}\n---\n: : :\n  - broken: [\n---\nkind: Pod\nspec: {containers: [{name: c, image: c}]}\n"
            ]
        )
        #expect(reading.deployments.map(\.container.name) == ["a", "b", "c"])
        #expect(reading.deployments.map(\.log?.offset) == [23, 79, 188])
        #expect(reading.problems.map(\.position.offset) == [164])
    }

    @Test func `yes and on are booleans as the API server's tools read them`() throws {
        let found = Self.deployments(
            "kind: Pod\nspec: {hostPID: yes, containers: [{name: a, image: a, securityContext: {privileged: on}}]}"
        )
        #expect(found.first?.host.namespaces == [.pid])
        #expect(found.first?.security.privileged == true)
    }

    @Test func `an alias bomb is refused`() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<9 {
            yaml +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        let reading = readings(of: KubernetesManifestDialect(), [yaml])
        #expect(reading.deployments.isEmpty)
        #expect(reading.problems.count == 1)
    }
}
