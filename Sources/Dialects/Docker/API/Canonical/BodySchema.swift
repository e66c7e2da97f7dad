/// What the body of an endpoint is decoded into, or that it is none that is decoded.
package enum BodySchema: Sendable, CaseIterable {
    /// The daemon reads no body.
    case none
    /// Bytes that the daemon streams: an archive, a build's context.
    case stream
    /// A tunnel's bytes.
    case tunnel
    /// A manifest of Kubernetes in YAML, or an archive of some.
    case manifest
    case containerCreate, containerStart, containerUpdate, execCreate, execStart, checkpointCreate, containerCopy
    case commit, imagePush, auth
    case volumeCreate, volumeUpdate, networkCreate, networkConnect, networkDisconnect
    case serviceSpec, swarmInit, swarmJoin, swarmSpec, swarmUnlock, nodeSpec, secretSpec, configSpec
    case pluginPrivileges, pluginSettings
    /// Podman's `SpecGenerator`, `PodSpecGenerator` and the other bodies of its own API.
    case specGenerator, podSpecGenerator, libpodUpdate, libpodVolumeCreate, libpodNetworkCreate, libpodNetworkConnect,
        libpod

    /// The type of Go; nil for what is no JSON.
    var type: BodyType? {
        switch self {
        case .none, .stream, .tunnel, .manifest: nil
        case .containerCreate: .object(ContainerTypes.create)
        case .containerStart: .object(ContainerTypes.start)
        case .containerUpdate: .object(ContainerTypes.update)
        case .execCreate: .object(ContainerTypes.execCreate)
        case .execStart: .object(ContainerTypes.execStart)
        case .checkpointCreate: .object(ContainerTypes.checkpointCreate)
        case .containerCopy: .object(ContainerTypes.copy)
        case .commit: .object(ContainerTypes.config)
        case .imagePush, .auth: .object(RegistryTypes.auth)
        case .volumeCreate: .object(MountTypes.volumeCreate)
        case .volumeUpdate: .object(MountTypes.volumeUpdate)
        case .networkCreate: .object(NetworkTypes.create)
        case .networkConnect: .object(NetworkTypes.connect)
        case .networkDisconnect: .object(NetworkTypes.disconnect)
        case .serviceSpec: .object(ServiceTypes.service)
        case .swarmInit: .object(SwarmTypes.initialise)
        case .swarmJoin: .object(SwarmTypes.join)
        case .swarmSpec: .object(SwarmTypes.spec)
        case .swarmUnlock: .object(SwarmTypes.unlock)
        case .nodeSpec: .object(SwarmTypes.node)
        case .secretSpec: .object(SwarmTypes.secret)
        case .configSpec: .object(SwarmTypes.config)
        case .pluginPrivileges: .list(.object(RegistryTypes.pluginPrivilege))
        case .pluginSettings: .strings
        case .specGenerator: .object(LibpodTypes.container)
        case .podSpecGenerator: .object(LibpodTypes.pod)
        case .libpodUpdate: .object(LibpodTypes.update)
        case .libpodVolumeCreate: .object(LibpodTypes.volumeCreate)
        case .libpodNetworkCreate: .object(LibpodTypes.networkCreate)
        case .libpodNetworkConnect: .object(LibpodTypes.networkConnect)
        case .libpod: .any
        }
    }

    /// Whether the body is JSON.
    package var isJSON: Bool { type != nil }

    /// Whether a request without a body asks for something.
    package var mayBeEmpty: Bool {
        switch self {
        case .containerCreate, .containerUpdate, .execCreate, .serviceSpec, .swarmInit, .swarmJoin, .swarmSpec,
            .swarmUnlock, .nodeSpec, .secretSpec, .configSpec, .networkCreate, .networkConnect, .networkDisconnect,
            .specGenerator, .libpodNetworkCreate, .libpodNetworkConnect, .auth:
            false
        default: true
        }
    }
}

extension DockerEndpoint {
    /// What its body is decoded into.
    package var body: BodySchema {
        switch self {
        case .containerCreate: .containerCreate
        case .containerStart: .containerStart
        case .containerUpdate: .containerUpdate
        case .execCreate, .libpodExecCreate: .execCreate
        case .execStart, .libpodExecStart: .execStart
        case .checkpointCreate: .checkpointCreate
        case .containerCopy: .containerCopy
        case .commit: .commit
        case .imagePush: .imagePush
        case .auth: .auth
        case .volumeCreate: .volumeCreate
        case .volumeUpdate: .volumeUpdate
        case .networkCreate: .networkCreate
        case .networkConnect: .networkConnect
        case .networkDisconnect, .libpodNetworkDisconnect: .networkDisconnect
        case .serviceCreate, .serviceUpdate: .serviceSpec
        case .swarmInit: .swarmInit
        case .swarmJoin: .swarmJoin
        case .swarmUpdate: .swarmSpec
        case .swarmUnlock: .swarmUnlock
        case .nodeUpdate: .nodeSpec
        case .secretCreate, .secretUpdate: .secretSpec
        case .configCreate, .configUpdate: .configSpec
        case .pluginPull, .pluginUpgrade: .pluginPrivileges
        case .pluginSet: .pluginSettings
        case .libpodContainerCreate: .specGenerator
        case .libpodPodCreate: .podSpecGenerator
        case .libpodContainerUpdate: .libpodUpdate
        case .libpodVolumeCreate: .libpodVolumeCreate
        case .libpodNetworkCreate: .libpodNetworkCreate
        case .libpodNetworkConnect: .libpodNetworkConnect
        case .libpodNetworkUpdate, .libpodManifestUpdate, .libpodManifestCreate: .libpod
        // An import's source may be the body.
        case .containerArchivePut, .imageCreate, .imageLoad, .build, .pluginCreate, .libpodArchivePut,
            .libpodImageLoad, .libpodImageImport, .libpodBuild, .libpodContainerRestore, .libpodQuadletInstall,
            .libpodSecretCreate, .libpodVolumeImport, .libpodArtifactAdd:
            .stream
        case .libpodPlayKube, .libpodKubePlay, .libpodKubeApply, .libpodPlayKubeDown, .libpodKubePlayDown: .manifest
        case .containerAttach, .containerAttachWebSocket, .session, .grpc, .libpodContainerAttach: .tunnel
        default: .none
        }
    }
}
