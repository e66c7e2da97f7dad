internal import Deployments
internal import Dialects
internal import Judge

extension Examination {
    /// Holds a request of Podman's own API against the profile and the policy; false for one that is told by its route.
    mutating func podman() async -> Bool {
        switch request.endpoint {
        case .libpodContainerCreate: await createContainer()
        case .libpodPodCreate: await createPod()
        case .libpodPodStart, .libpodPodRestart, .libpodPodUnpause: await everyContainerOfPod()
        case .libpodContainerUpdate: await updateContainer()
        case .libpodVolumeCreate: createVolume()
        case .libpodNetworkCreate: createNetwork()
        case .libpodNetworkConnect: await connectNetwork()
        case .libpodImagePull: await pullImage()
        case .libpodImageLoad, .libpodImageImport:
            objections.object(.imageLoads, at: "body", "the archive's images and their names are not seen")
            await name(request.value("reference"), at: "query reference")
        case .libpodImageTag, .libpodCommit:
            if request.endpoint == .libpodCommit { await existing(request.value("container")) }
            await name(ImageQuery.reference(request.value("repo"), tag: request.value("tag")), at: "query repo")
        case .libpodBuild: await build()
        default: return false
        }
        return true
    }

    private mutating func createContainer() async {
        guard let body else { return needsBody() }
        await examine(ContainerAsk(specGenerator: body, pod: await pod(body["pod"]?.string)))
        // Started with it, if it is started with what it depends on.
        for (index, name) in (body["dependencyContainers"]?.strings ?? []).prefix(Self.dependencyLimit).enumerated() {
            await other(name, at: "dependencyContainers[\(index)]")
        }
        if (body["dependencyContainers"]?.strings.count ?? 0) > Self.dependencyLimit {
            objections.object(.podman, "dependencyContainers", at: "dependencyContainers", "there are too many")
        }
        await runPodman(image: body["image"]?.string, at: "image")
        if body["raw_image_name"]?.string != body["image"]?.string {
            await runPodman(image: body["raw_image_name"]?.string, at: "raw_image_name")
        }
        for (index, volume) in (body["image_volumes"]?.elements ?? []).enumerated() {
            await runPodman(image: volume["Source"]?.string, at: "image_volumes[\(index)].Source")
        }
        for (index, volume) in (body["artifact_volumes"]?.elements ?? []).enumerated() {
            await runPodman(image: volume["source"]?.string, at: "artifact_volumes[\(index)].source")
        }
        if images.judgesRuns, body["rootfs"]?.string?.isEmpty == false {
            refuse(image: "", at: "rootfs", "a directory of the host is no listed image")
        }
        inScope(name: body["name"]?.string, labels: Self.labels(of: body))
    }

    private static let dependencyLimit = 16

    private static func labels(of body: CanonicalValue) -> [String: String] {
        Dictionary((body["labels"]?.members ?? []).map { ($0.name, $0.value.string ?? "") }) { $1 }
    }

    /// What a container takes up from the pod that it joins, which is held against the profile with it.
    private mutating func pod(_ reference: String?) async -> PodmanCreate.Pod? {
        guard let reference, !reference.isEmpty else { return nil }
        do throws(Unresolvable) {
            guard let pod = try await daemon.pod(reference).value, let infra = pod.infra else { return nil }
            // Its mounts, devices and confinement pass on to those that join.
            await other(infra, at: "pod")
            return PodmanCreate.Pod(infra: infra, shared: pod.shared)
        } catch {
            facts.unresolved.append(Unresolved(place: "pod", message: "the pod cannot be looked up: \(error)"))
            return nil
        }
    }

    /// Holds another container that is there against the profile.
    private mutating func other(_ reference: String, at place: String) async {
        do throws(Unresolvable) {
            guard let ask = try await daemon.container(reference).value else { return }
            facts.containers[reference] = .found(ask)
            await examine(ask)
        } catch {
            facts.unresolved.append(
                Unresolved(place: place, message: "'\(reference)' cannot be looked up: \(error)")
            )
        }
    }

    private mutating func createPod() async {
        let body = self.body ?? .object([])
        await examine(ContainerAsk(specGenerator: body, as: .podSpecGenerator))
        await runPodman(image: body["infra_image"]?.string, at: "infra_image")
        inScope(name: body["name"]?.string, labels: Self.labels(of: body))
    }

    private mutating func everyContainerOfPod() async {
        do throws(Unresolvable) {
            guard let name = request.name, let pod = try await daemon.pod(name).value else { return }
            for container in pod.containers { await existing(container) }
        } catch {
            facts.unresolved.append(Unresolved(place: "target", message: "the pod cannot be looked up: \(error)"))
        }
    }

