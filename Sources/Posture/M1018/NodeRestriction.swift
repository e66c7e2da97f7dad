internal import Sigma

extension Check {
    /// Whether who has a kubelet's credentials may deploy wherever they like.
    ///
    /// Source: kubernetes, plugin/pkg/auth/authorizer/rbac/bootstrappolicy (`NodeRules`): every node may create and delete pods,
    /// as kubelets tell of their static ones by mirror pods. That these are mirror pods, of that node, and without a service
    /// account, is seen to by the admission plugin alone.
    static let nodeRestriction = Check(
        id: "TW-M1018-027",
        title: "Nodes' Credentials May Deploy Anywhere",
        mitigation: .accounts,
        level: .high,
        reads: "--enable-admission-plugins of the API server",
        passes: "NodeRestriction is among them",
        remedy: "add NodeRestriction to --enable-admission-plugins, which kubeadm, k3s and RKE2 do",
        references: [
            "CIS Kubernetes 1.2.14", "trivy KCV-0016",
            "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction",
        ],
        judge: { evidence in evidence.results(of: .apiServer, judgeNodes) },
        fix: { evidence in
            evidence.fixes(of: .apiServer, failing: judgeNodes) { program in
                let wanted = (program.flags.list(admissionPlugins) ?? []) + ["NodeRestriction"]
                return program.fix(
                    "Hold nodes to their own pods",
                    set: ["--\(admissionPlugins)": wanted.joined(separator: ",")],
                    caution:
                        "kubelets may no longer set labels of their own choice: node-role.kubernetes.io ones are refused"
                )
            }
        }
    )

    private static let admissionPlugins = "enable-admission-plugins"

    private static let judgeNodes: @Sendable (ControlPlaneProgram) -> CheckResult = { program in
        let quoted = program.words(admissionPlugins)
        return program.flags.list(admissionPlugins)?.contains("NodeRestriction") ?? false
            ? CheckResult(
                .pass,
                subject: program.subject,
                "a node may change its own pods and itself alone",
                evidence: quoted
            )
            : CheckResult(
                .fail,
                subject: program.subject,
                "NodeRestriction is not on: who has the credentials of one kubelet may make any pod on any node",
                evidence: quoted
            )
    }
}
