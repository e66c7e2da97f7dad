/// A management application where it runs: in a cluster, in a container of an engine, or as a process of the host.
struct ApplicationInstance: Sendable {
    var application: ManagementApplication
    /// For people: `Deployment "argo/argo-server" (Argo Workflows)`.
    var subject: String
    var namespace: String?
    /// Command and arguments.
    var words: [String] = []
    /// The variables that were collected.
    var environment: [String: String] = [:]
    /// What it said to whom did not say who they are.
    var answers: [Probe] = []
    /// Of one in a cluster.
    var workload: ManagementWorkload?

    /// The answers by which it is open, with what they mean.
    var openings: [(probe: Probe, meaning: String)] {
        answers.compactMap { answer in
            let questions = application.probes.filter {
                $0.path(in: namespace) == answer.path || $0.path(in: nil) == answer.path
            }
            return questions.first { $0.isOpen(answer) }.map { (answer, $0.meaning) }
        }
    }

    /// Whether any of the questions that tell was answered.
    var wasAsked: Bool {
        answers.contains { answer in
            answer.status != nil
                && application.probes.contains {
                    $0.path(in: namespace) == answer.path || $0.path(in: nil) == answer.path
                }
        }
    }

    /// That it answers whoever asks; nil where no answer says so.
    var openResult: CheckResult? {
        guard !openings.isEmpty else { return nil }
        let meanings = Set(openings.map(\.meaning)).sorted().joined(separator: ", and ")
        return CheckResult(.fail, subject: subject, "it \(meanings)", evidence: openings.map(\.probe.words))
    }

    /// The value of an argument, the last one where it is given several times.
    ///
    /// `--name=value` or `--name value`; empty for one that stands alone. A shell's line is split at its blanks.
    func argument(_ name: String) -> String? { arguments(name).last }

    func arguments(_ name: String) -> [String] {
        let words = words.flatMap { $0.contains(" ") ? $0.split(separator: " ").map(String.init) : [$0] }
        return words.indices.compactMap { index in
            let word = words[index]
            if word.hasPrefix("\(name)=") { return String(word.dropFirst(name.count + 1)) }
            guard word == name else { return nil }
            let next = index + 1 < words.count ? words[index + 1] : ""
            return next.hasPrefix("-") ? "" : next
        }
    }

    /// Whether a switch is on: given by itself, or as true.
    func isOn(_ name: String) -> Bool { argument(name).map { ProgramFlags.bool($0) ?? true } ?? false }

    /// An argument as it stands there, for evidence.
    func words(of names: String...) -> [String] {
        names.flatMap { name in arguments(name).map { $0.isEmpty ? name : "\(name)=\($0)" } }
    }
}

extension Evidence {
    /// What a check finds in each application of some names.
    ///
    /// - Parameter unread: whether what could not be read is told; where it is nothing is passed.
    func applications(
        _ names: Set<ManagementApplication.Name>,
        _ judge: (ApplicationInstance) -> [CheckResult]
    ) -> [CheckResult] {
        let found = instances(of: names)
        let results = found.flatMap(judge)
        if results.contains(where: { $0.outcome == .fail }) { return results }
        if let reason = applicationsUnread {
            return results + [CheckResult(.unknown, subject: "", "there may be more: \(reason)")]
        }
        if !results.isEmpty { return results }
        let words = names.count == 1 ? names.first?.rawValue ?? "" : "such application"
        return [CheckResult(.notApplicable, subject: "", "no \(words) runs here")]
    }

    func instances(of names: Set<ManagementApplication.Name>) -> [ApplicationInstance] {
        (ofCluster + ofEngine + ofProcesses).filter { names.contains($0.application.name) }
    }

    private var ofCluster: [ApplicationInstance] {
        guard let cluster = cluster.value else { return [] }
        return cluster.managementWorkloads.map { workload in
            ApplicationInstance(
                application: workload.application,
                subject: workload.subject,
                namespace: workload.namespace,
                words: workload.words,
                environment: workload.environment,
                answers: workload.answers(in: cluster).filter(\.isAnonymous),
                workload: workload
            )
        }
    }

    private var ofEngine: [ApplicationInstance] {
        let containers = host.flatMap(\.docker).flatMap(\.containers).value ?? []
        return containers.compactMap { container in
            guard let application = ManagementApplication.of(inspected: container) else { return nil }
            let look = ContainerLook(inspected: container)
            let name = container["Name"]?.text?.drop { $0 == "/" } ?? ""
            let published = container.at("NetworkSettings", "Ports")?.members.flatMap(\.value.elements) ?? []
            let ports = Set(published.compactMap { $0["HostPort"]?.text.flatMap { Int($0) } })
            let pairs = (container.at("Config", "Env")?.texts ?? []).map {
                $0.split(separator: "=", maxSplits: 1).map(String.init)
            }
            return ApplicationInstance(
                application: application,
                subject: "container \"\(name)\" (\(application.name.rawValue))",
                words: look.words,
                environment: Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { _, last in last },
                answers: (host.value?.probes ?? []).filter { ports.contains($0.port) && $0.isAnonymous }
            )
        }
    }

