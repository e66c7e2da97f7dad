/// Kubernetes' own programs, and where a host keeps what they are told.
package enum ControlPlane {
    package enum Name: String, Sendable, CaseIterable {
        case apiServer = "kube-apiserver"
        case controllerManager = "kube-controller-manager"
        case scheduler = "kube-scheduler"
        case kubelet
        case etcd
    }

    /// Folders of static pods: kubeadm's, RKE2's, and those of older installers.
    package static let manifestFolders = [
        "/etc/kubernetes/manifests", "/var/lib/rancher/rke2/agent/pod-manifests", "/etc/kubelet.d",
    ]
}
