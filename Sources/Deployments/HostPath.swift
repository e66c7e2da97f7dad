/// A path on the host, cleaned: absolute, without `.`, `..` or doubled slashes, `/var/run` written `/run`.
public struct HostPath: Sendable, Hashable {
    /// The cleaned path.
    public let path: String

    /// Cleans `text`.
    public init(_ text: String) {
        // To be written out by the Deployments room.
        path = text
    }
}
