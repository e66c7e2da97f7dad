internal import Sigma

extension Check {
    /// Who is in a group that may open a runtime's socket.
    static let runtimeGroups = Check(
        id: "TW-M1018-001",
        title: "Who Is In The Container Runtimes' Groups",
        mitigation: .accounts,
        level: .high,
        reads: "users and groups, also whose primary group it is, and which groups own the runtimes' sockets",
        passes: "nobody is but who is named as expected to: a member is root on the host without a password",
        remedy: "gpasswd -d USER GROUP, and usermod -g for whose primary group it is",
        references: ["CIS Docker 1.1.2", "https://docs.docker.com/engine/install/linux-postinstall/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let memberships = host.groups.flatMap { groups in
                    host.users.map { RuntimeMembership.all(host, groups, $0) }
                }
                return memberships.results(of: "users and groups") { memberships in
                    let found = memberships.flatMap { $0.results(expected: evidence.expectations.runtimeUsers) }
                    let unknown = (host.dockerSocketPaths + host.otherSocketPaths).filter {
                        if case .unreadable = host.socket($0) { true } else { false }
                    }
                    if !unknown.isEmpty {
                        let words = "whose these sockets are is not known: \(unknown.joined(separator: ", "))"
                        return found + [CheckResult(.unknown, subject: "", words)]
                    }
                    return found.isEmpty
                        ? [CheckResult(.notApplicable, subject: "", "no group may open a runtime's socket")] : found
                }
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value, let groups = host.groups.value, let users = host.users.value else {
                return []
            }
            let expected = evidence.expectations.runtimeUsers
            return RuntimeMembership.all(host, groups, users).flatMap { $0.fixes(expected: expected, among: groups) }
        }
    )
}

/// A group that may open a runtime's socket, and who is in it.
struct RuntimeMembership: Equatable {
    var group: HostGroup
    /// The sockets that it may open; none of Docker's group where dockerd has none.
    var sockets: [HostFile]
    /// Whose primary group it is.
    var primary: [String]

    static func all(_ host: HostEvidence, _ groups: [HostGroup], _ users: [HostUser]) -> [RuntimeMembership] {
        var socketsByGroup: [UInt32: [HostFile]] = [:]
        for path in host.dockerSocketPaths + host.otherSocketPaths {
            guard let file = host.socket(path).value, file.kind == .socket else { continue }
            if FileAccess(file: file).isWritableByGroup { socketsByGroup[file.group, default: []].append(file) }
        }
        for group in groups where group.name == "docker" && socketsByGroup[group.id] == nil {
            socketsByGroup[group.id] = []
        }
        return socketsByGroup.sorted { $0.key < $1.key }.map { id, sockets in
            let named = groups.filter { $0.id == id }
            let group = HostGroup(named.first?.name ?? "\(id)", id: id, members: named.flatMap(\.members))
            // Accounts of the system's own have root's group on some distributions, and no login.
            let primary = users.filter { $0.primaryGroup == id && (id != 0 || $0.id >= 1000) }.map(\.name)
            return RuntimeMembership(group: group, sockets: sockets, primary: primary)
        }
    }

    private var subject: String { "group \"\(group.name)\" (\(group.id))" }

    func results(expected: Set<String>) -> [CheckResult] {
        let reach = sockets.isEmpty ? "Docker's socket, once there is one" : sockets.map(\.path).joined(separator: ", ")
        var found: [CheckResult] = []
        if SocketAccess.wideGroups.contains(group.name), !sockets.isEmpty {
            found.append(
                CheckResult(
                    .fail,
                    subject: subject,
                    "a group that is for other things may open \(reach): whoever is put in it is root on the host",
                    evidence: sockets.map(\.words)
                )
            )
        }
        for user in group.members where !expected.contains(user) {
            found.append(
                result(user, "is in it", reach, "\(group.name):x:\(group.id):\(group.members.joined(separator: ","))")
            )
        }
        for user in primary where !expected.contains(user) && !group.members.contains(user) {
            found.append(result(user, "has it as primary group", reach, "\(user): primary group \(group.id)"))
        }
        guard found.isEmpty else { return found }
        return [
            CheckResult(.pass, subject: subject, "nobody is in it who should not be", evidence: sockets.map(\.words))
        ]
    }

    private func result(_ user: String, _ how: String, _ reach: String, _ line: String) -> CheckResult {
        CheckResult(.fail, subject: subject, "'\(user)' \(how), and may open \(reach)", evidence: [line])
    }

    /// - Parameter groups: those of the host, of which users are given another.
    func fixes(expected: Set<String>, among groups: [HostGroup]) -> [Fix] {
        let leaving = group.members.filter { !expected.contains($0) }
        let primary = primary.filter { !expected.contains($0) && !group.members.contains($0) }
        // Nobody has to leave a group that is for other things: the socket has to.
        if SocketAccess.wideGroups.contains(group.name), !sockets.isEmpty {
            let steps = "have the runtime give its socket to a group of its own (dockerd --group docker)"
            return [
                Fix(
                    "Take the runtimes' sockets from group '\(group.name)'",
                    sockets.map { .permissions(path: $0.path, mode: 0o660, owner: 0, group: 0) } + [.steps([steps])],
                    caution: "who reached a runtime by that group reaches it no more"
                )
            ]
        }
        var changes = leaving.map { Fix.Change.leaving(user: $0, group: group.name) }
        for user in primary {
            // Its own, as distributions make one for each user, or the one that is for all.
            let other = [user, "users"].first { name in groups.contains { $0.name == name && $0.id != group.id } }
            changes.append(
                other.map { .primaryGroup(user: user, group: $0) }
                    ?? .steps(["give '\(user)' another primary group: groupadd users && usermod -g users '\(user)'"])
            )
        }
        guard !changes.isEmpty else { return [] }
        return [
            Fix(
                "Take who need not deploy from group '\(group.name)'",
                changes,
                commands: leaving.map { "loginctl terminate-user \($0)" },
                caution: "they reach the runtime no more, and a session that is open keeps the group until it ends"
            )
        ]
    }
}
