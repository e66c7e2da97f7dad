internal import Sigma

extension Check {
    /// Whether people who may deploy somewhere may deploy privileged pods there.
    static let podSecurityLevels = Check(
        id: "TW-M1018-024",
        title: "Namespaces With Deployers Lack Pod Security Admission",
        mitigation: .accounts,
        level: .medium,
        reads: "the label pod-security.kubernetes.io/enforce of namespaces in which somebody may deploy",
        passes: "it is baseline or restricted, or the API server's own default is",
        remedy: "kubectl label namespace NAME pod-security.kubernetes.io/enforce=baseline",
        references: [
            "CIS Kubernetes 5.2.1", "kubescape C-0192", "kubescape C-0193",
            "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                cluster.objects("Namespace").results(of: "namespaces") { namespaces in
                    cluster.access.results(of: "roles and bindings") { access in
                        evidence.judge(namespaces, of: cluster, access)
                    }
                }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let access = cluster.access.value else { return [] }
            let namespaces = cluster.objects("Namespace").value ?? []
            let results = evidence.judge(namespaces, of: cluster, access)
            let open = Set(results.filter { [.fail, .warn].contains($0.outcome) }.map(\.subject))
            return namespaces.filter { open.contains($0.words) }
                .map { namespace in
                    Fix(
                        "Refuse privileged pods in '\(namespace.name)'",
                        [.manifest(namespace.applicable.labelled)],
                        commands: [
                            "kubectl label --dry-run=server --overwrite namespace \(namespace.name) "
                                + "pod-security.kubernetes.io/enforce=baseline  # tells which pods would be refused"
                        ],
                        caution:
                            "pods that use the host's namespaces, paths or ports, or are privileged, are refused when they"
                            + " are made the next time"
                    )
                }
        }
    )
}

extension Evidence {
    fileprivate func judge(
        _ namespaces: [ClusterObject],
        of cluster: ClusterEvidence,
        _ access: ClusterAccess
    ) -> [CheckResult] {
        let deployers = access.deployersByNamespace
        let standard = podSecurityDefault
        let results = namespaces.filter { !ClusterParts.includes(namespace: $0.name) }.compactMap {
            namespace -> CheckResult? in
            guard let deployer = (deployers[namespace.name] ?? deployers[""])?.first else { return nil }
            let label = namespace.labels["pod-security.kubernetes.io/enforce"]
            let level = label ?? standard.value
            let evidence = label.map { ["pod-security.kubernetes.io/enforce: \($0)"] } ?? []
            if level == "baseline" || level == "restricted" {
                let where_ = label == nil ? " by the API server's default" : ""
                return CheckResult(
                    .pass,
                    subject: namespace.words,
                    "pods have to be \(level ?? "")\(where_)",
                    evidence: evidence
                )
            }
            if label == nil, case .unreadable(let reason) = standard {
                return CheckResult(
                    .unknown,
                    subject: namespace.words,
                    "it has no level, and the API server's default could not be read: \(reason)"
                )
            }
            if let other = cluster.closedGuard(of: namespace) {
                let reason =
                    "pods of any privilege pass Pod Security; whether \(other.words) refuses them cannot be told"
                return CheckResult(.warn, subject: namespace.words, reason, evidence: evidence)
            }
            let reason = "\(deployer) may deploy privileged pods in it"
            return CheckResult(.fail, subject: namespace.words, reason, evidence: evidence)
        }
        guard results.isEmpty else { return results }
        return [CheckResult(.pass, subject: "", "nobody but the cluster's own parts may deploy")]
    }

    /// What the API server enforces where a namespace says nothing.
    ///
    /// Source: https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/.
    private var podSecurityDefault: Reading<String> {
        guard let server = programs(.apiServer).value?.first,
            let path = server.flags["admission-control-config-file"]
        else { return .absent }
        return server.document(path, in: self).flatMap { configuration in
            let plugin = (configuration["plugins"]?.elements ?? []).first { $0["name"]?.text == "PodSecurity" }
            if let inline = plugin?.at("configuration", "defaults", "enforce")?.text { return .known(inline) }
            guard let file = plugin?["path"]?.text else { return .absent }
            return server.document(file, in: self).flatMap { document in
                document.at("defaults", "enforce")?.text.map { .known($0) } ?? .absent
            }
        }
    }
}

extension ClusterAccess {
    /// Who may have pods made, by namespace; of the empty one, everywhere.
    fileprivate var deployersByNamespace: [String: [Subject]] {
        Dictionary(grouping: held(Workloads.deploying(by: roles))) { $0.binding.namespace ?? "" }
            .mapValues { $0.map(\.subject) }
    }
}

extension ClusterEvidence {
    /// What else is asked about pods of a namespace, and lets none pass unasked.
    fileprivate func closedGuard(of namespace: ClusterObject) -> AdmissionGuard? {
        admissionGuards.value?.first { one in
            one.isAskedAboutPods && one.failsClosed && one.refuses && one.problem == nil && one.objectSelector.isForAll
                && !one.leavesOut(namespace: namespace.name, labels: namespace.labels)
        }
    }
}

extension Document {
    /// A namespace that refuses privileged pods, and warns of what is not restricted.
    fileprivate var labelled: Document {
        setting("baseline", at: ["metadata", "labels", "pod-security.kubernetes.io/enforce"])
            .setting("restricted", at: ["metadata", "labels", "pod-security.kubernetes.io/warn"])
            .setting("restricted", at: ["metadata", "labels", "pod-security.kubernetes.io/audit"])
    }
}
