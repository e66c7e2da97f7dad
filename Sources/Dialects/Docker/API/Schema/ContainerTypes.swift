/// The bodies of containers: moby's `api/types/container`, Engine 20.10 to 29.
enum ContainerTypes {
    /// `runconfig.ContainerConfigWrapper`.
    ///
    /// Up to Engine 26, fields of a HostConfig were taken at the top level where there was no HostConfig.
    static let create = BodyObject(
        config.fields + [
            .init("HostConfig", .object(hostConfig)), .init("NetworkingConfig", .object(networkingConfig)),
        ],
        misplaced: hostConfig.fields + [.init("Cpuset", .string)]
    )

    /// What old versions of start take, which is decoded by the same wrapper.
    static let start = BodyObject(hostConfig.fields + [.init("HostConfig", .object(hostConfig))])

    static let config = BodyObject([
        ("Hostname", .string), ("Domainname", .string), ("User", .string), ("AttachStdin", .bool),
        ("AttachStdout", .bool), ("AttachStderr", .bool), ("ExposedPorts", .map(.object(empty))), ("Tty", .bool),
        ("OpenStdin", .bool), ("StdinOnce", .bool), ("Env", .strings), ("Cmd", .stringOrStrings),
        ("Healthcheck", .object(healthcheck)), ("ArgsEscaped", .bool), ("Image", .string),
        ("Volumes", .map(.object(empty))), ("WorkingDir", .string), ("Entrypoint", .stringOrStrings),
        ("NetworkDisabled", .bool), ("MacAddress", .string), ("OnBuild", .strings), ("Labels", .stringMap),
        ("StopSignal", .string), ("StopTimeout", .int64), ("Shell", .stringOrStrings),
    ])

    static let hostConfig = BodyObject(
        [
            .init("Binds", .strings), .init("ContainerIDFile", .string), .init("LogConfig", .object(logConfig)),
            .init("NetworkMode", .string), .init("PortBindings", .map(.list(.object(portBinding)))),
            .init("RestartPolicy", .object(restartPolicy)), .init("AutoRemove", .bool), .init("VolumeDriver", .string),
            .init("VolumesFrom", .strings), .init("ConsoleSize", .list(.uint64)), .init("Annotations", .stringMap),
            .init("CapAdd", .stringOrStrings), .init("CapDrop", .stringOrStrings), .init("CgroupnsMode", .string),
            .init("Dns", .strings), .init("DnsOptions", .strings), .init("DnsSearch", .strings),
            .init("ExtraHosts", .strings), .init("GroupAdd", .strings), .init("IpcMode", .string),
            .init("Cgroup", .string), .init("Links", .strings), .init("OomScoreAdj", .int64), .init("PidMode", .string),
            .init("Privileged", .bool), .init("PublishAllPorts", .bool), .init("ReadonlyRootfs", .bool),
            .init("SecurityOpt", .strings), .init("StorageOpt", .stringMap), .init("Tmpfs", .stringMap),
            .init("UTSMode", .string), .init("UsernsMode", .string), .init("ShmSize", .int64),
            .init("Sysctls", .stringMap), .init("Runtime", .string), .init("Isolation", .string),
            .init("Mounts", .list(.object(MountTypes.mount))), .init("MaskedPaths", .strings),
            .init("ReadonlyPaths", .strings), .init("Init", .bool),
        ] + resources
    )

    static let update = BodyObject(resources + [.init("RestartPolicy", .object(restartPolicy))])

    private static let resources: [BodyObject.Field] = [
        .init("CpuShares", .int64), .init("Memory", .int64), .init("NanoCpus", .int64), .init("CgroupParent", .string),
        .init("BlkioWeight", .uint16), .init("BlkioWeightDevice", .list(.object(weightDevice))),
        .init("BlkioDeviceReadBps", .list(.object(throttleDevice))),
        .init("BlkioDeviceWriteBps", .list(.object(throttleDevice))),
        .init("BlkioDeviceReadIOps", .list(.object(throttleDevice))),
        .init("BlkioDeviceWriteIOps", .list(.object(throttleDevice))), .init("CpuPeriod", .int64),
        .init("CpuQuota", .int64), .init("CpuRealtimePeriod", .int64), .init("CpuRealtimeRuntime", .int64),
        .init("CpusetCpus", .string), .init("CpusetMems", .string), .init("Devices", .list(.object(deviceMapping))),
        .init("DeviceCgroupRules", .strings), .init("DeviceRequests", .list(.object(deviceRequest))),
        .init("KernelMemory", .int64), .init("KernelMemoryTCP", .int64), .init("MemoryReservation", .int64),
        .init("MemorySwap", .int64), .init("MemorySwappiness", .int64), .init("OomKillDisable", .bool),
        .init("PidsLimit", .int64), .init("Ulimits", .list(.object(ulimit))), .init("CpuCount", .int64),
        .init("CpuPercent", .int64), .init("IOMaximumIOps", .uint64), .init("IOMaximumBandwidth", .uint64),
    ]

    static let execCreate = BodyObject([
        ("User", .string), ("Privileged", .bool), ("Tty", .bool), ("ConsoleSize", .list(.uint64)),
        ("AttachStdin", .bool), ("AttachStderr", .bool), ("AttachStdout", .bool), ("Detach", .bool),
        ("DetachKeys", .string), ("Env", .strings), ("WorkingDir", .string), ("Cmd", .strings),
    ])
    /// Podman's own client gives the terminal's size as `h` and `w`.
    static let execStart = BodyObject([
        ("Detach", .bool), ("Tty", .bool), ("ConsoleSize", .list(.uint64)), ("h", .uint64), ("w", .uint64),
    ])
    static let checkpointCreate = BodyObject([
        ("CheckpointID", .string), ("CheckpointDir", .string), ("Exit", .bool),
    ])
    static let copy = BodyObject([("Resource", .string)])

    static let empty = BodyObject([BodyObject.Field]())
    static let healthcheck = BodyObject([
        ("Test", .strings), ("Interval", .int64), ("Timeout", .int64), ("StartPeriod", .int64),
        ("StartInterval", .int64), ("Retries", .int64),
    ])
    static let ulimit = BodyObject([("Name", .string), ("Hard", .int64), ("Soft", .int64)])
    private static let logConfig = BodyObject([("Type", .string), ("Config", .stringMap)])
    private static let portBinding = BodyObject([("HostIp", .string), ("HostPort", .string)])
    private static let restartPolicy = BodyObject([("Name", .string), ("MaximumRetryCount", .int64)])
    private static let weightDevice = BodyObject([("Path", .string), ("Weight", .uint16)])
    private static let throttleDevice = BodyObject([("Path", .string), ("Rate", .uint64)])
    private static let deviceMapping = BodyObject([
        ("PathOnHost", .string), ("PathInContainer", .string), ("CgroupPermissions", .string),
    ])
    private static let deviceRequest = BodyObject([
        ("Driver", .string), ("Count", .int64), ("DeviceIDs", .strings), ("Capabilities", .list(.strings)),
        ("Options", .stringMap),
    ])

    private static let networkingConfig = BodyObject([("EndpointsConfig", .map(.object(NetworkTypes.endpoint)))])
}
