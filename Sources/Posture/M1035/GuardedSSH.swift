internal import Sigma

extension Check {
    /// Whether the way by SSH, which replaces Docker's TCP socket, is itself held by keys.
    static let guardedSSH = Check(
        id: "TW-M1035-014",
        title: "Remote Docker By SSH Is Itself Guarded",
        mitigation: .limitAccess,
        level: .low,
        reads: "sshd_config with what it includes, and who may open a runtime's socket",
        passes:
            "nobody who may open a runtime's socket logs in by a password, and sockets are handed on for them alone",
        remedy: "a snippet in sshd_config.d: PasswordAuthentication no, PermitRootLogin prohibit-password, "
            + "AllowStreamLocalForwarding for the group that deploys",
        references: [
            "https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket",
            "https://man.openbsd.org/sshd_config",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let sockets = (host.dockerSocketPaths + host.otherSocketPaths).map { host.socket($0) }
                guard sockets.contains(where: { $0.value?.kind == .socket }) else {
                    let unread = sockets.lazy.compactMap {
                        if case .unreadable(let reason) = $0 { reason } else { nil }
                    }.first
                    return [
                        unread.map {
                            CheckResult(.unknown, subject: "", "a runtime's socket could not be looked at: \($0)")
                        }
                            ?? CheckResult(.notApplicable, subject: "", "there is no container runtime")
                    ]
                }
                return SSHServer.read(on: host).results(of: "SSH servers") { host.judge($0) }
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value, let server = SSHServer.read(on: host).value else { return [] }
            let group = host.runtimeMembers.first?.group ?? "docker"
            let text = """
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                AllowStreamLocalForwarding no
                Match Group \(group)
                    AllowStreamLocalForwarding yes
                Match all

                """
            let own = host.text(server.path).value ?? ""
            let change: Fix.Change =
                server.readsSnippets
                ? .file(path: "/etc/ssh/sshd_config.d/00-tidewaiter.conf", text: text)
                : .file(path: server.path, text: text + "\n" + own)
            let exceptions = server.passwordExceptions.map { "take away what lets some in by password: \($0)" }
            return [
                Fix(
                    "Have keys alone open the way to the runtime",
                    [change] + (exceptions.isEmpty ? [] : [.steps(exceptions)]),
                    commands: ["sshd -t && systemctl reload ssh || systemctl reload sshd"],
                    caution:
                        "who has no key in ~/.ssh/authorized_keys cannot log in any more: try it in a second session first"
                )
            ]
        }
    )
}

extension HostEvidence {
    /// Who may open a runtime's socket beside root, and by which group.
    fileprivate var runtimeMembers: [(user: String, group: String)] {
        RuntimeMembership.all(self, groups.value ?? [], users.value ?? []).filter { !$0.sockets.isEmpty }.flatMap {
            one in
            (one.group.members + one.primary).filter { $0 != "root" }.map { ($0, one.group.name) }
        }
    }

    fileprivate func judge(_ server: SSHServer) -> [CheckResult] {
        let members = runtimeMembers
        let passwords = server.passwordLogins
        var found: [CheckResult] = []
        func add(_ outcome: CheckResult.Outcome, _ reason: String, _ lines: [String]) {
            found.append(CheckResult(outcome, subject: server.path, reason, evidence: lines))
        }
        let root = server.rootLogin
        if !passwords.isEmpty, root.value == "yes" {
            add(.fail, "root logs in by a password", passwords + ["\(root.place): PermitRootLogin yes"])
        }
        if !passwords.isEmpty, !members.isEmpty {
            let names = members.prefix(10).map { "'\($0.user)'" }.joined(separator: ", ")
            add(.fail, "\(names) may open a runtime's socket, and may log in by a password", passwords)
        }
        if !members.isEmpty, passwords.isEmpty, !server.passwordExceptions.isEmpty {
            add(
                .warn,
                "some log in by a password, who may be those that may open a runtime's socket",
                server.passwordExceptions
            )
        }
        if !members.isEmpty, server.forwardsSockets {
            let said = server.value("allowstreamlocalforwarding", default: "yes")
            add(
                .warn,
                "everybody may have sockets handed on",
                ["\(said.place): AllowStreamLocalForwarding \(said.value)"]
            )
        }
        if case .unreadable(let reason) = groups { add(.unknown, "groups could not be read: \(reason)", []) }
        if found.isEmpty {
            add(.pass, "who may open a runtime's socket logs in by a key", ["PermitRootLogin \(root.value)"])
        }
        return found
    }
}
