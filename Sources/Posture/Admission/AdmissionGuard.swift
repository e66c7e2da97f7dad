/// Something that an API server asks, or evaluates, before it takes what somebody deploys: a webhook, or a policy that is bound.
///
/// Source: admissionregistration.k8s.io/v1; of the matching, apiserver pkg/admission/plugin/webhook/predicates/rules.
struct AdmissionGuard: Sendable {
    enum Source: Sendable, Equatable {
        /// A webhook of a configuration, by its place in it.
        case webhook(configuration: String, place: Int)
        /// A policy, by what binds it.
        case policy(String, binding: String)
    }

    struct Rule: Sendable {
        var operations: [String]
        var apiGroups: [String]
        var resources: [String]
        var isForCluster: Bool
    }

    var source: Source
    /// `tidewaiter`; `workloads.tidewaiter.svc` of a webhook.
    var name: String
    /// Where what is asked stands, and which cannot be asked about itself; nil for what stands elsewhere.
    var ownNamespace: String?
    /// Whether nothing passes while it cannot be asked or evaluated.
    var failsClosed: Bool
    /// Whether what it objects to is refused.
    var refuses: Bool
    var rules: [Rule]
    var namespaceSelector: LabelSelector
    /// Of the objects themselves, whose labels are their author's to write.
    var objectSelector: LabelSelector
    /// Further conditions, as expressions.
    var conditions: [String]
    /// Seconds; nil where it is not said.
    var timeout: Int?
    /// Why it is not known wholly.
    var problem: String?

    /// `ValidatingWebhookConfiguration "tidewaiter", workloads.tidewaiter.svc`.
    var words: String {
        switch source {
        case .webhook(let configuration, _): "ValidatingWebhookConfiguration \"\(configuration)\", \(name)"
        case .policy(let policy, let binding):
            "ValidatingAdmissionPolicyBinding \"\(binding)\" of ValidatingAdmissionPolicy \"\(policy)\""
        }
    }

    /// Whether it is asked about an operation on what has a namespace.
    func covers(_ operation: String, _ group: String, _ resource: String, _ subresource: String = "") -> Bool {
        rules.contains { $0.covers(operation, group, resource, subresource) }
    }
}

extension AdmissionGuard.Rule {
    func covers(_ operation: String, _ group: String, _ resource: String, _ subresource: String) -> Bool {
        guard !isForCluster || resource == "nodes" else { return false }
        guard operations.contains(where: { $0 == "*" || $0 == operation }) else { return false }
        guard apiGroups.contains(where: { $0 == "*" || $0 == group }) else { return false }
        return resources.contains { one in
            let parts = one.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let part = parts.count == 2 ? parts[1] : ""
            // `*` alone has no subresource in it.
            return (parts[0] == "*" || parts[0] == resource) && (part == "*" || part == subresource)
        }
    }
}

extension AdmissionGuard {
    /// The label that an API server itself writes on every namespace: its name.
    static let nameLabel = "kubernetes.io/metadata.name"

    /// Whether a namespace is left out that has no label but its name.
    func leavesOut(namespace name: String, labels: [String: String] = [:]) -> Bool {
        !namespaceSelector.matches(labels.merging([Self.nameLabel: name]) { _, name in name })
    }

    /// What it selects namespaces by, besides their names: whoever may label one decides whether it is asked.
    var labelsOfNamespaces: [String] {
        Set(
            namespaceSelector.matchLabels.keys.map(\.self) + namespaceSelector.matchExpressions.map(\.key)
        ).subtracting([Self.nameLabel]).sorted()
    }

    /// Namespaces that it leaves out by their names.
    var namesLeftOut: [String] {
        namespaceSelector.matchExpressions.filter { $0.key == Self.nameLabel && $0.operator == .isNotIn }
            .flatMap(\.values).sorted()
    }

    /// Conditions that nobody here can decide; those of Tidewaiter's own leave out what deploys nothing.
    var undecidedConditions: [String] { conditions.filter { !Self.knownConditions.contains($0.withoutSpace) } }

    /// The expressions of Tidewaiter's own webhook, which leave out reports of kubelets, what the scheduler binds, and changes
    /// of labels.
    static let knownConditions: Set<String> = Set(
        [
            #"""
            !(request.resource.resource == "pods" && has(request.subResource) &&
            request.subResource in ["status", "eviction", "log", "portforward", "proxy"])
            """#,
            #"""
            !(has(request.subResource) && request.subResource == "binding" &&
            request.userInfo.username == "system:kube-scheduler")
            """#,
            #"""
            !(request.operation == "UPDATE" && request.resource.resource == "pods" && !has(request.subResource) &&
            object.spec == oldObject.spec &&
            has(object.metadata.annotations) == has(oldObject.metadata.annotations) &&
            (!has(object.metadata.annotations) || object.metadata.annotations == oldObject.metadata.annotations))
            """#,
        ].map(\.withoutSpace)
    )
}

extension String {
    /// As expressions are compared, which are folded in manifests.
    var withoutSpace: String { filter { !$0.isWhitespace } }
}
