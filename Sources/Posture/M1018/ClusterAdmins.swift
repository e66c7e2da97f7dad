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
        references: ["CIS Kubernetes 5.1.1", "kubescape C-0035", "kubescape C-0185", "trivy KSV-0111"],
        judge: { evidence in
            evidence.access.results(of: "roles and bindings") { access in
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
        },
        fix: { evidence in
            guard let access = evidence.access.value else { return [] }
            return access.fixesOfAdmins(access.held(everything), used: evidence.cluster.flatMap(\.used).value)
        }
    )

    private static let everything = [ResourceAttributes(verb: "*", group: "*", resource: "*")]
}

extension ClusterAccess {
    /// For each binding that gives everything: what its subjects used, where the audit log tells, or else to read.
    fileprivate func fixesOfAdmins(_ held: [HeldRights], used: UsedRights?) -> [Fix] {
        let narrowing = Narrowing(rights: [ResourceAttributes(verb: "*", group: "*", resource: "*")])
        let fixes = self.fixes(taking: held, by: narrowing, suffix: "reading")
        // A fix for each binding, in the same order.
        return zip(fixes, HeldRights.byBinding(held)).map { fix, one in
            guard one.subjects.count == 1, let least = used?.leastRights(of: one.subjects[0]) else { return fix }
            var fix = fix
            fix.title = "Give \(one.subjects[0]) what it used, in place of everything"
            fix.changes = least.manifests.map { .manifest($0) } + one.binding.without(one.subjects)
            return fix
        }
    }
}
