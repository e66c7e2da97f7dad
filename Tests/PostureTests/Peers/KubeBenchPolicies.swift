@testable import Posture

/// What kube-bench decides of a cluster's objects, by its own conditions.
///
/// Source: github.com/aquasecurity/kube-bench at a73ce378418c71c5861e6963753f50dec3badadf, `cfg/cis-1.12/policies.yaml`. All of
/// them are "Manual", and give no more than a warning; those without a command of their own are not decided at all.
extension KubeBench {
    /// 5.1.1: ClusterRoleBindings to the ClusterRole of that name, but for the one of that name.
    static func fails(admin binding: RoleBinding) -> Bool {
        binding.namespace == nil && binding.role.name == "cluster-admin" && binding.name != "cluster-admin"
    }

    /// 5.1.2: whether a user whose name is that of the group of everybody may do what is called `get,list,watch` to secrets.
    ///
    /// `kubectl auth can-i` takes one verb, and asks for that one.
    static func failsSecrets(_ rights: Rights) -> Bool {
        everybody(may: ResourceAttributes(verb: "get,list,watch", resource: "secrets"), rights)
    }

    /// 5.1.3: `["*"]` anywhere in the rules as they are printed.
    static func fails(wildcardsOf role: Role) -> Bool {
        role.rules.contains { rule in
            [rule.verbs, rule.apiGroups, rule.resources, rule.nonResourceURLs, rule.resourceNames].contains(["*"])
        }
    }

    /// 5.1.4: whether that user may create pods in all namespaces; of what makes pods it asks nothing.
    static func failsPods(_ rights: Rights) -> Bool {
        everybody(may: ResourceAttributes(verb: "create", resource: "pods"), rights)
    }

    /// `--as=system:authenticated` is a user of that name, whom the server has in that group as well.
    private static func everybody(may attributes: ResourceAttributes, _ rights: Rights) -> Bool {
        let user = UserInfo(name: UserInfo.authenticated, groups: [UserInfo.authenticated])
        return rights.decide(.resource(attributes), for: user).isAllowed
    }

    /// 5.1.5: a service account named default that may be mounted.
    static func fails(default account: ClusterObject) -> Bool {
        account.document["automountServiceAccountToken"]?.bool != false
    }

    /// 5.1.6: a pod whose account may be mounted, unless the pod itself says that it is not.
    static func fails(mountOf pod: ClusterObject, accounts: [ClusterObject]) -> Bool {
        let spec = pod.document["spec"]
        let name = spec?["serviceAccount"]?.text ?? "<none>"
        let account = accounts.first { $0.name == name && $0.namespace == pod.namespace }
        let ofPod = spec?["automountServiceAccountToken"]?.bool
        switch account?.document["automountServiceAccountToken"]?.bool {
        case false: return ofPod == true
        case true: return ofPod != false
        // What neither says is no `true` and no `false`.
        case nil: return true
        }
    }

    /// 5.2.2 to 5.2.6: a pod that is there and has one of five settings; which could be made is not asked.
    static func fails(privilegesOf pod: ClusterObject) -> Bool {
        let spec = pod.document["spec"]
        let isOnHost = ["hostPID", "hostIPC", "hostNetwork"].contains { spec?[$0] != nil }
        return isOnHost
            || (spec?["containers"]?.elements ?? []).contains { container in
                ["privileged", "allowPrivilegeEscalation"].contains {
                    container.at("securityContext", $0)?.bool == true
                }
            }
    }
}
