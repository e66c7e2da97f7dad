extension ContainerDeployment.Container: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, runtime, labels, imageText, image, imageHashes, role, joins
    }

    /// - Throws: `DecodingError` for a name that is not known, or a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        id = try values.decodeIfPresent(String.self, forKey: .id)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        runtime = try values.decodeIfPresent(String.self, forKey: .runtime)
        labels = try values.list(of: String.self, forKey: .labels)
        imageText = try values.decodeIfPresent(String.self, forKey: .imageText)
        image = try values.decodeIfPresent(ImageReference.self, forKey: .image)
        imageHashes = try values.list(of: String.self, forKey: .imageHashes)
        role = try values.decodeIfPresent(Role.self, forKey: .role)
        joins = try values.list(of: String.self, forKey: .joins)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(id, forKey: .id)
        try values.encodeIfPresent(name, forKey: .name)
        try values.encodeIfPresent(runtime, forKey: .runtime)
        try values.encode(labels, unless: [], forKey: .labels)
        try values.encodeIfPresent(imageText, forKey: .imageText)
        try values.encodeIfPresent(image, forKey: .image)
        try values.encode(imageHashes, unless: [], forKey: .imageHashes)
        try values.encodeIfPresent(role, forKey: .role)
        try values.encode(joins, unless: [], forKey: .joins)
    }
}

extension ContainerDeployment.Process: Codable {
    private enum CodingKeys: String, CodingKey {
        case args, hooks, workingDirectory, environment
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        args = try values.list(of: String.self, forKey: .args)
        hooks = try values.list(of: [String].self, forKey: .hooks)
        workingDirectory = try values.decodeIfPresent(String.self, forKey: .workingDirectory)
        environment = try values.list(of: String.self, forKey: .environment)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(args, unless: [], forKey: .args)
        try values.encode(hooks, unless: [], forKey: .hooks)
        try values.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        try values.encode(environment, unless: [], forKey: .environment)
    }
}

/// The parts are written, not the text: what was read once need not be read, and perhaps refused, again.
extension ImageReference: Codable {
    private enum CodingKeys: String, CodingKey {
        case registry, repository, tag, digest
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        registry = try values.decode(String.self, forKey: .registry)
        repository = try values.decode(String.self, forKey: .repository)
        tag = try values.decodeIfPresent(String.self, forKey: .tag)
        digest = try values.decodeIfPresent(String.self, forKey: .digest)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(registry, forKey: .registry)
        try values.encode(repository, forKey: .repository)
        try values.encodeIfPresent(tag, forKey: .tag)
        try values.encodeIfPresent(digest, forKey: .digest)
    }
}
