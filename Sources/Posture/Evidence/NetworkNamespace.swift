/// A network namespace beside the host's own: a container's or a pod's, mostly.
package struct NetworkNamespace: Sendable, Codable, Hashable {
    /// By which the kernel tells it from others: 4026532281 of `net:[4026532281]`.
    package var inode: UInt64
    /// The name of a container that is in it, where an engine tells one.
    package var container: String?

    package init(inode: UInt64, container: String? = nil) {
        self.inode = inode
        self.container = container
    }

    /// As the kernel writes it: `net:[4026532281]`.
    package var name: String { "net:[\(inode)]" }

    /// `container "ci"`, which stays what it is when the container is started again; else the kernel's name for it.
    package var words: String { container.map { "container \"\($0)\"" } ?? name }

    /// `net:[4026532281] (container "ci")`.
    package var fullWords: String { container == nil ? name : "\(name) (\(words))" }
}

extension Listener {
    /// Whether whoever reaches it is in a network beside the host's, as the containers of one pod are.
    package var isLoopbackElsewhere: Bool { !isInHostNetwork && isLoopback }
}

extension HostEvidence {
    /// The inode of the network that a process is in; nil where that is the host's, or is not known to be another.
    func otherNetwork(of process: HostProcess) -> UInt64? {
        guard let networkNamespace, process.networkNamespace != 0, process.networkNamespace != networkNamespace else {
            return nil
        }
        return process.networkNamespace
    }

    /// The same by a process's id.
    func otherNetwork(of process: Int?) -> UInt64? {
        process.flatMap { id in processes.value?.first { $0.id == id } }.flatMap(otherNetwork)
    }

    /// What was asked in a network; nil is the host's.
    func probes(in network: UInt64?) -> [Probe] { probes.filter { $0.network?.inode == network } }

    /// What was asked in the host's own network.
    var ownProbes: [Probe] { probes(in: nil) }

    /// Whether a socket is the resolver that Docker gives a container: dockerd, which is elsewhere, answers names there.
    package func isResolver(_ listener: Listener) -> Bool {
        guard !listener.isInHostNetwork, listener.address == "127.0.0.11" else { return false }
        return processes(listener.processes).contains { owner in
            owner.isDockerDaemon && (listener.network.map { $0.inode != owner.networkNamespace } ?? true)
        }
    }

    /// Gives the networks of containers that the engine tells of their names.
    package mutating func nameNetworks() {
        guard let containers = docker.value?.containers.value, let listening = listeners.value else { return }
        let running = Dictionary((processes.value ?? []).map { ($0.id, $0) }) { first, _ in first }
        var names: [UInt64: String] = [:]
        // Whose network it is comes before those that join it.
        let joining = containers.filter(EngineContainer.joinsNetwork)
        for container in containers.filter({ !EngineContainer.joinsNetwork(in: $0) }) + joining {
            let name = EngineContainer.name(in: container)
            guard let id = EngineContainer.process(in: container), !name.isEmpty,
                let network = running[id].flatMap(otherNetwork)
            else { continue }
            names[network] = names[network] ?? name
        }
        listeners = .known(
            listening.map { listener in
                var listener = listener
                if let network = listener.network { listener.network?.container = names[network.inode] }
                return listener
            }
        )
    }
}
