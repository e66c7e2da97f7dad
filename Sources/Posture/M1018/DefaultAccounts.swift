internal import Sigma

extension Check {
    /// Whether pods that name no account of their own have rights.
    static let defaultAccounts = Check(
        id: "TW-M1018-023",
        title: "Default Service Accounts Have Rights, Or Are Mounted",
        mitigation: .accounts,
        level: .medium,
        reads: "bindings of service accounts named default, and whether pods that run as one get its token",
        passes: "none has rights of its own, and none is mounted into a pod outside of the cluster's namespaces",
        remedy: "give workloads accounts of their own, and set automountServiceAccountToken: false on the default ones",
        references: [
            "CIS Kubernetes 5.1.5", "CIS Kubernetes 5.1.6", "kubescape C-0189", "kubescape C-0190", "kubescape C-0034",
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                let results = cluster.boundDefaults + cluster.mountedDefaults
                guard results.isEmpty else { return results }
                return [CheckResult(.pass, subject: "", "no default service account has rights or is mounted")]
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value else { return [] }
            let bindings = cluster.access.value?.bindings ?? []
            let meant = bindings.filter { binding in binding.subjects.contains { $0.isDefaultAccount(by: binding) } }
            return ClusterAccess.fixes(removing: \.isDefault, from: meant) + cluster.unmounting
        }
    )
}

extension Subject {
    fileprivate var isDefault: Bool { kind == .serviceAccount && name == "default" }

    fileprivate func isDefaultAccount(by binding: RoleBinding) -> Bool {
        isDefault && !ClusterParts.include(self, by: binding)
    }
}

extension ClusterEvidence {
    fileprivate var boundDefaults: [CheckResult] {
        access.results(of: "roles and bindings") { access in
            access.bindings.flatMap { binding in
                binding.subjects.filter { $0.isDefaultAccount(by: binding) }.map { subject in
                    let rules = access.rights.rules(of: binding) ?? []
                    return CheckResult(
                        rules.isEmpty ? .warn : .fail,
                        subject: "\(binding)",
                        rules.isEmpty
                            ? "\(subject) is bound to a role that allows nothing yet"
                            : "every pod of '\(subject.namespace ?? "")' that names no account has the rights of"
                                + " \(binding.role.kind.rawValue) '\(binding.role.name)'",
                        evidence: rules.prefix(5).map(\.words)
                    )
                }
            }
        }
        .filter { $0.outcome != .notApplicable }
    }

    /// Of each namespace whose pods get a default account's token: a token says who a pod is, also where that gives nothing.
    fileprivate var mountedDefaults: [CheckResult] {
        switch (objects("Pod"), objects("ServiceAccount")) {
        case (.known, .known):
            return mounting.map { namespace, pods in
                CheckResult(
                    .warn,
                    subject: "ServiceAccount \"\(namespace)/default\"",
                    "its token is in \(pods.count) pods that may not need one",
                    evidence: pods.prefix(5).map(\.words)
                )
            }
        case (.unreadable(let reason), _), (_, .unreadable(let reason)):
            return [CheckResult(.unknown, subject: "", "what mounts tokens could not be read: \(reason)")]
        default: return []
        }
    }

    private var mounting: [(namespace: String, pods: [ClusterObject])] {
        let accounts = (objects("ServiceAccount").value ?? []).filter { $0.name == "default" }
        let unmounted = Set(
            accounts.filter { $0.document["automountServiceAccountToken"]?.bool == false }.compactMap(\.namespace)
        )
        let pods = (objects("Pod").value ?? []).filter { pod in
            let spec = pod.document["spec"]
            guard spec?["serviceAccountName"]?.text ?? "default" == "default", let namespace = pod.namespace,
                !ClusterParts.includes(namespace: namespace)
            else { return false }
            return spec?["automountServiceAccountToken"]?.bool ?? !unmounted.contains(namespace)
        }
        return Dictionary(grouping: pods) { $0.namespace ?? "" }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    fileprivate var unmounting: [Fix] {
        let namespaces = Set(mounting.map(\.namespace))
        return (objects("ServiceAccount").value ?? []).compactMap { account in
            guard account.name == "default", let namespace = account.namespace, namespaces.contains(namespace) else {
                return nil
            }
            return Fix(
                "Mount no token of the default account of '\(namespace)'",
                [.manifest(account.applicable.setting(false, at: ["automountServiceAccountToken"]))],
                commands: ["# pods that run keep theirs until they are made anew"],
                caution: "pods that ask the API server as this account need one of their own first"
            )
        }
    }
}
