internal import Deployments
internal import Dialects

/// Finds out what the things are that a container refers to, by asking the daemon and the host.
struct FactGathering {
    let daemon: Daemon
    let files: any HostFiles
    let places: EnginePlaces
    /// What the profile and the policy leave to be judged: nothing is asked about what is open anyway.
    let objections: Objections

    private(set) var facts: Facts
    private var remaining = FactGathering.questionLimit

    /// A body may name thousands of things; a container has a few.
    private static let questionLimit = 128
    /// How far containers are followed that join others.
    private static let depthLimit = 4

    init(daemon: Daemon, files: any HostFiles, places: EnginePlaces, objections: Objections, facts: Facts) {
        self.facts = facts
        self.daemon = daemon
        self.files = files
        self.places = places
        self.objections = objections
    }

    /// Gathers what `ask` refers to, and what that refers to.
    mutating func gather(for ask: ContainerAsk, depth: Int = 0) async {
        guard objections.profile != .none else { return }
        await gatherDaemon(ask)
        await gatherNetworks(ask)
        await gatherMounts(ask)
        for (place, reference) in Self.joined(by: ask) { await container(reference, at: place, depth: depth) }
    }

    /// What the daemon does by itself, where it may explain what a container shows.
    private mutating func gatherDaemon(_ ask: ContainerAsk) async {
        let hasOddRuntime = !["", "runc"].contains(ask.host["Runtime"]?.string ?? "")
        let isInspection = ask.origin == .inspection
        let isHostCgroup = isInspection && ask.host["CgroupnsMode"]?.string == "host"
        let logDriver = ask.host["LogConfig"]?["Type"]?.string ?? ""
        let hasOddLog = isInspection && !["", "json-file", "local", "none", "journald"].contains(logDriver)
        guard facts.daemon == nil, hasOddRuntime || isHostCgroup || hasOddLog else { return }
        guard mayAsk(at: ask.place("Runtime")) else { return }
        do throws(Unresolvable) {
            facts.daemon = try await daemon.information()
        } catch {
            // Without it, nothing is taken for the daemon's own choice.
        }
    }

    private mutating func gatherNetworks(_ ask: ContainerAsk) async {
        for (place, reference) in NamespaceCheck(ask: ask, facts: facts).networks {
            await network(reference, at: place)
        }
    }

    mutating func network(_ reference: String, at place: String) async {
        guard NamespaceCheck.isLookedUp(reference),
            facts.networks[reference] == nil, mayAsk(at: place)
        else { return }
        do throws(Unresolvable) {
            facts.networks[reference] = try await daemon.network(reference)
        } catch {
            unresolved(place, "the network '\(reference)'", error)
        }
    }

    private mutating func gatherMounts(_ ask: ContainerAsk) async {
        for mount in MountCheck.mounts(of: ask) {
            switch mount.kind {
            case .bind(let path): await resolve(path, at: mount.place)
            case .volume(let name, _, let options):
                await gather(options, at: mount.place)
                await volume(name, at: mount.place)
            case .harmless, .unknown: break
            }
        }
        for use in ask.usedPaths { await resolve(use.path, at: use.place) }
    }

    /// Finds out where the paths of the host lead that a volume's options mount.
    mutating func gather(_ options: VolumeOptions, at place: String) async {
        for path in options.pathsToResolve { await resolve(path, at: place) }
    }

    private mutating func resolve(_ path: String, at place: String) async {
        guard facts.paths[path] == nil, objections.holds(.binds) else { return }
        await gatherEngine(at: place)
        guard facts.paths.count < Self.questionLimit else { return }
        let files = files
        facts.paths[path] = await Self.offLoop { Self.real(path, by: files) }
    }

    private static func real(_ path: String, by files: any HostFiles) -> Result<HostPath, Unresolvable> {
        Result { () throws(Unresolvable) in try files.resolve(path) }
    }

    /// Asks the file system where an event loop's other connections do not wait for it: a share that hangs would hold
    /// them all.
    private static func offLoop<Answer: Sendable>(_ ask: @Sendable () -> Answer) async -> Answer {
        await withTaskExecutorPreference(globalConcurrentExecutor) { ask() }
    }

    /// Where the engine's own things are: it says where its data are, and may say otherwise the next time.
    private mutating func gatherEngine(at place: String) async {
        guard facts.engine == nil, mayAsk(at: place) else { return }
        do throws(Unresolvable) {
            let information = if let known = facts.daemon { known } else { try await daemon.information() }
            facts.daemon = information
            let (places, files) = (places, files)
            facts.engine = await Self.offLoop { places.resolved(dataRoot: information.dataRoot, by: files) }
        } catch {
            let (places, files) = (places, files)
            facts.engine = await Self.offLoop { places.resolved(dataRoot: nil, by: files) }
            unresolved(place, "where the engine keeps its data", error)
        }
    }

    private mutating func volume(_ name: String, at place: String) async {
        guard !name.isEmpty, facts.volumes[name] == nil, mayAsk(at: place) else { return }
        do throws(Unresolvable) {
            let fact = try await daemon.volume(name)
            facts.volumes[name] = fact
            if let volume = fact.value { await gather(volume.options, at: place) }
        } catch {
            unresolved(place, "the volume '\(name)'", error)
        }
    }

    /// The containers that it joins, with the places where they are named.
    static func joined(by ask: ContainerAsk) -> [(place: String, reference: String)] {
        var joined = NamespaceCheck.modes.compactMap { mode in
            ask.host[mode.field]?.string.flatMap(NamespaceMode.container).map { (ask.place(mode.field), $0) }
        }
        joined += MountCheck.volumesFrom(ask).map { (ask.place("VolumesFrom"), $0) }
        return joined
    }

    private mutating func container(_ reference: String, at place: String, depth: Int) async {
        guard facts.containers[reference] == nil, mayAsk(at: place) else { return }
        guard depth < Self.depthLimit else {
            return unresolved(place, "'\(reference)'", Unresolvable("containers join each other too deeply"))
        }
        do throws(Unresolvable) {
            let fact = try await daemon.container(reference)
            facts.containers[reference] = fact
            if let other = fact.value { await gather(for: other, depth: depth + 1) }
        } catch {
            unresolved(place, "the container '\(reference)'", error)
        }
    }

    private mutating func mayAsk(at place: String) -> Bool {
        guard remaining > 0 else {
            if remaining == 0 {
                remaining = -1
                facts.unresolved.append(
                    Unresolved(place: place, message: "it refers to more than \(Self.questionLimit) other things")
                )
            }
            return false
        }
        remaining -= 1
        return true
    }

    private mutating func unresolved(_ place: String, _ what: String, _ reason: Unresolvable) {
        facts.unresolved.append(Unresolved(place: place, message: "\(what) cannot be looked up: \(reason)"))
    }
}
