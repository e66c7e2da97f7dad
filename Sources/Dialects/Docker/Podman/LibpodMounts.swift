/// The mounts of a Podman body in Docker's form.
package struct LibpodMounts {
    package private(set) var mounts: [(CanonicalValue, place: String)] = []
    package private(set) var hostPaths: [HostPathUse] = []

    package init() {}

    mutating func add(_ spec: CanonicalValue) {
        for (index, mount) in (spec["mounts"]?.elements ?? []).enumerated() { add(mount, at: "mounts[\(index)]") }
        for (index, volume) in (spec["volumes"]?.elements ?? []).enumerated() {
            let name = volume["Name"]?.string ?? ""
            // No volume has such a name; what it were would be a path.
            let type = name.contains("/") ? "bind" : "volume"
            let isReadOnly = volume["Options"]?.strings.contains("ro") == true
            mounts.append((Self.mount(type, name, volume["Dest"], isReadOnly: isReadOnly), "volumes[\(index)]"))
        }
        for (index, volume) in (spec["overlay_volumes"]?.elements ?? []).enumerated() {
            let place = "overlay_volumes[\(index)]"
            // What is written stays in the overlay.
            let source = volume["source"]?.string ?? ""
            mounts.append((Self.mount("bind", source, volume["destination"], isReadOnly: true), place))
            for option in volume["options"]?.strings ?? [] {
                guard let path = Self.layer(option) else { continue }
                hostPaths.append(HostPathUse(path: path, place: "\(place).options"))
            }
        }
        for (index, volume) in (spec["image_volumes"]?.elements ?? []).enumerated() {
            let image = volume["Source"]?.string ?? ""
            mounts.append((Self.mount("image", image, volume["Destination"]), "image_volumes[\(index)].Source"))
        }
    }

    /// An OCI mount: runtimes take what has the option `bind` for a bind mount, whatever its type, and mount the rest as
    /// mount(2) would (OCI runtime specification, `config.md`, Mounts).
    private mutating func add(_ mount: CanonicalValue, at place: String) {
        let type = mount["type"]?.string ?? ""
        let source = mount["source"]?.string ?? ""
        let options = mount["options"]?.strings ?? []
        let isBind = options.contains { $0 == "bind" || $0 == "rbind" }
        switch type {
        case _ where isBind, "bind", "", "none", "glob":
            let isReadOnly = options.contains("ro")
            mounts.append((Self.mount("bind", source, mount["destination"], isReadOnly: isReadOnly), place))
        case "tmpfs", "ramfs", "devpts", "mqueue":
            mounts.append((Self.mount("tmpfs", "", mount["destination"]), place))
        default:
            // Whatever else there is, is asked of the kernel as the local volume driver would.
            let driver = CanonicalValue.object([
                CanonicalMember("Name", .string("local")),
                CanonicalMember(
                    "Options",
                    .object([
                        CanonicalMember("type", .string(type)), CanonicalMember("device", .string(source)),
                        CanonicalMember("o", .string(options.joined(separator: ","))),
                    ])
                ),
            ])
            let members = Self.mount("volume", "", mount["destination"]).members
            let settings = CanonicalValue.object([CanonicalMember("DriverConfig", driver)])
            mounts.append((.object(members + [CanonicalMember("VolumeOptions", settings)]), place))
        }
    }

    /// The directory that an overlay's option names.
    package static func layer(_ option: String) -> String? {
        for name in ["upperdir=", "workdir=", "lowerdir="] where option.hasPrefix(name) {
            return String(option.dropFirst(name.count))
        }
        return nil
    }

    package mutating func take(_ type: String, _ source: String, _ target: CanonicalValue?, _ place: String) {
        mounts.append((Self.mount(type, source, target), place))
    }

    package mutating func use(_ path: String, at place: String) {
        hostPaths.append(HostPathUse(path: path, place: place))
    }

    private static func mount(
        _ type: String,
        _ source: String,
        _ target: CanonicalValue?,
        isReadOnly: Bool = false
    ) -> CanonicalValue {
        .object([
            CanonicalMember("Type", .string(type)), CanonicalMember("Source", .string(source)),
            CanonicalMember("Target", target ?? .string("")), CanonicalMember("ReadOnly", .boolean(isReadOnly)),
        ])
    }
}
