import Judge
import KubernetesGuard
import Sigma
import Testing

@Suite struct PodSecurityTests {
    private let privileged = Review(object: Review.pod(Review.privileged))

    private func answer(_ terms: String, _ review: Review) async throws -> ReviewAnswer {
        try await WebhookUnderTest("podSecurity: {\(terms)}", rules: RuleLibrary()).answer(review)
    }

    private static let deployment = Review(
        group: "apps",
        kind: "Deployment",
        resource: "deployments",
        object: deployment(Review.privileged)
    )

    private static func deployment(_ container: String, metadata: String = "") -> String {
        #"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web"\#(metadata)},"#
            + #""spec":{"template":{"spec":{"containers":[\#(container)]}}}}"#
    }

    private static let detail = #"privileged (container "web" must not set securityContext.privileged=true)"#

    @Test(arguments: [
        ("podSecurity: {enforce: strict}", "policy.yml:1:24", "must be one of privileged, baseline, restricted"),
        ("podSecurity: {enforce: 'baseline:1.30'}", "policy.yml:1:24", #"must be "latest" or "v1.x""#),
        ("podSecurity: {enforce: }", "policy.yml:1:", "'enforce' is a level"),
        ("podSecurity: {enforced: baseline}", "policy.yml:1:15", "'enforced' is no key here"),
        ("podSecurity: baseline", "policy.yml:1:14", "'podSecurity' must be a map"),
        ("podSecurity: {workloads: observe}", "policy.yml:1:26", "'workloads' is warn or refuse"),
        ("podSecurity: {exemptions: {users: [a]}}", "policy.yml:1:28", "'users' is no key here"),
        ("podSecurity: {exemptions: {namespaces: [team-*]}}", "policy.yml:1:40", "a name that is a pattern or empty"),
    ])
    func `what is wrong in a policy is told with its place`(text: String, place: String, message: String) {
        let (policy, diagnostics) = AdmissionPolicy.read(text, file: "policy.yml")
        #expect(policy == nil)
        let told = diagnostics.map(\.description).joined(separator: "\n")
        #expect(told.contains(place) && told.contains(message), "\(told)")
    }

    @Test func `a pod is refused in the API server's words, with field, remedy and decision`() async throws {
        let webhook = try WebhookUnderTest("podSecurity: {enforce: baseline:v1.30}", rules: RuleLibrary())
        let answer = try await webhook.answer(privileged)
        let verdict = try #require(webhook.decisions.verdicts.first)
        #expect(
            answer.message == "tidewaiter refuses pod 'web': violates PodSecurity \"baseline:v1.30\": \(Self.detail); "
                + "spec.containers[0].securityContext.privileged: leave securityContext.privileged out, or set it to "
                + "false; decision \(verdict.id)"
        )
        #expect(answer.warnings == [])
        #expect(answer.annotations["pod-security-enforce-policy"] == "baseline:v1.30")
        #expect(answer.annotations["rules"] == "podSecurity")
        #expect(verdict.violations.map(\.place) == ["spec.containers[0].securityContext.privileged"])
    }

    @Test func `a namespace lays its modes over those of all`() async throws {
        let policy = """
            podSecurity: {enforce: baseline:v1.30}
            namespaces: [{names: [build], podSecurity: {enforce: privileged, warn: baseline:v1.20}}]
            """
        let webhook = try WebhookUnderTest(policy, rules: RuleLibrary())
        #expect(try await webhook.answer(privileged).isAllowed == false)
        var build = privileged
        build.namespace = "build"
        let answer = try await webhook.answer(build)
        #expect(answer.isAllowed)
        #expect(answer.warnings == ["would violate PodSecurity \"baseline:v1.20\": \(Self.detail)"])
    }

    @Test func `what is only audited stands in the cluster's log and in the record`() async throws {
        let webhook = try WebhookUnderTest("podSecurity: {audit: 'baseline:latest'}", rules: RuleLibrary())
        let answer = try await webhook.answer(privileged)
        #expect(answer.isAllowed && answer.warnings == [])
        let told = "would violate PodSecurity \"baseline:latest\": \(Self.detail)"
        #expect(answer.annotations["pod-security-violations"] == told)
        #expect(webhook.decisions.verdicts.first?.findings.map(\.rule.id) == ["pod-security/baseline/privileged"])
    }

