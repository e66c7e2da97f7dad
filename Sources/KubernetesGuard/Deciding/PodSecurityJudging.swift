internal import Deployments
internal import Dialects
internal import Judge
internal import KubernetesAPI
internal import PodSecurity

/// What the Pod Security Standards say of a review.
///
/// Source of the semantics: pod-security-admission, admission/admission.go (`ValidatePod`, `ValidatePodController`).
struct PodSecurityJudging: Sendable {
    /// The part of the policy that all this comes of.
    static let part = "podSecurity"

    /// The object, where there is something to say of it.
    private(set) var deployment: ContainerDeployment?
    /// What is enforced against, for the record.
    private(set) var violations: [Violation] = []
    /// The same, for the client.
    private(set) var refusals: [Objection] = []
    /// What the client is warned of where nothing refuses.
    private(set) var warnings: [String] = []
    /// What is written into the cluster's audit log.
    private(set) var annotations: [(key: String, value: String)] = []
    /// What is written into the record of decisions, as findings.
    private(set) var findings: [Finding] = []

    /// The namespace whose labels are needed first; nil when the judgement stands.
    private(set) var unknownNamespace: String?
    /// What is wrong with the namespace's labels.
    private var labelErrors: [NamespacePolicy.LabelError] = []

    /// Judges what a review asks for; of most there is nothing to say.
    ///
    /// - Parameter labels: what is known of a namespace's labels, for terms that read them.
    init(_ review: AdmissionReview, _ terms: PodSecurityTerms, _ labels: (String) -> LabelKnowledge) {
        guard !terms.isIdle || terms.readsLabels, let form = review.podForm else { return }
        if let exemption = terms.exemption(of: review.request) {
            exempt(by: exemption)
            return
        }
        let mayRefuse = form == .pod || terms.refusesWorkloads
        guard terms.readsLabels, let namespace = review.request.namespace else {
            judge(review, form, terms, mayRefuse)
            return
        }
        switch labels(namespace) {
        case .known(let labels):
            let (terms, errors) = terms.reading(labels)
            labelErrors = errors
            // What is enforced for a namespace without such labels is nothing to be read for, either.
            if !terms.isIdle || !errors.isEmpty { judge(review, form, terms, mayRefuse) }
        case .unknown: if Self.holdsPods(review, form) != nil { unknownNamespace = namespace }
        case .failed(let error):
            guard let isSignificant = Self.holdsPods(review, form) else { return }
            refuse(error, of: namespace, mayRefuse && isSignificant, review)
        }
    }

    /// Whether there is something new that a level could be held against; nil where there is nothing at all.
    private static func holdsPods(_ review: AdmissionReview, _ form: AskedPods.Form) -> Bool? {
        do throws(PodReadingError) {
            guard let asked = try review.askedPods(), form == .template || asked.isSignificant else { return nil }
            return asked.isSignificant
        } catch {
            return true
        }
    }

    private mutating func judge(
        _ review: AdmissionReview,
        _ form: AskedPods.Form,
        _ terms: PodSecurityTerms,
        _ mayRefuse: Bool
    ) {
        do throws(PodReadingError) {
            guard let asked = try review.askedPods() else { return }
            // Of a pod nothing that counts changed; of a workload the API server warns again, and nothing is refused.
            if form == .pod, !asked.isSignificant { return }
            judge(asked, terms, enforces: mayRefuse && asked.isSignificant)
        } catch {
            deployment = review.deployment
            refuse(error, mayRefuse && terms.policy.enforce.level != .privileged)
        }
    }

    /// A namespace that nobody can look up may enforce anything.
    private mutating func refuse(
        _ error: APIError,
        of namespace: String,
        _ mayRefuse: Bool,
        _ review: AdmissionReview
    ) {
        let message = "failed to lookup namespace \"\(namespace)\": \(error)"
        annotate("pod-security-error", message)
        guard mayRefuse else { return }
        deployment = review.deployment
        let violation = Violation(
            part: Self.part,
            place: "metadata.namespace",
            message: "Pod Security cannot be judged: \(message)",
            remedy: "try again; when it goes on, let the webhook's account get, list and watch namespaces"
        )
        violations.append(violation)
        refusals.append(Objection(violation))
    }

    private mutating func judge(_ asked: AskedPods, _ terms: PodSecurityTerms, enforces: Bool) {
        let pods = asked.pods.filter { !terms.exempts($0) }
        guard !pods.isEmpty else { return exempt(by: "runtimeClass") }
        if !labelErrors.isEmpty {
            let words = labelErrors.map(\.description).joined(separator: ", ")
            let list = labelErrors.count == 1 ? words : "[\(words)]"
            annotate("pod-security-error", "Failed to parse policy: \(list)")
        }
        if enforces { annotate("pod-security-enforce-policy", "\(terms.policy.enforce)") }
        var audited: [String] = []
        for pod in pods {
            if enforces { enforce(PodSecurityVerdict(of: pod, by: terms.policy.enforce)) }
            if let text = PodSecurityVerdict(of: pod, by: terms.policy.audit).warning {
                if !audited.contains(text) { audited.append(text) }
                let deployed = DeployedPod(deployment: asked.deployment, pod: pod)
                findings += PodSecurityJudge(terms.policy.audit).findings(on: deployed)
            }
            if let text = PodSecurityVerdict(of: pod, by: terms.policy.warn).warning, !warnings.contains(text) {
                warnings.append(text)
            }
        }
        if !audited.isEmpty { annotate("pod-security-violations", audited.joined(separator: "; ")) }
        if !violations.isEmpty || !warnings.isEmpty || !audited.isEmpty { deployment = asked.deployment }
    }

    private mutating func enforce(_ verdict: PodSecurityVerdict) {
        guard let text = verdict.refusal else { return }
        let found = verdict.violations.map { violation in
            Violation(
                part: Self.part,
                place: violation.fields.first?.path ?? "spec",
                message: violation.message,
                remedy: violation.control.remedy
            )
        }
        violations += found
        let changes = found.map { "\($0.place): \($0.remedy)" }
        refusals.append(
            Objection(Violation(part: Self.part, place: "", message: text, remedy: changes.joined(separator: "; ")))
        )
    }

    /// What cannot be read for certain cannot be held against a level.
    private mutating func refuse(_ error: PodReadingError, _ mayRefuse: Bool) {
        let message = "Pod Security cannot be judged: \(error.problem)"
        guard mayRefuse else {
            warnings.append("tidewaiter: \(error.path): \(message)")
            return annotate("pod-security-error", "\(error)")
        }
        let violation = Violation(
            part: Self.part,
            place: error.path,
            message: message,
            remedy: "give the field the type that the API has for it"
        )
        violations.append(violation)
        refusals.append(Objection(violation))
    }

    private mutating func exempt(by reason: String) { annotate("pod-security-exempt", reason) }

    /// Keys of a webhook have no `/`: the API server puts the webhook's name and one before each.
    private mutating func annotate(_ key: String, _ value: String) { annotations.append((key, value)) }
}
