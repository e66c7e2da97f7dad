/// What an API server writes into its audit log, and how much of it.
///
/// Source of the format: audit.k8s.io/v1 `Policy`; of the semantics: apiserver, pkg/audit/policy (`policyRuleEvaluator`) and
/// pkg/apis/audit/validation.
struct AuditPolicy: Sendable {
    /// How much of a request is told, from nothing to everything.
    enum Level: String, Sendable, Comparable, CaseIterable {
        case none = "None"
        case metadata = "Metadata"
        case request = "Request"
        case requestResponse = "RequestResponse"

        static func < (one: Level, other: Level) -> Bool {
            (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
        }
    }

    struct Rule: Sendable {
        /// Its place in the policy, from 0.
        var place: Int
        var level: Level
        var users: [String]
        var userGroups: [String]
        var verbs: [String]
        var namespaces: [String]
        var resources: [GroupResources]
        var nonResourceURLs: [String]
        var omittedStages: Set<String>
        /// As it stands there.
        var document: Document
    }

    struct GroupResources: Sendable {
        /// Exactly: there is no group for all.
        var group: String
        /// Empty for all of the group.
        var resources: [String]
        var names: [String]
    }

    var rules: [Rule]
    var omittedStages: Set<String>

    /// What a request is told at.
    struct Decision: Sendable {
        var level: Level
        /// nil where none is meant: then nothing is told.
        var rule: Rule?
        /// What of it is not told, though it is told: `ResponseComplete`.
        var omittedStages: Set<String>
    }

    /// Decides as the API server does, by the first rule that is meant.
    func decide(_ request: AuditedRequest) -> Decision {
        guard let rule = rules.first(where: { $0.isMeant(by: request) }) else {
            return Decision(level: .none, rule: nil, omittedStages: [])
        }
        return Decision(level: rule.level, rule: rule, omittedStages: rule.omittedStages.union(omittedStages))
    }
}

/// A request as a policy sees it.
struct AuditedRequest: Sendable, Hashable {
    var user: UserInfo
    var attributes: ResourceAttributes
}

extension AuditPolicy.Rule {
    fileprivate func isMeant(by request: AuditedRequest) -> Bool {
        if !users.isEmpty, !users.contains(request.user.name) { return false }
        if !userGroups.isEmpty, request.user.groups.isDisjoint(with: userGroups) { return false }
        if !verbs.isEmpty, !verbs.contains(request.attributes.verb) { return false }
        if !namespaces.isEmpty || !resources.isEmpty {
            // What has no namespace is meant by an empty one.
            if !namespaces.isEmpty, !namespaces.contains(request.attributes.namespace) { return false }
            return resources.isEmpty || resources.contains { $0.isMeant(by: request.attributes) }
        }
        return nonResourceURLs.isEmpty
    }
}

extension AuditPolicy.GroupResources {
    fileprivate func isMeant(by attributes: ResourceAttributes) -> Bool {
        guard group == attributes.group else { return false }
        if resources.isEmpty { return true }
        guard names.isEmpty || names.contains(attributes.name) else { return false }
        return resources.contains { resource in
            if resource == "*" || resource == attributes.combinedResource { return true }
            if !attributes.subresource.isEmpty, resource == "*/\(attributes.subresource)" { return true }
            // `pods/*` means pods themselves, too.
            return resource == "\(attributes.resource)/*"
        }
    }
}
