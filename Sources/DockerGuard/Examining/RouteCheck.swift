internal import Dialects

/// What a route says by itself.
enum RouteCheck {
    /// What is held against any request to the endpoint.
    static func objection(to endpoint: DockerEndpoint) -> (ProfilePart, String)? {
        switch endpoint {
        case .pluginPull, .pluginUpgrade, .pluginCreate, .pluginEnable, .pluginDisable, .pluginSet, .pluginPush,
            .pluginDelete:
            (.plugins, "plugins run on the host, or guard it")
        case .swarmInspect, .swarmInit, .swarmJoin, .swarmLeave, .swarmUpdate, .swarmUnlock, .swarmUnlockKey,
            .nodeUpdate, .nodeDelete:
            (.swarm, "it changes who deploys here, or tells the key or the tokens to it")
        case .session, .grpc: (.sessions, "the connection turns into one that nobody can read")
        case .debugVariables, .debugProfiles, .debugProfile: (.debug, "the profiler shows the daemon's memory")
        case .containerAttachWebSocket:
            (.attachWebSocket, "the web socket carries the container's standard input")
        case .checkpointCreate, .checkpointDelete, .libpodContainerCheckpoint:
            (.checkpoints, "checkpoints are written where the request says")
        case let endpoint where isPodmanDeployment(endpoint):
            (.podman, "what it asks for is judged by rules alone")
        default: nil
        }
    }

    /// Podman's own routes that deploy, or that reach past its containers.
    private static func isPodmanDeployment(_ endpoint: DockerEndpoint) -> Bool {
        switch endpoint {
        case .libpodContainerRestore, .libpodContainerMount, .libpodPlayKube, .libpodKubePlay, .libpodKubeApply,
            .libpodQuadletInstall, .libpodLocalBuild, .libpodImageLocalLoad, .libpodImageCopy, .libpodNetworkUpdate,
            .libpodVolumeImport, .libpodManifestCreate, .libpodManifestUpdate, .libpodArtifactPull, .libpodArtifactAdd,
            .libpodArtifactLocalAdd:
            true
        default: false
        }
    }

    /// The container that the route speaks of.
    static func container(of request: DockerAPIRequest) -> String? {
        switch request.endpoint {
        case .commit, .libpodCommit: request.value("container")
        case .containerPrune, .libpodContainerPrune: nil
        case let endpoint where endpoint.pattern.contains("containers/{name}"): request.name
        default: nil
        }
    }

    /// Whether a container that has what the profile forbids may not be used that way.
    ///
    /// Running it, or reading and writing through what it mounts, is as good as making it. Stopping it is not.
    static func isHeldToProfile(_ endpoint: DockerEndpoint) -> Bool {
        switch endpoint {
        case .containerStart, .containerRestart, .containerUnpause, .containerAttach, .containerAttachWebSocket,
            .containerArchiveGet, .containerArchiveHead, .containerArchivePut, .containerCopy, .execCreate, .execStart,
            .containerUpdate, .networkConnect, .libpodContainerStart, .libpodContainerRestart, .libpodContainerUnpause,
            .libpodContainerAttach, .libpodContainerInit, .libpodArchiveGet, .libpodArchiveHead, .libpodArchivePut,
            .libpodExecCreate, .libpodExecStart, .libpodContainerMount, .libpodHealthcheck, .libpodContainerUpdate,
            .libpodNetworkConnect, .libpodPodStart, .libpodPodRestart, .libpodPodUnpause:
            true
        default: false
        }
    }

    /// Whether a request passes by its route alone, where the client may use it.
    static func passesUnread(_ endpoint: DockerEndpoint) -> Bool {
        endpoint.onlyReads && objection(to: endpoint) == nil && !isHeldToProfile(endpoint)
    }
}
