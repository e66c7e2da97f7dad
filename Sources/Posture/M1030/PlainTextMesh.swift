internal import Sigma

extension Check {
    /// Whether a service mesh lets anybody in who is not of it.
    static let plainTextMesh = Check(
        id: "TW-M1030-016",
        title: "Service Mesh Accepts Plain Text",
        mitigation: .segmentation,
        level: .medium,
        reads:
            "PeerAuthentications of the mesh, the namespace and the workload, for management applications in Istio's mesh",
        passes: "the narrowest that says something says STRICT, for every port",
        remedy: "add a PeerAuthentication of mode STRICT to the namespace",
        references: [
            "https://istio.io/latest/docs/reference/config/security/peer_authentication/",
            "https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/",
        ],
        judge: { evidence in
            evidence.managementWorkloads { cluster, workloads in
                let meshed = workloads.filter { cluster.isInMesh($0) }
                guard !meshed.isEmpty else {
                    return [CheckResult(.notApplicable, subject: "", "no management application is in a service mesh")]
                }
                switch cluster.objects("PeerAuthentication") {
                case .unreadable(let reason): return [CheckResult(.unknown, subject: "", reason)]
                case .absent: return meshed.map { mode(of: $0, []) }
                case .known(let objects): return meshed.map { mode(of: $0, objects) }
                }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value else { return [] }
            let objects = cluster.objects("PeerAuthentication").value ?? []
            let lacking = cluster.managementWorkloads.filter {
                cluster.isInMesh($0) && mode(of: $0, objects).outcome == .fail
            }
            return Set(lacking.map(\.namespace)).sorted().map { namespace in
                let own = objects.filter { $0.namespace == namespace }
                // Of two for one namespace Istio takes the older one.
                let whole = own.first { $0.document.at("spec", "selector") == nil }
                let narrow = own.filter { one in
                    lacking.contains { $0.namespace == namespace && one.isPeerAuthentication(of: $0) }
                }
                return Fix(
                    "Have namespace \"\(namespace)\" take mutual TLS alone",
                    [.manifest(.strictPeers(whole?.name ?? "default", in: namespace))]
                        + narrow.map { .deletion(kind: $0.kind, namespace: namespace, name: $0.name) },
                    caution:
                        "callers without a sidecar, such as probes of ports that Istio does not rewrite, are turned away"
                )
            }
        }
    )

    private static func mode(of workload: ManagementWorkload, _ objects: [ClusterObject]) -> CheckResult {
        let own = objects.filter { $0.namespace == workload.namespace }
        let levels = [
            own.filter { $0.isPeerAuthentication(of: workload) },
            own.filter { $0.document.at("spec", "selector") == nil },
            objects.filter { $0.namespace == "istio-system" && $0.document.at("spec", "selector") == nil },
        ]
        for object in levels.flatMap(\.self) {
            let ports = object.document.at("spec", "portLevelMtls")?.members ?? []
            let loose = ports.filter { $0.value["mode"]?.text != "STRICT" && $0.value["mode"]?.text != "UNSET" }
            if !loose.isEmpty {
                let quoted = loose.map { "portLevelMtls.\($0.name).mode: \($0.value["mode"]?.text ?? "")" }
                let reason = "\(object.words) has ports that take plain text"
                return CheckResult(.fail, subject: workload.subject, reason, evidence: quoted)
            }
            guard let mode = object.document.at("spec", "mtls", "mode")?.text, mode != "UNSET" else { continue }
            let quoted = ["\(object.words): mtls.mode: \(mode)"]
            return mode == "STRICT"
                ? CheckResult(.pass, subject: workload.subject, "it takes mutual TLS alone", evidence: quoted)
                : CheckResult(.fail, subject: workload.subject, "it takes plain text, too", evidence: quoted)
        }
        return CheckResult(.fail, subject: workload.subject, "it takes plain text, too, which is Istio's default")
    }
}

extension ClusterEvidence {
    /// Whether Istio's proxy stands before a workload's pods.
    func isInMesh(_ workload: ManagementWorkload) -> Bool {
        if workload.template.containers.contains(where: { $0.name == "istio-proxy" }) { return true }
        let annotations = workload.template.annotations
        let own = workload.podLabels["sidecar.istio.io/inject"] ?? annotations["sidecar.istio.io/inject"]
        if let own { return own == "true" }
        if workload.podLabels["istio.io/dataplane-mode"] == "none" { return false }
        let namespace = objects("Namespace").value?.first { $0.name == workload.namespace }
        let labels = namespace?.labels ?? [:]
        return labels["istio-injection"] == "enabled" || labels["istio.io/dataplane-mode"] == "ambient"
            || (labels["istio.io/rev"] != nil && labels["istio-injection"] != "disabled")
    }
}

extension ClusterObject {
    /// Whether it is for some pods, which a workload's are among.
    fileprivate func isPeerAuthentication(of workload: ManagementWorkload) -> Bool {
        guard let labels = document.at("spec", "selector", "matchLabels")?.textsByName else { return false }
        return namespace == workload.namespace && labels.allSatisfy { workload.podLabels[$0.key] == $0.value }
    }
}

extension Document {
    fileprivate static func strictPeers(_ name: String, in namespace: String) -> Document {
        [
            "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
            "metadata": ["name": .text(name), "namespace": .text(namespace)],
            "spec": ["mtls": ["mode": "STRICT"]],
        ]
    }
}
