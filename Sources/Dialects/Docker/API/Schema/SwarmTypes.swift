/// The swarm: moby's `api/types/swarm`.
enum SwarmTypes {
    static let initialise = BodyObject([
        ("ListenAddr", .string), ("AdvertiseAddr", .string), ("DataPathAddr", .string), ("DataPathPort", .uint32),
        ("ForceNewCluster", .bool), ("Spec", .object(spec)), ("AutoLockManagers", .bool), ("Availability", .string),
        ("DefaultAddrPool", .strings), ("SubnetSize", .uint32),
    ])
    static let join = BodyObject([
        ("ListenAddr", .string), ("AdvertiseAddr", .string), ("DataPathAddr", .string), ("RemoteAddrs", .strings),
        ("JoinToken", .string), ("Availability", .string),
    ])
    static let unlock = BodyObject([("UnlockKey", .string)])
    static let node = BodyObject([
        ("Name", .string), ("Labels", .stringMap), ("Role", .string), ("Availability", .string),
    ])
    static let secret = BodyObject([
        ("Name", .string), ("Labels", .stringMap), ("Data", .string), ("Driver", .object(MountTypes.driver)),
        ("Templating", .object(MountTypes.driver)),
    ])
    static let config = BodyObject([
        ("Name", .string), ("Labels", .stringMap), ("Data", .string), ("Templating", .object(MountTypes.driver)),
    ])

    static let spec = BodyObject([
        ("Name", .string), ("Labels", .stringMap),
        ("Orchestration", .object(BodyObject([("TaskHistoryRetentionLimit", .int64)]))),
        ("Raft", .object(raft)), ("Dispatcher", .object(BodyObject([("HeartbeatPeriod", .int64)]))),
        ("CAConfig", .object(authority)),
        ("TaskDefaults", .object(BodyObject([("LogDriver", .object(MountTypes.driver))]))),
        ("EncryptionConfig", .object(BodyObject([("AutoLockManagers", .bool)]))),
    ])
    private static let raft = BodyObject([
        ("SnapshotInterval", .uint64), ("KeepOldSnapshots", .uint64), ("LogEntriesForSlowFollowers", .uint64),
        ("ElectionTick", .int64), ("HeartbeatTick", .int64),
    ])
    private static let authority = BodyObject([
        ("NodeCertExpiry", .int64), ("ExternalCAs", .list(.object(externalAuthority))), ("SigningCACert", .string),
        ("SigningCAKey", .string), ("ForceRotate", .uint64),
    ])
    private static let externalAuthority = BodyObject([
        ("Protocol", .string), ("URL", .string), ("Options", .stringMap), ("CACert", .string),
    ])
}
