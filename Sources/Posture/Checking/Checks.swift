extension Check {
    /// All checks, by id.
    package static let all: [Check] = [
        .anonymousRights, .rightsOfEverybody, .whoCanDeploy, .whoCanEnter, .clusterAdmins, .wildcardRoles, .whoCanRise,
        .whoCanReachKubelets, .whoCanDisarm,
    ]
}
