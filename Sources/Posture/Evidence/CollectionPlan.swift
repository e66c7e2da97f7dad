internal import Sigma

/// What is collected from a host: no more than checks read, and no secrets.
package enum CollectionPlan {
    /// Files, and folders with stars for the names in them, that are known beforehand.
    ///
    /// `~/` stands for each user's home.
    package static let files: [FileRequest] =
        RuntimeRequests.fixed + ReadinessRequests.fixed + ControlPlaneRequests.fixed
        + ApplicationRequests.fixed + ClusterPlaces.requests

    /// Files that are known by what was found already: those that arguments and configurations name.
    ///
    /// To be asked again after they were read: a configuration may name more.
    package static func files(namedBy host: HostEvidence) -> [FileRequest] {
        RuntimeRequests.more(of: host) + ReadinessRequests.more(of: host) + ControlPlaneRequests.more(of: host)
            + ApplicationRequests.more(of: host) + ClusterFiles.requests(of: host)
    }

    /// Whether a variable of a process's environment is taken.
    package static func isCollected(variable: String) -> Bool {
        RuntimeRequests.variables.contains(variable) || ApplicationRequests.variables.contains(variable)
            || ControlPlaneRequests.isCollected(variable: variable)
    }

    /// The processes that see the files which their arguments name where a container has them, if not on the host.
    package static func processes(naming path: String, of host: HostEvidence) -> [HostProcess] {
        ControlPlaneRequests.processes(naming: path, of: host)
    }
}

// MARK: Questions

extension CollectionPlan {
    /// A question to a server that is known by its port.
    package struct Question: Sendable, Hashable {
        /// nil for whichever the server speaks.
        package var scheme: Probe.Scheme?
        package var method: String
        package var path: String
        /// Headers that are sent on purpose.
        package var sent: [String: String] = [:]

        package init(scheme: Probe.Scheme? = nil, method: String, path: String, sent: [String: String] = [:]) {
            self.scheme = scheme
            self.method = method
            self.path = path
            self.sent = sent
        }
    }

    /// What every listener is asked first: any of them may be an engine's API, whoever's it seems to be.
    package static let firstPath = "/_ping"

    /// What servers at a port are asked besides; all of it reads, and changes nothing.
    package static func questions(port: Int) -> [Question] {
        var questions = [Question(method: "GET", path: "/version")]
        for (ports, scheme, method, path) in ControlPlaneRequests.probes where ports.contains(port) {
            questions.append(Question(scheme: scheme, method: method, path: path))
        }
        for application in ManagementApplication.all where application.ports.contains(port) {
            questions += application.probes.map { Question(method: $0.method, path: $0.path(in: nil), sent: $0.sent) }
        }
        var seen: Set<Question> = []
        return questions.filter { seen.insert($0).inserted }
    }

    /// What a server that gave some answers is asked besides: whether it is an API server, where it tells of which Kubernetes it
    /// was built, as much does that is none.
    package static func questions(after answers: [Probe]) -> [Question] {
        let isKnown = answers.contains { $0.path == "/api" }
        let isBuilt = answers.contains { $0.scheme == .http && $0.status == 200 && $0.body.contains("gitVersion") }
        return isBuilt && !isKnown ? [Question(scheme: .http, method: "GET", path: "/api")] : []
    }

    /// How many bytes of the answer's body are kept: the beginning says what a server is; what is read whole may be longer.
    package static func keptBytes(of probe: Probe) -> Int { probe.path == "/api/endpoints" ? 1 << 20 : 4_096 }

    /// What is sent with a question, as JSON; it reads no more than the answer that a check needs.
    package static func body(of probe: Probe) -> String? { ControlPlaneRequests.body(of: probe) }

    /// The Unix sockets at which this host's Docker engines listen, or would by default.
    package static func engineSockets(of host: HostEvidence) -> [String] { host.dockerSocketPaths }
}
