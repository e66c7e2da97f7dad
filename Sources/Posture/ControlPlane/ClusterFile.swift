/// A file, or a folder, by which a whole cluster is somebody's: a private key of its control plane or of a kubelet, what says
/// whose certificates and tokens count, and what etcd keeps.
struct ClusterFile: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Who reads it can be whoever it belongs to.
        case key
        /// A certificate or a public key: who writes it decides who is believed.
        case trust
        /// A folder with all that the cluster is told, Secrets among it.
        case data
    }

    var path: String
    var kind: Kind
    /// The program that is told of it; nil of a place where distributions have such files.
    var program: String?
    /// Whom that program runs as.
    var user: UInt32 = 0
    /// Whether a flag or a setting names it, so that it has to be there.
    var isNamed = false
}

/// Where Kubernetes' distributions have these files, whether anything names them or not.
///
/// kind's nodes are kubeadm's. Sources: kubeadm cmd/kubeadm/app/constants, k3s-io/k3s pkg/daemons/control/deps, rancher/rke2,
/// canonical/microk8s, k0sproject/k0s pkg/constant.
enum ClusterPlaces {
    private static let microK8sStore = "/var/snap/microk8s/current/var/kubernetes/backend"

    /// Folders of keys and of what is believed; the kubelet's own has files with both in one.
    static let roots = [
        "/etc/kubernetes/pki", kubeletFolder, "/var/lib/rancher/k3s/server/tls", "/var/lib/rancher/k3s/agent",
        "/var/lib/rancher/rke2/server/tls", "/var/lib/rancher/rke2/agent", "/var/snap/microk8s/current/certs",
        microK8sStore, "/var/lib/k0s/pki",
    ]

    private static let kubeletFolder = "/var/lib/kubelet/pki"

    /// The folders of etcd and of what stands for it.
    static let dataFolders = [
        "/var/lib/etcd", "/var/lib/rancher/k3s/server/db", "/var/lib/rancher/rke2/server/db", microK8sStore,
        "/var/lib/k0s/etcd", "/var/lib/k0s/db",
    ]

    /// What is below the folder of all that a k3s or an RKE2 has; a star is for each folder in one.
    static func patterns(below folder: String) -> [String] {
        ["server/tls/*", "server/tls/*/*.key", "server/tls/*/*.crt", "agent/*.key", "agent/*.crt"].map {
            "\(folder)/\($0)"
        }
    }

    /// What whoever collects has to look for; of no file what is in it.
    static let requests: [FileRequest] = {
        let folders =
            ["/etc/kubernetes/pki", "/etc/kubernetes/pki/etcd", "/var/lib/k0s/pki", "/var/lib/k0s/pki/etcd"]
            + ["/var/snap/microk8s/current/certs", microK8sStore]
        var paths = roots + folders + dataFolders + dataFolders.map { "\($0)/member" }
        paths += folders.flatMap { folder in ["key", "crt", "pub"].map { "\(folder)/*.\($0)" } }
        paths += ["\(kubeletFolder)/*.key", "\(kubeletFolder)/*.pem"]
        paths += ["/var/lib/rancher/k3s", "/var/lib/rancher/rke2"].flatMap(patterns)
        return FileRequest.facts(of: paths)
    }()

    /// What a file in such a place is.
    static func kind(of path: String) -> ClusterFile.Kind? {
        if path.hasSuffix(".key") { return .key }
        // The kubelet's, with a certificate and its key: `kubelet-client-current.pem`.
        if path.fileName.hasPrefix("kubelet-"), path.hasSuffix(".pem") { return .key }
        return path.hasSuffix(".crt") || path.hasSuffix(".pub") ? .trust : nil
    }
}

extension FileRequest {
    /// For the permissions of some files, and of the folders above them, each once.
    static func facts(of paths: [String]) -> [FileRequest] {
        var seen: Set<String> = []
        return (paths + paths.flatMap(HostFile.folders)).filter { seen.insert($0).inserted }.map { FileRequest($0) }
    }
}

extension HostFile {
    /// The folders that a path is in, without the root and without such as are patterns: `/etc`, `/etc/kubernetes`.
    static func folders(above path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast().prefix { !$0.contains("*") }
        return parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
    }
}
