extension AuditSettings {
    private static let folder = "/var/log/kubernetes/audit"

    /// The flags by which an audit log is written and kept; those that are set well stay.
    private func wanted(logPath: String) -> [String: String] {
        var wanted = ["--audit-log-maxage": "30", "--audit-log-maxbackup": "10", "--audit-log-maxsize": "100"]
        if policyPath == nil { wanted["--audit-policy-file"] = AuditPolicy.path }
        if self.logPath == nil, webhookPath == nil { wanted["--audit-log-path"] = logPath }
        return wanted
    }

    /// What has the server write its audit log.
    func switchingOn(in evidence: Evidence) -> Fix {
        let needsPolicy = policyPath == nil
        let set = wanted(logPath: "\(Self.folder)/audit.log")
        var changes: [Fix.Change] =
            needsPolicy ? [.file(path: AuditPolicy.path, text: AuditPolicy.recommended.yaml)] : []
        changes += self.changes(set, in: evidence)
        return Fix(
            "Have the API server write an audit log of what is deployed, and keep it",
            changes,
            commands: ["install -d -m 0700 \(Self.folder)"] + program.commands,
            caution: "the API server starts again; where it cannot read the policy it does not come up"
        )
    }

    /// What has it keep its log long enough.
    func keeping(in evidence: Evidence) -> Fix {
        let set = ["--audit-log-maxage": "30", "--audit-log-maxbackup": "10", "--audit-log-maxsize": "100"]
        return Fix(
            "Keep the audit log for 30 days, in 11 files of 100 MB",
            changes(set, in: evidence),
            commands: program.commands,
            caution: "the API server starts again"
        )
    }

    private func changes(_ set: [String: String], in evidence: Evidence) -> [Fix.Change] {
        switch program.source {
        case .embedded("k3s", _):
            // A list that ends in + is added to what the configuration has.
            let arguments = set.sorted { $0.key < $1.key }.map { Document.text("\($0.key.dropFirst(2))=\($0.value)") }
            let document = Document.object([Document.Member("kube-apiserver-arg+", .list(arguments))])
            return [.file(path: "/etc/rancher/k3s/config.yaml.d/10-tidewaiter-audit.yaml", text: document.yaml)]
        case .manifest(let path):
            let manifest = evidence.host.flatMap { $0.text(path) }.flatMap { Document.reading($0, from: path) }
            guard let manifest = manifest.value, let changed = Self.manifest(manifest, setting: set) else { break }
            return [.file(path: path, text: changed.yaml)]
        default: break
        }
        return [.arguments(program: program.name.rawValue, set: set, removed: [])]
    }

    /// A static pod with other flags, and with what they name shown to it.
    private static func manifest(_ pod: Document, setting set: [String: String]) -> Document? {
        var containers = pod.at("spec", "containers")?.elements ?? []
        let program = ControlPlane.Name.apiServer.rawValue
        guard let place = containers.firstIndex(where: { $0.startsProgram(program) }) else { return nil }
        var container = containers[place]
        var volumes = pod.at("spec", "volumes")?.elements ?? []
        let part = (container["args"]?.texts ?? []).contains { $0.hasPrefix("--") } ? "args" : "command"
        let kept = (container[part]?.texts ?? []).filter { word in
            !set.keys.contains { word == $0 || word.hasPrefix("\($0)=") }
        }
        let added = set.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        container = container.setting(.list((kept + added).map { .text($0) }), at: [part])
        var mounts = container["volumeMounts"]?.elements ?? []
        if let policy = set["--audit-policy-file"] {
            mounts.append(["name": "tidewaiter-audit-policy", "mountPath": .text(policy), "readOnly": true])
            volumes.append(["name": "tidewaiter-audit-policy", "hostPath": ["path": .text(policy), "type": "File"]])
        }
        if set["--audit-log-path"] != nil {
            mounts.append(["name": "tidewaiter-audit-log", "mountPath": .text(folder)])
            volumes.append([
                "name": "tidewaiter-audit-log", "hostPath": ["path": .text(folder), "type": "DirectoryOrCreate"],
            ])
        }
        containers[place] = container.setting(.list(mounts), at: ["volumeMounts"])
        return pod.setting(.list(containers), at: ["spec", "containers"])
            .setting(.list(volumes), at: ["spec", "volumes"])
    }
}

extension Document {
    /// Whether a container's command has a program in it, by name or path.
    fileprivate func startsProgram(_ name: String) -> Bool {
        ((self["command"]?.texts ?? []) + (self["args"]?.texts ?? [])).contains { $0.fileName == name }
    }
}
