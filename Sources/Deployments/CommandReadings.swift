/// What a deployment's commands do, in one spelling each: worked out once for all the fields that tell of it.
public struct CommandReadings: Sendable {
    /// Every command: the container's own, hooks, health checks, what they carry in base64
    /// (`deployment.command.normalized`).
    public let normalized: [String]
    /// Of these, those that are not the container's own (`deployment.command.hooks`).
    public let hooks: [String]
    /// Those that name a place of the host, with its path as `host:/path` (`deployment.command.on_host`).
    public let onHost: [String]
    /// Paths that the commands write to, those of the host as `host:/path` (`deployment.command.writes`).
    public let writes: [String]

    /// More hooks than these are no longer read.
    static let maximumHooks = 64

    /// Reads the commands of `deployment`; nil where it has none.
    public init?(of deployment: ContainerDeployment) {
        let process = deployment.process
        guard !process.args.isEmpty || !process.hooks.isEmpty else { return nil }
        let own = process.args.isEmpty ? [] : CommandText.readings(of: process.args)
        hooks = process.hooks.prefix(Self.maximumHooks).flatMap(CommandText.readings)
        normalized = own + hooks
        let mounts = deployment.host.mounts.sorted { $0.target.utf8.count > $1.target.utf8.count }
        var onHost: [String] = []
        var writes: [String] = []
        for command in normalized {
            let rewritten = HostText.rewrite(command, mounts: mounts)
            if let rewritten { onHost.append(rewritten) }
            WrittenPaths.append(of: rewritten ?? command, to: &writes)
        }
        self.onHost = onHost
        self.writes = writes
    }

    /// Calls `visit` with each value of a field of commands; not at all for any other field.
    public func visitValues(of field: Field, _ visit: (FieldValue) -> Void) {
        switch field {
        case .normalizedCommands: normalized.forEach { visit(.text($0)) }
        case .hookCommands: hooks.forEach { visit(.text($0)) }
        case .hostCommands: onHost.forEach { visit(.text($0)) }
        case .commandWrites: writes.forEach { visit(.text($0)) }
        default: break
        }
    }
}

extension Field {
    /// Whether the field's values are worked out from commands (``CommandReadings``).
    public var isOfCommands: Bool {
        switch self {
        case .normalizedCommands, .hookCommands, .hostCommands, .commandWrites: true
        default: false
        }
    }
}
