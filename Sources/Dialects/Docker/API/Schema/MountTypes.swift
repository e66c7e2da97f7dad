/// Mounts and volumes: moby's `api/types/mount` and `api/types/volume`.
enum MountTypes {
    static let mount = BodyObject([
        ("Type", .string), ("Source", .string), ("Target", .string), ("ReadOnly", .bool), ("Consistency", .string),
        ("BindOptions", .object(bindOptions)), ("VolumeOptions", .object(volumeOptions)),
        ("ImageOptions", .object(BodyObject([("Subpath", .string)]))), ("TmpfsOptions", .object(tmpfsOptions)),
        ("ClusterOptions", .object(ContainerTypes.empty)),
    ])
    static let driver = BodyObject([("Name", .string), ("Options", .stringMap)])

    private static let bindOptions = BodyObject([
        ("Propagation", .string), ("NonRecursive", .bool), ("CreateMountpoint", .bool),
        ("ReadOnlyNonRecursive", .bool), ("ReadOnlyForceRecursive", .bool),
    ])
    private static let volumeOptions = BodyObject([
        ("NoCopy", .bool), ("Labels", .stringMap), ("Subpath", .string), ("DriverConfig", .object(driver)),
    ])
    private static let tmpfsOptions = BodyObject([
        ("SizeBytes", .int64), ("Mode", .uint32), ("Options", .list(.strings)),
    ])

    static let volumeCreate = BodyObject([
        ("Name", .string), ("Driver", .string), ("DriverOpts", .stringMap), ("Labels", .stringMap),
        ("ClusterVolumeSpec", .object(clusterVolume)),
    ])
    static let volumeUpdate = BodyObject([("Spec", .object(clusterVolume))])

    private static let clusterVolume = BodyObject([
        ("Group", .string), ("AccessMode", .object(accessMode)),
        ("AccessibilityRequirements", .object(topologies)),
        ("CapacityRange", .object(BodyObject([("RequiredBytes", .int64), ("LimitBytes", .int64)]))),
        ("Secrets", .list(.object(BodyObject([("Key", .string), ("Secret", .string)])))),
        ("Availability", .string),
    ])
    private static let accessMode = BodyObject([
        ("Scope", .string), ("Sharing", .string),
        ("MountVolume", .object(BodyObject([("FsType", .string), ("MountFlags", .strings)]))),
        ("BlockVolume", .object(ContainerTypes.empty)),
    ])
    private static let topologies = BodyObject([
        ("Requisite", .list(.object(topology))), ("Preferred", .list(.object(topology))),
    ])
    private static let topology = BodyObject([("Segments", .stringMap)])
}
