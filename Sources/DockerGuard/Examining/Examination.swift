internal import Deployments
internal import Dialects
internal import Judge

/// Holds one request against the profile and the policy, asking the daemon and the host what it needs.
struct Examination {
    let request: DockerAPIRequest
    /// The JSON body, as the daemon decodes it; nil for none.
    let body: CanonicalValue?
    let daemon: Daemon
    let files: any HostFiles
    let places: EnginePlaces
    let images: ImagePolicy
    let terms: Terms
    var objections: Objections
    /// What was found out on the way, for the records that rules judge.
    var facts = Facts()
    /// Containers that the request speaks of, by the reference it uses.
    var subjects: [(reference: String, ask: ContainerAsk)] = []
    /// What goes to the daemon in the request's place, so that the client sees its own containers alone; nil for itself.
    var narrowed: DockerAPIRequest?

    init(
        _ request: DockerAPIRequest,
        body: CanonicalValue?,
        terms: Terms,
        images: ImagePolicy,
        daemon: Daemon,
        files: any HostFiles,
        places: EnginePlaces
    ) {
        self.request = request
        self.body = body
        self.daemon = daemon
        self.files = files
        self.places = places
        self.images = images
        self.terms = terms
        objections = Objections(terms.profile, terms.allowances)
    }

    mutating func run() async {
        if let scope = terms.containers { await holdToScope(scope) }
        switch request.endpoint {
        case .containerCreate: await create()
        case .serviceCreate, .serviceUpdate: await service()
        case .containerUpdate: await update()
        case .execCreate, .libpodExecCreate: await execCreate()
        case .execStart, .execResize, .libpodExecStart, .libpodExecResize: await execStart()
        case .networkCreate, .networkConnect: await network()
        case .volumeCreate: await volume()
        case .imageCreate, .imageLoad, .imageTag, .commit, .build: await image()
        default: if await !podman() { await other() }
        }
        for unresolved in facts.unresolved {
            objections.refuse(
                "unresolved",
                at: unresolved.place,
                unresolved.message,
                remedy: "try again once the daemon answers; what cannot be looked up is refused"
            )
        }
    }

    private mutating func create() async {
        guard let body else { return needsBody() }
        let ask = ContainerAsk(body: body, origin: .request)
        await examine(ask)
        await run(image: body["Image"]?.string, at: "Image")
        for (index, mount) in (ask.host["Mounts"]?.elements ?? []).enumerated() where mount["Type"]?.string == "image" {
            await run(image: mount["Source"]?.string, at: "HostConfig.Mounts[\(index)].Source")
        }
        let labels = (body["Labels"]?.members ?? []).map { ($0.name, $0.value.string ?? "") }
        inScope(name: request.value("name"), labels: Dictionary(labels) { $1 })
    }

    private mutating func service() async {
        guard let body else { return needsBody() }
        let template = body["TaskTemplate"]
        if let runtime = template?["Runtime"]?.string, !["", "container"].contains(runtime) {
            objections.object(.plugins, at: "TaskTemplate.Runtime", "'\(runtime)' is installed on every node")
        }
        if template?["PluginSpec"] != nil {
            objections.object(.plugins, at: "TaskTemplate.PluginSpec", "a plugin is installed on every node")
        }
        if let rollback = request.value("rollback"), !rollback.isEmpty {
            objections.object(.swarm, at: "query rollback", "what the service is turned back to is not shown")
        }
        await examine(ContainerAsk(service: body))
        await run(image: template?["ContainerSpec"]?["Image"]?.string, at: "TaskTemplate.ContainerSpec.Image")
    }

    /// An update changes limits; of what it may not change, engines take nothing.
    private mutating func update() async {
        await existing(request.name)
        guard let body else { return }
        var ask = ContainerAsk(body: .object([CanonicalMember("HostConfig", body)]), origin: .request)
        ask.isUpdate = true
        await examine(ask)
    }

    private mutating func execCreate() async {
        if body?["Privileged"]?.bool == true {
            objections.object(.privileged, at: "Privileged", "a privileged exec has every capability")
        }
        await existing(request.name)
    }

