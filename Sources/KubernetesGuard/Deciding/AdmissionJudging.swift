internal import Deployments
internal import Dialects
internal import Judge
internal import Sigma

/// One review's judging, as it comes together.
struct AdmissionJudging: Sendable {
    let id: String
    let time: Timestamp
    let request: AdmissionRequest
    private let terms: AdmissionTerms
    private var isExempt = false
    private var events: [DeploymentEvent] = []
    private var findings: [Finding] = []
    private var violations: [Violation] = []
    /// What refuses: the policy first, then the weightiest rule.
    private var refusals: [Objection] = []
    /// What is found below the level that refuses.
    private var remarks: [Objection] = []
    private var podSecurity: PodSecurityJudging?
    private var namespace: NamespaceJudging?

    /// Holds a review against the policy and the rules.
    ///
    /// - Parameter labels: what is known of a namespace's labels, for a policy that reads them.
    init(
        _ review: AdmissionReview,
        _ policy: AdmissionPolicy,
        _ judge: Judge,
        id: String,
        at time: Timestamp,
        _ labels: (String) -> LabelKnowledge
    ) {
        self.id = id
        self.time = time
        request = review.request
        terms = policy.terms(for: request.namespace)
        events = review.containers.map { DeploymentEvent($0.record) }
        if review.isCut, review.isOfWorkload || !policy.passesUnsearchable { refuseUnsearched() }
        if let first = events.first { checkDeployer(first.deployment) }
        if let terms = terms.podSecurity { holdPods(of: review, to: terms, labels) }
        for (container, event) in zip(review.containers, events) {
            check(image: container, in: review)
            judge.judge(event) { finding in
                findings.append(finding)
                let objection = Objection(finding, container, in: review)
                let isRefused = (finding.rule.level ?? .medium) >= terms.refuseAt
                if isRefused { Self.add(objection, to: &refusals) } else { Self.add(objection, to: &remarks) }
            }
        }
        let asked = review.isCut ? [] : events.map(\.deployment)
        isExempt = policy.exemptions.contains { $0.holds(for: review.request, asked) }
        // Of many only the first are told.
        refusals = Objection.weightiestFirst(refusals)
        remarks = Objection.weightiestFirst(remarks)
    }

    /// Whether there is anything to decide.
    var isDeployment: Bool {
        !events.isEmpty || !violations.isEmpty || podSecurity.map { !$0.warnings.isEmpty } ?? false
    }

    /// Whether the decision has to be kept: a dry run changes nothing, and leaves no record either.
    var isRecorded: Bool { isDeployment && !request.isDryRun }

    /// The namespace whose labels are needed before the review can be judged; nil when the judgement stands.
    var unknownNamespace: String? { podSecurity?.unknownNamespace }

    private mutating func holdPods(
        of review: AdmissionReview,
        to terms: PodSecurityTerms,
        _ labels: (String) -> LabelKnowledge
    ) {
        guard terms.readsLabels, let asked = review.askedNamespace else {
            return add(PodSecurityJudging(review, terms, labels))
        }
        let judged = NamespaceJudging(asked, terms)
        namespace = judged
        violations += judged.violations
        for violation in judged.violations { Self.add(Objection(violation), to: &refusals) }
        if !judged.violations.isEmpty, let deployment = review.deployment {
            events = [DeploymentEvent(deployment)]
        }
    }

    /// Whether the API server has to be asked for something before it is decided.
    var asksCluster: Bool { unknownNamespace != nil || namespace?.stricter != nil }

    /// Looks, where a namespace is to enforce more than it did, at the pods that run there.
    mutating func checkPods(at namespaces: any ClusterNamespaces) async {
        guard var judged = namespace, judged.stricter != nil, let terms = terms.podSecurity else { return }
        await judged.checkPods(terms, at: namespaces)
        namespace = judged
    }

    private mutating func add(_ judged: PodSecurityJudging) {
        podSecurity = judged
        violations += judged.violations
        findings += judged.findings
        for refusal in judged.refusals { Self.add(refusal, to: &refusals) }
        // An update may change the pod and none of its containers.
        if events.isEmpty, let deployment = judged.deployment { events = [DeploymentEvent(deployment)] }
    }

    private static func add(_ objection: Objection, to list: inout [Objection]) {
        if !list.contains(objection) { list.append(objection) }
    }

    // MARK: The policy

    private mutating func refuseUnsearched() {
        violate(
            "reading",
            at: request.resource.name,
            "the object is deeper or holds more containers than are searched, so that it cannot be judged",
            remedy: "make it smaller, or exempt it"
        )
    }

