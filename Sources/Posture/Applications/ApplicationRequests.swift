/// What the checks of management applications look at, for whoever collects.
package enum ApplicationRequests {
    /// Questions to an application, each asked over HTTP and HTTPS, without credentials; one connection each, read-only.
    package struct Questions: Sendable {
        package var application: ManagementApplication.Name
        /// The ports at which it listens in its container.
        ///
        /// On a host, the ports that the engine publishes them at, or those at which the
        /// program's own processes listen; in a cluster, the ports of the Services that lead to them.
        package var ports: [Int]
        package var schemes: [Probe.Scheme]
        /// `{namespace}` in a path is the workload's namespace; `sent` is sent as headers.
        package var probes: [ApplicationProbe]
    }

    /// By application; those that nothing is known to ask by are left out.
    package static let questions: [Questions] = ManagementApplication.all.filter { !$0.probes.isEmpty }.map {
        Questions(application: $0.name, ports: $0.ports, schemes: [.http, .https], probes: $0.probes)
    }

    /// What to ask Portainer where there is an account for it: it tells nobody else which stacks have webhooks.
    package static let withAccount = [ApplicationProbe("/api/stacks", ["["], "lists its stacks")]

    /// Programs that are asked at the ports at which they listen, by the kernel's names of them.
    package static let programs: [String: ManagementApplication.Name] = RunningApplication.programs

    /// The variables that are taken of those programs' environment.
    package static let variables = [
        "ARGO_AUTH_MODE", "ARGO_SECURE", "ARGOCD_SERVER_DISABLE_AUTH", "ARGOCD_SERVER_INSECURE", "AUDIT_LEVEL",
        "AUDIT_LOG_ENABLED",
    ]

    /// Kinds of the cluster's objects.
    ///
    /// Of Secrets the names are enough; of ConfigMaps those are read that applications' containers
    /// name, `argocd-cm` and `argocd-cmd-params-cm`.
    package static let kinds = [
        "Pod", "Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob", "Service", "ConfigMap", "Secret",
        "Namespace",
        "NetworkPolicy", "AuthorizationPolicy",
    ]

    /// What the engine is asked at its socket.
    package static let engine = ["/containers/json", "/containers/{id}/json"]

    /// Known beforehand.
    package static let fixed = [
        FileRequest(NomadConfiguration.folder), FileRequest("\(NomadConfiguration.folder)/*", .text),
    ]

    /// Known once processes are: what Nomad's arguments name, files and the files in folders.
    package static func more(of host: HostEvidence) -> [FileRequest] {
        let agents = (host.processes.value ?? []).filter { $0.name == "nomad" }
        let places = agents.flatMap { ProgramFlags($0.arguments.dropFirst()).all("config") }.filter {
            $0.hasPrefix("/")
        }
        return places.uniqued.flatMap { place in
            [FileRequest(place, .text), FileRequest(place.hasSuffix("/") ? "\(place)*" : "\(place)/*", .text)]
        }
    }
}
