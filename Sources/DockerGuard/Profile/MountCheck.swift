internal import Deployments
internal import Dialects

/// Holds what is mounted into a container against a profile.
struct MountCheck {
    let ask: ContainerAsk
    let facts: Facts

    func run(_ objections: inout Objections) {
        for mount in Self.mounts(of: ask) { check(mount, &objections) }
        if let driver = ask.host["VolumeDriver"]?.string {
            VolumeCheck.driver(driver, ask.place("VolumeDriver"), &objections)
        }
        for reference in Self.volumesFrom(ask) {
            guard let other = facts.containers[reference]?.value else { continue }
            var brought = MountCheck(ask: other, facts: facts)
            brought.isBrought = true
            for mount in Self.mounts(of: other) { brought.check(mount, &objections) }
        }
    }

    /// Whether these are another container's mounts, which this one is given.
    private var isBrought = false

    init(ask: ContainerAsk, facts: Facts) {
        self.ask = ask
        self.facts = facts
    }

    /// One mount, in whichever form it is written.
    struct Mount: Equatable {
        enum Kind: Equatable {
            case bind(path: String)
            /// A volume by its name, empty for a new one; with the driver and options it is made with.
            case volume(name: String, driver: String, options: [VolumeOption])
            case harmless
            case unknown(String)
        }

        var kind: Kind
        var place: String
    }

    static func mounts(of ask: ContainerAsk) -> [Mount] {
        var mounts: [Mount] = []
        for (index, bind) in (ask.host["Binds"]?.strings ?? []).enumerated() {
            mounts.append(Mount(kind: kind(ofBind: bind), place: ask.place("Binds[\(index)]")))
        }
        for (index, mount) in (ask.host["Mounts"]?.elements ?? []).enumerated() {
            mounts.append(Mount(kind: kind(ofMount: mount), place: ask.place("Mounts[\(index)]")))
        }
        for (index, mount) in ask.mounts.enumerated() {
            mounts.append(Mount(kind: kind(ofEffective: mount), place: "\(ask.prefix)Mounts[\(index)]"))
        }
        for member in ask.body["Volumes"]?.members ?? [] where member.name.contains(":") {
            mounts.append(Mount(kind: kind(ofBind: member.name), place: "\(ask.prefix)Volumes"))
        }
        return mounts
    }

    /// `source:target[:options]`, as moby's Linux parser splits it.
    private static func kind(ofBind bind: String) -> Mount.Kind {
        let parts = bind.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let source = parts.first.map(String.init) else { return .harmless }
        if source.hasPrefix("/") { return .bind(path: source) }
        // Not all that looks relative is a volume's name to every engine: Podman takes `./x` and `~`.
        guard source.utf8.first.map(isAlphanumeric) ?? false else { return .bind(path: source) }
        return .volume(name: source, driver: "", options: [])
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 32)
    }

    private static func kind(ofMount mount: CanonicalValue) -> Mount.Kind {
        let source = mount["Source"]?.string ?? ""
        switch mount["Type"]?.string?.lowercased() ?? "" {
        case "bind": return .bind(path: source)
        case "tmpfs", "image": return .harmless
        case "volume":
            let driver = mount["VolumeOptions"]?["DriverConfig"]
            let options = (driver?["Options"]?.members ?? []).map {
                VolumeOption(name: $0.name, value: $0.value.string ?? "")
            }
            return .volume(name: source, driver: driver?["Name"]?.string ?? "", options: options)
        case let other: return .unknown(other)
        }
    }

    /// A mount as the daemon's inspection lists it: what is really there.
    private static func kind(ofEffective mount: CanonicalValue) -> Mount.Kind {
        switch mount["Type"]?.string ?? "" {
        case "bind": .bind(path: mount["Source"]?.string ?? "")
        case "volume":
            .volume(name: mount["Name"]?.string ?? "", driver: mount["Driver"]?.string ?? "", options: [])
        case "tmpfs", "image": .harmless
        case let other: .unknown(other)
        }
    }

    /// The containers whose volumes it mounts.
    static func volumesFrom(_ ask: ContainerAsk) -> [String] {
        (ask.host["VolumesFrom"]?.strings ?? []).map { entry in
            entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? entry
        }
    }

    private func check(_ mount: Mount, _ objections: inout Objections) {
        let place = isBrought && ask.prefix.isEmpty ? "VolumesFrom: \(mount.place)" : mount.place
        switch mount.kind {
        case .harmless: break
        case .bind(let path): check(bind: path, at: place, &objections)
        case .volume(let name, let driver, let options):
            VolumeCheck.driver(driver, place, &objections)
            VolumeCheck.options(options, place, &objections)
            guard !name.isEmpty, let volume = facts.volumes[name]?.value else { return }
            VolumeCheck.driver(volume.driver, "\(place) (volume \(name))", &objections)
            VolumeCheck.options(volume.options, "\(place) (volume \(name))", &objections)
        case .unknown(let type):
            objections.object(.volumeDrivers, type, at: place, "'\(type)' is no known type of mount")
        }
    }

    private func check(bind path: String, at place: String, _ objections: inout Objections) {
        guard objections.holds(.binds), !objections.allowances.allows(.binds, nil) else { return }
        switch facts.paths[path] {
        case .success(let real): BindCheck.path(path, leadingTo: real, at: place, &objections)
        case .failure(let reason): BindCheck.unresolvable(path, reason, at: place, &objections)
        case nil:
            BindCheck.unresolvable(path, Unresolvable("it was not looked up"), at: place, &objections)
        }
    }
}

