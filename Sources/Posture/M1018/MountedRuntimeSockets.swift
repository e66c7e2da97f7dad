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
        evidence.host.flatMap(\.docker).flatMap(\.containers).results(of: "containers of an engine") { containers in
            let found = containers.compactMap { container -> CheckResult? in
                let mounts = RuntimeMount.among(container.mountedPaths, sockets: sockets)
                guard !mounts.isEmpty else { return nil }
                let name = container["Name"]?.text.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
                let image = container.at("Config", "Image")?.text
                return CheckResult(
                    .fail,
                    subject: "container \"\(name ?? container["Id"]?.text ?? "")\"" + (image.map { " of \($0)" } ?? ""),
                    "it can have the host's runtime start anything",
                    evidence: mounts.map(\.words)
                )
            }
            return found.isEmpty
                ? [CheckResult(.pass, subject: "", "none of \(containers.count) containers mounts a runtime's socket")]
                : found
        }
    }

    /// Pods that a workload made are told by their workload.
    private static func clusterResults(_ evidence: Evidence, _ sockets: [String]) -> [CheckResult] {
        evidence.cluster.results(of: "clusters") { cluster in
            var found: [CheckResult] = []
            var unread: [String] = []
            var looked = 0
            for (kind, path) in podTemplates {
                switch cluster.objects(kind) {
                case .absent: continue
                case .unreadable(let reason): unread.append(reason)
                case .known(let objects):
                    for object in objects where !isTold(object, in: cluster) {
                        looked += 1
                        let mounts = RuntimeMount.among(object.document.at(path)?.hostPaths ?? [], sockets: sockets)
                        guard !mounts.isEmpty else { continue }
                        let reason = "its pods can have a node's runtime start anything, past the API server"
                        found.append(
                            CheckResult(
                                .fail,
                                subject: object.words,
                                reason,
                                evidence: mounts.map { "hostPath \($0.words)" }
                            )
                        )
                    }
                }
            }
            if !unread.isEmpty {
                found.append(
                    CheckResult(.unknown, subject: "", "not all workloads are known: \(unread.joined(separator: ", "))")
                )
            }
            guard found.isEmpty else { return found }
            return [CheckResult(.pass, subject: "", "none of \(looked) pods and workloads mounts a runtime's socket")]
        }
    }

    private static let podTemplates: [(kind: String, path: [String])] = [
        ("Pod", ["spec"]), ("Deployment", ["spec", "template", "spec"]), ("DaemonSet", ["spec", "template", "spec"]),
        ("StatefulSet", ["spec", "template", "spec"]), ("Job", ["spec", "template", "spec"]),
        ("CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]),
    ]

    /// Whether its owner is among what is looked at, so that one finding tells both.
    private static func isTold(_ object: ClusterObject, in cluster: ClusterEvidence) -> Bool {
        let owners = object.document.at("metadata", "ownerReferences")?.elements ?? []
        return owners.contains { owner in
            // A Deployment's ReplicaSet is not collected: the Deployment tells it.
            let kind = owner["kind"]?.text == "ReplicaSet" ? "Deployment" : owner["kind"]?.text ?? ""
            guard podTemplates.contains(where: { $0.kind == kind }), let known = cluster.objects(kind).value else {
                return false
            }
            let name = owner["name"]?.text ?? ""
            return known.contains { one in
                guard one.namespace == object.namespace else { return false }
                return one.name == name || (kind == "Deployment" && name.hasPrefix("\(one.name)-"))
            }
        }
    }
}
