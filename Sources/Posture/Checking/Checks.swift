extension Check {
    /// All checks, by id.
    package static let all: [Check] = [
        .dockerWithoutTLS,
        .dockerClientCertificates,
        .republishedDocker,
        .socketActivatedDocker,
        .plainDockerOnLoopback,
        .dockerClientAuthority,
        .tlsWithoutEffect,
        .dockerConfigurationDrift,
        .dockerKeyMaterial,
        .dockerCORS,
        .dockerClients,
        .runtimeAPIsOnTCP,
        .podmanOnTCP,
        .guardedSSH,
        .runtimeGroups,
        .dockerSocketAccess,
        .runtimeSocketAccess,
        .mountedRuntimeSockets,
        .dockerAuthorization,
        .writableDaemonConfiguration,
        .sudoByContainerTools,
        .anonymousRights, .rightsOfEverybody, .whoCanDeploy, .whoCanEnter, .clusterAdmins, .wildcardRoles, .whoCanRise,
        .whoCanReachKubelets, .whoCanDisarm,
        .readableKubeconfigs,
    ]
}
