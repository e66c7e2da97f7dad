internal import Deployments

/// Whether a runtime's socket is root's and its group's alone: who opens it is root on the host.
struct SocketAccess {
    let host: HostEvidence
    let expectations: Expectations

    /// Groups that people or services are in for other reasons.
    static let wideGroups: Set = [
        "users", "nogroup", "nobody", "everyone", "games", "staff", "daemon", "www-data", "adm", "plugdev",
    ]

    /// Judges one; nil where it is not there.
    func result(_ path: String) -> CheckResult? {
        switch host.socket(path) {
        case .absent: return nil
        case .unreadable(let reason):
            return CheckResult(.unknown, subject: path, "the socket could not be looked at: \(reason)")
        case .known(let file) where file.kind == .symbolicLink:
            return CheckResult(.unknown, subject: path, "it is a link, which was not followed", evidence: [file.words])
        case .known(let file) where file.kind != .socket: return nil
        case .known(let file): return judge(file, at: path)
        }
    }

    private func judge(_ file: HostFile, at path: String) -> CheckResult {
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
            CheckResult(outcome, subject: path, reason, evidence: [file.words])
        }
        let open = openings(of: file, at: path)
        if !open.isEmpty { return result(.fail, "\(open.joined(separator: "; ")): who opens it is root on the host") }
        if file.mode & 0o007 == 0 { return result(.pass, "only root and its group may open it") }
        if FileAccess(file: file).isWritableByOthers {
            return result(.warn, "everybody may open it, and only the folder that it is in keeps them out")
        }
        // To connect takes the right to write; that Linux does not ask for another is all that holds it.
        return host.isClosedToOthers(file.path)
            ? result(.pass, "the folder that it is in keeps everybody else out")
            : result(.warn, "everybody has permissions, though none that opens it")
    }

    private func openings(of file: HostFile, at path: String) -> [String] {
        let access = FileAccess(file: file)
        let isClosed = host.isClosedToOthers(file.path)
        var found: [String] = []
        if access.isWritableByOthers, !isClosed { found.append("everybody may open it") }
        if file.owner != 0, !isRootless(file, at: path) {
            found.append("it belongs to user \(host.userWords(file.owner))")
        }
        let entries = access.entries(allowing: "w").filter { !isExpected($0) }
        if !entries.isEmpty {
            found.append(
                "its access control list lets others in, which no mode shows: \(entries.joined(separator: ", "))"
            )
        }
        if access.isWritableByGroup, let group = host.groups.value?.first(where: { $0.id == file.group }),
            Self.wideGroups.contains(group.name)
        {
            found.append("its group is '\(group.name)', which is for other things")
        }
        if let folder = host.files[HostFile.folder(of: file.path)], folder.kind == .directory {
            let writable = FileAccess(file: folder)
            if writable.isWritableByOthers, !writable.isSticky {
                found.append("everybody may put another in its place, in \(folder.path)")
            }
        }
        return found
    }

    /// Whether the runtime runs as the user whose socket it is: who opens it is that user, and not root.
    private func isRootless(_ file: HostFile, at path: String) -> Bool {
        if file.path.hasPrefix("/run/user/\(file.owner)/") { return true }
        let listeners = (host.listeners.value ?? []).filter {
            $0.transport == .unix && HostPath($0.address).path == path
        }
        let owners = listeners.flatMap { host.processes($0.processes) }
        return !owners.isEmpty && owners.allSatisfy { $0.user == file.owner }
    }

    private func isExpected(_ entry: String) -> Bool {
        let fields = entry.split(separator: ":", omittingEmptySubsequences: false)
        guard fields[0] == "user" else { return fields[1] == "root" || fields[1] == "0" }
        let name =
            UInt32(fields[1]).flatMap { id in host.users.value?.first { $0.id == id }?.name } ?? String(fields[1])
        return name == "0" || expectations.runtimeUsers.contains(name)
    }
}

extension SocketAccess {
    /// What gives a socket back to root and its group: now, and at its next start where systemd makes it.
    func fix(_ path: String, unit: String, on evidence: Evidence) -> [Fix] {
        guard let result = result(path), result.outcome == .fail || result.outcome == .warn,
            let file = host.socket(path).value
        else { return [] }
        let named = host.groups.value?.first { $0.id == file.group }
        let isWide = named.map { Self.wideGroups.contains($0.name) } ?? false
        let docker = host.groups.value?.first { $0.name == "docker" }
        let group = isWide ? (docker ?? HostGroup("root", id: 0)) : (named ?? HostGroup("root", id: 0))
        var changes: [Fix.Change] = [
            .permissions(path: file.path, mode: 0o660, owner: 0, group: group.id)
        ]
        let folder = HostFile.folder(of: file.path)
        if let parent = host.files[folder], FileAccess(file: parent).isWritableByOthers,
            !FileAccess(file: parent).isSticky
        {
            changes.append(.permissions(path: folder, mode: parent.mode & ~0o002, owner: 0, group: parent.group))
        }
        var commands: [String] = []
        if let socket = SystemdUnit.read(unit, on: host).value {
            let streams = socket.list("Socket", "ListenStream").map { $0.value.replacing("%t", with: "/run") }
            if streams.contains(where: { HostPath($0).path == path }) {
                changes.append(host.dropIn(for: socket, group: group.name))
                commands = ["systemctl daemon-reload"]
            }
        }
        if isWide, unit == "docker.socket", let plan = DockerPlan.repairing(evidence) {
            changes += plan.changes
            commands = plan.commands
        } else if isWide {
            changes.append(.steps(["have the runtime give its socket to '\(group.name)'"]))
        }
        return [
            Fix(
                "Leave \(path) to root and group '\(group.name)'",
                changes,
                commands: commands,
                caution: "who reached it past that group has to ask its members"
            )
        ]
    }
}
