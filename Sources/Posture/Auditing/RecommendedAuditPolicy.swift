extension AuditPolicy {
    /// Where a new policy goes.
    static let path = "/etc/kubernetes/audit-policy.yaml"

    /// What tells who deploys what, with bodies, and who enters what runs; as the guide of `tidewaiter watch` has it.
    private static var telling: [Document] {
        let core: [Document] = [
            "pods", "pods/ephemeralcontainers", "pods/resize", "pods/binding", "replicationcontrollers", "podtemplates",
        ]
        let custom = Workloads.customGroups.map { Document.object([Document.Member("group", .text($0))]) }
        return [
            [
                "level": "RequestResponse", "verbs": ["create", "update", "patch"],
                "resources": .list(
                    [
                        ["group": "", "resources": .list(core)],
                        ["group": "apps", "resources": ["deployments", "daemonsets", "statefulsets", "replicasets"]],
                        ["group": "batch", "resources": ["jobs", "cronjobs"]],
                    ] + custom
                ),
            ],
            [
                "level": "Metadata",
                "resources": [
                    [
                        "group": "",
                        "resources": [
                            "pods/exec", "pods/attach", "pods/portforward", "serviceaccounts/token", "nodes/proxy",
                        ],
                    ]
                ],
            ],
        ]
    }

    /// A policy where there is none: what deploys and what enters, and who asks for what without doing it.
    static var recommended: Document {
        let quiet: Document = [
            "level": "None", "users": ["system:kube-proxy", "system:kube-scheduler", "system:kube-controller-manager"],
            "verbs": ["get", "list", "watch"],
        ]
        let others: Document = [
            "level": "Metadata",
            "resources": [
                ["group": "", "resources": ["pods", "secrets", "serviceaccounts"]], ["group": "apps"],
                ["group": "batch"],
                ["group": "rbac.authorization.k8s.io"], ["group": "authorization.k8s.io"],
                ["group": "admissionregistration.k8s.io"],
            ],
        ]
        return policy(rules: telling + [quiet, others, ["level": "None"]])
    }

    /// A policy that tells what this one does, and what deploys and enters besides: the first rule that is meant decides.
    static func telling(before document: Document) -> Document {
        var merged = document.setting(.list(telling + (document["rules"]?.elements ?? [])), at: ["rules"])
        if let stages = document["omitStages"]?.texts, !Set(stages).isSubset(of: ["RequestReceived", "Panic"]) {
            merged = merged.setting(
                .list(stages.filter { $0 == "RequestReceived" || $0 == "Panic" }.map { .text($0) }),
                at: ["omitStages"]
            )
        }
        return merged
    }

    private static func policy(rules: [Document]) -> Document {
        [
            "apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": .list(rules),
        ]
    }
}
