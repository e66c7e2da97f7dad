extension Check {
    /// All checks, by id.
    package static let all: [Check] = limitAccess + segmentation + accounts + readiness

    private static let limitAccess: [Check] = [
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
    ]

    private static let accounts: [Check] = [
        .runtimeGroups,
        .dockerSocketAccess,
        .runtimeSocketAccess,
        .mountedRuntimeSockets,
        .dockerAuthorization,
        .writableDaemonConfiguration,
        .sudoByContainerTools,
        .anonymousRights,
        .rightsOfEverybody,
        .whoCanDeploy,
        .whoCanEnter,
        .clusterAdmins,
        .wildcardRoles,
        .whoCanRise,
        .whoCanReachKubelets,
        .whoCanTakeTokens,
        .whoCanDisarm,
        .dashboardMayDeploy,
        .dashboardAdminToken,
        .workflowAccounts,
        .portainerRights,
        .readableKubeconfigs,
        .defaultAccounts,
        .podSecurityLevels,
        .admissionGuardInPlace,
        .ownIdentity,
    ]

    private static let segmentation: [Check] = [
        .openListeners,
        .hostFirewall,
        .publishedContainers,
        .unfilteredEngine,
        .exposedServices,
        .outsideRoutes,
        .hostPorts,
        .gatewayOnly,
        .policyEnforcement,
        .defaultDeny,
        .apiServerReach,
        .podsToNodes,
        .swarmPlanes,
        .gatewayBypass,
        .sharedBridge,
        .plainTextMesh,
    ]

    private static let readiness: [Check] = [
        .auditLogOn,
        .deploymentsAudited,
        .enteringAudited,
        .auditLogKept,
        .auditLogReadable,
        .engineLogLoud,
        .engineEventsReadable,
        .containerLogsKept,
        .admissionSeesAll,
        .podSecurityAudited,
        .journalKept,
        .clockKept,
    ]
}
