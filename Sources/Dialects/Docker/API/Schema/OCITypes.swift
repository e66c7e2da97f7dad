/// Types of the OCI runtime specification that stand in Podman's bodies (`specs-go/config.go`, version 1.0 to 1.3).
enum OCITypes {
    static let mount = BodyObject(
        [
            ("destination", .string), ("type", .string), ("source", .string), ("options", .strings),
            ("uidMappings", .list(.object(mapping))), ("gidMappings", .list(.object(mapping))),
        ],
        isOpen: true
    )
    static let device = BodyObject(
        [
            ("path", .string), ("type", .string), ("major", .int64), ("minor", .int64), ("fileMode", .uint32),
            ("uid", .uint32), ("gid", .uint32),
        ],
        isOpen: true
    )
    static let deviceRule = BodyObject(
        [("allow", .bool), ("type", .string), ("major", .int64), ("minor", .int64), ("access", .string)],
        isOpen: true
    )
    /// Limits; Podman 5 takes -1 for the largest.
    static let rlimit = BodyObject([("type", .string), ("hard", .float), ("soft", .float)], isOpen: true)
    static let personality = BodyObject([("domain", .string), ("flags", .strings)], isOpen: true)
    static let cacheAllocation = BodyObject(
        [
            ("closID", .string), ("schemata", .strings), ("l3CacheSchema", .string), ("memBwSchema", .string),
            ("enableCMT", .bool), ("enableMBM", .bool), ("enableMonitoring", .bool),
        ],
        isOpen: true
    )
    static let weightDevice = BodyObject(
        [("major", .int64), ("minor", .int64), ("weight", .uint16), ("leafWeight", .uint16)],
        isOpen: true
    )
    static let throttleDevice = BodyObject([("major", .int64), ("minor", .int64), ("rate", .uint64)], isOpen: true)

    static let resources: [(StaticString, BodyType)] = [
        ("devices", .list(.object(deviceRule))), ("memory", .object(memory)), ("cpu", .object(processor)),
        ("pids", .object(BodyObject([("limit", .int64)], isOpen: true))), ("blockIO", .object(blockDevices)),
        ("hugepageLimits", .list(.object(BodyObject([("pageSize", .string), ("limit", .uint64)], isOpen: true)))),
        ("network", .object(network)),
        ("rdma", .map(.object(BodyObject([("hcaHandles", .uint32), ("hcaObjects", .uint32)], isOpen: true)))),
        ("unified", .stringMap),
    ]

    private static let mapping = BodyObject(
        [("containerID", .uint32), ("hostID", .uint32), ("size", .uint32)],
        isOpen: true
    )
    private static let memory = BodyObject(
        [
            ("limit", .int64), ("reservation", .int64), ("swap", .int64), ("kernel", .int64), ("kernelTCP", .int64),
            ("swappiness", .uint64), ("disableOOMKiller", .bool), ("useHierarchy", .bool),
            ("checkBeforeUpdate", .bool),
        ],
        isOpen: true
    )
    private static let processor = BodyObject(
        [
            ("shares", .uint64), ("quota", .int64), ("burst", .uint64), ("period", .uint64),
            ("realtimeRuntime", .int64), ("realtimePeriod", .uint64), ("cpus", .string), ("mems", .string),
            ("idle", .int64),
        ],
        isOpen: true
    )
    private static let blockDevices = BodyObject(
        [
            ("weight", .uint16), ("leafWeight", .uint16), ("weightDevice", .list(.object(weightDevice))),
            ("throttleReadBpsDevice", .list(.object(throttleDevice))),
            ("throttleWriteBpsDevice", .list(.object(throttleDevice))),
            ("throttleReadIOPSDevice", .list(.object(throttleDevice))),
            ("throttleWriteIOPSDevice", .list(.object(throttleDevice))),
        ],
        isOpen: true
    )
    private static let network = BodyObject(
        [
            ("classID", .uint32),
            ("priorities", .list(.object(BodyObject([("name", .string), ("priority", .uint32)], isOpen: true)))),
        ],
        isOpen: true
    )
}
