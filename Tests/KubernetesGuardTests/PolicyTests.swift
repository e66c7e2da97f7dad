import Judge
import KubernetesGuard
import Sigma
import Testing

@Suite struct PolicyTests {
    @Test(arguments: [
        ("refuse_at: high", "policy.yml:1:1", "'refuse_at' is no key here"),
        ("refuse-at: highest", "policy.yml:1:12", "'highest' is no refuse-at"),
        ("a: b\n---\nc: d", "policy.yml:", "a policy is one document"),
        ("- x", "policy.yml:1:1", "a policy is a map"),
        ("namespaces: [{refuse-at: low}]", "policy.yml:1:14", "'namespaces' has an entry without 'names'"),
        ("namespaces: {names: [shop]}", "policy.yml:1:13", "'namespaces' is a list"),
        ("exempt: [{}]", "policy.yml:1:10", "'exempt' has an entry that says nothing"),
        ("exempt: [{kinds: [a]}]", "policy.yml:1:11", "'kinds' is no key here"),
        ("exempt: [{labels: [a=b]}]", "policy.yml:1:10", "'exempt' has an entry of labels alone"),
        ("limits: {review: 1GiB}", "policy.yml:1:18", "'review' is no size"),
        ("on-failure: {others: maybe}", "policy.yml:1:14", "'on-failure' is"),
        ("images: {allowed: [x]}", "policy.yml:1:10", "'allowed' is no key here"),
        ("observe: perhaps", "policy.yml:1:10", "'observe' is true or false"),
    ])
    func `what is wrong is told with file and line`(text: String, place: String, message: String) {
        let (policy, diagnostics) = AdmissionPolicy.read(text, file: "policy.yml")
        #expect(policy == nil)
        let told = diagnostics.map(\.description).joined(separator: "\n")
        #expect(told.contains(place) && told.contains(message), "\(told)")
    }

    private let privileged = Review(object: Review.pod(Review.privileged))

    private func answer(_ policy: String, _ review: Review) async throws -> ReviewAnswer {
        try await WebhookUnderTest(policy).answer(review)
    }

    @Test func `a namespace has a level of its own`() async throws {
        let policy = "refuse-at: critical\nnamespaces: [{names: [team-*], refuse-at: medium}]"
        var review = privileged
        #expect(try await answer(policy, review).isAllowed)
        review.namespace = "team-a"
        #expect(try await answer(policy, review).isAllowed == false)
    }

    @Test func `who observes warns of what would be refused`() async throws {
        let webhook = try WebhookUnderTest("refuse-at: medium\nobserve: true")
        let answer = try await webhook.answer(privileged)
        #expect(answer.isAllowed)
        #expect(answer.warnings.first?.hasPrefix("tidewaiter would refuse this: spec.containers[0]") == true)
        #expect(answer.annotations["verdict"] == "would-refuse")
        #expect(webhook.decisions.verdicts.map(\.outcome) == [.wouldRefuse])
    }

    @Test func `who is exempt passes, and is recorded`() async throws {
        let webhook = try WebhookUnderTest(
            "refuse-at: medium\nexempt: [{namespaces: [shop], groups: [shop-*]}, {users: ['system:node:*']}]"
        )
        let answer = try await webhook.answer(privileged)
        #expect(answer.isAllowed && answer.warnings.isEmpty)
        #expect(answer.annotations["verdict"] == "exempt")
        #expect(webhook.decisions.verdicts.map(\.outcome) == [.allowed])
        var other = privileged
        other.groups = ["others"]
        #expect(try await webhook.answer(other).isAllowed == false)
        other.user = "system:node:n1"
        #expect(try await webhook.answer(other).isAllowed)
    }

    @Test func `labels narrow an exemption to pods that all have them`() async throws {
        let policy = "refuse-at: medium\nexempt: [{namespaces: [shop], labels: ['app=agent', 'tier=*']}]"
        func isAllowed(_ labels: String?, _ containers: String = Review.privileged) async throws -> Bool {
            let metadata = labels.map { #","labels":{\#($0)}"# } ?? ""
            return try await answer(policy, Review(object: Review.pod(containers, metadata: metadata))).isAllowed
        }
        #expect(try await isAllowed(#""app":"agent","tier":"node""#))
        #expect(try await isAllowed(#""app":"agent""#) == false)
        #expect(try await isAllowed(#""app":"agents","tier":"node""#) == false)
        #expect(try await isAllowed(nil) == false)
        // Of what has no labels, an exec, nothing is exempt.
        let exec = Review(operation: "CONNECT", subresource: "exec", object: #"{"command":["chroot","/host"]}"#)
        #expect(try await answer(policy, exec).isAllowed == false)
        var elsewhere = Review(
            object: Review.pod(Review.privileged, metadata: #","labels":{"app":"agent","tier":"n"}"#)
        )
        elsewhere.namespace = "other"
        #expect(try await answer(policy, elsewhere).isAllowed == false)
    }

    @Test func `only listed users and groups deploy, and controllers for what they deployed`() async throws {
        let policy = "deployers: {groups: [platform-*]}\nnamespaces: [{names: [shop], deployers: {users: [bob]}}]"
        var review = Review(object: Review.pod(Review.plain))
        #expect(try await answer(policy, review).isAllowed)
        review.user = "eve"
        let refused = try await answer(policy, review)
        #expect(refused.message.contains("userInfo: 'eve' may not deploy in 'shop'"))
        review.user = "system:serviceaccount:kube-system:replicaset-controller"
        #expect(try await answer(policy, review).isAllowed == false)
        let owner = #","ownerReferences":[{"kind":"ReplicaSet","name":"web-1","controller":true}]"#
        review.object = Review.pod(Review.plain, metadata: owner)
        #expect(try await answer(policy, review).isAllowed)
        review.user = "eve"
        #expect(try await answer(policy, review).isAllowed == false)
        review.namespace = "other"
        review.groups = ["platform-admins"]
        #expect(try await answer(policy, review).isAllowed)
        // Whoever changes no container deploys nothing.
        review.groups = []
        review.operation = "UPDATE"
        review.oldObject = review.object
        #expect(try await answer(policy, review).isAllowed)
    }

    @Test(arguments: [
        ("nginx:1.27", "images: {allow: [registry.example]}", false),
        ("registry.example/shop/web:1", "images: {allow: [registry.example]}", true),
        ("registry.example.net/web:1", "images: {allow: [registry.example]}", false),
        ("ghcr.io/acme/web:1", "images: {forbidden-tags: [latest]}", true),
        ("ghcr.io/acme/web", "images: {forbidden-tags: [latest]}", false),
        ("ghcr.io/acme/web:1", "images: {digest: true}", false),
        ("ghcr.io/acme/web:1", "images: {refuse: [ghcr.io/acme/*]}", false),
        ("nginx@sha256:\(String(repeating: "a", count: 64))", "images: {digest: true}", true),
        (
            "other/name@sha256:\(String(repeating: "a", count: 64))",
            "images: {refuse: ['sha256:\(String(repeating: "a", count: 64))']}", false
        ),
        ("NGINX", "images: {forbidden-tags: [latest]}", false),
    ])
    func `images are held to the list`(image: String, policy: String, isAllowed: Bool) async throws {
        let answer = try await answer(policy, Review(object: Review.pod(#"{"name":"web","image":"\#(image)"}"#)))
        #expect(answer.isAllowed == isAllowed)
        if !isAllowed { #expect(answer.message.contains("spec.containers[0].image: ")) }
    }
}
