import Deployments
import Dialects
import Testing

@Suite struct KubernetesWatchTests {
    private static func pod(
        _ name: String = "web",
        uid: String = "u1",
        owner: String? = nil,
        image: String = "nginx:1",
        more: String = "",
        status: String = "Pending"
    ) -> String {
        let owners = owner.map {
            #","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"\#($0)","uid":"o","controller":true}]"#
        }
        return
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)","namespace":"shop","uid":"\#(uid)","creationTimestamp":"2026-11-24T00:00:00Z","resourceVersion":"7","managedFields":[{"manager":"kubectl-run","operation":"Update","time":"2026-11-24T00:00:00Z"},{"manager":"kubelet","operation":"Update","time":"2026-11-24T00:00:09Z","subresource":"status"}]\#(owners ?? "")},"spec":{"containers":[{"name":"web","image":"\#(image)","securityContext":{"privileged":true}}]\#(more)},"status":{"phase":"\#(status)"}}"#
    }

    private static func event(_ type: String, _ object: String) -> String {
        #"{"type":"\#(type)","object":\#(object)}"#
    }

    @Test func `a pod that was added is told, with the program that wrote it and no principal`() throws {
        let reading = readings(of: KubernetesWatchDialect(), [Self.event("ADDED", Self.pod(owner: "web-5d4f8"))])
        let one = try #require(reading.deployments.first)
        #expect(reading.deployments.count == 1 && reading.problems.isEmpty)
        #expect(one.event.action == .podCreate)
        #expect(one.event.dataset == .kubernetesWatch)
        #expect(one.event.id == "u1")
        #expect(one.event.timestamp?.description == "2026-11-24T00:00:00.000000Z")
        #expect(one.route == .kubernetesAPI)
        #expect(one.visibility == .full)
        #expect(one.actor.userAgent == "kubectl-run")
        #expect(one.actor.userName == nil)
        #expect(one.placement.namespace == "shop")
        #expect(one.placement.parentType == "replicaset")
        #expect(one.placement.parentName == "web-5d4f8")
        #expect(one.security.privileged == true)
    }

    @Test func `a change of status tells nothing, one of the image is an update`() {
        let reading = readings(
            of: KubernetesWatchDialect(),
            [
                Self.event("ADDED", Self.pod()), Self.event("MODIFIED", Self.pod(status: "Running")),
                Self.event("MODIFIED", Self.pod(image: "evil:1")),
                Self.event("MODIFIED", Self.pod(image: "evil:1", status: "Failed")), Self.event("DELETED", Self.pod()),
            ]
        )
        #expect(reading.deployments.map(\.event.action) == [.podCreate, .podUpdate])
        #expect(reading.deployments.map(\.container.imageText) == ["nginx:1", "evil:1"])
        #expect(reading.deployments[1].event.id.hasPrefix("u1#"))
    }

    @Test func `an ephemeral container is told alone`() {
        let debugger = #","ephemeralContainers":[{"name":"debugger","image":"busybox","targetContainerName":"web"}]"#
        let reading = readings(
            of: KubernetesWatchDialect(),
            [Self.event("ADDED", Self.pod()), Self.event("MODIFIED", Self.pod(more: debugger))]
        )
        #expect(reading.deployments.map(\.container.name) == ["web", "debugger"])
        #expect(reading.deployments.last?.container.role == .ephemeral)
        #expect(reading.deployments.last?.event.action == .podUpdate)
    }

    @Test func `the pods of one template are one deployment, others with the same owner's name are their own`() {
        let reading = readings(
            of: KubernetesWatchDialect(),
            [
                Self.event("ADDED", Self.pod("web-1", uid: "u1", owner: "web-5d4f8")),
                Self.event("ADDED", Self.pod("web-2", uid: "u2", owner: "web-5d4f8")),
                Self.event("ADDED", Self.pod("web-3", uid: "u3", owner: "web-5d4f8", image: "evil:1")),
                Self.event("ADDED", Self.pod("web-4", uid: "u4")),
            ]
        )
        #expect(reading.deployments.map(\.placement.resourceName) == ["web-1", "web-3", "web-4"])
    }

    @Test func `a workload is told by its template, and scaling it tells nothing`() {
        func deployment(_ replicas: Int, _ image: String) -> String {
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"d"},"spec":{"replicas":\#(replicas),"template":{"spec":{"containers":[{"name":"web","image":"\#(image)"}]}}}}"#
        }
        let reading = readings(
            of: KubernetesWatchDialect(),
            [
                Self.event("ADDED", deployment(1, "a")), Self.event("MODIFIED", deployment(5, "a")),
                Self.event("MODIFIED", deployment(5, "b")),
            ]
        )
        #expect(reading.deployments.map(\.event.action) == [.workloadCreate, .workloadUpdate])
        #expect(reading.deployments.first?.placement.replicas == 1)
    }

    @Test func `what a kubelet runs of its own files is a static pod`() {
        let mirror =
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"etcd-n","namespace":"kube-system","uid":"m","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"kind":"Node","name":"n","controller":true}]},"spec":{"containers":[{"name":"etcd","image":"etcd"}]}}"#
        let forged = mirror.replacing(#""kind":"Node""#, with: #""kind":"Job""#).replacing("\"m\"", with: "\"f\"")
        let reading = readings(
            of: KubernetesWatchDialect(),
            [Self.event("ADDED", mirror), Self.event("ADDED", forged)]
        )
        #expect(reading.deployments.map(\.route) == [.staticPod, .kubernetesAPI])
    }

    @Test(arguments: [
        (#"{"type":"ADDED"}"#, 1), (#"{"type":"ADDED","object":[]}"#, 1), (#"{"type":1,"object":{}}"#, 1),
        (#"{"type":"ERROR","object":{"kind":"Status","message":"too old"}}"#, 1), (#"{"type":"ADDED","obj"#, 1),
        (#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9"}}}"#, 0),
        (#"{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","data":{"image":"x"}}}"#, 0),
    ])
    func `what is no event is told, what deploys nothing is not, and the next is read`(line: String, problems: Int) {
        let reading = readings(of: KubernetesWatchDialect(), [line, Self.event("ADDED", Self.pod())])
        #expect(reading.problems.count == problems)
        #expect(reading.deployments.count == 1)
    }

    @Test func `what was told is known after a restart`() throws {
        var first = KubernetesWatchDialect()
        _ = readings(of: &first, [Self.event("ADDED", Self.pod(owner: "web-5d4f8"))])
        var second = KubernetesWatchDialect()
        try second.recall(first.memory())
        #expect(second.memory() == first.memory())
        let lines = [
            Self.event("MODIFIED", Self.pod(owner: "web-5d4f8", status: "Running")),
            Self.event("ADDED", Self.pod("other", uid: "u2", owner: "web-5d4f8")),
        ]
        #expect(readings(of: &second, lines).deployments.isEmpty)
    }
}
