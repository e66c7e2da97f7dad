internal import Sigma

extension Check {
    /// Who is root by way of a container tool, without a password.
    static let sudoByContainerTools = Check(
        id: "TW-M1018-007",
        title: "sudo Rules That Equal Root By Container Tools",
        mitigation: .accounts,
        level: .medium,
        reads: "/etc/sudoers and /etc/sudoers.d, with aliases and tags",
        passes:
            "nobody may run docker, podman, nerdctl, ctr, crictl, kubectl or the like as root without a password, but for "
            + "asking what runs",
        remedy:
            "name the one command that is needed, with its arguments, in a script of root's; or ask for the password",
        references: [
            "https://docs.docker.com/engine/security/#docker-daemon-attack-surface", "https://gtfobins.github.io/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                Sudoers.read(on: host).results(of: "sudo rules") { sudoers in
                    let expected = evidence.expectations.runtimeUsers
                    let found = sudoers.grants.filter { !$0.needsPassword && !expected.contains($0.who) }.compactMap {
                        grant in
                        let command = ContainerToolCommand(grant.command)
                        return command.tool.flatMap { tool -> CheckResult? in
                            guard !command.isHarmless else { return nil }
                            let outcome: CheckResult.Outcome = command.isPerhapsHarmless ? .warn : .fail
                            let reason =
                                outcome == .warn
                                ? "may run \(tool) as root without a password, with whatever the * stands for"
                                : "may run \(tool) as root without a password, which can start a container that is root"
                            return CheckResult(
                                outcome,
                                subject: "\(grant.path): \(grant.who)",
                                "'\(grant.who)' \(reason)",
                                evidence: [grant.line]
                            )
                        }
                    }
                    return found.isEmpty
                        ? [
                            CheckResult(
                                .pass,
                                subject: "",
                                "nobody may run a container tool as root without a password"
                            )
                        ]
                        : found
                }
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value, let sudoers = Sudoers.read(on: host).value else { return [] }
            let expected = evidence.expectations.runtimeUsers
            let (texts, rest) = sudoers.asking(
                Sudoers.Demand(
                    isOf: { !expected.contains($0) },
                    isBefore: {
                        let command = ContainerToolCommand($0)
                        return command.tool != nil && !command.isHarmless
                    }
                )
            )
            var changes = texts.map { Fix.Change.file(path: $0.path, text: $0.text, mode: 0o440) }
            if !rest.isEmpty {
                changes.append(
                    .steps(rest.map { "visudo -f \($0.path): have '\($0.line)' say PASSWD: before the container tool" })
                )
            }
            guard !changes.isEmpty else { return [] }
            return [
                Fix(
                    "Ask for the password where a container tool runs as root",
                    changes,
                    commands: texts.isEmpty ? [] : ["visudo -c"],
                    caution: "what runs the tool without anybody there to type a password stops working"
                )
            ]
        }
    )
}

/// A command of sudoers', by what it says of containers.
private struct ContainerToolCommand {
    private static let tools: Set = [
        "docker", "docker-compose", "podman", "podman-remote", "nerdctl", "ctr", "crictl", "kubectl", "buildah", "runc",
        "crun",
        "lxc", "incus", "k3s", "buildctl", "tidewaiter",
    ]
    /// What tells of containers, or stops and starts those there are.
    private static let harmless: Set = [
        "ps", "images", "logs", "stats", "info", "version", "top", "port", "restart", "start", "stop", "get",
        "describe",
        "events", "df", "inspect",
    ]

    private let words: [Substring]

    init(_ command: String) { words = command.split { $0 == " " || $0 == "\t" } }

    /// The container tool that it names; nil where it names another, or ALL, which is root by itself.
    var tool: String? {
        let program = words.first?.split(separator: "/").last.map(String.init) ?? ""
        if Self.tools.contains(program) { return program }
        // A pattern for any program of a folder is one for these.
        return program.contains("docker") && program.contains("*") ? program : nil
    }

    private var asks: Bool { words.dropFirst().first.map { Self.harmless.contains(String($0)) } ?? false }

    /// Whether it only asks, with arguments that are all written out; without any, all are allowed.
    var isHarmless: Bool { asks && !isOpenEnded }

    /// Whether it would only ask, if what a pattern stands for did.
    var isPerhapsHarmless: Bool { asks }

    private var isOpenEnded: Bool { words.dropFirst().contains { word in word.contains { "*?[^".contains($0) } } }
}
