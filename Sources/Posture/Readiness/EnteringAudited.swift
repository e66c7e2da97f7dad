internal import Sigma

extension Check {
    /// Whether the audit log tells who entered what runs.
    static let enteringAudited = Check(
        id: "TW-Readiness-003",
        title: "The Audit Policy Leaves Out Who Enters Containers",
        mitigation: .readiness,
        level: .medium,
        reads: "the audit policy, rule by rule as the API server does, for everybody and in every namespace",
        passes: "exec, attach and calls of kubelets are told, whose commands stand in the request's address",
        remedy: "put a rule of level Metadata for pods/exec, pods/attach and nodes/proxy before all others",
        references: [
            "CIS Kubernetes 3.2.2", "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy",
        ],
        judge: { evidence in evidence.auditResults { $0.results(of: AuditedAct.entering, in: evidence) } },
        fix: { evidence in evidence.policyFixes(for: AuditedAct.entering) }
    )
}