    /// Limits alone; what they say of devices, and what is written as it is, counts as in a create.
    private mutating func updateContainer() async {
        await existing(request.name)
        guard let body else { return }
        for key in BodySchema.libpodUpdate.unknownKeys(in: body) {
            objections.object(.podman, key, at: key, "no version of Podman up to 6.0 is known to have this key")
        }
        let limits = CanonicalValue.object([
            CanonicalMember(
                "resource_limits",
                .object(body.members.filter { ["devices", "unified"].contains($0.name) })
            ),
            CanonicalMember("healthLogDestination", body["health_log_destination"] ?? .null),
        ])
        await examine(ContainerAsk(specGenerator: limits))
    }

    private mutating func createVolume() {
        guard let body else { return }
        unknownKeys(of: body, .libpodVolumeCreate)
        VolumeCheck.driver(body["Driver"]?.string ?? "", "Driver", &objections)
        VolumeCheck.options(VolumeOptions(of: body["Options"]), "Options", &objections)
    }

    private mutating func createNetwork() {
        guard let body else { return needsBody() }
        unknownKeys(of: body, .libpodNetworkCreate)
        NetworkCheck.libpod(body, &objections)
    }

    private mutating func connectNetwork() async {
        guard let body else { return needsBody() }
        unknownKeys(of: body, .libpodNetworkConnect)
        await existing(body["container"]?.string)
        guard let network = request.name else { return }
        let attachment = CanonicalValue.object([CanonicalMember("options", body["options"] ?? .null)])
        let networks = CanonicalValue.object([CanonicalMember(network, attachment)])
        await examine(ContainerAsk(specGenerator: .object([CanonicalMember("Networks", networks)])))
    }

    private mutating func unknownKeys(of body: CanonicalValue, _ schema: BodySchema) {
        for key in schema.unknownKeys(in: body) {
            objections.object(.podman, key, at: key, "no version of Podman up to 6.0 is known to have this key")
        }
    }

    // MARK: Images

    private mutating func pullImage() async {
        guard var text = request.value("reference"), !text.isEmpty else { return }
        if text.hasPrefix("docker://") { text = String(text.dropFirst("docker://".count)) }
        guard !images.judgesRuns || !Self.isShort(text) else { return refuseShort(text, at: "query reference") }
        // The client asks for a pull before each run, of what is there already, too.
        if let policy = request.value("policy")?.lowercased(), Self.keepingPolicies.contains(policy),
            (try? await daemon.image(text))?.value != nil
        {
            return check(text, at: "query reference", isPull: false)
        }
        check(text, at: "query reference", isPull: true)
    }

    /// Policies by which nothing is pulled where the image is there.
    private static let keepingPolicies: Set<String> = ["missing", "never", "ifnotpresent"]

    private mutating func runPodman(image text: String?, at place: String) async {
        guard images.judgesRuns, let text, !text.isEmpty else { return }
        guard !Self.isShort(text) else { return refuseShort(text, at: place) }
        await run(image: text, at: place)
    }

    /// Whether Podman looks a name up in registries of its own choice, or among the images that were built here.
    private static func isShort(_ text: String) -> Bool {
        if ImageReference.isImageID(text) { return false }
        guard let slash = text.firstIndex(of: "/") else { return true }
        let first = text[..<slash]
        return !(first.contains(".") || first.contains(":") || first == "localhost")
    }

    private mutating func refuseShort(_ text: String, at place: String) {
        refuse(image: text, at: place, "'\(text)' names no registry, and Podman may take it from any: write it whole")
    }
}

extension NetworkCheck {
    private static let harmlessLibpodOptions: Set<String> = [
        "mtu", "isolate", "metric", "no_default_route", "com.docker.network.driver.mtu",
    ]

    /// The body of Podman's `POST /libpod/networks/create`.
    static func libpod(_ body: CanonicalValue, _ objections: inout Objections) {
        driver(body["driver"]?.string ?? "", at: "driver", &objections)
        for option in body["options"]?.members ?? [] where !harmlessLibpodOptions.contains(option.name) {
            objections.object(
                .networkOptions,
                option.name,
                at: "options.\(option.name)",
                "'\(option.name)' may take over an interface of the host"
            )
        }
        if let interface = body["network_interface"]?.string, !interface.isEmpty {
            objections.object(
                .networkOptions,
                "network_interface",
                at: "network_interface",
                "'\(interface)' may be an interface that the host has already"
            )
        }
        for option in body["ipam_options"]?.members ?? [] {
            let value = option.value.string ?? ""
            if option.name == "driver", ["", "host-local", "none"].contains(value) { continue }
            objections.object(.networkDrivers, value, at: "ipam_options.\(option.name)", "'\(value)' is not host-local")
        }
    }
}
