internal import Sigma

extension Check {
    /// Which containers have the host's runtime in their hands.
    static let mountedRuntimeSockets = Check(
        id: "TW-M1018-004",
        title: "Runtime Socket Mounted Into A Container",
        mitigation: .accounts,
        level: .critical,
        reads: "what the engine's containers mount, and the hostPath volumes of pods and workloads",
        passes:
            "none mounts a runtime's socket, or a folder that has one in it; read-only makes no difference to a socket",
        remedy: "mount the socket of tidewaiter guard docker instead, and no folder above the runtime's own",
        references: ["CIS Docker 5.32", "kubescape C-0074", "trivy KSV-0006"],
        judge: { evidence in
            let host = evidence.host.value
            let sockets = host.map { $0.dockerSocketPaths + $0.otherSocketPaths } ?? []
            let looked = engineResults(evidence, sockets) + clusterResults(evidence, sockets)
            let found = looked.filter { $0.outcome != .notApplicable }
            return found.isEmpty ? [CheckResult(.notApplicable, subject: "", "there are no containers")] : found
        },
        fix: { evidence in
            [
                Fix(
                    "Give containers the guard's socket instead of the runtime's",
                    [
                        .steps([
                            "run tidewaiter guard docker --listen unix:///run/tidewaiter/docker.sock on the host",
                            "mount /run/tidewaiter/docker.sock where the container looks for /var/run/docker.sock, and take "
                                + "the mount of the runtime's socket, or of the folder above it, away",
                        ])
                    ],
                    caution: "what the guard's policy does not allow is refused: see Docs/guard-docker.md"
                )
            ]
        }
    )

    private static func engineResults(_ evidence: Evidence, _ sockets: [String]) -> [CheckResult] {
        evidence.host.flatMap(\.docker).flatMap(\.inspections).results(of: "containers of an engine") { containers in
            let found = containers.compactMap { container -> CheckResult? in
                if case .unreadable(let reason) = container.deployment {
                    return CheckResult(
                        .unknown,
                        subject: "container \"\(container.name)\"",
                        "it could not be read: \(reason)"
                    )
                }
                let mounts = RuntimeMount.among(container.hostPaths, sockets: sockets)
                guard !mounts.isEmpty else { return nil }
                return CheckResult(
                    .fail,
                    subject: "container \"\(container.name)\""
                        + (container.image.isEmpty ? "" : " of \(container.image)"),
                    "it can have the host's runtime start anything",
                    evidence: mounts.map(\.words)
                )
            }
            return found.isEmpty
                ? [CheckResult(.pass, subject: "", "none of \(containers.count) containers mounts a runtime's socket")]
                : found
        }
    }

    private static func clusterResults(_ evidence: Evidence, _ sockets: [String]) -> [CheckResult] {
        evidence.cluster.results(of: "clusters") { cluster in
            // Pods that a workload made are told by their workload.
            let templates = cluster.templates.filter { !cluster.isMade($0.object) }
            var found = templates.compactMap { template -> CheckResult? in
                let mounts = RuntimeMount.among(template.hostPaths, sockets: sockets)
                guard !mounts.isEmpty else { return nil }
                return CheckResult(
                    .fail,
                    subject: template.object.words,
                    "its pods can have a node's runtime start anything, past the API server",
                    evidence: mounts.map { "hostPath \($0.words)" }
                )
            }
            let unread = PodTemplate.kinds.compactMap { kind -> String? in
                guard case .unreadable(let reason) = cluster.objects(kind) else { return nil }
                return reason
            }
            if !unread.isEmpty {
                let reason = "not all workloads are known: \(unread.joined(separator: ", "))"
                found.append(CheckResult(.unknown, subject: "", reason))
            }
            guard found.isEmpty else { return found }
            let count = templates.count
            return [CheckResult(.pass, subject: "", "none of \(count) pods and workloads mounts a runtime's socket")]
        }
    }
}
