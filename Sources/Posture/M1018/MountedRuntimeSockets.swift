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
            let sockets = GuardedSockets(evidence.host.value)
            return engineFixes(evidence, sockets) + clusterFixes(evidence, sockets)
        }
    )

    private static let refusals = "what the guard's policy does not allow is refused: see Docs/guard-docker.md"

    private static func engineFixes(_ evidence: Evidence, _ sockets: GuardedSockets) -> [Fix] {
        guard let host = evidence.host.value, let engine = host.docker.value else { return [] }
        let containers = (engine.inspections.value ?? []).filter {
            !RuntimeMount.among($0.hostPaths, sockets: sockets.sockets).isEmpty
        }
        guard !containers.isEmpty else { return [] }
        var changes: [Fix.Change] = []
        var lost: [String] = []
        var isGuarded = false
        for container in containers {
            guard let (again, paths) = sockets.recreation(of: container, on: engine) else {
                changes.append(
                    .steps([
                        "in what makes the container '\(container.name)', mount \(RuntimeMount.guardSocket) where it has "
                            + "the runtime's socket, and no folder above that; then make it again"
                    ])
                )
                isGuarded = true
                continue
            }
            changes.append(.container(again))
            isGuarded = isGuarded || again.mounts.values.contains { $0 != nil }
            if !paths.isEmpty { lost.append("'\(container.name)' sees \(paths.joined(separator: ", ")) no more") }
        }
        let cautions = [refusals] + lost + [ContainerRecreation.caution]
        let fix = Fix(
            "Give containers the guard's socket instead of the runtime's",
            changes,
            caution: cautions.joined(separator: "; ")
        )
        return (isGuarded ? [.guardForContainers(on: host)] : []) + [fix]
    }

    private static func clusterFixes(_ evidence: Evidence, _ sockets: GuardedSockets) -> [Fix] {
        guard let cluster = evidence.cluster.value else { return [] }
        let templates = cluster.templates.filter { template in
            !cluster.isMade(template.object)
                && !RuntimeMount.among(template.hostPaths, sockets: sockets.sockets).isEmpty
        }
        guard !templates.isEmpty else { return [] }
        var changes: [Fix.Change] = []
        var lost: [String] = []
        for template in templates {
            // A kubelet makes it of a file of its node.
            let isStatic = template.annotations["kubernetes.io/config.mirror"] != nil
            guard !isStatic, let (object, paths) = sockets.manifest(of: template) else {
                let place = isStatic ? "the node's manifest of \(template.object.words)" : template.object.words
                changes.append(
                    .steps([
                        "in \(place), have the volume of the runtime's socket be the hostPath "
                            + "\(RuntimeMount.guardSocket) of type Socket, and none a folder above it"
                    ])
                )
                continue
            }
            changes.append(.manifest(object))
            if !paths.isEmpty { lost.append("\(template.object.words) sees \(paths.joined(separator: ", ")) no more") }
        }
        let guards =
            "a guard has to listen on every node that they run on, or they do not start: tidewaiter guard docker "
            + "--listen unix://\(RuntimeMount.guardSocket)"
        return [
            Fix(
                "Give pods the guard's socket instead of the runtime's",
                changes,
                caution: ([guards, refusals] + lost).joined(separator: "; ")
            )
        ]
    }

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
