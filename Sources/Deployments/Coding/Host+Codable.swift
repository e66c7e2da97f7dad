extension HostAccess: Codable {
    private enum CodingKeys: String, CodingKey {
        case mounts, devices, ports, namespaces, networkMode
    }

    /// - Throws: `DecodingError` for a name that is not known, or a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        mounts = try values.list(of: Mount.self, forKey: .mounts)
        devices = try values.list(of: String.self, forKey: .devices)
        ports = try values.list(of: Int.self, forKey: .ports)
        namespaces = Set(try values.list(of: HostNamespace.self, forKey: .namespaces))
        networkMode = try values.decodeIfPresent(String.self, forKey: .networkMode)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(mounts, unless: [], forKey: .mounts)
        try values.encode(devices, unless: [], forKey: .devices)
        try values.encode(ports, unless: [], forKey: .ports)
        // In the order of the cases, for a set has none.
        let namespaces = HostNamespace.allCases.filter(namespaces.contains)
        try values.encode(namespaces, unless: [], forKey: .namespaces)
        try values.encodeIfPresent(networkMode, forKey: .networkMode)
    }
}

extension HostAccess.Mount: Codable {
    private enum CodingKeys: String, CodingKey {
        case source, target, isReadOnly
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            source: try values.decode(HostPath.self, forKey: .source),
            target: try values.decode(String.self, forKey: .target),
            isReadOnly: try values.decode(Bool.self, forKey: .isReadOnly)
        )
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(source, forKey: .source)
        try values.encode(target, forKey: .target)
        try values.encode(isReadOnly, forKey: .isReadOnly)
    }
}

/// A text; one that is not clean is cleaned as it is read.
extension HostPath: Codable {
    /// - Throws: `DecodingError` for what is no text.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(path)
    }
}