    /// Those that run without a container: by the program's name, which is the application's.
    private var ofProcesses: [ApplicationInstance] {
        guard let host = host.value else { return [] }
        let programs: [String: ManagementApplication.Name] = [
            "nomad": .nomad, "portainer": .portainer, "jupyterhub": .jupyterHub,
        ]
        return (host.processes.value ?? []).compactMap { process in
            guard let program = process.arguments.first?.fileName, let name = programs[program],
                let application = ManagementApplication.named(name)
            else { return nil }
            // In a container it is told as that.
            let listeners = (host.listeners.value ?? []).filter {
                $0.processes.contains(process.id) && $0.isInHostNetwork
            }
            guard name != .nomad || process.arguments.contains("agent") else { return nil }
            if listeners.isEmpty, name != .nomad { return nil }
            let ports = Set(listeners.map(\.port)).union(listeners.isEmpty ? application.ports : [])
            return ApplicationInstance(
                application: application,
                subject: "process \(process.id) (\(name.rawValue))",
                words: Array(process.arguments.dropFirst()),
                environment: process.environment ?? [:],
                answers: host.probes.filter { ports.contains($0.port) && $0.isAnonymous }
            )
        }
    }

    /// Why there may be applications that nobody saw; nil where there cannot.
    private var applicationsUnread: String? {
        if case .unreadable(let reason) = cluster { return reason }
        if let reason = cluster.value?.workloadsUnread { return reason }
        if case .unreadable(let reason) = host { return reason }
        guard let host = host.value else { return nil }
        if case .unreadable(let reason) = host.docker { return reason }
        if case .unreadable(let reason)? = host.docker.value?.containers { return reason }
        if case .unreadable(let reason) = host.processes { return reason }
        return nil
    }
}

extension ApplicationInstance {
    /// Its workload with other arguments, whole; nil where it is in no cluster, or has its arguments elsewhere.
    ///
    /// - Parameters:
    ///   - removing: arguments that go, with their values.
    ///   - setting: arguments that are added then.
    func manifest(removing names: Set<String>, setting added: [String] = []) -> Document? {
        guard let workload, let path = workload.templatePath else { return nil }
        let object = workload.object
        let containers = workload.template.at("spec", "containers")?.elements.map { container -> Document in
            guard container == workload.container else { return container }
            let kept = Self.without(names, container["args"]?.texts ?? [])
            let command = Self.without(names, container["command"]?.texts ?? [])
            var changed = container
            if container["command"] != nil {
                changed = changed.setting(.list(command.map { .text($0) }), at: ["command"])
            }
            return changed.setting(.list((kept + added).map { .text($0) }), at: ["args"])
        }
        guard let containers else { return nil }
        return object.document.setting(.list(containers), at: path + ["spec", "containers"]).asManifest(of: object)
    }

    /// Its workload with other variables, whole.
    func manifest(settingVariables variables: [String: String]) -> Document? {
        guard let workload, let path = workload.templatePath else { return nil }
        let containers = workload.template.at("spec", "containers")?.elements.map { container -> Document in
            guard container == workload.container else { return container }
            let kept = (container["env"]?.elements ?? []).filter { one in
                one["name"]?.text.map { variables[$0] == nil } ?? true
            }
            let added = variables.sorted { $0.key < $1.key }.map { name, value -> Document in
                ["name": .text(name), "value": .text(value)]
            }
            return container.setting(.list(kept + added), at: ["env"])
        }
        guard let containers else { return nil }
        return workload.object.document.setting(.list(containers), at: path + ["spec", "containers"])
            .asManifest(of: workload.object)
    }

    private static func without(_ names: Set<String>, _ words: [String]) -> [String] {
        var kept: [String] = []
        var isValue = false
        for word in words {
            let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
            if isValue, !word.hasPrefix("-") {
                isValue = false
                continue
            }
            isValue = false
            if names.contains(name) {
                isValue = !word.contains("=")
            } else {
                kept.append(word)
            }
        }
        return kept
    }
}

extension ManagementWorkload {
    /// Where the pods' template stands in the object.
    fileprivate var templatePath: [String]? {
        switch object.kind {
        case "Deployment", "StatefulSet", "DaemonSet": ["spec", "template"]
        case "Pod": []
        default: nil
        }
    }
}
