/// A container image's name, as the distribution specification and Docker read it.
public struct ImageReference: Sendable, Hashable {
    /// Registry host, with port when written (`docker.io` by default).
    public let registry: String
    /// Path within the registry (`library/alpine`).
    public let repository: String
    public let tag: String?
    /// Digest with its algorithm (`sha256:…`).
    public let digest: String?

    /// The canonical repository, `registry/repository` (ECS `container.image.name`).
    public var name: String { "\(registry)/\(repository)" }
}
