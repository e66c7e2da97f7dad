internal import Deployments

extension Evidence {
    /// Kubernetes' programs of a name: those of the host as they run, or as its static pods have them where none runs; and
    /// those of the cluster that show themselves as pods.
    ///
    /// Absent where none can be there: the host was looked at, and the cluster's provider runs its own.
    func programs(_ name: ControlPlane.Name) -> Reading<[ControlPlaneProgram]> {
        let ofHost = host.flatMap { $0.programs(name) }
        var ofCluster = cluster.flatMap { $0.programs(name) }
        if let programs = ofHost.value, let host = host.value {
            // The host's own processes say more than the pods that stand for them.
            ofCluster = ofCluster.map { pods in
                pods.filter { pod in pod.node != host.name && !programs.contains { $0.flags == pod.flags } }
            }
        }
        let found = (ofHost.value ?? []) + (ofCluster.value ?? [])
        if !found.isEmpty { return .known(found) }
        for reading in [ofHost, ofCluster] {
            if case .unreadable(let reason) = reading { return .unreadable(reason) }
        }
        return .absent
    }

    /// What a check finds in each program of a name that is meant.
    func results(
        of name: ControlPlane.Name,
        where isMeant: (ControlPlaneProgram) -> Bool = { _ in true },
        _ judge: (ControlPlaneProgram) -> CheckResult
    ) -> [CheckResult] {
        switch programs(name) {
        case .absent: [CheckResult(.notApplicable, subject: "", "no \(name.rawValue) runs here")]
        case .unreadable(let reason):
            [CheckResult(.unknown, subject: "", "whether a \(name.rawValue) runs could not be read: \(reason)")]
        case .known(let programs):
            programs.filter(isMeant).map { program in
                let result = judge(program)
                // Flags that are not known wholly may say the opposite of a default; what was seen stands.
                guard let problem = program.problem, result.evidence.isEmpty || result.outcome == .pass else {
                    return result
                }
                return CheckResult(.unknown, subject: program.subject, problem)
            }
        }
    }

    /// The fixes for each program of a name that a check finds failing.
    func fixes(
        of name: ControlPlane.Name,
        failing judge: (ControlPlaneProgram) -> CheckResult,
        _ fix: (ControlPlaneProgram) -> Fix?
    ) -> [Fix] {
        (programs(name).value ?? []).filter { [.fail, .warn].contains(judge($0).outcome) }.compactMap(fix)
    }
}

extension HostEvidence {
    func programs(_ name: ControlPlane.Name) -> Reading<[ControlPlaneProgram]> {
        let running = processes.map { $0.flatMap { programs(name, of: $0) } }
        if let running = running.value, !running.isEmpty { return .known(running) }
        let written = ControlPlane.manifestFolders.flatMap { files(below: $0) }.flatMap {
            file -> [ControlPlaneProgram] in
            guard let text = file.text, let pod = Document.reading(text, from: file.path).value else { return [] }
            let object = ClusterObject(
                kind: "Pod",
                apiVersion: "v1",
                name: pod.at("metadata", "name")?.text ?? "",
                namespace: nil,
                document: pod
            )
            return PodTemplate(object).map { ControlPlaneProgram.all(name, in: $0, source: .manifest(file.path)) } ?? []
        }
        if !written.isEmpty { return .known(written) }
        switch processes {
        case .known: return .absent
        case .unreadable(let reason): return .unreadable(reason)
        // There is no host without any.
        case .absent: return .unreadable("its processes were not collected")
        }
    }

    private func programs(_ name: ControlPlane.Name, of process: HostProcess) -> [ControlPlaneProgram] {
        guard let first = process.arguments.first else { return [] }
        var arguments = process.arguments
        var program = arguments.removeFirst().fileName
        // `k3s server` may name itself in one argument, with its flags left out.
        if let space = program.firstIndex(of: " ") {
            arguments = first.split(separator: " ").dropFirst().map(String.init) + arguments
            program = String(program[..<space])
        }
        if program == "hyperkube", let own = arguments.first { program = own.fileName; arguments.removeFirst() }
        if program == name.rawValue {
            var found = ControlPlaneProgram(name: name, source: .process(process.id), flags: ProgramFlags(arguments))
            found.environment = process.environment ?? [:]
            if found.flags["openshift-config"] != nil {
                found.problem = "its settings are in OpenShift's own configuration"
            }
            if name == .etcd, process.environment == nil { found.problem = "its environment could not be read" }
            return [found]
        }
        return embedded(name, in: program, arguments: arguments, process: process)
    }
}

extension ClusterEvidence {
    fileprivate func programs(_ name: ControlPlane.Name) -> Reading<[ControlPlaneProgram]> {
        if name == .kubelet { return .absent }
        switch objects("Pod") {
        case .absent: return .absent
        case .unreadable(let reason): return isControlPlaneElsewhere ? .absent : .unreadable(reason)
        case .known:
            let pods = templates.filter { $0.object.kind == "Pod" && $0.namespace == "kube-system" }
            let found = pods.flatMap { pod in
                let source = ControlPlaneProgram.Source.pod(namespace: pod.namespace, name: pod.object.name)
                return ControlPlaneProgram.all(name, in: pod, source: source)
            }
            if !found.isEmpty { return .known(found) }
            if isControlPlaneElsewhere || name != .apiServer { return .absent }
            return .unreadable("no pod of the cluster shows it")
        }
    }

    /// Whether the cluster's nodes are known and none is of its control plane, as where a provider runs that.
    private var isControlPlaneElsewhere: Bool {
        guard let nodes = objects("Node").value, !nodes.isEmpty else { return false }
        let roles = ["control-plane", "controlplane", "master", "etcd"].map { "node-role.kubernetes.io/\($0)" }
        return !nodes.contains { node in roles.contains { node.labels[$0] != nil } }
    }
}

extension ControlPlaneProgram {
    /// The programs of a name in a pod, found by the word that names them: `go-runner … /usr/local/bin/kube-apiserver …`.
    static func all(_ name: ControlPlane.Name, in pod: PodTemplate, source: Source) -> [ControlPlaneProgram] {
        pod.containers.compactMap { container in
            let words = container.words.flatMap { word in
                // What a shell is to run is one argument.
                word.contains(" \(name.rawValue) ") || word.contains("/\(name.rawValue) ")
                    || word.hasPrefix("\(name.rawValue) ")
                    ? word.split { $0.isWhitespace }.map(String.init) : [word]
            }
            guard let place = words.firstIndex(where: { $0.fileName == name.rawValue }) else { return nil }
            var found = ControlPlaneProgram(
                name: name,
                source: source,
                flags: ProgramFlags(words[(place + 1)...])
            )
            let pairs = container.deployment.process.environment.compactMap { variable -> (String, String)? in
                let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }
            found.environment = Dictionary(pairs) { _, last in last }
            found.node = container.deployment.placement.nodeName
            return found
        }
    }
}

extension String {
    /// The last component of a path.
    var fileName: String { split(separator: "/").last.map(String.init) ?? self }
}
