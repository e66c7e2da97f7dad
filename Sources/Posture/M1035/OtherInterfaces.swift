internal import Sigma

extension Check {
    /// Whether any other of them lets anybody in.
    static let otherInterfaces = Check(
        id: "TW-M1035-047",
        title: "Another Management Application Answers Anybody",
        mitigation: .limitAccess,
        level: .high,
        reads: "what management applications answer to whom has not logged in, each to a question of its own",
        passes: "they answer with 401, 403, or a way to log in",
        remedy: "put it behind a gateway that knows who asks, and let the gateway alone reach it",
        references: [
            "kubescape C-0021",
            "https://microsoft.github.io/Threat-Matrix-for-Kubernetes/techniques/Exposed%20sensitive%20interfaces/",
        ]
    ) { evidence in
        evidence.applications(others) { [judgeOther($0)] }
    } fix: { evidence in
        evidence.instances(of: others).filter { judgeOther($0).outcome == .fail }.compactMap { instance in
            guard let workload = instance.workload, !workload.ownLabels.isEmpty else { return nil }
            return Fix(
                "Let the gateway alone come to \(instance.subject)",
                [
                    .manifest(
                        .gatewayOnly(
                            workload.object.name,
                            in: workload.namespace,
                            to: workload.ownLabels,
                            ports: workload.ports,
                            gateway: evidence.expectations.gatewayNamespace
                        )
                    )
                ],
                caution: "Everybody comes by the gateway then, which has to know who they are."
            )
        }
    }

    private static let others: Set<ManagementApplication.Name> = {
        let own: Set<ManagementApplication.Name> = [
            .kubernetesDashboard, .argoWorkflows, .argoCD, .portainer, .portainerAgent, .rancher, .nomad,
        ]
        return Set(ManagementApplication.all.filter { !own.contains($0.name) && !$0.isOfKubeflow }.map(\.name))
    }()

    private static func judgeOther(_ instance: ApplicationInstance) -> CheckResult {
        if let open = instance.openResult { return open }
        return instance.wasAsked
            ? CheckResult(
                .pass,
                subject: instance.subject,
                "it answers nothing without a login",
                evidence: instance.answers.map(\.words)
            )
            : CheckResult(.unknown, subject: instance.subject, "nobody asked it what it answers without a login")
    }
}
