internal import Sigma

extension Check {
    /// Who may do everything.
    static let clusterAdmins = Check(
        id: "TW-M1018-012",
        title: "Who Is Bound To All Rights",
        mitigation: .accounts,
        level: .high,
        reads: "bindings to cluster-admin, and to every role that allows all verbs on all resources",
        passes: "only the group system:masters is, by the cluster's own binding",
        remedy: "bind a role of what is needed, and delete the binding to this one",
        references: ["CIS Kubernetes 5.1.1", "kubescape C-0035", "kubescape C-0185", "trivy KSV-0111"]
    ) { evidence in
        evidence.access.results(of: "roles and bindings") { access in
            let everything = [ResourceAttributes(verb: "*", group: "*", resource: "*")]
            let held = access.held(everything)
            guard !held.isEmpty else { return [CheckResult(.pass, subject: "", "nobody but system:masters")] }
            return held.map { one in
                CheckResult(
                    .fail,
                    subject: "\(one.binding)",
                    "\(one.subject) may do everything\(one.binding.namespace.map { " in '\($0)'" } ?? "")",
                    evidence: ["\(one.binding.role.kind.rawValue) \"\(one.binding.role.name)\": * on *.*"]
                )
            }
        }
    }

    /// Which roles allow more than anybody could list.
    static let wildcardRoles = Check(
        id: "TW-M1018-013",
        title: "Roles With Wildcards",
        mitigation: .accounts,
        level: .medium,
        reads: "the rules of Roles and ClusterRoles",
        passes: "only the cluster's own roles have * among verbs, API groups or resources",
        remedy: "list the verbs and resources that are needed: what is installed later is not meant by a list",
        references: ["CIS Kubernetes 5.1.3", "kubescape C-0187", "trivy KSV-0046"]
    ) { evidence in
        evidence.access.results(of: "roles and bindings") { access in
            let found = access.roles.filter { !$0.isOfCluster }.compactMap { role -> CheckResult? in
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
    }
}

extension Role {
    /// Whether it is one that every cluster has: the API server marks them, and writes them again at its start.
    fileprivate var isOfCluster: Bool {
        guard labels["kubernetes.io/bootstrapping"] == "rbac-defaults" else { return false }
        return reference.name.hasPrefix("system:")
            || (reference.kind == .clusterRole && reference.name == "cluster-admin")
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
