internal import Dialects
internal import Relay

/// The daemon, asked about what requests refer to.
///
/// Nothing it says is kept: what is decided by is asked anew.
struct Daemon: Sendable {
    let upstream: any Upstream

    /// What a request asks to be shown; nil for what is not there.
    ///
    /// - Throws: whatever else the daemon answers, and no answer: then nobody knows.
    private func inspect(
        _ endpoint: DockerEndpoint,
        _ name: String? = nil
    ) async throws(Unresolvable) -> CanonicalValue? {
        guard let bytes = try await answer(endpoint, name) else { return nil }
        guard let value = try? CanonicalBody.read(answer: bytes), case .object = value else {
            throw Unresolvable("the daemon's answer to \(endpoint.rawValue) is no JSON object")
        }
        return value
    }

    private func answer(_ endpoint: DockerEndpoint, _ name: String?) async throws(Unresolvable) -> [UInt8]? {
        var request = DockerAPIRequest(method: "GET", endpoint: endpoint, name: name)
        // Podman routes its own API by version alone; this one is served by every release since 4.0.
        if endpoint.isLibpod { request.version = APIVersion(4, 0) }
        let target = request.canonicalTarget
        let answer: UpstreamAnswer
        do throws(UpstreamError) {
            answer = try await upstream.get(target)
        } catch {
            throw Unresolvable("the daemon does not answer: \(error)")
        }
        if answer.status == 404 { return nil }
        guard answer.status == 200 else {
            throw Unresolvable("the daemon answers \(answer.status) to GET \(target)")
        }
        return answer.body
    }

    /// A pod of Podman's.
    func pod(_ reference: String) async throws(Unresolvable) -> Fact<PodFact> {
        guard let value = try await inspect(.libpodPodInspect, reference) else { return .absent }
        return .found(
            PodFact(
                infra: value["InfraContainerID"]?.string.flatMap { $0.isEmpty ? nil : $0 },
                shared: Set(value["SharedNamespaces"]?.strings ?? []),
                containers: (value["Containers"]?.elements ?? []).compactMap { $0["Id"]?.string }
            )
        )
    }

    func container(_ reference: String) async throws(Unresolvable) -> Fact<ContainerAsk> {
        guard let bytes = try await answer(.containerInspect, reference) else { return .absent }
        do {
            let container = try InspectedContainer(bytes)
            guard container.isPodmans, let own = try await answer(.libpodContainerInspect, container.id) else {
                return .found(ContainerAsk(container))
            }
            return .found(try ContainerAsk(podman: container, CanonicalBody.read(answer: own)))
        } catch let reason as Unresolvable {
            throw reason
        } catch {
            throw Unresolvable("the daemon's inspection of '\(reference)' cannot be read: \(error)")
        }
    }

    func network(_ reference: String) async throws(Unresolvable) -> Fact<NetworkFact> {
        guard let value = try await inspect(.networkInspect, reference) else { return .absent }
        guard let name = value["Name"]?.string ?? value["name"]?.string,
            let driver = value["Driver"]?.string ?? value["driver"]?.string
        else { throw Unresolvable("the daemon's inspection of the network '\(reference)' names no driver") }
        return .found(NetworkFact(name: name, driver: driver))
    }

    func volume(_ name: String) async throws(Unresolvable) -> Fact<VolumeFact> {
        guard let value = try await inspect(.volumeInspect, name) else { return .absent }
        guard let driver = value["Driver"]?.string else {
            throw Unresolvable("the daemon's inspection of the volume '\(name)' names no driver")
        }
        return .found(VolumeFact(driver: driver, options: VolumeOptions(of: value["Options"])))
    }

    /// An exec that was created before.
    func exec(_ id: String) async throws(Unresolvable) -> Fact<ExecFact> {
        guard let value = try await inspect(.execInspect, id) else { return .absent }
        guard let container = value["ContainerID"]?.string else {
            throw Unresolvable("the daemon's inspection of the exec names no container")
        }
        let process = value["ProcessConfig"]
        let entry = process?["entrypoint"]?.string.map { [$0] } ?? []
        return .found(
            ExecFact(
                container: container,
                isPrivileged: process?["privileged"]?.bool ?? false,
                command: entry + (process?["arguments"]?.strings ?? []),
                user: process?["user"]?.string
            )
        )
    }

