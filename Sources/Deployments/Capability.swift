/// A Linux capability, without `CAP_`, upper case; `ALL` for all of them (capabilities(7)).
public struct Capability: Sendable, Hashable {
    /// The canonical name.
    public let name: String

    /// Reads any spelling that Docker or Kubernetes takes (`sys_admin`, `CAP_SYS_ADMIN`, `all`).
    public init(_ text: String) {
        let upper = text.utf8.contains(where: { (97...122).contains($0) }) ? text.uppercased() : text
        name = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
    }
}
