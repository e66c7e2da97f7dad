/// The smallest roles and bindings that would have allowed a subject all that it did.
///
/// A role of each namespace that it acted in, and one of the cluster for what has no namespace or was asked of all at once.
/// Objects are named where the API server can tell by name, which it cannot for what is created, listed, watched or deleted as
/// a collection; see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources.
package struct LeastRights: Sendable, Equatable {
    package var subject: Subject
    package var roles: [Role]
    package var bindings: [RoleBinding]

    /// Where exactness would make a manifest that nobody reads, and that the next generated name breaks.
    package struct Bounds: Sendable, Equatable {
        /// Objects of a kind that are named; beyond that, all of the kind are meant.
        package var names = 10
        /// Namespaces that get a role each; beyond that, the cluster's role is for all of them.
        package var namespaces = 10

        package init(names: Int = 10, namespaces: Int = 10) {
            self.names = names
            self.namespaces = namespaces
        }

        /// Nothing beyond what was used.
        package static let exact = Bounds(names: .max, namespaces: .max)
    }

    package init(_ subject: Subject, using requests: Set<AccessRequest>, within bounds: Bounds = Bounds()) {
        self.subject = subject
        var byNamespace: [String: [ResourceAttributes]] = [:]
        var paths: [NonResourceAttributes] = []
        for request in requests {
            switch request {
            case .resource(let attributes): byNamespace[attributes.namespace, default: []].append(attributes)
            case .nonResource(let attributes): paths.append(attributes)
            }
        }
        var everywhere = byNamespace.removeValue(forKey: "") ?? []
        if byNamespace.count > bounds.namespaces {
            everywhere += byNamespace.values.flatMap(\.self)
            byNamespace = [:]
        }
        let name = Self.name(of: subject)
        roles = []
        bindings = []
        let rules = Self.rules(for: everywhere, bounds) + Self.rules(for: paths)
        if !rules.isEmpty {
            let reference = RoleReference(.clusterRole, name)
            roles.append(Role(reference, rules: rules))
            bindings.append(RoleBinding(name, role: reference, subjects: [subject]))
        }
        for (namespace, used) in byNamespace.sorted(by: { $0.key < $1.key }) {
            let reference = RoleReference(.role, name)
            roles.append(Role(reference, namespace: namespace, rules: Self.rules(for: used, bounds)))
            bindings.append(RoleBinding(name, namespace: namespace, role: reference, subjects: [subject]))
        }
    }

    /// All of it, in the order in which it can be applied.
    package var manifests: [Document] { roles.map(\.document) + bindings.map(\.document) }

    /// Whether it writes roles or bindings: who does may give no more than it holds, unless it may escalate and bind.
    package var givesRights: Bool {
        roles.contains { role in
            role.rules.contains { rule in
                rule.apiGroups.contains("rbac.authorization.k8s.io")
                    && !Set(rule.verbs).isDisjoint(with: ["create", "update", "patch"])
            }
        }
    }

    // MARK: Rules

    private struct Place: Hashable {
        var group: String
        var resource: String
    }

    private static func rules(for used: [ResourceAttributes], _ bounds: Bounds) -> [PolicyRule] {
        var names: [Place: [String: Set<String>]] = [:]
        for one in used {
            let place = Place(group: one.group, resource: one.combinedResource)
            names[place, default: [:]][one.verb, default: []].insert(one.name)
        }
        var wide: [String: [[String]: [String]]] = [:]
        var narrow: [PolicyRule] = []
        for (place, verbs) in names {
            // An empty name is of all objects.
            let unnamed = verbs.filter { $0.value.contains("") || $0.value.count > bounds.names }.keys.sorted()
            if !unnamed.isEmpty { wide[place.group, default: [:]][unnamed, default: []].append(place.resource) }
            let named = Dictionary(grouping: verbs.filter { !unnamed.contains($0.key) }) { $0.value.sorted() }
            narrow += named.map { names, verbs in
                PolicyRule(
                    verbs: verbs.map(\.key).sorted(),
                    apiGroups: [place.group],
                    resources: [place.resource],
                    resourceNames: names
                )
            }
        }
        let broad = wide.flatMap { group, byVerbs in
            byVerbs.map { PolicyRule(verbs: $0.key, apiGroups: [group], resources: $0.value.sorted()) }
        }
        return (broad + narrow).sorted { order($0).lexicographicallyPrecedes(order($1)) }
    }

    private static func rules(for paths: [NonResourceAttributes]) -> [PolicyRule] {
        let byPath = Dictionary(grouping: paths, by: \.path).mapValues { Set($0.map(\.verb)).sorted() }
        let byVerbs = Dictionary(grouping: byPath, by: \.value).mapValues { $0.map(\.key).sorted() }
        return byVerbs.map { PolicyRule(verbs: $0.key, nonResourceURLs: $0.value) }
            .sorted { order($0).lexicographicallyPrecedes(order($1)) }
    }

    private static func order(_ rule: PolicyRule) -> [String] {
        rule.apiGroups + rule.resources + rule.resourceNames + rule.nonResourceURLs + rule.verbs
    }

    // MARK: Names

    /// A name that the API takes, another for each subject.
    ///
    /// Source: apimachinery, pkg/api/validation/path (`IsValidPathSegmentName`).
    static func name(of subject: Subject) -> String {
        let full =
            switch subject.kind {
            case .serviceAccount: "\(subject.namespace ?? ""):\(subject.name)"
            case .user, .group: subject.name
            }
        let kept = String(String.UnicodeScalarView(full.unicodeScalars.prefix(150).map { isPlain($0) ? $0 : "-" }))
        let suffix = kept == full ? "" : "-\(checksum(full))"
        return "used:\(subject.kind.rawValue.lowercased()):\(kept)\(suffix)"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", ":", "@": true
        default: false
        }
    }

    /// FNV-1a: tells apart what looks alike once it is made a name.
    private static func checksum(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}

extension UsedRights {
    /// What a subject's least rights are; nil where it did nothing.
    package func leastRights(of subject: Subject, within bounds: LeastRights.Bounds = .init()) -> LeastRights? {
        requests[subject].map { LeastRights(subject, using: $0, within: bounds) }
    }
}
