internal import Deployments

/// A management application that runs: in a cluster, in a container of an engine, or as a program of a host.
struct RunningApplication: Sendable {
    enum Place: Sendable {
        case workload(ManagementWorkload)
        case container(EngineContainer)
        case process(HostProcess)
    }

    var application: ManagementApplication
    var place: Place
    /// What it said, asked without credentials.
    var answers: [Probe] = []
    /// What its variables are, by name.
    private var variables: [String: Reading<String>] = [:]
    /// Why there may be variables that ``variables`` lacks.
    private var variablesUnread: String?

    /// `Deployment "argo/argo-server" (Argo Workflows)`, `container "ui" (Portainer)`, `process 812 (Nomad)`.
    var subject: String {
        switch place {
        case .workload(let workload): workload.subject
        case .container(let container): "container \"\(container.name)\" (\(application.name.rawValue))"
        case .process(let process): "process \(process.id) (\(application.name.rawValue))"
        }
    }

    /// Command and arguments; of a shell's script its words.
    var words: [String] {
        let given =
            switch place {
            case .workload(let workload): workload.words
            case .container(let container): container.words
            case .process(let process): process.arguments
            }
        guard let script = given.firstIndex(of: "-c"), script + 1 < given.count else { return given }
        return given.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    }

    var flags: ProgramFlags { ProgramFlags(words) }

    var image: String {
        switch place {
        case .workload(let workload): workload.container.image
        case .container(let container): container.image
        case .process: ""
        }
    }

    var workload: ManagementWorkload? {
        guard case .workload(let workload) = place else { return nil }
        return workload
    }

    /// A variable of its environment; absent where it has none of that name.
    func variable(_ name: String) -> Reading<String> {
        variables[name] ?? variablesUnread.map { .unreadable($0) } ?? .absent
    }

    /// Numbers of its image's tag: `[2, 12, 1]` of `rancher/rancher:v2.12.1`; empty where it tells none.
    var version: [Int] {
        guard let colon = image.lastIndex(of: ":") else { return [] }
        let tag = image[image.index(after: colon)...].drop { $0 == "v" }
        return tag.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    }

    /// The answers that show it open to whom does not say who they are, and what each means.
    var openings: [(probe: Probe, meaning: String)] {
        answers.compactMap { answer in
            application.probes.first { $0.isAsked(by: answer, namespace: workload?.namespace) && $0.isOpen(answer) }
                .map { (answer, $0.meaning) }
        }
    }

    /// The answers to its questions by which it refuses whom does not say who they are.
    var refusals: [Probe] {
        answers.filter { answer in
            answer.status == 401 && answer.sent.isEmpty
                && application.probes.contains { $0.isAsked(by: answer, namespace: workload?.namespace) }
        }
    }
}

extension RunningApplication {
    init(_ workload: ManagementWorkload, in cluster: ClusterEvidence) {
        application = workload.application
        place = .workload(workload)
        answers = workload.answers(in: cluster).filter(\.isUncertified)
        let maps = cluster.objects("ConfigMap")
        for source in workload.container.document["envFrom"]?.elements ?? [] {
            let prefix = source["prefix"]?.text ?? ""
            guard let name = source.at("configMapRef", "name")?.text else {
                variablesUnread = "variables come from a Secret"
                continue
            }
            if case .unreadable(let reason) = maps { variablesUnread = reason }
            for member in maps.map({ $0.data(of: name, in: workload.namespace) }).value ?? [] {
                variables[prefix + member.name] = member.value.scalar.map { .known($0) } ?? .absent
            }
        }
        for variable in workload.container.document["env"]?.elements ?? [] {
            guard let name = variable["name"]?.text else { continue }
            variables[name] =
                variable["valueFrom"].map { Self.value(from: $0, maps, workload.namespace) }
                ?? .known(variable["value"]?.scalar ?? "")
        }
    }

    private static func value(
        from source: Document,
        _ maps: Reading<[ClusterObject]>,
        _ namespace: String
    ) -> Reading<String> {
        guard let key = source.at("configMapKeyRef", "key")?.text, let name = source.at("configMapKeyRef", "name")?.text
        else { return .unreadable("its value comes from elsewhere than a ConfigMap") }
        return maps.flatMap { maps in
            maps.data(of: name, in: namespace).last { $0.name == key }?.value.scalar.map { .known($0) } ?? .absent
        }
    }

    init?(container: EngineContainer, on host: HostEvidence) {
        guard let application = container.application else { return nil }
        self.application = application
        place = .container(container)
        for line in container.deployment.value?.process.environment ?? [] {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = .known(String(parts[1])) }
        }
        let addresses = Set(container.networks.compactMap { $0.value["IPAddress"]?.text }.filter { !$0.isEmpty })
        let published = container.publishedPorts
        let isOnHost = container.isOnHostNetwork
        let own = host.otherNetwork(of: container.process).map { host.probesBeyondLoopback(in: $0) } ?? []
        let outside = host.ownProbes.filter { probe in
            addresses.contains(probe.address) || (isOnHost && application.ports.contains(probe.port))
                || published.contains { $0.port == probe.port }
        }
        answers = (outside + own).filter(\.isUncertified)
    }

    /// Programs by the kernel's names of them; others are told by their containers alone.
    static let programs: [String: ManagementApplication.Name] = [
        "nomad": .nomad, "portainer": .portainer, "rancher": .rancher, "octant": .octant, "jupyterhub": .jupyterHub,
        "argo": .argoWorkflows, "argocd-server": .argoCD, "headlamp-server": .headlamp,
    ]

    init?(process: HostProcess, on host: HostEvidence) {
        guard let application = Self.programs[process.name].flatMap(ManagementApplication.named),
            // A client and what it starts are called like the server: `nomad logmon`, `argo list`.
            process.name != "nomad" || process.arguments.dropFirst().first == "agent",
            process.name != "argo" || process.arguments.contains("server")
        else { return nil }
        self.application = application
        place = .process(process)
        if let environment = process.environment {
            variables = environment.mapValues { .known($0) }
        } else {
            variablesUnread = "the environment of process \(process.id) could not be read"
        }
        let own = (host.listeners.value ?? []).filter { $0.processes.contains(process.id) }.map(\.port)
        let ports = Set(own.isEmpty ? application.ports : own)
        let asked = host.otherNetwork(of: process).map { host.probesBeyondLoopback(in: $0) } ?? host.ownProbes
        answers = asked.filter { ports.contains($0.port) && $0.isUncertified }
    }
}

extension HostEvidence {
    /// What was asked in another network than the host's where others than those in it come to, too.
    fileprivate func probesBeyondLoopback(in network: UInt64) -> [Probe] {
        probes(in: network).filter { !$0.listener.isLoopback }
    }
}

extension [ClusterObject] {
    /// The entries of a ConfigMap.
    func data(of name: String, in namespace: String) -> [Document.Member] {
        first { $0.name == name && $0.namespace == namespace }?.document["data"]?.members ?? []
    }
}

extension Probe {
    /// Whether the asker did not show the operator's own certificate, by which it would be let in.
    fileprivate var isUncertified: Bool { certificate != .configured }
}
