internal import Sigma

extension Check {
    /// Which roles allow more than anybody could list.
    static let wildcardRoles = Check(
        id: "TW-M1018-013",
        title: "Roles With Wildcards",
        mitigation: .accounts,
        level: .medium,
        reads: "the rules of Roles and ClusterRoles",
        passes: "only the cluster's own roles have * among verbs, API groups or resources",
        remedy: "list the verbs and resources that are needed: what is installed later is not meant by a list",
        references: ["CIS Kubernetes 5.1.3", "kubescape C-0187", "trivy KSV-0046"],
        judge: { evidence in
            evidence.access.results(of: "roles and bindings") { access in
                let found = access.rolesWithWildcards.compactMap { role -> CheckResult? in
                    let wide = role.rules.filter(\.hasWildcard)
                    guard !wide.isEmpty else { return nil }
                    return CheckResult(
                        .fail,
                        subject: role.words,
                        "it allows whatever there is, or will be",
                        evidence: wide.map(\.words)
                    )
                }
                return found.isEmpty
                    ? [CheckResult(.pass, subject: "", "only the cluster's own roles have wildcards")] : found
            }
        },
        fix: { evidence in
            guard let access = evidence.access.value else { return [] }
            let custom = evidence.cluster.value?.customResources ?? [:]
            return access.rolesWithWildcards.map { $0.writtenOut(custom: custom, in: evidence.cluster.value) }
        }
    )
}

extension ClusterAccess {
    /// Those that gather others' rules are told by those.
    fileprivate var rolesWithWildcards: [Role] {
        roles.filter { !ClusterParts.include($0) && $0.aggregated.isEmpty && $0.rules.contains(where: \.hasWildcard) }
    }
}

extension ClusterEvidence {
    /// The resources of extensions, by group, as far as their definitions were collected.
    fileprivate var customResources: [String: [String]] {
        let definitions = objects("CustomResourceDefinition").value ?? []
        let pairs = definitions.compactMap { definition -> (String, String)? in
            guard let group = definition.document.at("spec", "group")?.text,
                let plural = definition.document.at("spec", "names", "plural")?.text
            else { return nil }
            return (group, plural)
        }
        return Dictionary(grouping: pairs) { $0.0 }.mapValues { $0.map(\.1).sorted() }
    }
}

extension Role {
    /// The same with its wildcards written out, as far as it is known what they stand for.
    fileprivate func writtenOut(custom: [String: [String]], in cluster: ClusterEvidence?) -> Fix {
        let written = rules.flatMap { rule -> [PolicyRule] in
            guard rule.hasWildcard else { return [rule] }
            let verbs = rule.verbs.contains("*") ? BuiltInResources.verbs : rule.verbs
            var parts = rule.expanded(custom: custom).map { group, resources in
                PolicyRule(verbs: verbs, apiGroups: [group], resources: resources, resourceNames: rule.resourceNames)
            }
            if !rule.nonResourceURLs.isEmpty {
                let methods = rule.verbs.contains("*") ? ["get", "post", "put", "patch", "delete", "head"] : rule.verbs
                parts.append(PolicyRule(verbs: methods, nonResourceURLs: rule.nonResourceURLs))
            }
            return parts
        }
        if let open = written.first(where: \.hasWildcard) {
            let group = open.apiGroups.first ?? ""
            let steps = [
                "kubectl api-resources --api-group=\(group) -o name",
                "put what of it is needed in place of * in the rules of \(words)",
            ]
            return Fix("List what of \(group) \(words) is to allow", [.steps(steps)])
        }
        var role = self
        role.rules = written
        let object = cluster?.objects(reference.kind.rawValue).value?.first {
            $0.name == reference.name && $0.namespace == namespace
        }
        let rules = Document.list(written.map(\.document))
        return Fix(
            "Write out the wildcards of \(words)",
            [.manifest(object?.applicable.setting(rules, at: ["rules"]) ?? role.document)],
            caution: "it allows what it did, and nothing that is installed later; take from the list what nobody needs"
        )
    }

    fileprivate var words: String {
        "\(reference.kind.rawValue) \"\(reference.name)\(namespace.map { "/\($0)" } ?? "")\""
    }
}

extension PolicyRule {
    fileprivate var hasWildcard: Bool {
        verbs.contains("*") || apiGroups.contains("*") || resources.contains { $0 == "*" || $0.hasPrefix("*/") }
    }
}
