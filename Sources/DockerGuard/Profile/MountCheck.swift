internal import Deployments
internal import Dialects

/// Holds what is mounted into a container against a profile.
struct MountCheck {
    let ask: ContainerAsk
    let facts: Facts

    func run(_ objections: inout Objections) {
        for mount in Self.mounts(of: ask) { check(mount, &objections) }
        for use in ask.usedPaths { check(bind: use.path, at: use.place, &objections) }
        if let driver = ask.host["VolumeDriver"]?.string {
            VolumeCheck.driver(driver, ask.place("VolumeDriver"), &objections)
        }
        for reference in Self.volumesFrom(ask) {
            guard let other = facts.containers[reference]?.value else { continue }
            var brought = MountCheck(ask: other, facts: facts)
            brought.isBrought = true
            for mount in Self.mounts(of: other) { brought.check(mount, &objections) }
            for use in other.usedPaths { brought.check(bind: use.path, at: use.place, &objections) }
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
            case volume(name: String, driver: String, options: VolumeOptions)
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
        for member in ask.body["Volumes"]?.members ?? [] where member.name.contains(":") {
            mounts.append(Mount(kind: kind(ofBind: member.name), place: "\(ask.prefix)Volumes"))
        }
        return mounts
    }

    private static func kind(ofBind bind: String) -> Mount.Kind {
        switch BindSpecification(bind)?.source {
        case .path(let path), .doubtful(let path): .bind(path: path)
        case .volume(let name): .volume(name: name, driver: "", options: VolumeOptions([]))
        case nil: .harmless
        }
    }

    private static func kind(ofMount mount: CanonicalValue) -> Mount.Kind {
        let source = mount["Source"]?.string ?? ""
        // Podman puts these into one line of words between commas, of which the last counts.
        for text in [mount["Type"], mount["Source"], mount["Target"], mount["BindOptions"]?["Propagation"]]
        where text?.string?.contains(where: { [",", "\"", "\n", "\r"].contains($0) }) == true {
            return .bind(path: text?.string ?? "")
        }
        switch mount["Type"]?.string?.lowercased() ?? "" {
        case "bind", "glob": return .bind(path: source)
        case "tmpfs", "image": return .harmless
        case "volume":
            let driver = mount["VolumeOptions"]?["DriverConfig"]
            return .volume(
                name: source,
                driver: driver?["Name"]?.string ?? "",
                options: VolumeOptions(of: driver?["Options"])
            )
        case let other: return .unknown(other)
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
            BindCheck.paths(of: options, facts, at: place, &objections)
            guard !name.isEmpty, let volume = facts.volumes[name]?.value else { return }
            VolumeCheck.driver(volume.driver, "\(place) (volume \(name))", &objections)
            VolumeCheck.options(volume.options, "\(place) (volume \(name))", &objections)
            BindCheck.paths(of: volume.options, facts, at: "\(place) (volume \(name))", &objections)
        case .unknown(let type):
            objections.object(.volumeDrivers, type, at: place, "'\(type)' is no known type of mount")
        }
    }

    private func check(bind path: String, at place: String, _ objections: inout Objections) {
        guard objections.holds(.binds) else { return }
        let isNearEngine = BindCheck.engine(path, facts, at: place, &objections)
        guard !isNearEngine, !objections.allowances.allows(.binds, nil) else { return }
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
    /// Refuses a path that would bring one of the engine's or the guard's own things, unless the policy lists that very
    /// path; whether it would.
    ///
    /// A directory that is allowed for what lies in it is not allowed for these.
    static func engine(_ path: String, _ facts: Facts, at place: String, _ objections: inout Objections) -> Bool {
        let real: HostPath
        switch facts.paths[path] {
        case .success(let found): real = found
        // Where nobody can look, and any path is allowed, its letters are all there is to go by.
        case .failure, nil:
            guard objections.allowances.allows(.binds, nil) else { return false }
            real = HostPath(path)
        }
        guard let found = facts.engine?.first(where: { $0.isWithinReach(of: real) }) else { return false }
        let leads = real.path == path ? "" : ", which leads to '\(real.path)'"
        let isAllowed = objections.profile != .strict || objections.allowances.allows(.binds, real.path)
        let how = found.path.contains(real) ? "is \(found.what), or a part of it" : "holds \(found.what)"
        let message = isAllowed ? "\(how) (\(found.path.path))" : "is no allowed directory of the host"
        objections.insistListed(.binds, real.path, at: place, "'\(path)'\(leads) \(message)")
        return !objections.allowances.lists(.binds, real.path)
    }

    /// The same for what a volume's options mount.
    static func paths(
        of options: VolumeOptions,
        _ facts: Facts,
        at place: String,
        _ objections: inout Objections
    ) {
        guard objections.holds(.binds) else { return }
        for path in options.pathsToResolve where !engine(path, facts, at: place, &objections) {
            guard case .failure(let reason)? = facts.paths[path] else { continue }
            unresolvable(path, reason, at: place, &objections)
        }
    }

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

    static func options(_ options: VolumeOptions, _ place: String, _ objections: inout Objections) {
        guard let kind = kind(of: options) else { return }
        // Memory and network file systems are nothing of the host's.
        if objections.profile == .baseline, options.isForeign, !options.isRebinding { return }
        objections.object(
            .volumeOptions,
            kind,
            at: place,
            "the local driver's options mount a file system of type '\(kind)'"
        )
    }

    /// What options make the local driver mount: the file system's type, or `bind` where flags make it one; nil for
    /// options that mount nothing.
    static func kind(of options: VolumeOptions) -> String? {
        guard options.areMounting else { return nil }
        if options.isRebinding { return "bind" }
        return options.type.isEmpty ? "none" : options.type
    }
}

extension VolumeOptions {
    /// The host paths behind them as the kernel is given them: `..` counts only once the links before it are followed.
    var pathsToResolve: [String] {
        let paths = hostPaths
        guard !paths.isEmpty, let device, device.hasPrefix("/") else { return paths.map(\.path) }
        return [device]
    }

    /// The options in an object of a body or an inspection.
    init(of object: CanonicalValue?) {
        self.init((object?.members ?? []).map { ($0.name, $0.value.string ?? "") })
    }
}
