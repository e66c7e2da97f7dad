/// One entry of `HostConfig.Binds`: `source:target[:options]` (moby `volume/mounts`, the parser for Linux).
package struct BindSpecification: Sendable, Equatable {
    /// What the source is.
    package enum Source: Sendable, Equatable {
        /// A path of the host.
        case path(String)
        /// A volume's name.
        case volume(String)
        /// Neither to every engine: Podman takes `./x` and `~`, which Docker refuses.
        case doubtful(String)
    }

    package var source: Source
    package var target: String
    /// What stands behind the target, separated by commas: `ro`, `rslave`, `z` and their like.
    package var options: [Substring]

    package var isReadOnly: Bool { options.contains("ro") }

    /// Nil for an entry without a source: an anonymous volume.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return nil }
        let written = String(text: parts[0])
        let isName = written.utf8.first.map { (48...57).contains($0) || (97...122).contains($0 | 32) } ?? false
        source = written.hasPrefix("/") ? .path(written) : isName ? .volume(written) : .doubtful(written)
        target = String(text: parts[1])
        options = parts.count > 2 ? VolumeOptions.flags(parts[2]) : []
    }
}
