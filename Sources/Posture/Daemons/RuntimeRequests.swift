/// What of a host the checks of Docker, containerd, Podman, sudo, SSH and kubeconfigs look at.
package enum RuntimeRequests {
    /// Of processes' environments.
    package static let variables: Set = [
        "DOCKER_HOST", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "CONTAINER_HOST",
    ]

    /// Known beforehand; each once, with the most that is asked of it.
    package static let fixed: [FileRequest] = {
        let all =
            DockerDaemon.requests + RuntimeSockets.requests + DaemonConfiguration.requests
            + RuntimeConfiguration.requests
            + SystemAuthorities.requests + ClientHost.requests + Sudoers.requests + SSHServer.requests
            + Kubeconfig.requests
        var places: [String: Int] = [:]
        var once: [FileRequest] = []
        for request in all {
            if let place = places[request.path] {
                if once[place].part == .facts { once[place] = request }
            } else {
                places[request.path] = once.count
                once.append(request)
            }
        }
        return once
    }()

    /// Known once the fixed ones, processes, listeners, users and groups are: what dockerd and containerd are told of, the sockets
    /// that runtimes listen at, and the folders that these are in.
    package static func more(of host: HostEvidence) -> [FileRequest] {
        let sockets = host.dockerSocketPaths + host.otherSocketPaths
        let processes = host.processes.value ?? []
        let configurations = processes.filter(\.isDockerDaemon).map {
            FileRequest(DockerSettings.configurationPath(in: $0.arguments), .text)
        }
        return configurations + host.dockerKeyRequests + host.runtimeConfigurationRequests
            + sockets.flatMap { [FileRequest($0), FileRequest(HostFile.folder(of: $0))] }
    }
}
