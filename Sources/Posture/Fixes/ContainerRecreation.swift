internal import Deployments
internal import Dialects

/// A container of an engine that is made again, from its own inspection at that time, with some of it changed.
///
/// An engine changes neither mounts, arguments nor variables of a container that is there. What is not changed stays: volumes
/// with and without names, networks with their addresses and aliases, ports, restart policy. The old one is kept, stopped,
/// by another name.
package struct ContainerRecreation: Sendable, Equatable {
    package let name: String
    /// Where something is mounted, as it was asked for, and the path of the host that is mounted there instead; nil where
    /// nothing is.
    let mounts: [String: String?]
    let program: ContainerChanges
    let ports: [MovedPort]

    /// A port of the container's own that is published no more, and one that is in its place, at its own number.
    struct MovedPort: Sendable, Equatable {
        var from: Int
        var to: Int
    }

    /// What else makes containers: it would make the old one again.
    private static let makers = ["com.docker.swarm.service.id", "io.kubernetes.pod.name", "nomad_alloc_id"]

    /// What people have to know of any.
    static let caution =
        "what made it (Compose, a script, a unit) has to say the same, or makes it as it was; it is away for a moment, and "
        + "containers that share its network have to be started again"

    /// - Returns: nil for a container that something else makes, that goes when it is stopped, or whose name no engine gives.
    init?(
        _ container: EngineContainer,
        mounts: [String: String?] = [:],
        program: ContainerChanges = ContainerChanges(),
        ports: [MovedPort] = []
    ) {
        let labels = container.labels
        let maker = Self.makers.contains { name in labels.keys.contains { $0 == name || $0.hasSuffix(".\(name)") } }
        let isNamed =
            container.document["Name"] != nil
            && container.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
            && container.name.first.map { $0.isLetter || $0.isNumber } ?? false
        guard isNamed, !maker, container.document.at("HostConfig", "AutoRemove")?.bool != true else { return nil }
        name = container.name
        self.mounts = mounts
        self.program = program
        self.ports = ports
    }

    /// The inspection of the container that comes of it.
    package func applied(to inspection: Document) -> Document {
        var changed = inspection
        if let binds = inspection.at("HostConfig", "Binds")?.elements {
            changed = changed.setting(.list(binds.compactMap(applied(toBind:))), at: ["HostConfig", "Binds"])
        }
        for (path, target, source) in [
            (["HostConfig", "Mounts"], "Target", "Source"), (["Mounts"], "Destination", "Source"),
        ] {
            guard let all = inspection.at(path)?.elements else { continue }
            let kept = all.compactMap { one -> Document? in
                guard let change = change(at: one[target]?.text, exactly: path.count > 1) else { return one }
                return change.map { one.setting(.text($0), at: [source]) }
            }
            changed = changed.setting(.list(kept), at: path)
        }
        for path in [["HostConfig", "PortBindings"], ["NetworkSettings", "Ports"]] {
            guard let bindings = inspection.at(path), !ports.isEmpty else { continue }
            changed = changed.setting(ports.reduce(bindings) { $1.applied(to: $0) }, at: path)
        }
        return applyingProgram(to: changed)
    }

    /// What becomes of what is mounted somewhere; nil where nothing does.
    ///
    /// - Parameter isExact: whether the place is told as it was asked for, and not as the engine cleans it.
    private func change(at target: String?, exactly isExact: Bool) -> String?? {
        guard let target else { return nil }
        if isExact { return mounts[target] }
        return mounts.first { HostPath($0.key) == HostPath(target) }?.value
    }

    private func applied(toBind bind: Document) -> Document? {
        guard let text = bind.text, let target = BindSpecification(text)?.target,
            let change = change(at: target, exactly: true), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return bind }
        return change.map { .text($0 + text[colon...]) }
    }

    private func applyingProgram(to inspection: Document) -> Document {
        guard !program.isEmpty else { return inspection }
        var changed = inspection
        for (path, isLast) in [(["Config", "Entrypoint"], false), (["Config", "Cmd"], true), (["Args"], true)] {
            let words = inspection.at(path)?.texts ?? []
            let given = program.applied(to: words) + (isLast ? program.addedArguments : [])
            if given != words { changed = changed.setting(.list(given.map { .text($0) }), at: path) }
        }
        let gone = program.removedVariables.union(program.variables.keys)
        guard !gone.isEmpty else { return changed }
        let kept = (inspection.at("Config", "Env")?.texts ?? []).filter { variable in
            !gone.contains(String(variable.prefix { $0 != "=" }))
        }
        let set = program.variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return changed.setting(.list((kept + set).map { .text($0) }), at: ["Config", "Env"])
    }
}

extension ContainerRecreation.MovedPort {
    fileprivate func applied(to bindings: Document) -> Document {
        guard let old = bindings["\(from)/tcp"] else { return bindings }
        let without = bindings.removing(["\(from)/tcp"])
        guard without["\(to)/tcp"] == nil else { return without }
        let moved = old.elements.map { $0.setting(.text(String(to)), at: ["HostPort"]) }
        return without.setting(.list(moved), at: ["\(to)/tcp"])
    }
}
