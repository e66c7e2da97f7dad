/// A Linux capability, without `CAP_`, upper case; `ALL` for all of them.
public struct Capability: Sendable, Hashable {
    /// The canonical name.
    public let name: String

    /// Reads any spelling that Docker or Kubernetes takes (`sys_admin`, `CAP_SYS_ADMIN`, `all`).
    public init(_ text: String) {
        let upper = text.uppercased()
        name = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
    }
}
