internal import Sigma

extension Check {
    /// Those that no other check asks.
    private static let others = Set(ManagementApplication.Name.allCases).subtracting([
        .kubernetesDashboard, .argoWorkflows, .argoCD, .portainer, .rancher, .nomad,
    ])

    /// Whether any other management application does what anybody asks.
    static let otherInterfaces = Check(
        id: "TW-M1035-047",
        title: "Any Other Management UI Answers Its API Without Credentials",
        mitigation: .limitAccess,
        level: .high,
        reads: "what management applications answer to a question that changes nothing, asked without credentials",
        passes: "401, 403 or a way to a login; or the gateway alone comes to it",
        remedy: "put it behind the gateway, and let nobody past that",
        references: [
            "kubescape C-0021", "kubescape C-0274", "https://attack.mitre.org/techniques/T1610/",
        ],
        judge: { evidence in
            evidence.applications(others, "other management application") { running in
                // Of Kubeflow's, another check says who may come to them.
                let isOfKubeflow = running.application.isOfKubeflow
                return isOfKubeflow && running.asked.isEmpty ? [] : [openness(of: running, in: evidence)]
            }
        },
        fix: { evidence in
            evidence.running(others).compactMap { running in
                let outcome = openness(of: running, in: evidence).outcome
                guard [.fail, .warn].contains(outcome) else { return nil }
                guard let workload = running.workload, let cluster = evidence.cluster.value,
                    let policies = cluster.networkPolicies.value
                else { return Fix("Put \(running.subject) behind the gateway", [.steps(steps(for: running))]) }
                return gatewayFix(workload, cluster, policies, evidence.expectations)
            }
        }
    )

    /// Those that have no login of their own: who reaches them uses them.
    private static let withoutLogin: Set<ManagementApplication.Name> = [
        .weaveScope, .octant, .helmDashboard, .tektonDashboard, .ray,
    ]

    private static func openness(of running: RunningApplication, in evidence: Evidence) -> CheckResult {
        let name = running.application.name
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ words: [String] = []) -> CheckResult {
            CheckResult(outcome, subject: running.subject, reason, evidence: words)
        }
        let open = running.openings.filter { $0.probe.sent.isEmpty }
        guard open.isEmpty else {
            return result(.fail, "it \(open[0].meaning) to whom has not logged in", open.map(\.probe.words))
        }
        let answered = running.asked.filter { $0.status != nil }
        let refused = answered.filter { [401, 403, 302, 303, 307].contains($0.status) }
        if !refused.isEmpty {
            return result(.pass, "it sends away whom has not logged in", refused.map(\.words))
        }
        if let ways = evidence.namedWays(to: running) { return result(.pass, "the gateway alone comes to it", ways) }
        if withoutLogin.contains(name) {
            return result(.warn, "it has no login of its own: whoever reaches it uses it", answered.map(\.words))
        }
        guard answered.isEmpty else {
            return result(.warn, "it answers whom has not logged in, if not with what it keeps", answered.map(\.words))
        }
        return result(.unknown, "nobody could ask it", running.asked.map(\.words))
    }

    private static func steps(for running: RunningApplication) -> [String] {
        [
            "have the engine publish the ports of \(running.subject) at 127.0.0.1 alone: `-p 127.0.0.1:PORT:PORT`",
            "run `tidewaiter guard gateway` before it, and have people come by that",
        ]
    }
}

extension RunningApplication {
    /// The answers to its questions that nothing was pretended in.
    fileprivate var asked: [Probe] {
        answers.filter { answer in
            answer.sent.isEmpty
                && application.probes.contains { $0.isAsked(by: answer, namespace: workload?.namespace) }
        }
    }
}

extension Evidence {
    /// The ways in to a workload, where NetworkPolicies leave named ones alone.
    fileprivate func namedWays(to running: RunningApplication) -> [String]? {
        guard let workload = running.workload, !workload.isOnHostNetwork, let cluster = cluster.value,
            let policies = cluster.networkPolicies.value,
            let openings = cluster.openings(to: workload, among: policies, expectations),
            openings.allSatisfy({ $0.width == .narrow })
        else { return nil }
        return openings.map { "\($0.policy.object.words): \($0.words)" }
    }
}
