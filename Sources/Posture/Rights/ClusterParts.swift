/// The parts of a cluster that hold rights by bindings of the cluster's own: those of Kubernetes, and those that a distribution
/// or a cloud adds to every cluster that it makes.
///
/// Who bound whom both have to be known: anybody's binding may be called like the cluster's, and anybody may bind the cluster's
/// parts to more.
enum ClusterParts {
    /// Whether a subject is a part of the cluster, given what it needs by a binding of the cluster's own.
    static func include(_ subject: Subject, by binding: RoleBinding) -> Bool {
        if additions.contains(where: { $0.isMeant(by: subject, binding) }) { return true }
        guard binding.name.hasPrefix("system:") || binding.name == "cluster-admin" else { return false }
        return switch subject.kind {
        case .serviceAccount: subject.namespace == "kube-system"
        case .group: subject.name == UserInfo.superusers || subject.name == "system:nodes"
        case .user: subject.name.hasPrefix("system:") && subject.name != UserInfo.anonymous.name
        }
    }

    /// Namespaces of the cluster's own parts, which need what other pods are not to have.
    static let namespaces: Set = ["kube-system", "kube-public", "kube-node-lease"]

    /// Those that network plugins and clouds put theirs into.
    private static let addedNamespaces: Set = [
        "calico-apiserver", "calico-system", "gmp-public", "gmp-system", "kube-flannel", "local-path-storage",
        "tigera-operator",
    ]

    /// Whether a namespace is one of the cluster's own parts.
    static func includes(namespace name: String) -> Bool {
        namespaces.contains(name) || addedNamespaces.contains(name) || name.hasPrefix("gke-managed-")
    }

    /// Whether a role is one that every cluster has: the API server marks its own, and writes them again at its start; or one
    /// that a distribution or a cloud makes for its own parts.
    static func include(_ role: Role) -> Bool {
        let name = role.reference.name
        if role.reference.kind == .clusterRole, addedRoles.contains(name) { return true }
        if name.hasPrefix("eks:") || name.hasPrefix("gce:") { return true }
        guard role.labels["kubernetes.io/bootstrapping"] == "rbac-defaults" else { return false }
        return name.hasPrefix("system:") || (role.reference.kind == .clusterRole && name == "cluster-admin")
    }

    private static let addedRoles: Set = ["aws-node", "local-path-provisioner-role", "vpc-resource-controller-role"]

    /// A subject that a distribution binds, and how it calls the binding; a star at the end is for how a name begins.
    private struct Addition {
        let binding: String
        let kind: Subject.Kind
        let subject: String
        var namespace: String?

        func isMeant(by subject: Subject, _ binding: RoleBinding) -> Bool {
            subject.kind == kind && subject.namespace == namespace && Self.is(subject.name, self.subject)
                && Self.is(binding.name, self.binding)
        }

        private static func `is`(_ name: String, _ pattern: String) -> Bool {
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
    }

    private static let additions: [Addition] = [
        // kubeadm's group is that of the administrator whom it makes.
        Addition(binding: "kubeadm:cluster-admins", kind: .group, subject: "kubeadm:cluster-admins"),
        Addition(
            binding: "kubeadm:node-proxier",
            kind: .serviceAccount,
            subject: "kube-proxy",
            namespace: "kube-system"
        ),
        // k3s and RKE2: the API server's own client of kubelets, and the jobs by which their charts are installed.
        Addition(binding: "kube-apiserver-kubelet-admin", kind: .user, subject: "kube-apiserver"),
        Addition(binding: "k3s-cloud-controller-manager*", kind: .user, subject: "k3s-cloud-controller-manager"),
        Addition(binding: "rke2-cloud-controller-manager*", kind: .user, subject: "rke2-cloud-controller-manager"),
        Addition(
            binding: "local-path-provisioner-bind",
            kind: .serviceAccount,
            subject: "local-path-provisioner-service-account",
            namespace: "kube-system"
        ),
        Addition(
            binding: "helm-kube-system-*",
            kind: .serviceAccount,
            subject: "helm-*",
            namespace: "kube-system"
        ),
        // kind: the same provisioner in a namespace of its own.
        Addition(
            binding: "local-path-provisioner-bind",
            kind: .serviceAccount,
            subject: "local-path-provisioner-service-account",
            namespace: "local-path-storage"
        ),
        // EKS refuses anybody else a name that begins so.
        Addition(binding: "eks:*", kind: .user, subject: "eks:*"),
        Addition(binding: "eks:*", kind: .group, subject: "eks:*"),
        Addition(binding: "eks:*", kind: .serviceAccount, subject: "*", namespace: "kube-system"),
        // GKE.
        Addition(binding: "kube-apiserver-kubelet-api-admin", kind: .user, subject: "kube-apiserver"),
        Addition(binding: "kubelet-cluster-admin", kind: .user, subject: "kubelet"),
        Addition(binding: "gce:*", kind: .user, subject: "system:*"),
        Addition(binding: "gce:*", kind: .serviceAccount, subject: "*", namespace: "kube-system"),
        Addition(binding: "gke-*", kind: .user, subject: "system:*"),
        Addition(binding: "gcp-controller-manager", kind: .user, subject: "system:gcp-controller-manager"),
        Addition(binding: "gmp-system:*", kind: .serviceAccount, subject: "*", namespace: "gmp-system"),
        // AKS: whom `az aks get-credentials --admin` makes one, as kubeadm's group is.
        Addition(binding: "aks-cluster-admin-binding", kind: .user, subject: "clusterAdmin"),
        Addition(binding: "aks-cluster-admin-binding", kind: .user, subject: "clusterUser"),
        Addition(binding: "aks-service-rolebinding", kind: .user, subject: "aks-support"),
    ]
}
