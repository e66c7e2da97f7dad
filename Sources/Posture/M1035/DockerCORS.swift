internal import Sigma

extension Check {
    /// Whether pages in a browser may read what Docker answers.
    static let dockerCORS = Check(
        id: "TW-M1035-010",
        title: "Docker API Sends CORS Headers",
        mitigation: .limitAccess,
        level: .medium,
        reads: "Access-Control-Allow-Origin in the engine's answers, and --api-cors-header among what dockerd is told",
        passes: "there is none: any page that somebody on the host opens could use the API otherwise",
        remedy: "take --api-cors-header from dockerd's arguments and api-cors-header from daemon.json",
        references: ["https://docs.docker.com/engine/deprecated/#api-cors-headers"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let answered = host.probes.filter { $0.engine == .docker }
                let sent = answered.compactMap { probe in
                    probe.headers["access-control-allow-origin"].map { value in
                        CheckResult(
                            .fail,
                            subject: probe.listener.words,
                            "pages of \(value == "*" ? "every site" : value) may read what it answers",
                            evidence: [probe.words, "Access-Control-Allow-Origin: \(value)"]
                        )
                    }
                }
                var seen: Set<String> = []
                let told = host.dockerDaemonsOrNext.results(of: "Docker daemons") { $0.flatMap(judgeCORS) }
                let all = sent.filter { seen.insert($0.subject).inserted } + told
                return all.isEmpty ? [CheckResult(.notApplicable, subject: "", "no dockerd runs")] : all
            }
        },
        fix: { evidence in
            guard let plan = DockerPlan.repairing(evidence) else { return [] }
            return [
                Fix(
                    "Have Docker answer no pages",
                    plan.changes,
                    commands: plan.commands,
                    caution: "pages that use the API have to ask a server of their own"
                )
            ]
        }
    )

    private static func judgeCORS(_ daemon: DockerDaemon) -> [CheckResult] {
        switch daemon.settings {
        case .absent: return []
        case .unreadable(let reason):
            return [CheckResult(.unknown, subject: daemon.words, "what it is told could not be read: \(reason)")]
        case .known(let settings):
            let said = ["api-cors-header", "api-enable-cors"].compactMap { name in
                settings.text(name).flatMap {
                    ["", "false"].contains($0.value) ? nil : "\($0.place): \(name) \($0.value)"
                }
            }
            return said.isEmpty
                ? [CheckResult(.pass, subject: daemon.words, "it is told of no CORS header")]
                : [
                    CheckResult(
                        .fail,
                        subject: daemon.words,
                        "pages of other sites may read what it answers",
                        evidence: said
                    )
                ]
        }
    }
}
