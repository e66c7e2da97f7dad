package import Deployments

/// The options of a volume of the local driver, which mounts whatever they say (moby `volume/local`).
package struct VolumeOptions: Sendable, Equatable {
    /// The file system's type, in lower case; empty for none.
    package let type: String
    /// What is mounted.
    package let device: String?
    /// The flags and data of mount(2), from the option `o`.
    package let flags: [String]
    /// The names and values as they are written.
    package let written: [String: String]
    /// Whether anything but a size is asked for: then something is mounted.
    package let areMounting: Bool

    /// - Parameter options: of a name that is written twice the last counts.
    package init(_ options: [(name: String, value: String)]) {
        let values = Dictionary(options.map { ($0.name.lowercased(), $0.value) }) { $1 }
        type = values["type"]?.lowercased() ?? ""
        device = values["device"]
        flags = values["o"].map { Self.flags($0.utf8[...]).map(String.init) } ?? []
        written = Dictionary(options) { $1 }
        areMounting = values.keys.contains { $0 != "size" }
    }

    package var isReadOnly: Bool { flags.contains("ro") }

    /// Whether it is memory or another machine's, and nothing of this host.
    package var isForeign: Bool {
        type == "tmpfs" || type == "cifs" || type.hasPrefix("nfs") || type.hasPrefix("smb")
    }

    /// Whether flags make it a bind mount, or move mounts about, whatever the type.
    package var isRebinding: Bool { flags.contains(where: Self.rebinding.contains) }

    private static let rebinding: Set<String> = [
        "bind", "rbind", "move", "remount", "shared", "rshared", "slave", "rslave", "private", "rprivate",
        "unbindable", "runbindable",
    ]

    /// The host paths behind them; none where they lead nowhere on the host.
    ///
    /// `type=none,o=bind,device=/` is a bind by another name; overlay, block devices and kernel file systems reach the
    /// host as well. Network file systems do not, though their devices may look like paths, but where flags make them
    /// binds.
    package var hostPaths: [HostPath] {
        if isForeign, !isRebinding { return [] }
        if let device, device.hasPrefix("/") { return [HostPath(device)] }
        let layers = flags.filter { $0.hasPrefix("lowerdir=") || $0.hasPrefix("upperdir=") }
            .flatMap { $0.drop { $0 != "=" }.dropFirst().split(separator: ":") }
            .filter { $0.hasPrefix("/") }
        if !layers.isEmpty { return layers.map { HostPath(String($0)) } }
        return switch type {
        case "proc": [HostPath("/proc")]
        case "sysfs": [HostPath("/sys")]
        case "cgroup", "cgroup2": [HostPath("/sys/fs/cgroup")]
        case "devtmpfs": [HostPath("/dev")]
        default: []
        }
    }

    /// Options as `mount` takes them, separated by commas.
    static func flags(_ text: Substring.UTF8View) -> [Substring] {
        text.split(separator: UInt8(ascii: ",")).map { Substring($0) }
    }
}
