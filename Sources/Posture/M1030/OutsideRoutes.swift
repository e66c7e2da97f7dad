internal import Sigma

extension Check {
    /// Whether ways from outside to management applications ask who comes.
    static let outsideRoutes = Check(
        id: "TW-M1030-006",
        title: "Ingress To Management Applications Without Login Or TLS",
        mitigation: .segmentation,
        level: .high,
        reads:
            "what leads to management applications (Ingresses, VirtualServices, routes of the Gateway API, of Traefik and "
            + "OpenShift), their gateways, and what asks for a login there",
        passes: "something before the application asks for a login, and the way is TLS",
        remedy: "have the controller ask the gateway (auth-url, forwardAuth, ext_authz), and give it a certificate",
        references: [
            "kubescape C-0256", "kubescape C-0263", "kubescape C-0266",
            "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication",
        ],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                for kind in ["Service", "Ingress"] {
                    if case .unreadable(let reason) = cluster.objects(kind) {
                        return [CheckResult(.unknown, subject: "", reason)]
                    }
                }
                let found = routes(to: workloads, in: cluster).map { judge($0.route, to: $0.workload) }
                if let reason = cluster.outsideRoutesUnread, !found.contains(where: { $0.outcome == .fail }) {
                    return found + [CheckResult(.unknown, subject: "", "there may be more ways: \(reason)")]
                }
                return found.isEmpty
                    ? [CheckResult(.notApplicable, subject: "", "no way leads to them from outside")] : found
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value else { return [] }
            var seen: Set<String> = []
            return routes(to: cluster.managementWorkloads, in: cluster).flatMap { route, workload -> [Fix] in
                guard judge(route, to: workload).outcome != .pass, seen.insert(route.object.words).inserted else {
                    return []
                }
                return OutsideRouteFix(route: route, workload: workload, cluster: cluster, evidence.expectations).fixes
            }
        }
    )

    /// Applications that ask for a login themselves.
    private static let withLogin: Set<ManagementApplication.Name> = [
        .portainer, .argoCD, .rancher, .jupyterHub, .kubeSphere, .kuboard, .nifi, .dockge, .swarmpit,
    ]

    private static func routes(
        to workloads: [ManagementWorkload],
        in cluster: ClusterEvidence
    ) -> [(route: OutsideRoute, workload: ManagementWorkload)] {
        let services = cluster.objects("Service").value ?? []
        return cluster.outsideRoutes.compactMap { route in
            let service = services.first { $0.name == route.service && $0.namespace == route.namespace }
            guard let service, let workload = workloads.first(where: { $0.isBehind(service) }) else { return nil }
            return (route, workload)
        }
    }

    private static func judge(_ route: OutsideRoute, to workload: ManagementWorkload) -> CheckResult {
        let name = workload.application.name.rawValue
        let path = route.host.isEmpty ? name : "\(name) at \(route.host)"
        let plain = route.plainText.map { [$0] } ?? []
        switch route.login {
        case .asked(let words) where plain.isEmpty:
            return CheckResult(
                .pass,
                subject: route.object.words,
                "a login is asked for before \(path)",
                evidence: [words]
            )
        case .asked(let words):
            let reason = "what people show to \(path) goes there in plain text"
            return CheckResult(.fail, subject: route.object.words, reason, evidence: [words] + plain)
        case .unseen(let words) where plain.isEmpty:
            let reason = "whether a login is asked for before \(path) is not seen from here"
            return CheckResult(.warn, subject: route.object.words, reason, evidence: [words])
        case .none where plain.isEmpty && withLogin.contains(workload.application.name):
            let reason = "the application's own login alone is before \(path)"
            return CheckResult(.warn, subject: route.object.words, reason)
        case .none, .unseen:
            let reason = "nothing asks for a login before \(path)" + (plain.isEmpty ? "" : ", and it is plain text")
            return CheckResult(.fail, subject: route.object.words, reason, evidence: plain)
        }
    }
}