/// Holds paths of the host against a profile.
enum BindCheck {
    static func path(
        _ path: String,
        leadingTo real: HostPath,
        at place: String,
        _ objections: inout Objections
    ) {
        let leads = real.path == path ? "" : ", which leads to '\(real.path)'"
        if objections.profile == .baseline {
            guard let exposed = real.exposedPlaces.first else { return }
            return objections.object(
                .binds,
                real.path,
                at: place,
                "'\(path)'\(leads) puts \(exposed.rawValue.replacing("-", with: " ")) of the host within reach"
            )
        }
        objections.object(.binds, real.path, at: place, "'\(path)'\(leads) is no allowed directory of the host")
    }

    /// Where it cannot be told where a path leads, no directory that a policy names can allow it.
    static func unresolvable(
        _ path: String,
        _ reason: Unresolvable,
        at place: String,
        _ objections: inout Objections
    ) {
        objections.object(.binds, at: place, "it cannot be told where '\(path)' leads: \(reason)")
    }
}

/// Holds volumes against a profile.
enum VolumeCheck {
    static func driver(_ driver: String, _ place: String, _ objections: inout Objections) {
        guard !driver.isEmpty, driver != "local" else { return }
        objections.object(.volumeDrivers, driver, at: place, "'\(driver)' is not the local volume driver")
    }

    static func options(_ options: [VolumeOption], _ place: String, _ objections: inout Objections) {
        guard let kind = kind(of: options) else { return }
        // Memory and network file systems are nothing of the host's.
        let isForeign = kind == "tmpfs" || kind.hasPrefix("nfs") || kind == "cifs" || kind.hasPrefix("smb")
        if objections.profile == .baseline, isForeign { return }
        objections.object(
            .volumeOptions,
            kind,
            at: place,
            "the local driver's options mount a file system of type '\(kind)'"
        )
    }

    /// Flags of mount(2) that make the type meaningless.
    private static let rebindingFlags: Set<Substring> = [
        "bind", "rbind", "move", "remount", "shared", "rshared", "slave", "rslave", "private", "rprivate",
        "unbindable", "runbindable",
    ]

    /// What options make the local driver mount: the file system's type, or `bind` where flags make it one; nil for
    /// options that mount nothing.
    static func kind(of options: [VolumeOption]) -> String? {
        let mounting = options.filter { $0.name.lowercased() != "size" }
        guard !mounting.isEmpty else { return nil }
        let flags = mounting.filter { $0.name.lowercased() == "o" }.flatMap { $0.value.split(separator: ",") }
        if flags.contains(where: { rebindingFlags.contains($0) }) { return "bind" }
        let type = mounting.last { $0.name.lowercased() == "type" }?.value.lowercased() ?? ""
        return type.isEmpty ? "none" : type
    }
}
