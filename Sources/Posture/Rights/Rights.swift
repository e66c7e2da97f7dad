/// Who may do what in a cluster, as its API server decides by roles and bindings.
///
/// What other authorizers of a cluster allow (nodes, webhooks, attribute files) is not in it.
///
/// Source of the semantics: kubernetes, pkg/registry/rbac/validation/rule.go (`VisitRulesFor`) and
/// plugin/pkg/auth/authorizer/rbac/rbac.go.
package struct Rights: Sendable {
    struct RoleKey: Hashable {
        var reference: RoleReference
        /// Nil for a cluster's role.
        var namespace: String?

        init(reference: RoleReference, namespace: String?) {
            self.reference = reference
            self.namespace = namespace
        }

        /// Of the role that a binding gives.
        init(of binding: RoleBinding) {
            self.init(reference: binding.role, namespace: binding.role.kind == .role ? binding.namespace : nil)
        }
    }

    private let rules: [RoleKey: [PolicyRule]]
    /// By name.
    private let clusterBindings: [RoleBinding]
    /// By the namespace that they give a role in, by name.
    private let bindings: [String: [RoleBinding]]
    /// Those that have bindings, in order.
    private let namespaces: [String]

    package init(roles: [Role], bindings: [RoleBinding]) {
        let clusterRoles = roles.filter { $0.reference.kind == .clusterRole }
        rules = Dictionary(
            roles.map { role in
                (
                    RoleKey(reference: role.reference, namespace: role.namespace),
                    Self.rules(of: role, among: clusterRoles)
                )
            }
        ) { _, last in last }
        let ordered = bindings.sorted { $0.name < $1.name }
        clusterBindings = ordered.filter { $0.namespace == nil }
        self.bindings = Dictionary(grouping: ordered.filter { $0.namespace != nil }) { $0.namespace ?? "" }
        namespaces = self.bindings.keys.sorted()
    }

    /// The rules that a role has by itself, or those that a cluster would give it: a manifest has none of these yet.
    private static func rules(of role: Role, among clusterRoles: [Role]) -> [PolicyRule] {
        guard role.rules.isEmpty, !role.aggregated.isEmpty else { return role.rules }
        let parts = clusterRoles.filter { part in
            part.reference != role.reference && role.aggregated.contains { $0.matches(part.labels) }
        }
        return parts.flatMap(\.rules)
    }

    // MARK: Deciding

    /// Whether somebody may do something, and why.
    package struct Decision: Sendable, Equatable {
        /// All that allow it, by name, the cluster's before a namespace's: who takes one away has not taken the right.
        package var grants: [Grant] = []
        /// What could not be looked up meanwhile: bindings to roles that are not there.
        package var problems: [String] = []

        package var isAllowed: Bool { !grants.isEmpty }

        /// As the API server's answer has it (`SubjectAccessReviewStatus.reason`), which of several grants names any one.
        package var reason: String {
            if let first = grants.first { return first.reason }
            switch problems.count {
            case 0: return ""
            case 1: return "RBAC: \(problems[0])"
            default: return "RBAC: [\(problems.joined(separator: ", "))]"
            }
        }
    }

    /// Decides as the API server does.
    package func decide(_ request: AccessRequest, for user: UserInfo) -> Decision {
        if user.groups.contains(UserInfo.superusers) { return Decision(grants: [.superuser]) }
        let request = user.groups.contains(UserInfo.authenticated) ? request : request.browserSafe
        var decision = Decision()
        for binding in candidates(for: request) {
            guard let subject = binding.subjects.first(where: { $0.isMeant(by: user) }) else { continue }
            guard let rules = rules(of: binding) else {
                let problem = Self.missing(binding.role)
                if !decision.problems.contains(problem) { decision.problems.append(problem) }
                continue
            }
            guard rules.contains(where: { $0.allows(request) }) else { continue }
            decision.grants.append(.binding(binding, subject))
        }
        return decision
    }

    /// Bindings that could allow a request: a namespace's only what is asked for in it.
    private func candidates(for request: AccessRequest) -> [RoleBinding] {
        guard case .resource(let attributes) = request, !attributes.namespace.isEmpty else { return clusterBindings }
        return clusterBindings + (bindings[attributes.namespace] ?? [])
    }

    /// What a binding gives; nil where its role is not there.
    func rules(of binding: RoleBinding) -> [PolicyRule]? {
        rules[RoleKey(of: binding)]
    }

    /// The cluster's by name, then each namespace's.
    var allBindings: [RoleBinding] { clusterBindings + namespaces.flatMap { bindings[$0] ?? [] } }

    private static func missing(_ role: RoleReference) -> String {
        "\(role.kind.rawValue.lowercased()).rbac.authorization.k8s.io \"\(role.name)\" not found"
    }

    // MARK: Who can

    /// Somebody who may do something.
    package struct Holder: Sendable, Hashable {
        package var subject: Subject
        package var grant: Grant
        /// Where: nil for everywhere.
        package var namespace: String?
        /// Only objects of these names; empty for all.
        package var names: [String] = []
    }

    /// Everybody who may do something: in one namespace and through the cluster's bindings, or in any where none is named.
    ///
    /// A request without a name asks for objects of any name: who may do it for some alone is told with those.
    package func holders(of attributes: ResourceAttributes) -> [Holder] {
        let everywhere = clusterBindings.flatMap { holders(of: attributes, by: $0) }
        let namespaces = attributes.namespace.isEmpty ? namespaces : [attributes.namespace]
        let within = namespaces.flatMap { namespace in
            (bindings[namespace] ?? []).flatMap { holders(of: attributes, by: $0) }
        }
        let masters = Holder(subject: Subject(.group, UserInfo.superusers), grant: .superuser)
        return [masters] + everywhere + within
    }

    private func holders(of attributes: ResourceAttributes, by binding: RoleBinding) -> [Holder] {
        guard let rules = rules(of: binding) else { return [] }
        return binding.subjects.compactMap { subject in
            var request = AccessRequest.resource(attributes)
            if subject.isUnauthenticated { request = request.browserSafe }
            guard case .resource(let asked) = request else { return nil }
            guard let names = Self.names(that: rules, cover: asked) else { return nil }
            return Holder(
                subject: subject,
                grant: .binding(binding, subject),
                namespace: binding.namespace,
                names: names
            )
        }
    }

    /// For objects of which names rules allow something: empty for all, nil for none.
    static func names(that rules: [PolicyRule], cover attributes: ResourceAttributes) -> [String]? {
        guard attributes.name.isEmpty else { return rules.contains { $0.allows(.resource(attributes)) } ? [] : nil }
        let covering = rules.filter { $0.covers(attributes) }
        if covering.contains(where: { $0.resourceNames.isEmpty }) { return [] }
        // What is created has no name that the server would know when it decides; what is done in an object has.
        let isNamed =
            attributes.verb != "deletecollection" && (attributes.verb != "create" || !attributes.subresource.isEmpty)
        let names = isNamed ? Set(covering.flatMap(\.resourceNames)).sorted() : []
        return names.isEmpty ? nil : names
    }
}

/// Why somebody may do something.
package enum Grant: Sendable, Hashable {
    /// Of the group that may do everything.
    case superuser
    /// A binding gives a role to a subject that they are, or are of.
    case binding(RoleBinding, Subject)

    /// As the API server's answer has it; of superusers it gives none.
    package var reason: String {
        switch self {
        case .superuser: ""
        case .binding(let binding, let subject):
            "RBAC: allowed by \(binding) of \(binding.role.kind.rawValue) \"\(binding.role.name)\" to \(subject)"
        }
    }
}
