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

    /// The files that the checks of the control plane read: paths, and globs with `*` for one name; whole texts.
    ///
    /// Beyond them, every file that ``fileFlags`` name in the arguments of these programs, read where the process sees it
    /// (`/proc/PID/root`), and kept by the path that the argument gives; of `--config-dir` all `*.conf` in it.
    package static let filesToCollect =
        manifestFolders.flatMap { [$0, "\($0)/*"] } + [
            "/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.conf.d", "/etc/kubernetes/kubelet.conf.d/*.conf",
            "/etc/rancher/k3s/config.yaml", "/etc/rancher/k3s/config.yaml.d", "/etc/rancher/k3s/config.yaml.d/*.yaml",
            "/etc/systemd/system/k3s.service", "/etc/systemd/system/k3s-agent.service",
            "/var/snap/microk8s/current/args/*",
        ]

    /// Arguments that name files whose text checks read, and folders of such.
    package static let fileFlags = [
        "--authentication-config", "--authorization-config", "--config", "--config-dir", "--config-file",
        "--kubeconfig",
        "--apiserver-args-file", "--kubelet-args-file", "--controller-manager-args-file", "--scheduler-args-file",
    ]

    /// Arguments that name certificates whose facts checks read, keys never.
    package static let certificateFlags = ["--tls-cert-file", "--client-ca-file", "--cert-file", "--trusted-ca-file"]

    /// Variables of processes that checks read.
    package static let environmentToCollect = ["ETCD_*", "KUBECONFIG", "K3S_CONFIG_FILE", "NOMAD_*"]

    /// What to ask these programs, without credentials and without a certificate, at every address where they listen;
    /// `http` at ports of TLS as well.
    package static let probes: [(ports: [Int], scheme: Probe.Scheme, method: String, path: String)] = [
        ([6443, 443], .https, "GET", "/version"), ([6443, 443], .https, "GET", "/livez"),
        ([6443, 443], .https, "GET", "/api"), ([6443, 443], .https, "GET", "/api/v1/namespaces/default/pods"),
        ([6443, 443, 8080, 8001], .http, "GET", "/version"), ([8080, 8001], .http, "GET", "/api"),
        ([10250], .https, "GET", "/pods"), ([10255], .http, "GET", "/pods"),
        ([2379], .http, "GET", "/version"), ([2379], .https, "GET", "/version"),
        // With the body {"key":"AA==","range_end":"AA==","keys_only":true,"limit":1}: no value is ever read.
        ([2379], .http, "POST", "/v3/kv/range"), ([2379], .https, "POST", "/v3/kv/range"),
    ]
}
