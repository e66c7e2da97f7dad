@testable import Posture

extension Evidence {
    /// What would be known had people made all changes of a fix.
    func applying(_ fixes: [Fix]) -> Evidence {
        fixes.flatMap(\.changes).reduce(self) { $0.applying($1) }
    }

    /// What would be known had people made a change.
    ///
    /// Packet filter rules, commands and steps change nothing here: the first take an own reading of the rules, the second are
    /// another program's, the last are people's.
    /// What a program does with its configuration at its next start is the business of its suite.
    func applying(_ change: Fix.Change) -> Evidence {
        var evidence = self
        switch change {
        case .file(let path, let text, let mode):
            evidence.change { $0.write(text, to: path, mode: mode) }
        case .permissions(let path, let mode, let owner, let group):
            evidence.change { $0.permit(path, mode: mode, owner: owner, group: group) }
        case .leaving(let user, let group):
            evidence.change { $0.remove(user, from: group) }
        case .primaryGroup(let user, let group):
            evidence.change { $0.give(user, group) }
        case .arguments(let program, let set, let removed):
            evidence.change { $0.restart(program, setting: set, removing: removed) }
        case .manifest(let document):
            guard let object = ClusterObject(document) else { return self }
            evidence.changeObjects(of: object.kind) { objects in
                objects.filter { $0.name != object.name || $0.namespace != object.namespace } + [object]
            }
        case .deletion(let kind, let namespace, let name):
            evidence.changeObjects(of: kind) { $0.filter { $0.name != name || $0.namespace != namespace } }
        case .container(let again):
            evidence.change { $0.make(again) }
        case .script(let name, _):
            if name == DockerKeyScript.name { evidence.change { $0.putOwnKeys() } }
        case .nftables, .command, .steps: break
        }
        return evidence
    }

    private mutating func change(_ body: (inout HostEvidence) -> Void) {
        guard case .known(var host) = host else { return }
        body(&host)
        self.host = .known(host)
    }

    private mutating func changeObjects(of kind: String, _ body: ([ClusterObject]) -> [ClusterObject]) {
        guard case .known(let cluster) = cluster else { return }
        var changed = ClusterEvidence(access: cluster.access)
        changed.probes = cluster.probes
        changed.server = cluster.server
        for (name, reading) in cluster.kinds where name != kind {
            switch reading {
            case .known(let objects): changed.add(objects, of: name)
            case .unreadable(let reason): changed.miss(name, reason)
            case .absent: break
            }
        }
        changed.add(body(cluster.kinds[kind]?.value ?? []), of: kind)
        changed.readAccessAgain()
        self.cluster = .known(changed)
    }
}

extension [Fix] {
    /// Whether some of it is made by other programs, or by people, so that evidence does not show it.
    var isBeyondEvidence: Bool {
        flatMap(\.changes).contains { change in
            switch change {
            case .command, .steps: true
            default: false
            }
        }
    }
}

extension ClusterEvidence {
    /// Who may do what once roles and bindings have changed; as it was where they were not collected as objects.
    fileprivate mutating func readAccessAgain() {
        var reader = RightsReader()
        for kind in ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"] {
            guard let objects = kinds[kind]?.value else { return }
            for object in objects { reader.read(object.document, kind: kind, from: kind, place: "") }
        }
        access = ClusterAccess.reading(reader)
    }
}

extension HostEvidence {
    /// A file that root installs.
    fileprivate mutating func write(_ text: String, to path: String, mode: UInt16?) {
        let earlier = files[path].flatMap { $0.kind == .regular ? $0.mode : nil }
        var file = HostFile(path, .regular, mode: mode ?? earlier ?? 0o644)
        file.text = text
        files[path] = file
        // The folders are made on the way.
        var folder = path
        while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            folder = String(folder[..<slash])
            if files[folder]?.kind == .missing { files[folder] = HostFile(folder, .directory, mode: 0o755) }
        }
    }

    /// What the script makes, which a test of its own runs.
    fileprivate mutating func putOwnKeys() {
        files[DockerKeyScript.folder] = HostFile(DockerKeyScript.folder, .directory, mode: 0o755)
        for path in [DockerKeyScript.authority, DockerKeyScript.certificate, DockerKeyScript.key] {
            files[path] = HostFile(path, .regular, mode: path == DockerKeyScript.key ? 0o400 : 0o444)
        }
        let authority = DockerKeyScript(self, []).subject
        for (path, subject, days) in [
            (DockerKeyScript.authority, authority, 1825.0), (DockerKeyScript.certificate, "CN=dockerd", 397),
        ] {
            files[path]?.certificates = [
                CertificateFacts(
                    subject: subject,
                    issuer: authority,
                    notAfter: collectedAt + days * 86_400,
                    isAuthority: subject == authority,
                    key: "P-256"
                )
            ]
        }
    }

    /// The old container is stopped, and is seen no more.
    fileprivate mutating func make(_ again: ContainerRecreation) {
        guard var docker = docker.value else { return }
        docker.containers = docker.containers.map { containers in
            containers.map { $0["Name"]?.text == "/\(again.name)" ? again.applied(to: $0) : $0 }
        }
        self.docker = .known(docker)
    }

    fileprivate mutating func permit(_ path: String, mode: UInt16, owner: UInt32, group: UInt32) {
        guard var file = files[path] else { return }
        file.mode = mode
        file.owner = owner
        file.group = group
        file.accessEntries = []
        files[path] = file
    }

    fileprivate mutating func remove(_ user: String, from group: String) {
        groups = groups.map { groups in
            groups.map { one in
                guard one.name == group else { return one }
                return HostGroup(one.name, id: one.id, members: one.members.filter { $0 != user })
            }
        }
    }

    fileprivate mutating func give(_ user: String, _ group: String) {
        guard let id = groups.value?.first(where: { $0.name == group })?.id else { return }
        users = users.map { users in
            users.map { $0.name == user ? HostUser(user, id: $0.id, primaryGroup: id, home: $0.home) : $0 }
        }
    }

    /// The program's processes with other arguments: `--name=value`, `--name value` or `--name`, as they were given.
    fileprivate mutating func restart(_ program: String, setting: [String: String], removing: [String]) {
        let gone = Set(removing).union(setting.keys)
        processes = processes.map { processes in
            processes.map { process in
                let own = process.arguments.first?.split(separator: "/").last.map(String.init)
                // The kernel cuts names off.
                guard process.name == program || own == program else { return process }
                var process = process
                var kept: [String] = []
                var isValueGone = false
                for argument in process.arguments {
                    if !argument.hasPrefix("-") {
                        if !isValueGone { kept.append(argument) }
                        isValueGone = false
                        continue
                    }
                    let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? ""
                    let isGone = gone.contains(name)
                    isValueGone = isGone && !argument.contains("=")
                    if !isGone { kept.append(argument) }
                }
                process.arguments = kept + setting.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                return process
            }
        }
    }
}
