/// A container's privileges and confinement; nil is unknown, not false.
public struct Security: Sendable, Equatable {
    /// Whether it has every privilege.
    public var privileged: Bool?
    /// Capabilities added, without `CAP_`, upper case; `ALL` for all.
    public var capabilitiesAdded: [Capability] = []
    /// Capabilities taken away, likewise.
    public var capabilitiesDropped: [Capability] = []
    /// Seccomp profile (`unconfined`, `runtime/default`, a name).
    public var seccomp: String?
    /// AppArmor profile.
    public var appArmor: String?
    /// SELinux options as written (`disable`, `type:spc_t`).
    public var seLinux: String?
    /// `default`, or `unmasked` where /proc and /sys lose their masks.
    public var procMount: String?
    /// Whether a process may gain more privileges than its parent.
    public var allowPrivilegeEscalation: Bool?
    /// Whether its root file system is read-only.
    public var readOnlyRoot: Bool?
    /// User as written (`0`, `root`, `1000:1000`).
    public var runAsUser: String?
    /// Whether the process is root for certain; nil where the image decides.
    public var runAsRoot: Bool?
    /// The Kubernetes service account it runs as.
    public var serviceAccount: String?
    /// Whether that account's token is mounted.
    public var automountToken: Bool?

    /// Nothing known.
    public init() {}
}