    @Test func `a workload is warned of, and refused only where the policy says so`() async throws {
        let warned = try await answer("enforce: baseline:v1.30", Self.deployment)
        #expect(warned.isAllowed)
        #expect(warned.warnings == ["would violate PodSecurity \"baseline:v1.30\": \(Self.detail)"])
        #expect(warned.annotations["pod-security-enforce-policy"] == nil)
        let refused = try await answer("enforce: baseline:v1.30, workloads: refuse", Self.deployment)
        #expect(refused.message.contains("spec.template.spec.containers[0].securityContext.privileged: "))
        var labelled = Self.deployment
        labelled.operation = "UPDATE"
        labelled.oldObject = labelled.object
        labelled.object = Self.deployment(Review.privileged, metadata: #","labels":{"a":"b"}"#)
        #expect(try await answer("enforce: baseline, workloads: refuse", labelled).isAllowed)
        labelled.oldObject = Self.deployment(Review.plain)
        #expect(try await answer("enforce: baseline, workloads: refuse", labelled).isAllowed == false)
    }

    @Test func `a template in a custom resource is warned of`() async throws {
        let object =
            #"{"kind":"PyTorchJob","apiVersion":"kubeflow.org/v1","metadata":{"name":"t"},"spec":{"pytorchReplicaSpecs":"#
            + #"{"Master":{"template":{"spec":{"containers":[\#(Review.privileged)]}}}}}}"#
        let review = Review(
            group: "kubeflow.org",
            kind: "PyTorchJob",
            resource: "pytorchjobs",
            object: object
        )
        let answer = try await answer("enforce: baseline", review)
        #expect(answer.isAllowed)
        #expect(answer.warnings == ["would violate PodSecurity \"baseline:latest\": \(Self.detail)"])
    }

    @Test(arguments: [
        (Review.pod(Review.privileged, metadata: #","labels":{"a":"b"}"#), true),
        (Review.pod(Review.privileged, metadata: #","finalizers":[]"#), true),
        (Review.pod(Review.privileged, more: #","tolerations":[]"#), true),
        (Review.pod(Review.privileged.replacing("1.27", with: "1.28")), false),
        (Review.pod("\(Review.privileged),\(Review.plain.replacing("web", with: "b"))"), false),
        (Review.pod(Review.privileged, more: #","hostPID":true"#), false),
        (
            Review.pod(
                Review.privileged,
                metadata: #","annotations":{"seccomp.security.alpha.kubernetes.io/pod":"unconfined"}"#
            ), false
        ),
    ])
    func `an update is judged when something changes that counts`(object: String, isAllowed: Bool) async throws {
        var review = privileged
        review.operation = "UPDATE"
        review.oldObject = review.object
        review.object = object
        #expect(try await answer("enforce: baseline", review).isAllowed == isAllowed)
        // A part of a later Kubernetes is judged like a pod, a status never.
        review.subresource = "resize"
        #expect(try await answer("enforce: baseline", review).isAllowed == isAllowed)
        review.subresource = "status"
        #expect(try await answer("enforce: baseline", review).isAllowed)
    }

    @Test func `an ephemeral container is judged`() async throws {
        let debug = Review.privileged.replacing("web", with: "debug")
        let review = Review(
            operation: "UPDATE",
            subresource: "ephemeralcontainers",
            object: Review.pod(Review.plain, more: #","ephemeralContainers":[\#(debug)]"#),
            oldObject: Review.pod(Review.plain)
        )
        let answer = try await answer("enforce: baseline", review)
        #expect(answer.message.contains("spec.ephemeralContainers[0].securityContext.privileged: "))
    }

    @Test func `a pod that cannot be read is refused with the place, unless nothing is enforced`() async throws {
        let flag = Review.privileged.replacing("true", with: #""yes""#)
        let review = Review(object: Review.pod(flag))
        let refused = try await answer("enforce: baseline", review)
        #expect(
            refused.message.contains(
                "spec.containers[0].securityContext.privileged: Pod Security cannot be judged: a boolean is needed"
            )
        )
        let warned = try await answer("warn: baseline", review)
        #expect(warned.isAllowed)
        #expect(warned.warnings.first?.contains("Pod Security cannot be judged") == true)
        #expect(try await answer("enforce: privileged", review).isAllowed)
    }

    @Test(arguments: [
        ("usernames: [bob]", "user"), ("namespaces: [shop]", "namespace"), ("runtimeClasses: [kata]", "runtimeClass"),
    ])
    func `who is exempt passes, which the cluster's log is told`(exemption: String, reason: String) async throws {
        let terms = "enforce: baseline, exemptions: {\(exemption)}"
        var review = privileged
        review.object = Review.pod(Review.privileged, more: #","runtimeClassName":"kata""#)
        let exempt = try await answer(terms, review)
        #expect(exempt.isAllowed && exempt.warnings == [])
        #expect(exempt.annotations["pod-security-exempt"] == reason)
        review = privileged
        review.user = "eve"
        review.namespace = "other"
        #expect(try await answer(terms, review).isAllowed == false)
    }

    @Test func `warnings of many offenders stay within what the API server passes on`() async throws {
        let many = (0..<200).map { Review.privileged.replacing("web", with: "container-\($0)") }
        let review = Review(object: Review.pod(many.joined(separator: ",")))
        let warned = try await answer("warn: restricted, audit: restricted", review)
        #expect(warned.warnings.map(\.utf8.count).reduce(0, +) <= 4_096)
        #expect(warned.warnings.first?.hasPrefix("would violate PodSecurity \"restricted:latest\": privileged") == true)
    }
}
