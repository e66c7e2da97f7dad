extension Field {
    /// Whether the field can hold several values, and so is a list wherever it is written.
    public var isList: Bool {
        switch self {
        case .userGroups, .containerLabels, .imageHashes, .processArgs, .environment, .hostPaths, .hostWritablePaths,
            .hostExposes, .hostWritableExposes, .hostDevices, .hostPorts, .hostNamespaces, .joins, .capabilitiesAdded,
            .capabilitiesDropped, .nodeSelector, .tolerations, .normalizedCommands, .hookCommands, .hostCommands,
            .commandWrites, .firstSeen, .defects:
            true
        default: false
        }
    }

    /// Whether secrets may stand in the field's values.
    public var isSecretBearing: Bool {
        switch self {
        case .environment, .processArgs, .commandLine, .normalizedCommands, .hookCommands, .hostCommands, .urlQuery:
            true
        default: false
        }
    }
}

extension FieldValue {
    /// The value as it may be written anywhere: secrets that are told by their names are masked.
    ///
    /// Rules judge the real text; only what is told is masked, since a rule must see a command as it will run.
    public var masked: FieldValue {
        guard case .text(let text) = self else { return self }
        return .text(Secrets.mask(text))
    }
}
