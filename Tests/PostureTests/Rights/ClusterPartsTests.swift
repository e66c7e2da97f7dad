@testable import Posture
import Testing

/// What every cluster of a kind has is no finding; who looks like it is one.
@Suite struct ClusterPartsTests {
    private static func part(_ binding: String, _ kind: Subject.Kind, _ name: String, _ namespace: String? = nil) -> (
        String, Subject
    ) {
        (binding, Subject(kind, name, namespace: namespace))
    }

    @Test(arguments: [
        part("cluster-admin", .group, "system:masters"),
        part("kubeadm:cluster-admins", .group, "kubeadm:cluster-admins"),
        part("system:controller:job-controller", .serviceAccount, "job-controller", "kube-system"),
        part("system:kube-scheduler", .user, "system:kube-scheduler"),
        part("kube-apiserver-kubelet-admin", .user, "kube-apiserver"),
        part("helm-kube-system-traefik", .serviceAccount, "helm-traefik", "kube-system"),
        part(
            "local-path-provisioner-bind",
            .serviceAccount,
            "local-path-provisioner-service-account",
            "local-path-storage"
        ),
        part("eks:addon-cluster-admin", .user, "eks:addon-manager"),
        part("kubelet-cluster-admin", .user, "kubelet"), part("aks-cluster-admin-binding", .user, "clusterAdmin"),
    ])
    func `the parts of clusters hold what they need`(_ binding: String, _ subject: Subject) {
        let role = RoleReference(.clusterRole, "r")
        #expect(ClusterParts.include(subject, by: RoleBinding(binding, role: role, subjects: [subject])))
        let rule = PolicyRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"])
        let access = ClusterAccess(
            roles: [Role(role, rules: [rule])],
            bindings: [RoleBinding(binding, role: role, subjects: [subject])]
        )
        #expect(WhoCan(access).withoutCluster.rows == [])
    }

    @Test(arguments: [
        part("cluster-admin", .user, "bob"), part("kubeadm:cluster-admins", .group, "ops"),
        part("system:controller:job-controller", .serviceAccount, "job-controller", "team"),
        part("system:anything", .user, "system:anonymous"), part("own", .user, "kube-apiserver"),
        part("tiller", .serviceAccount, "tiller", "kube-system"), part("eks:x", .user, "bob"),
        part("own", .user, "eks:x"),
        part("helm-kube-system-traefik", .serviceAccount, "helm-traefik", "team"),
        part("aks-cluster-admin-binding", .group, "everybody"),
    ])
    func `who is bound by a name like theirs, or is bound to more, is told`(_ binding: String, _ subject: Subject) {
        #expect(
            !ClusterParts.include(
                subject,
                by: RoleBinding(binding, role: RoleReference(.clusterRole, "r"), subjects: [subject])
            )
        )
    }
}
