internal import Deployments

/// Runtimes' sockets taken out of containers, and the guard's put in their place where what asks speaks Docker's API.
struct GuardedSockets {
    /// Of the runtimes, beyond the usual places.
    let sockets: [String]
    /// Those of them that Docker's API is spoken at.
    private let docker: Set<String>

    init(_ host: HostEvidence?) {
        sockets = host.map { $0.dockerSocketPaths + $0.otherSocketPaths } ?? []
        docker = Set(RuntimeSockets.docker + (host?.dockerSocketPaths ?? [])).union(["/run/podman/podman.sock"])
    }

    private enum Fate { case stays, isGuarded, goes }

    private func fate(of source: HostPath) -> Fate {
        guard !RuntimeMount.among([source], sockets: sockets).isEmpty else { return .stays }
        return docker.contains(source.path) ? .isGuarded : .goes
    }

    // MARK: Engines

    /// The container made again without them; nil where that does not do, or nothing has to.
    func recreation(of container: EngineContainer, on engine: DockerEvidence) -> (
        again: ContainerRecreation, lost: [String]
    )? {
        var mounts: [String: String?] = [:]
        var lost: [String] = []
        for mount in container.deployment.value?.host.mounts ?? [] {
            let fate = fate(of: mount.source)
            guard fate != .stays else { continue }
            let isBound = container.isBound(at: mount.target)
            mounts.updateValue(
                fate == .isGuarded && isBound ? RuntimeMount.guardSocket : nil,
                forKey: mount.target
            )
            if fate == .goes || !isBound { lost.append(mount.source.path) }
        }
        guard !mounts.isEmpty, let again = ContainerRecreation(container, mounts: mounts) else { return nil }
        // What a container has by another's volumes, nothing of its own takes away.
        var after = engine
        after.containers = .known([again.applied(to: container.document)])
        guard let made = after.inspections.value?.first, made.deployment.value != nil,
            RuntimeMount.among(made.hostPaths, sockets: sockets).isEmpty, container.asksForAll(mounts.keys.map(\.self))
        else { return nil }
        return (again, lost.uniqued)
    }

    // MARK: Clusters

    /// The object with its volumes changed, and the paths of nodes that its pods see no more; nil where that does not do.
    func manifest(of template: PodTemplate) -> (object: Document, lost: [String])? {
        /// The volumes that somebody still mounts, those that nobody need, and those that become the guard's socket.
        var kept: Set<String> = []
        var left: Set<String> = []
        var guarded: Set<String> = []
        var lost: [String] = []
        let changed = template.manifest { container in
            guard let mounts = container.document["volumeMounts"]?.elements else { return container.document }
            let sources = container.deployment.host.mounts
            let staying = mounts.filter { mount in
                guard let name = mount["name"]?.text else { return true }
                let source = sources.first { $0.target == mount["mountPath"]?.text }?.source
                let isWhole = (mount["subPath"]?.text ?? mount["subPathExpr"]?.text ?? "").isEmpty
                switch source.map(fate) ?? .stays {
                case .stays: kept.insert(name)
                case .isGuarded where isWhole: guarded.insert(name)
                case .isGuarded, .goes:
                    left.insert(name)
                    lost += source.map { [$0.path] } ?? []
                    return false
                }
                return true
            }
            return staying.count == mounts.count
                ? container.document : container.document.setting(.list(staying), at: ["volumeMounts"])
        }
        let place = template.path + ["spec", "volumes"]
        let volumes = (changed.at(place)?.elements ?? []).compactMap { volume -> Document? in
            guard let name = volume["name"]?.text else { return volume }
            if guarded.contains(name) {
                let own: Document = ["path": .text(RuntimeMount.guardSocket), "type": "Socket"]
                return volume.setting(own, at: ["hostPath"])
            }
            return left.subtracting(kept).contains(name) ? nil : volume
        }
        let object = changed.setting(.list(volumes), at: place).madeAgain
        guard let read = ClusterObject(object).flatMap({ PodTemplate($0) }),
            RuntimeMount.among(read.hostPaths, sockets: sockets).isEmpty
        else { return nil }
        return (object, lost.uniqued)
    }
}

extension EngineContainer {
    /// Whether a path of the host is mounted somewhere as such, and not as a volume.
    fileprivate func isBound(at target: String) -> Bool {
        askedMounts.contains { $0.target == target && $0.isPath }
    }

    /// Whether it was asked for mounts at all of some places, and has none of them by another's.
    fileprivate func asksForAll(_ places: [String]) -> Bool {
        Set(places).isSubset(of: askedMounts.map(\.target))
    }
}

extension Document {
    /// An object that is deleted and made again: without what a server adds to one of its kind as it makes it.
    fileprivate var madeAgain: Document {
        switch self["kind"]?.text {
        case "Pod": return removing(["spec", "ephemeralContainers"])
        case "Job":
            let names = [
                "controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name",
            ]
            var job = at("spec", "manualSelector")?.bool == true ? self : removing(["spec", "selector"])
            for name in names where job.at("spec", "manualSelector")?.bool != true {
                job = job.removing(["metadata", "labels", name])
                    .removing(["spec", "template", "metadata", "labels", name])
            }
            return job
        default: return self
        }
    }
}
