/// Services and their tasks: moby's `api/types/swarm`.
enum ServiceTypes {
    static let service = BodyObject([
        ("Name", .string), ("Labels", .stringMap), ("TaskTemplate", .object(task)), ("Mode", .object(mode)),
        ("UpdateConfig", .object(updateConfig)), ("RollbackConfig", .object(updateConfig)),
        ("Networks", .list(.object(networkAttachment))), ("EndpointSpec", .object(endpoint)),
    ])

    private static let task = BodyObject([
        ("ContainerSpec", .object(container)), ("PluginSpec", .object(plugin)),
        ("NetworkAttachmentSpec", .object(BodyObject([("ContainerID", .string)]))), ("Resources", .object(resources)),
        ("RestartPolicy", .object(restartPolicy)), ("Placement", .object(placement)),
        ("Networks", .list(.object(networkAttachment))), ("LogDriver", .object(MountTypes.driver)),
        ("ForceUpdate", .uint64), ("Runtime", .string),
    ])
    private static let container = BodyObject([
        ("Image", .string), ("Labels", .stringMap), ("Command", .strings), ("Args", .strings), ("Hostname", .string),
        ("Env", .strings), ("Dir", .string), ("User", .string), ("Groups", .strings),
        ("Privileges", .object(privileges)), ("Init", .bool), ("StopSignal", .string), ("TTY", .bool),
        ("OpenStdin", .bool), ("ReadOnly", .bool), ("Mounts", .list(.object(MountTypes.mount))),
        ("StopGracePeriod", .int64), ("Healthcheck", .object(ContainerTypes.healthcheck)), ("Hosts", .strings),
        ("DNSConfig", .object(dns)), ("Secrets", .list(.object(secretReference))),
        ("Configs", .list(.object(configReference))), ("Isolation", .string), ("Sysctls", .stringMap),
        ("CapabilityAdd", .strings), ("CapabilityDrop", .strings), ("Ulimits", .list(.object(ContainerTypes.ulimit))),
        ("OomScoreAdj", .int64),
    ])
    private static let privileges = BodyObject([
        ("CredentialSpec", .object(credentials)), ("SELinuxContext", .object(seLinux)),
        ("Seccomp", .object(BodyObject([("Mode", .string), ("Profile", .string)]))),
        ("AppArmor", .object(BodyObject([("Mode", .string)]))), ("NoNewPrivileges", .bool),
    ])
    private static let credentials = BodyObject([("Config", .string), ("File", .string), ("Registry", .string)])
    private static let seLinux = BodyObject([
        ("Disable", .bool), ("User", .string), ("Role", .string), ("Type", .string), ("Level", .string),
    ])
    private static let dns = BodyObject([("Nameservers", .strings), ("Search", .strings), ("Options", .strings)])
    private static let file = BodyObject([
        ("Name", .string), ("UID", .string), ("GID", .string), ("Mode", .uint32),
    ])
    private static let secretReference = BodyObject([
        ("File", .object(file)), ("SecretID", .string), ("SecretName", .string),
    ])
    private static let configReference = BodyObject([
        ("File", .object(file)), ("Runtime", .object(ContainerTypes.empty)), ("ConfigID", .string),
        ("ConfigName", .string),
    ])
    private static let plugin = BodyObject([
        ("name", .string), ("remote", .string), ("privileges", .list(.object(runtimePrivilege))), ("disabled", .bool),
        ("env", .strings),
    ])
    private static let runtimePrivilege = BodyObject([
        ("name", .string), ("description", .string), ("value", .strings),
    ])
    private static let resources = BodyObject([
        ("Limits", .object(limits)), ("Reservations", .object(limits)), ("SwapBytes", .int64),
        ("MemorySwappiness", .int64),
    ])
    private static let limits = BodyObject([
        ("NanoCPUs", .int64), ("MemoryBytes", .int64), ("Pids", .int64),
        ("GenericResources", .list(.object(genericResource))),
    ])
    private static let genericResource = BodyObject([
        ("NamedResourceSpec", .object(BodyObject([("Kind", .string), ("Value", .string)]))),
        ("DiscreteResourceSpec", .object(BodyObject([("Kind", .string), ("Value", .int64)]))),
    ])
    private static let restartPolicy = BodyObject([
        ("Condition", .string), ("Delay", .int64), ("MaxAttempts", .uint64), ("Window", .int64),
    ])
    private static let placement = BodyObject([
        ("Constraints", .strings), ("Preferences", .list(.object(preference))), ("MaxReplicas", .uint64),
        ("Platforms", .list(.object(BodyObject([("Architecture", .string), ("OS", .string)])))),
    ])
    private static let preference = BodyObject([("Spread", .object(BodyObject([("SpreadDescriptor", .string)])))])
    private static let networkAttachment = BodyObject([
        ("Target", .string), ("Aliases", .strings), ("DriverOpts", .stringMap),
    ])
    private static let mode = BodyObject([
        ("Replicated", .object(BodyObject([("Replicas", .uint64)]))), ("Global", .object(ContainerTypes.empty)),
        ("ReplicatedJob", .object(BodyObject([("MaxConcurrent", .uint64), ("TotalCompletions", .uint64)]))),
        ("GlobalJob", .object(ContainerTypes.empty)),
    ])
    private static let updateConfig = BodyObject([
        ("Parallelism", .uint64), ("Delay", .int64), ("FailureAction", .string), ("Monitor", .int64),
        ("MaxFailureRatio", .float), ("Order", .string),
    ])
    private static let endpoint = BodyObject([("Mode", .string), ("Ports", .list(.object(port)))])
    private static let port = BodyObject([
        ("Name", .string), ("Protocol", .string), ("TargetPort", .uint32), ("PublishedPort", .uint32),
        ("PublishMode", .string),
    ])
}
