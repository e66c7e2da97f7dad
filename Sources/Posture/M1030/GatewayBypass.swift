internal import Sigma

extension Check {
    /// Whether management applications answer whoever comes past the gateway.
    static let gatewayBypass = Check(
        id: "TW-M1030-014",
        title: "The Gateway Can Be Passed By",
        mitigation: .segmentation,
        level: .high,
        reads: "what the applications answer at their Services' own addresses to whom shows nothing of themselves",
        passes: "there is no answer, or 401 or 403",
        remedy:
            "admit the gateway alone, by a NetworkPolicy or the packet filter, and have the application ask for a login",
        references: ["https://attack.mitre.org/mitigations/M1030/", "kubescape C-0256"],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                workloads.map { workload in
                    let answers = workload.answers(in: cluster)
                    guard !answers.isEmpty else {
                        return CheckResult(.unknown, subject: workload.subject, "nobody asked it past the gateway")
                    }
                    return bypass(of: workload, answers)
                }
            }
        },
        fix: { evidence in Check.gatewayOnly.fixes(on: evidence) }
    )

    private static func bypass(of workload: ManagementWorkload, _ answers: [Probe]) -> CheckResult {
        for answer in answers {
            let probes = workload.application.probes
            guard
                let open = probes.first(where: {
                    $0.isAsked(by: answer, namespace: workload.namespace) && $0.isOpen(answer)
                })
            else { continue }
            let reason = "it \(open.meaning) to whom comes past the gateway"
            return CheckResult(.fail, subject: workload.subject, reason, evidence: [answer.words])
        }
        let told = answers.filter { $0.status.map { ![401, 403].contains($0) } ?? false }
        if !told.isEmpty {
            let reason = "it answers whom comes past the gateway, if not with what it keeps"
            return CheckResult(.warn, subject: workload.subject, reason, evidence: told.map(\.words))
        }
        let refused = answers.contains { $0.status != nil }
        let reason = refused ? "it refuses whom does not say who they are" : "nobody comes to it past the gateway"
        return CheckResult(.pass, subject: workload.subject, reason, evidence: answers.map(\.words))
    }
}
