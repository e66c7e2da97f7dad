internal import Sigma

extension Check {
    /// Whether anything in the cluster makes NetworkPolicies true.
    static let policyEnforcement = Check(
        id: "TW-M1030-009",
        title: "NetworkPolicies Are Enforced",
        mitigation: .segmentation,
        level: .medium,
        reads: "the network plug-in's DaemonSets, by name and image, and the nodes' versions",
        passes: "a plug-in runs that enforces NetworkPolicies",
        remedy: "use a network plug-in that enforces them: Calico, Cilium, Antrea, kube-router, OVN-Kubernetes",
        references: [
            "CIS Kubernetes 5.3.1", "kubescape C-0205",
            "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                guard case .known(let sets) = cluster.objects("DaemonSet") else {
                    return [CheckResult(.unknown, subject: "", "no DaemonSet objects were collected")]
                }
                return [enforcement(sets, cluster)]
            }
        },
        fix: { _ in
            [
                Fix(
                    "Have NetworkPolicies enforced",
                    [
                        .steps([
                            "Install Calico beside flannel (Canal), or change the plug-in to Cilium, Calico, Antrea or kube-router",
                            "On EKS set enableNetworkPolicy of the VPC CNI add-on; on AKS --network-policy; on GKE Dataplane V2",
                            "Then see that a pod of another namespace is turned away from the dashboard",
                        ])
                    ],
                    caution: "policies that nobody has seen work so far begin to work with it"
                )
            ]
        }
    )

    /// Parts of images' names by which plug-ins are known.
    private static let enforcing: [(mark: String, name: String)] = [
        ("calico/node", "Calico"), ("calico-node", "Calico"), ("canal", "Canal"), ("cilium/cilium", "Cilium"),
        ("antrea/antrea", "Antrea"), ("kube-router", "kube-router"), ("ovn-kubernetes", "OVN-Kubernetes"),
        ("ovn-kube", "OVN-Kubernetes"), ("kube-ovn", "Kube-OVN"), ("weaveworks/weave-npc", "Weave Net"),
        ("rajchaudhuri/weave-npc", "Weave Net"), ("azure-npm", "Azure NPM"), ("gke.gcr.io/cilium", "GKE Dataplane V2"),
        ("aws-network-policy-agent", "the VPC CNI's policy agent"), ("kube-network-policies", "kube-network-policies"),
        ("romana/agent", "Romana"),
    ]

    private static func enforcement(_ sets: [ClusterObject], _ cluster: ClusterEvidence) -> CheckResult {
        let images = sets.flatMap { set in
            (PodTemplate(set)?.containers ?? []).map { (set: set, image: $0.image, container: $0) }
        }
        for one in images {
            guard let found = enforcing.first(where: { one.image.contains($0.mark) }) else { continue }
            // The agent runs on every node, whether it is switched on or not.
            if one.container.words.contains("--enable-network-policy=false") { continue }
            return CheckResult(.pass, subject: one.set.words, "\(found.name) enforces them", evidence: [one.image])
        }
        let versions = (cluster.objects("Node").value ?? []).compactMap {
            $0.document.at("status", "nodeInfo", "kubeletVersion")?.text
        }
        if let version = versions.first(where: { $0.contains("+k3s") || $0.contains("+k0s") }) {
            let reason = "its own kube-router enforces them unless it is switched off"
            return CheckResult(version.contains("+k3s") ? .pass : .warn, subject: "", reason, evidence: [version])
        }
        if let kindnet = images.first(where: { $0.image.contains("kindnetd") }) {
            let reason = "kindnet enforces them since version 20240813 alone"
            return CheckResult(.warn, subject: kindnet.set.words, reason, evidence: [kindnet.image])
        }
        if let flannel = images.first(where: { $0.image.contains("flannel") }) {
            let reason = "flannel does not enforce NetworkPolicies, and nothing is beside it that does"
            return CheckResult(.fail, subject: flannel.set.words, reason, evidence: [flannel.image])
        }
        let names = sets.map(\.words)
        return CheckResult(
            .warn,
            subject: "",
            "no plug-in is known here that enforces them",
            evidence: Array(names.prefix(12))
        )
    }
}
