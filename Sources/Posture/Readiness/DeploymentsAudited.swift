internal import Sigma

extension Check {
    /// Whether the audit log tells what was deployed, and not only that something was.
    static let deploymentsAudited = Check(
        id: "TW-Readiness-002",
        title: "The Audit Policy Leaves Out Deployments",
        mitigation: .readiness,
        level: .high,
        reads: "the audit policy, rule by rule as the API server does, for everybody and in every namespace",
        passes: "who creates or changes pods and what makes them is told with the request's body",
        remedy: "put a rule of level Request or RequestResponse for workloads before all others",
        references: [
            "CIS Kubernetes 3.2.2", "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy",
        ],
        judge: { evidence in evidence.auditResults { $0.results(of: AuditedAct.deploying, in: evidence) } },
        fix: { evidence in evidence.policyFixes(for: AuditedAct.deploying) }
    )
}
