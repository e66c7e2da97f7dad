internal import Sigma

extension Check {
    /// Whether who does not say who they are may do anything beyond asking for the server's health.
    static let anonymousRights = Check(
        id: "TW-M1018-008",
        title: "Anonymous Subjects Hold Rights",
        mitigation: .accounts,
        level: .critical,
        reads: "ClusterRoleBindings and RoleBindings to system:anonymous and system:unauthenticated",
        passes:
            "they allow no more than to read the server's health and version, and kubeadm's what a node needs to join",
        remedy: "delete the binding: kubectl delete clusterrolebinding NAME, or rolebinding NAME -n NAMESPACE",
        references: ["kubescape C-0262", "trivy KSV-0122"],
        judge: { evidence in
            evidence.access.results(of: "roles and bindings") { access in
                let found = access.bindings.flatMap { binding in
                    binding.subjects.filter(\.isUnauthenticated).compactMap { subject -> CheckResult? in
                        let rules = access.rights.rules(of: binding) ?? []
                        let telling = rules.filter { !$0.isPublicInformation }
                        guard !telling.isEmpty, !binding.isForJoining else { return nil }
                        return CheckResult(
                            .fail,
                            subject: "\(binding)",
                            "\(subject) holds \(binding.role.kind.rawValue) '\(binding.role.name)' without saying who it is",
                            evidence: telling.map(\.words)
                        )
                    }
                }
                return found.isEmpty
                    ? [CheckResult(.pass, subject: "", "they may ask for the server's health and version alone")]
                    : found
            }
        },
        fix: { evidence in
            (evidence.access.value?.bindingsOfAnybody ?? []).flatMap { binding in
                // The server writes this one again as it was, so that its role has to be put right.
                guard binding.role == publicRole else {
                    return ClusterAccess.fixes(removing: \.isUnauthenticated, from: [binding])
                }
                let role = Role(
                    publicRole,
                    labels: ["kubernetes.io/bootstrapping": "rbac-defaults"],
                    rules: [PolicyRule(verbs: ["get"], nonResourceURLs: PolicyRule.publicPaths.sorted())]
                )
                return [
                    Fix("Let whoever asks read the server's health and version alone", [.manifest(role.document)])
                ]
            }
        }
    )

    private static let publicRole = RoleReference(.clusterRole, "system:public-info-viewer")
}

extension ClusterAccess {
    /// Those that tell who does not say who they are more than what is public.
    fileprivate var bindingsOfAnybody: [RoleBinding] {
        bindings.filter { binding in
            binding.subjects.contains(where: \.isUnauthenticated) && !binding.isForJoining
                && (rights.rules(of: binding) ?? []).contains { !$0.isPublicInformation }
        }
    }
}

extension PolicyRule {
    /// Where a server says how it does, which version it is and how to log in; the default role for it is
    /// system:public-info-viewer.
    fileprivate static let publicPaths: Set = [
        "/healthz", "/livez", "/readyz", "/version", "/version/", "/.well-known", "/.well-known/*",
    ]

    /// Whether it allows no more than to read what says nothing of what is in the cluster.
    ///
    /// By what it allows, not by a role's name: anybody's role may be called like the cluster's.
    fileprivate var isPublicInformation: Bool {
        resources.isEmpty && verbs.allSatisfy { $0 == "get" } && nonResourceURLs.allSatisfy(Self.publicPaths.contains)
    }
}

extension RoleBinding {
    /// Whether it is kubeadm's, by which a node that joins reads the cluster's address and authority.
    fileprivate var isForJoining: Bool {
        namespace == "kube-public" && role == RoleReference(.role, "kubeadm:bootstrap-signer-clusterinfo")
    }
}
