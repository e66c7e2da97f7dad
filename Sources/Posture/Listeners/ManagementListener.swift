/// A socket of the host by which containers can be deployed, or the cluster be run.
struct ManagementListener: Sendable {
    enum Role: Sendable, Equatable {
        case docker
        case swarm
        case etcd
        case apiServer
        case kubelet
        case controlPlane
        /// An application by which people deploy, or something that hands its callers on to one.
        case other
    }

    var listener: Listener
    var role: Role
    /// `kubelet`, `Docker's API`: for people.
    var name: String
    /// Whether the engine hands on what comes, as it publishes a container's port.
    var isPublished = false

    /// `Docker's API at 0.0.0.0:2375`.
    var words: String { "\(name) at \(listener.words)" }
    var subject: String { listener.words }

    /// Ports that nothing else is known to use.
    ///
    /// Sources: kubernetes.io/docs/reference/networking/ports-and-protocols, docs.docker.com/engine/swarm, etcd.io,
    /// developer.hashicorp.com/nomad.
    static let knownPorts: [Int: (Role, String)] = [
        2375: (.docker, "Docker's API"), 2376: (.docker, "Docker's API"), 4243: (.docker, "Docker's API"),
        2377: (.swarm, "Swarm's manager"), 2379: (.etcd, "etcd"), 2380: (.etcd, "etcd's peers"),
        6443: (.apiServer, "Kubernetes' API"), 16443: (.apiServer, "Kubernetes' API"),
        9345: (.apiServer, "RKE2's supervisor"), 10250: (.kubelet, "kubelet"),
        10255: (.kubelet, "kubelet's read-only port"), 10257: (.controlPlane, "kube-controller-manager"),
        10259: (.controlPlane, "kube-scheduler"), 4646: (.other, "Nomad"),
    ]
    /// Ports that others use as well: they count where an engine publishes them and does not say for what.
    static let likelyPorts: [Int: String] = [
        9000: "Portainer's port", 9443: "Portainer's port", 2746: "Argo Workflows' port", 8001: "kubectl proxy's port",
    ]
    /// By the kernel's name of a process, which has at most 15 bytes.
    private static let programs: [String: (Role, String)] = [
        "kube-apiserver": (.apiServer, "kube-apiserver"), "kubelet": (.kubelet, "kubelet"), "etcd": (.etcd, "etcd"),
        "kube-controller": (.controlPlane, "kube-controller-manager"),
        "kube-controller-manager": (.controlPlane, "kube-controller-manager"),
        "kube-scheduler": (.controlPlane, "kube-scheduler"), "kubectl": (.apiServer, "kubectl proxy"),
        "nomad": (.other, "Nomad"), "portainer": (.other, "Portainer"), "podman": (.docker, "Podman's API"),
        "kubelite": (.apiServer, "MicroK8s"),
    ]
    /// Ports of such programs that only say how they are, and that Swarm's nodes find each other by.
    private static let harmlessPorts: Set = [7946, 10248, 10249, 10256, 2381]
}

extension HostEvidence {
    /// The sockets of the host's own network by which containers can be deployed.
    var managementListeners: Reading<[ManagementListener]> {
        listeners.map { listeners in
            listeners.filter { $0.transport == .tcp && $0.isInHostNetwork }.compactMap(management)
        }
    }

    private func management(_ listener: Listener) -> ManagementListener? {
        if Set(owners(of: listener)).contains("docker-proxy") { return published(listener) }
        let answers = ownProbes.filter {
            $0.port == listener.port && ($0.address == listener.address || listener.isOfAll)
        }
        if answers.contains(where: \.isOfEngine) {
            return ManagementListener(listener: listener, role: .docker, name: "Docker's API")
        }
        if let (role, name) = ManagementListener.knownPorts[listener.port] {
            return ManagementListener(listener: listener, role: role, name: name)
        }
        if answers.contains(where: \.isOfKubernetes) {
            return ManagementListener(listener: listener, role: .apiServer, name: "Kubernetes' API")
        }
        guard !ManagementListener.isHarmless(listener.port) else { return nil }
        for owner in owners(of: listener) {
            if owner.hasPrefix("dockerd"), !isInSwarm {
                return ManagementListener(listener: listener, role: .docker, name: "dockerd")
            }
            if let (role, name) = ManagementListener.program(owner) {
                return ManagementListener(listener: listener, role: role, name: name)
            }
        }
        return nil
    }

    /// In a swarm dockerd itself listens for the services that nodes publish.
    var isInSwarm: Bool { docker.value?.info.at("Swarm", "LocalNodeState")?.text == "active" }

    private func owners(of listener: Listener) -> [String] {
        (processes.value ?? []).filter { listener.processes.contains($0.id) }.map(\.name)
    }

    private func published(_ listener: Listener) -> ManagementListener? {
        publishedPorts.first { $0.port == listener.port && $0.isAt(listener.address) }.map {
            ManagementListener(listener: listener, role: .other, name: $0.words, isPublished: true)
        }
    }
}

extension ManagementListener {
    fileprivate static func isHarmless(_ port: Int) -> Bool { harmlessPorts.contains(port) }
    fileprivate static func program(_ name: String) -> (Role, String)? { programs[name] }
}

extension Listener {
    /// Whether it takes connections to any address.
    var isOfAll: Bool { address == "0.0.0.0" || address == "::" }

    /// Whether somebody said that it is meant to be open: by address and port, or by port.
    func isExpected(_ expectations: Expectations) -> Bool {
        expectations.openListeners.contains(words) || expectations.openListeners.contains("\(port)")
            || expectations.openListeners.contains("\(address):\(port)")
    }
}

extension Probe {
    /// Whether an engine answered, Docker's or one that is like it.
    fileprivate var isOfEngine: Bool {
        status != nil
            && (headers["api-version"] != nil && headers["ostype"] != nil || headers["libpod-api-version"] != nil)
    }

    /// Whether an API server answered: it gives every request an id for its audit.
    fileprivate var isOfKubernetes: Bool {
        status != nil && (headers["audit-id"] != nil || body.contains("\"gitVersion\""))
    }
}