    func image(_ reference: String) async throws(Unresolvable) -> Fact<ImageFact> {
        guard let value = try await inspect(.imageInspect, reference) else { return .absent }
        return .found(
            ImageFact(
                id: value["Id"]?.string ?? "",
                tags: value["RepoTags"]?.strings ?? [],
                digests: value["RepoDigests"]?.strings ?? [],
                hasParent: value["Parent"]?.string.map { !$0.isEmpty } ?? false
            )
        )
    }

    /// Whether the daemon has an image of that repository which was not built here on another.
    ///
    /// - Parameter repository: as it is shown: `busybox`, `registry.example/app`.
    func hasOriginal(of repository: String) async throws(Unresolvable) -> Bool {
        let filter = #"{"reference":{"\#(repository)":true}}"#
        let request = DockerAPIRequest(
            method: "GET",
            endpoint: .imageList,
            query: [QueryItem("filters", filter)]
        )
        let answer: UpstreamAnswer
        do throws(UpstreamError) {
            answer = try await upstream.get(request.canonicalTarget)
        } catch {
            throw Unresolvable("the daemon does not answer: \(error)")
        }
        guard answer.status == 200, let value = try? CanonicalBody.read(answer: answer.body),
            case .array(let images) = value
        else {
            throw Unresolvable("the daemon does not list its images of '\(repository)'")
        }
        return images.contains { $0["ParentId"]?.string.map(\.isEmpty) ?? true }
    }

    /// The ids of the containers in the networks that a request to list or inspect them would show.
    func containers(ofNetworks request: DockerAPIRequest) async throws(Unresolvable) -> [String] {
        let answer: UpstreamAnswer
        do throws(UpstreamError) {
            answer = try await upstream.get(request.canonicalTarget)
        } catch {
            throw Unresolvable("the daemon does not answer: \(error)")
        }
        // The daemon tells the client itself what is wrong with it.
        guard answer.status != 404, answer.status != 400 else { return [] }
        guard answer.status == 200, let value = try? CanonicalBody.read(answer: answer.body) else {
            throw Unresolvable("the daemon answers \(answer.status) to GET \(request.canonicalTarget)")
        }
        let networks = if case .array(let all) = value { all } else { [value] }
        return networks.flatMap { ($0["Containers"] ?? $0["containers"])?.members.map(\.name) ?? [] }
    }

    /// Whether it is Podman, which joins some filters otherwise than Docker's engine.
    func isPodman() async throws(Unresolvable) -> Bool {
        guard let value = try await inspect(.version) else { throw Unresolvable("the daemon has no /version") }
        return value["Components"]?.elements.contains { $0["Name"]?.string?.contains("Podman") ?? false } ?? false
    }

    func information() async throws(Unresolvable) -> DaemonFact {
        guard let value = try await inspect(.info) else { throw Unresolvable("the daemon has no /info") }
        return DaemonFact(
            defaultRuntime: value["DefaultRuntime"]?.string ?? "runc",
            logDriver: value["LoggingDriver"]?.string ?? "json-file",
            cgroupVersion: value["CgroupVersion"]?.string ?? "1",
            dataRoot: value["DockerRootDir"]?.string
        )
    }
}

/// An exec that is there.
struct ExecFact: Equatable {
    var container: String
    var isPrivileged: Bool
    var command: [String]
    var user: String?
}

/// An image that is there.
struct ImageFact: Equatable {
    var id: String
    var tags: [String]
    var digests: [String]
    /// Whether it was built here on another.
    var hasParent: Bool
}

extension ContainerAsk {
    /// A container as the daemon's inspection shows it.
    init(_ container: InspectedContainer) {
        body = container.create
        origin = .inspection
        name = container.name ?? container.id
        prefix = "container \(container.name ?? container.id): "
        for member in body["Labels"]?.members ?? [] { labels[member.name] = member.value.string ?? "" }
        inspected = container
    }
}
