extension Check {
    /// All checks, by id.
    package static let all: [Check] = [
        .anonymousRights, .rightsOfEverybody, .whoCanDeploy, .whoCanEnter, .clusterAdmins, .wildcardRoles, .whoCanRise,
        .whoCanReachKubelets, .whoCanDisarm,
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
}
