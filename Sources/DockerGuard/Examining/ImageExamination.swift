internal import Deployments
internal import Dialects
internal import Judge

extension Examination {
    /// Holds a request for an image, or for an image's name, against the policy.
    mutating func image() async {
        switch request.endpoint {
        case .imageCreate: await pull()
        case .imageLoad: objectWhereListed(.imageLoads, at: "body", "the archive's images and their names are not seen")
        case .imageTag:
            await name(ImageQuery.reference(request.value("repo"), tag: request.value("tag")), at: "query repo")
        case .commit:
            await existing(request.value("container"))
            await name(ImageQuery.reference(request.value("repo"), tag: request.value("tag")), at: "query repo")
        case .build: await build()
        default: break
        }
    }

    private mutating func pull() async {
        if let source = request.value("fromSrc"), !source.isEmpty || request.value("fromImage") == nil {
            objections.object(.imageLoads, at: "query fromSrc", "the image is made from '\(source)'")
            return await name(ImageQuery.reference(request.value("repo"), tag: request.value("tag")), at: "query repo")
        }
        guard let text = ImageQuery.reference(request.value("fromImage"), tag: request.value("tag")) else {
            return objections.object(.imageLoads, at: "query", "the request names no image to pull")
        }
        check(text, at: "query fromImage", isPull: true)
    }

    /// Holds an image that a container runs against the policy's list.
    mutating func run(image text: String?, at place: String) async {
        guard images.judgesRuns, let text, !text.isEmpty else { return }
        // An id, or its beginning, stands for an image of any name.
        let isID = ImageReference.isImageID(text) || text.utf8.allSatisfy(Self.isHexadecimal)
        guard isID else { return check(text, at: place, isPull: false) }
        do throws(Unresolvable) {
            guard let fact = try await daemon.image(text).value else { return check(text, at: place, isPull: false) }
            let names = fact.tags + fact.digests
            guard names.contains(where: { (try? ImageReference(parsing: $0)).map(isListed) ?? false }) else {
                return refuse(image: text, at: place, "none of the names of '\(text)' is listed")
            }
        } catch {
            facts.unresolved.append(Unresolved(place: place, message: "the image cannot be looked up: \(error)"))
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }

    private func isListed(_ image: ImageReference) -> Bool {
        terms.allowances.allows(.images, image.name) || images.objection(to: image) == nil
    }

    mutating func check(_ text: String, at place: String, isPull: Bool) {
        let image: ImageReference
        do {
            image = try ImageReference(parsing: text)
        } catch {
            return refuse(image: text, at: place, "'\(text)' names no image: \(error)")
        }
        guard let objection = images.objection(to: image) else { return }
        let isListed = images.allowed != nil || !images.refused.isEmpty || images.requiresDigest
        guard isListed || !images.forbiddenTags.isEmpty else {
            // Nothing is listed: pulls are held to Docker Hub by the profile.
            if isPull { objections.object(.images, image.name, at: place, objection) }
            return
        }
        guard !terms.allowances.allows(.images, image.name) else { return }
        refuse(image: text, at: place, objection)
    }

    mutating func refuse(image: String, at place: String, _ message: String) {
        objections.refuse(
            ProfilePart.images.rawValue,
            at: place,
            message,
            remedy: "use a listed image, by digest where the policy asks for it, or extend 'images' of the policy"
        )
    }

    /// Refuses to give the name of an image that is there, or that is listed, to another.
    ///
    /// A listed name means what its registry keeps under it: whoever could give it away could run anything by it. Hence
    /// it is held back under every profile, and the name of another image that is there under the strict one alone.
    mutating func name(_ text: String?, at place: String) async {
        guard let text, images.allowed != nil || objections.holds(.imageNames) else { return }
        guard let image = try? ImageReference(parsing: text) else { return }
        let shown = image.registry == "docker.io" ? Self.familiar(image.repository) : image.name
        guard !objections.allowances.allows(.imageNames, shown) else { return }
        if images.allowed != nil, images.lists(image) || terms.allowances.allows(.images, image.name) {
            return objections.insist(.imageNames, shown, at: place, "'\(shown)' is the name of a listed image")
        }
        guard objections.holds(.imageNames) else { return }
        do throws(Unresolvable) {
            guard try await daemon.hasOriginal(of: shown) else { return }
            objections.object(
                .imageNames,
                shown,
                at: place,
                "'\(shown)' is the name of an image that was not built here on another"
            )
        } catch {
            facts.unresolved.append(Unresolved(place: place, message: "the name cannot be looked up: \(error)"))
        }
    }

    /// Objects, under every profile where images are listed: what names it gives is not seen.
    mutating func objectWhereListed(_ part: ProfilePart, _ value: String? = nil, at place: String, _ message: String) {
        if images.allowed != nil {
            objections.insist(part, value, at: place, message)
        } else {
            objections.object(part, value, at: place, message)
        }
    }

    /// `library/busybox` is `busybox`.
    private static func familiar(_ repository: String) -> String {
        repository.hasPrefix("library/") ? String(repository.dropFirst(8)) : repository
    }
}

extension Examination {
    mutating func build() async {
        PodmanBuild.check(request.query, isLibpod: request.endpoint.isLibpod, &objections)
        if request.endpoint.isLibpod {
            for text in request.query where text.name == "t" { await name(text.value, at: "query t") }
            return
        }
        if let version = request.value("version"), version == "2" {
            objections.object(.sessions, at: "query version", "BuildKit's instructions are not seen")
        }
        if let session = request.value("session"), !session.isEmpty {
            objections.object(.sessions, at: "query session", "the build's context is sent where nobody sees it")
        }
        if let remote = request.value("remote"), !remote.isEmpty, remote != "client-session" {
            objections.object(
                .buildContexts,
                remote,
                at: "query remote",
                "the daemon fetches the context from '\(remote)'"
            )
        }
        await buildNetwork()
        for option in ["cgroupparent", "securityopt", "outputs", "isolation"] {
            guard let value = request.value(option), !value.isEmpty, value != "[]", value != "default" else { continue }
            let message = "'\(option)' is '\(value)'"
            if option == "outputs" {
                // An exporter of BuildKit's gives names of its own.
                objectWhereListed(.buildOptions, option, at: "query \(option)", message)
            } else {
                objections.object(.buildOptions, option, at: "query \(option)", message)
            }
        }
        for text in request.query where text.name == "t" { await name(text.value, at: "query t") }
    }

    private mutating func buildNetwork() async {
        guard let mode = request.value("networkmode"), !NamespaceCheck.builtInNetworks.contains(mode) else { return }
        await holdJoined(of: Self.networked(mode))
        if mode.lowercased() == "host" || NamespaceMode.container(in: mode) != nil || mode.hasPrefix("ns:") {
            return objections.object(
                .buildNetworks,
                mode,
                at: "query networkmode",
                "the build runs in the network of '\(mode)'"
            )
        }
        await examine(Self.networked(mode))
    }

    private static func networked(_ mode: String) -> ContainerAsk {
        ContainerAsk(
            body: .object([CanonicalMember("HostConfig", .object([CanonicalMember("NetworkMode", .string(mode))]))]),
            origin: .request
        )
    }
}
