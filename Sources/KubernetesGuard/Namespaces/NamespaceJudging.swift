internal import Dialects
internal import Judge
internal import KubernetesAPI
internal import PodSecurity

/// What the Pod Security Standards say of a namespace that is made or relabelled.
///
/// Source of the semantics and the words: pod-security-admission, admission/admission.go (`ValidateNamespace`).
struct NamespaceJudging: Sendable {
    let namespace: String
    private(set) var violations: [Violation] = []
    private(set) var warnings: [String] = []
    /// What the pods that run there are to be held to, since it is stricter than what was enforced; nil for nothing.
    private(set) var stricter: PodSecurityPolicy?

    init(_ asked: AskedNamespace, _ terms: PodSecurityTerms) {
        namespace = asked.name
        let (policy, errors) = NamespacePolicy.read(labels: asked.labels, defaults: terms.policy)
        let old = asked.oldLabels.map { NamespacePolicy.read(labels: $0, defaults: terms.policy) }
        // Labels that were wrong already do not hold up a change of something else.
        if !errors.isEmpty, errors != old?.errors {
            violations = errors.map { error in
                let place = "metadata.labels[\(error.label)]"
                return Violation(
                    part: PodSecurityJudging.part,
                    place: place,
                    message: String(error.description.dropFirst(place.count + ": ".count)),
                    remedy: "write a level (privileged, baseline, restricted) or a version (latest, v1.30)"
                )
            }
            return
        }
        let isExempt = terms.exemptNamespaces.contains(asked.name)
        guard let old else {
            if isExempt { warnExempt(policy, asked.labels, terms.policy) }
            return
        }
        let enforced = policy.enforce
        guard enforced != old.policy.enforce, enforced.level != .privileged,
            enforced.version != old.policy.enforce.version || enforced.level > old.policy.enforce.level
        else { return }
        if isExempt { warnExempt(policy, asked.labels, terms.policy) } else { stricter = enforced }
    }

    /// Nobody who sets labels should believe that they count where they do not.
    private mutating func warnExempt(
        _ policy: NamespacePolicy,
        _ labels: [String: String],
        _ defaults: NamespacePolicy
    ) {
        let modes = [("enforce", policy.enforce), ("audit", policy.audit), ("warn", policy.warn)]
        guard modes.contains(where: { $0.1.level != .privileged }), policy != defaults else { return }
        let told = modes.filter { mode, policy in
            let label = NamespacePolicy.labelPrefix + mode
            return policy.level != .privileged && (labels[label] != nil || labels["\(label)-version"] != nil)
        }
        let words = told.map { "\($0.0)=\($0.1)" }.joined(separator: ", ")
        warnings.append(
            "namespace \"\(namespace)\" is exempt from Pod Security, and the policy (\(words)) will be ignored"
        )
    }

    // MARK: Pods that run there

    /// The first pod by name, of those with the same violations.
    private struct Offender {
        var name: String
        var others = 0
    }

    /// Warns of pods that run there, and would be refused from now on.
    ///
    /// By their names, where upstream takes one of each controller first: its pods are in memory, ours come page by page.
    /// Only which of more than the bound are looked at differs.
    mutating func checkPods(_ terms: PodSecurityTerms, at namespaces: any ClusterNamespaces) async {
        guard let policy = stricter else { return }
        do {
            let listing = try await namespaces.pods(in: namespace) { name, pod in
                Self.reason(pod, policy, terms).map { (name, $0) }
            }
            warn(of: listing.values, policy)
            if listing.remaining > 0 {
                let all = listing.count + listing.remaining
                warnings.insert(
                    "new PodSecurity enforce level only checked against the first \(listing.count) of \(all) existing pods",
                    at: 0
                )
            }
        } catch {
            warnings.append("failed to list pods while checking new PodSecurity enforce level")
        }
    }

    private static func reason(
        _ pod: Result<Pod, PodReadingError>,
        _ policy: PodSecurityPolicy,
        _ terms: PodSecurityTerms
    ) -> String? {
        switch pod {
        case .success(let pod):
            let verdict = PodSecurityVerdict(of: pod, by: policy)
            if verdict.isAllowed || terms.exempts(pod) { return nil }
            return verdict.violations.map(\.reason).joined(separator: ", ")
        case .failure(let error): return "\(error)"
        }
    }

    private mutating func warn(of found: [(name: String, reason: String)], _ policy: PodSecurityPolicy) {
        guard !found.isEmpty else { return }
        var offenders: [String: Offender] = [:]
        for (name, reason) in found {
            guard var offender = offenders[reason] else {
                offenders[reason] = Offender(name: name)
                continue
            }
            offender.name = min(offender.name, name)
            offender.others += 1
            offenders[reason] = offender
        }
        warnings.append(
            "existing pods in namespace \"\(namespace)\" violate the new PodSecurity enforce level \"\(policy)\""
        )
        warnings += offenders.map { reason, offender in
            switch offender.others {
            case 0: "\(offender.name): \(reason)"
            case 1: "\(offender.name) (and 1 other pod): \(reason)"
            default: "\(offender.name) (and \(offender.others) other pods): \(reason)"
            }
        }.sorted()
    }
}
