extension Security: Codable {
    private enum CodingKeys: String, CodingKey {
        case privileged, capabilitiesAdded, capabilitiesDropped, seccomp, appArmor, seLinux, procMount
        case allowPrivilegeEscalation, readOnlyRoot, runAsUser, runAsRoot, serviceAccount, automountToken
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        privileged = try values.decodeIfPresent(Bool.self, forKey: .privileged)
        capabilitiesAdded = try values.list(of: Capability.self, forKey: .capabilitiesAdded)
        capabilitiesDropped = try values.list(of: Capability.self, forKey: .capabilitiesDropped)
        seccomp = try values.decodeIfPresent(String.self, forKey: .seccomp)
        appArmor = try values.decodeIfPresent(String.self, forKey: .appArmor)
        seLinux = try values.decodeIfPresent(String.self, forKey: .seLinux)
        procMount = try values.decodeIfPresent(String.self, forKey: .procMount)
        allowPrivilegeEscalation = try values.decodeIfPresent(Bool.self, forKey: .allowPrivilegeEscalation)
        readOnlyRoot = try values.decodeIfPresent(Bool.self, forKey: .readOnlyRoot)
        runAsUser = try values.decodeIfPresent(String.self, forKey: .runAsUser)
        runAsRoot = try values.decodeIfPresent(Bool.self, forKey: .runAsRoot)
        serviceAccount = try values.decodeIfPresent(String.self, forKey: .serviceAccount)
        automountToken = try values.decodeIfPresent(Bool.self, forKey: .automountToken)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(privileged, forKey: .privileged)
        try values.encode(capabilitiesAdded, unless: [], forKey: .capabilitiesAdded)
        try values.encode(capabilitiesDropped, unless: [], forKey: .capabilitiesDropped)
        try values.encodeIfPresent(seccomp, forKey: .seccomp)
        try values.encodeIfPresent(appArmor, forKey: .appArmor)
        try values.encodeIfPresent(seLinux, forKey: .seLinux)
        try values.encodeIfPresent(procMount, forKey: .procMount)
        try values.encodeIfPresent(allowPrivilegeEscalation, forKey: .allowPrivilegeEscalation)
        try values.encodeIfPresent(readOnlyRoot, forKey: .readOnlyRoot)
        try values.encodeIfPresent(runAsUser, forKey: .runAsUser)
        try values.encodeIfPresent(runAsRoot, forKey: .runAsRoot)
        try values.encodeIfPresent(serviceAccount, forKey: .serviceAccount)
        try values.encodeIfPresent(automountToken, forKey: .automountToken)
    }
}

/// Its name.
extension Capability: Codable {
    /// - Throws: `DecodingError` for what is no text.
    public init(from decoder: any Decoder) throws {
        // As it stands: `CAP_CAP_X` is `CAP_X`, which would be `X` if it were read like a request's.
        name = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(name)
    }
}
