package import Deployments

/// Groups of routes, by the names that docker-socket-proxy's variables have.
package enum DockerRouteGroup: String, Sendable, CaseIterable {
    case auth, build, commit, configs, containers, distribution, events, exec, grpc, images, info, networks, nodes,
        ping, plugins, secrets, services, session, swarm, system, tasks, version, volumes
    /// Go's profiler, which the daemon always serves.
    case debug
    /// Podman's own API.
    case libpod
    /// `OPTIONS`, which the daemon answers for any path.
    case options
}

extension DockerEndpoint {
    /// The method, upper case.
    package var method: Substring { rawValue[..<(rawValue.firstIndex(of: " ") ?? rawValue.endIndex)] }

    /// The path without a version, `{name}` for its variable.
    package var pattern: Substring { rawValue[method.endIndex...].dropFirst() }

    /// The group that it belongs to.
    package var group: DockerRouteGroup {
        switch self {
        case .ping, .pingHead: .ping
        case .version: .version
        case .info: .info
        case .events: .events
        case .diskUsage: .system
        case .auth: .auth
        case .options: .options
        case .session: .session
        case .grpc: .grpc
        case .distribution: .distribution
        case .debugVariables, .debugProfiles, .debugProfile: .debug
        case .containerList, .containerInspect, .containerExport, .containerChanges, .containerTop, .containerLogs,
            .containerStats, .containerAttachWebSocket, .containerArchiveHead, .containerArchiveGet,
            .containerArchivePut, .containerCopy, .containerCreate, .containerKill, .containerPause, .containerUnpause,
            .containerRestart, .containerStart, .containerStop, .containerWait, .containerResize, .containerAttach,
            .containerRename, .containerUpdate, .containerPrune, .containerDelete, .checkpointList, .checkpointCreate,
            .checkpointDelete, .execCreate:
            .containers
        case .execInspect, .execStart, .execResize: .exec
        case .imageList, .imageSearch, .imageSaveMany, .imageSave, .imageHistory, .imageInspect, .imageAttestations,
            .imageCreate, .imageLoad, .imagePush, .imageTag, .imagePrune, .imageDelete:
            .images
        case .commit: .commit
        case .build, .buildPrune, .buildCancel: .build
        case .networkList, .networkInspect, .networkCreate, .networkConnect, .networkDisconnect, .networkPrune,
            .networkDelete:
            .networks
        case .volumeList, .volumeInspect, .volumeCreate, .volumePrune, .volumeUpdate, .volumeDelete: .volumes
        case .pluginList, .pluginInspect, .pluginPrivileges, .pluginDelete, .pluginEnable, .pluginDisable, .pluginPull,
            .pluginPush, .pluginUpgrade, .pluginSet, .pluginCreate:
            .plugins
        case .swarmInspect, .swarmUnlockKey, .swarmInit, .swarmJoin, .swarmLeave, .swarmUpdate, .swarmUnlock: .swarm
        case .serviceList, .serviceInspect, .serviceLogs, .serviceCreate, .serviceUpdate, .serviceDelete: .services
        case .nodeList, .nodeInspect, .nodeUpdate, .nodeDelete: .nodes
        case .taskList, .taskInspect, .taskLogs: .tasks
        case .secretList, .secretInspect, .secretCreate, .secretUpdate, .secretDelete: .secrets
        case .configList, .configInspect, .configCreate, .configUpdate, .configDelete: .configs
        default: .libpod
        }
    }

    /// Whether it is Podman's own.
    package var isLibpod: Bool { group == .libpod }

    /// Whether it changes nothing on the daemon and opens no way in.
    ///
    /// What it reads may be worth guarding all the same: an archive, an export, a swarm's key.
    package var onlyReads: Bool {
        switch self {
        // A web socket attached to a container carries its standard input; a health check runs its command.
        case .containerAttachWebSocket, .libpodHealthcheck: false
        default: isReadMethod
        }
    }

    /// Whether it reads what the daemon has at hand and answers at once, by a page and not by a stream.
    package var isQuickRead: Bool {
        switch self {
        case .containerList, .containerInspect, .imageList, .imageInspect, .imageHistory, .networkList,
            .networkInspect, .volumeList, .volumeInspect, .info, .execInspect:
            true
        default: false
        }
    }

    private var isReadMethod: Bool {
        let first = rawValue.utf8.first
        return first == UInt8(ascii: "G") || first == UInt8(ascii: "H") || first == UInt8(ascii: "O")
    }

    /// Whether the connection may become a tunnel, which nobody can read.
    package var mayTunnel: Bool {
        switch self {
        case .containerAttach, .containerAttachWebSocket, .execStart, .session, .grpc, .libpodContainerAttach,
            .libpodExecStart:
            true
        default: false
        }
    }

    /// What it does to what is deployed; nil for what deploys nothing.
    package var action: Action? {
        switch self {
        case .containerCreate, .libpodContainerCreate, .libpodContainerRestore, .libpodQuadletInstall:
            .containerCreate
        case .containerStart, .containerRestart, .containerUnpause, .libpodContainerStart, .libpodContainerRestart,
            .libpodContainerUnpause, .libpodContainerInit, .libpodPodStart, .libpodPodRestart, .libpodPodUnpause:
            .containerStart
        case .containerUpdate, .libpodContainerUpdate: .containerUpdate
        case .containerRename, .libpodContainerRename: .containerRename
        case .execCreate, .execStart, .libpodExecCreate, .libpodExecStart: .containerExec
        case .containerAttach, .containerAttachWebSocket, .libpodContainerAttach: .containerAttach
        case .containerArchivePut, .libpodArchivePut: .containerArchive
        case .imageCreate, .libpodImagePull: .imagePull
        case .imageLoad, .libpodImageLoad, .libpodImageImport, .libpodImageLocalLoad: .imageLoad
        case .build, .libpodBuild, .libpodLocalBuild, .session, .grpc: .imageBuild
        case .commit, .libpodCommit: .imageCommit
        case .volumeCreate, .libpodVolumeCreate: .volumeCreate
        case .serviceCreate: .serviceCreate
        case .serviceUpdate: .serviceUpdate
        case .pluginPull, .pluginUpgrade, .pluginCreate, .pluginEnable, .pluginSet: .pluginInstall
        case .swarmInit, .swarmJoin: .swarmJoin
        case .swarmLeave: .swarmLeave
        case .libpodPodCreate, .libpodPlayKube, .libpodKubePlay, .libpodKubeApply: .podCreate
        default: nil
        }
    }
}
