/// A container's privileges and confinement; nil is unknown, not false.
public struct Security: Sendable, Equatable {
    public var privileged: Bool?
    /// Capabilities added, without `CAP_`, upper case; `ALL` for all.
    public var capabilitiesAdded: [Capability] = []
    public var capabilitiesDropped: [Capability] = []
    /// Seccomp profile (`unconfined`, `runtime/default`, a name).
    public var seccomp: String?
    public var appArmor: String?
    /// SELinux options as written (`disable`, `type:spc_t`).
    public var seLinux: String?
    /// `default`, or `unmasked` where /proc and /sys lose their masks.
    public var procMount: String?
    public var allowPrivilegeEscalation: Bool?
    public var readOnlyRoot: Bool?
    /// User as written (`0`, `root`, `1000:1000`).
    public var runAsUser: String?
    /// Whether the process is root for certain; nil where the image decides.
    public var runAsRoot: Bool?
    public var serviceAccount: String?
    public var automountToken: Bool?

    /// Nothing known.
    public init() {}
}
