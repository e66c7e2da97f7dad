/// What is collected from a host: no more than checks read, and no secrets.
package enum CollectionPlan {
    /// What is taken of a file.
    package enum Part: Sendable {
        /// Kind, owner, group, permission bits and access control list.
        case permissions
        /// These and the text, secrets masked.
        case text
        /// These and what the certificates in it say.
        case certificates
    }

    /// Files and folders, with stars in their last parts; of folders all that is directly in them is named with a star.
    package static let files: [(pattern: String, part: Part)] = []

    /// Beginnings of the environment variables that are taken of each process.
    package static let variables = [
        "DOCKER_", "CONTAINERD_", "ETCD_", "LISTEN_FDS", "LISTEN_PID", "KUBECONFIG", "KUBERNETES_", "KUBE_", "CRIO_",
    ]

    package static func isCollected(variable: String) -> Bool { variables.contains { variable.hasPrefix($0) } }
}

extension CollectionPlan {
    /// A question to a server that is known by its port or by whose it is.
    package struct Question: Sendable, Equatable {
        /// Names of processes (at most 15 bytes) and ports of servers that are asked.
        package var processes: Set<String>
        package var ports: Set<Int>
        package var method: String
        package var path: String
        /// What is sent with it, as JSON.
        package var body: String?

        init(_ method: String, _ path: String, processes: Set<String> = [], ports: Set<Int>, body: String? = nil) {
            self.processes = processes
            self.ports = ports
            self.method = method
            self.path = path
            self.body = body
        }
    }

    /// What every listener is asked first: any of them may be an engine's API, whoever's it seems to be.
    package static let firstPath = "/_ping"

    /// What servers of a kind are asked besides; all of it reads, and changes nothing.
    package static let questions: [Question] = []

    package static func questions(port: Int, processes: [String]) -> [Question] {
        questions.filter { $0.ports.contains(port) || !$0.processes.isDisjoint(with: processes) }
    }

    /// What is sent with a question.
    package static func body(of probe: Probe) -> String? {
        questions.first { $0.method == probe.method && $0.path == probe.path }?.body
    }
}

extension CollectionPlan {
    /// Files that are known by what was found already: those that arguments and configurations name.
    package static func files(namedBy host: HostEvidence) -> [(path: String, part: Part)] { [] }

    /// The Unix socket at which this host's Docker engine listens, where its arguments name one.
    package static func engineSocket(of host: HostEvidence) -> String? {
        let engines = (host.processes.value ?? []).filter { $0.name == "dockerd" }.map(\.id)
        guard !engines.isEmpty else { return nil }
        let sockets = (host.listeners.value ?? []).filter { listener in
            listener.transport == .unix && listener.processes.contains { engines.contains($0) }
                && listener.address.hasSuffix("docker.sock")
        }
        return sockets.first?.address
    }
}
