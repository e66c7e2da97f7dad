internal import Deployments
internal import Dialects

/// A container of an engine, as its inspection tells it.
///
/// What it was asked to be is read as requests are, by the very same code; the document beside it is for what a deployment's
/// record has no place for.
struct EngineContainer: Sendable {
    /// What `GET /containers/ID/json` answers.
    let document: Document
    /// Why it could not be read; such a container may be anything.
    let deployment: Reading<ContainerDeployment>

    /// Without a slash; its id where it has no name.
    var name: String { Self.name(in: document) }

    static func name(in document: Document) -> String {
        let name = document["Name"]?.text.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        return name ?? document["Id"]?.text ?? ""
    }

    /// The first process in it, as the host numbers it; nil where none runs.
    var process: Int? { Self.process(in: document) }

    static func process(in document: Document) -> Int? {
        document.at("State", "Pid")?.integer.flatMap { $0 > 0 ? Int($0) : nil }
    }

    /// The image as it was asked for.
    var image: String { deployment.value?.container.imageText ?? "" }

    /// The process that runs, as the engine made it of entrypoint and command, the image's own among them.
    var words: [String] { (document["Path"]?.text.map { [$0] } ?? []) + (document["Args"]?.texts ?? []) }

    /// The paths of the host that it sees, by binds, mounts, and volumes of which the engine tells that they bind one.
    var hostPaths: [HostPath] { deployment.value?.host.mounts.map(\.source) ?? [] }

    /// Where it was asked for mounts itself, and not by another's, and whether each is a path of the host as such.
    var askedMounts: [(target: String, isPath: Bool)] {
        let binds = (document.at("HostConfig", "Binds")?.texts ?? []).compactMap(BindSpecification.init)
        let mounts = document.at("HostConfig", "Mounts")?.elements ?? []
        return binds.map { bind in
            if case .path = bind.source { (bind.target, true) } else { (bind.target, false) }
        }
            + mounts.map { ($0["Target"]?.text ?? "", $0["Type"]?.text == "bind") }
    }

    /// Whether another container's network is its own, too.
    static func joinsNetwork(in document: Document) -> Bool {
        document.at("HostConfig", "NetworkMode")?.text?.hasPrefix("container:") ?? false
    }

    /// The network that it was asked to be in: `host`, `bridge`, a network's name.
    var networkMode: String { deployment.value?.host.networkMode ?? "default" }

    var isOnHostNetwork: Bool { deployment.value?.host.namespaces.contains(.network) ?? false }

    /// The networks that it is in.
    var networks: [Document.Member] { document.at("NetworkSettings", "Networks")?.members ?? [] }

    /// `key=value`, as it was asked for or the image has it.
    var labels: [String: String] {
        let pairs = (deployment.value?.container.labels ?? []).map { label in
            label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        return Dictionary(pairs.map { ($0[0], $0.count == 2 ? $0[1] : "") }) { _, last in last }
    }

    /// Those ports of it that images say they listen at.
    var exposedPorts: Set<Int> {
        let names = document.at("Config", "ExposedPorts")?.members.map(\.name) ?? []
        return Set(names.compactMap { $0.split(separator: "/").first.flatMap { Int($0) } })
    }

    /// What the engine hands on to it: the host's address, empty for all, its port, and the container's.
    var publishedPorts: [(address: String, port: Int, inner: Int)] {
        let ports = document.at("NetworkSettings", "Ports")?.members ?? []
        return ports.filter { $0.name.hasSuffix("/tcp") }.flatMap { member in
            let inner = member.name.split(separator: "/").first.flatMap { Int($0) } ?? 0
            return member.value.elements.compactMap { binding in
                binding["HostPort"]?.text.flatMap { Int($0) }.map { (binding["HostIp"]?.text ?? "", $0, inner) }
            }
        }
    }
}

extension DockerEvidence {
    /// The containers that run, each read with what is known of the engine's volumes.
    var inspections: Reading<[EngineContainer]> {
        containers.map { documents in
            var reading = DockerAPIReading()
            for volume in volumes.value ?? [] {
                let options = volume["Options"]?.members ?? []
                guard let name = volume["Name"]?.text else { continue }
                reading.know(volume: name, options: options.map { ($0.name, $0.value.text ?? "") })
            }
            return documents.map { document in
                do throws(ReadingRefusal) {
                    let container = try InspectedContainer(Array(document.compactJSON.utf8))
                    let deployment = reading.know(container, as: container.id)
                    return EngineContainer(document: document, deployment: .known(deployment))
                } catch {
                    return EngineContainer(
                        document: document,
                        deployment: .unreadable("\(error.place): \(error.message)")
                    )
                }
            }
        }
    }

    /// The same for whoever looks for something among them: where one could not be read, it may be that.
    var engineContainers: Reading<[EngineContainer]> {
        inspections.flatMap { containers in
            for container in containers {
                guard case .unreadable(let reason) = container.deployment else { continue }
                return .unreadable("container \"\(container.name)\": \(reason)")
            }
            return .known(containers)
        }
    }
}

extension HostEvidence {
    /// The containers of the engine that answers at the local socket, where all of them could be read.
    var engineContainers: Reading<[EngineContainer]> { docker.flatMap(\.engineContainers) }
}