    private mutating func checkDeployer(_ first: ContainerDeployment) {
        guard let deployers = terms.deployers, !deployers.allow(request, first) else { return }
        violate(
            "deployers",
            at: "userInfo",
            "'\(request.user ?? "nobody")' may not deploy in '\(request.namespace ?? "the cluster")'",
            remedy: "ask somebody who may, or extend 'deployers' of the policy"
        )
    }

    private mutating func check(image container: AdmissionReview.Container, in review: AdmissionReview) {
        let asked = container.record.container
        guard let images = terms.images, let text = asked.imageText else { return }
        guard let image = asked.image else {
            let message = "'\(text)' names no image that could be looked up in the policy's list"
            return violate("images", at: review.path(of: .imageReference, value: nil, in: container), message)
        }
        guard let message = images.objection(to: image) else { return }
        violate("images", at: review.path(of: .imageReference, value: nil, in: container), message)
    }

    private mutating func violate(
        _ part: String,
        at place: String,
        _ message: String,
        remedy: String = "use a listed image, by digest where the policy asks for it, or extend 'images' of the policy"
    ) {
        let violation = Violation(part: part, place: place, message: message, remedy: remedy)
        guard !violations.contains(violation) else { return }
        violations.append(violation)
        refusals.append(Objection(violation))
    }

    // MARK: What comes of it

    /// The answer where there is nothing to decide.
    var passing: AdmissionDecision {
        var decision = AdmissionDecision.passes(request.uid)
        guard let warnings = namespace?.warnings, !warnings.isEmpty else { return decision }
        let text = AdmissionText(subject: Self.subject(request, nil), decision: id)
        decision.warnings = text.warnings(wouldRefuse: [], [], podSecurity: warnings)
        return decision
    }

    /// What the review is answered with.
    var answered: AdmissionOutcome {
        if refusals.isEmpty { return .allowed }
        if isExempt { return .exempt }
        return terms.observes ? .wouldRefuse : .refused
    }

    /// Counts what was found.
    func count(in metrics: DecisionMetrics) { metrics.count(findings, violations) }

    private var outcome: Verdict.Outcome {
        if refusals.isEmpty || isExempt { return .allowed }
        return terms.observes ? .wouldRefuse : .refused
    }

    func verdict(duration: Int64) -> Verdict {
        Verdict(
            id: id,
            time: time,
            outcome: outcome,
            events: events,
            findings: findings,
            violations: violations,
            duration: max(0, duration)
        )
    }

    var decision: AdmissionDecision {
        let outcome = outcome
        var decision = AdmissionDecision(uid: request.uid, isAllowed: outcome != .refused)
        let text = AdmissionText(subject: Self.subject(request, events.first?.deployment), decision: id)
        if outcome == .refused {
            decision.message = text.refusal(refusals)
            decision.isInvalid = namespace?.violations.isEmpty == false
        }
        // Who is exempt need not be told on each request, but the cluster's own log is.
        if !isExempt {
            decision.warnings = text.warnings(
                wouldRefuse: outcome == .wouldRefuse ? refusals : [],
                remarks,
                // As the API server does: who is refused has been told.
                podSecurity: outcome == .refused ? [] : podSecurity?.warnings ?? []
            )
        }
        decision.annotations = text.annotations(
            verdict: answered.rawValue,
            refusals + remarks,
            podSecurity: podSecurity?.annotations ?? [],
            isDryRun: request.isDryRun
        )
        return decision
    }

    func unrecorded(_ reason: String) -> AdmissionDecision {
        let text = AdmissionText(subject: Self.subject(request, events.first?.deployment), decision: id)
        return AdmissionDecision(uid: request.uid, isAllowed: false, message: text.unrecorded(reason))
    }

    /// What is deployed, with the owner that it was made for: `pod of replicaset 'web-5d4f8'`.
    private static func subject(_ request: AdmissionRequest, _ record: ContainerDeployment?) -> String {
        // What goes through a node's proxy to its kubelet is a request about the node, whichever pod it is for.
        var subject =
            record?.route == .kubeletAPI ? "node" : record?.placement.resourceType ?? request.resource.name
        if let name = request.name ?? record?.placement.resourceName { subject += " '\(name)'" }
        if let part = request.subresource { subject = "\(part) of \(subject)" }
        guard let record, let owner = record.placement.parentName else { return subject }
        return "\(subject), made for \(record.placement.parentType ?? "its owner") '\(owner)'"
    }
}