    private mutating func execStart() async {
        guard let id = request.name else { return }
        do throws(Unresolvable) {
            guard let exec = try await daemon.exec(id).value else { return }
            if exec.isPrivileged {
                objections.object(.privileged, at: "exec \(id.prefix(12))", "the exec was created privileged")
            }
            await existing(exec.container)
        } catch {
            facts.unresolved.append(Unresolved(place: "target", message: "the exec cannot be looked up: \(error)"))
        }
    }

    private mutating func network() async {
        guard let body else { return needsBody() }
        guard request.endpoint == .networkConnect else { return NetworkCheck.create(body, &objections) }
        await existing(body["Container"]?.string)
        guard let network = request.name else { return }
        let ask = ContainerAsk(
            body: .object([CanonicalMember("HostConfig", .object([CanonicalMember("NetworkMode", .string(network))]))]),
            origin: .request
        )
        await examine(ask)
    }

    private mutating func volume() async {
        guard let body else { return }
        let options = VolumeOptions(of: body["DriverOpts"])
        VolumeCheck.driver(body["Driver"]?.string ?? "", "Driver", &objections)
        VolumeCheck.options(options, "DriverOpts", &objections)
        var gathering = gathering
        await gathering.gather(options, at: "DriverOpts")
        facts = gathering.facts
        BindCheck.paths(of: options, facts, at: "DriverOpts", &objections)
        if body["ClusterVolumeSpec"] != nil {
            objections.object(.volumeDrivers, "cluster", at: "ClusterVolumeSpec", "a cluster volume is a plugin's")
        }
    }

    /// What is told by its route alone.
    private mutating func other() async {
        if let (part, message) = RouteCheck.objection(to: request.endpoint) {
            let value = part == .podman ? request.endpoint.rawValue : nil
            // Images get names there, too, and run by them: no list of images would hold.
            if part == .podman || request.endpoint == .grpc {
                objectWhereListed(part, value, at: "target", message)
            } else {
                objections.object(part, value, at: "target", message)
            }
        }
        if let field = RouteCheck.container(of: request) { await existing(field) }
        if request.endpoint == .containerRename || request.endpoint == .libpodContainerRename {
            inScope(name: request.value("name"), labels: subjects.first?.ask.labels ?? [:])
        }
        if request.endpoint == .containerStart, let body, !body.members.isEmpty {
            objections.object(.startConfiguration, at: "body", "a start with a configuration changes what was created")
            var ask = ContainerAsk(body: .object([CanonicalMember("HostConfig", body)]), origin: .request)
            ask.name = request.name
            await examine(ask)
        }
        if request.endpoint == .containerStart, request.value("checkpoint").map({ !$0.isEmpty }) ?? false {
            objections.object(.checkpoints, at: "query checkpoint", "a checkpoint's memory is run, not its image")
        }
    }

    /// Holds a container that is there against the profile, as if it were asked for now.
    mutating func existing(_ reference: String?) async {
        guard let reference, !reference.isEmpty else { return }
        do throws(Unresolvable) {
            // The daemon says itself that there is none.
            guard let ask = try await daemon.container(reference).value else { return }
            subjects.append((reference, ask))
            inScope(name: ask.name, labels: ask.labels)
            guard RouteCheck.isHeldToProfile(request.endpoint) else { return }
            await examine(ask)
        } catch {
            // What only waits for a container, or takes it away, needs no look at it: it may be going just then.
            let deploys = RouteCheck.isHeldToProfile(request.endpoint) || request.endpoint.action != nil
            guard deploys || terms.containers != nil else { return }
            facts.unresolved.append(
                Unresolved(place: "target", message: "'\(reference)' cannot be looked up: \(error)")
            )
        }
    }

    private var gathering: FactGathering {
        FactGathering(daemon: daemon, files: files, places: places, objections: objections, facts: facts)
    }

    mutating func examine(_ ask: ContainerAsk) async {
        var gathering = gathering
        await gathering.gather(for: ask)
        facts = gathering.facts
        ContainerCheck(ask: ask, facts: facts).run(&objections)
        await holdJoined(of: ask)
    }

    mutating func needsBody() {
        objections.refuse("reading", at: "body", "the body was not shown", remedy: "send the request with its body")
    }
}
