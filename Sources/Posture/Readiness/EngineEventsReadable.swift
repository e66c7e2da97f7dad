internal import Sigma

extension Check {
    /// Whether the engine's events can be followed by who watches.
    static let engineEventsReadable = Check(
        id: "TW-Readiness-007",
        title: "The Docker Engine's Events Cannot Be Followed",
        mitigation: .readiness,
        level: .medium,
        reads: "whether the engine answers, and who may connect to its socket and to a guard's",
        passes: "it answers, and the watching service may connect to a guard's socket that lets it read",
        remedy: "give the watching service a guard's socket: tidewaiter guard docker with a policy that only reads",
        references: ["https://docs.docker.com/reference/cli/docker/system/events/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { $0.following(evidence.expectations.watchUser) }
        },
        fix: { evidence in
            guard let host = evidence.host.value, host.watcher(evidence.expectations.watchUser).value != nil else {
                return []
            }
            return [.guardSocket(for: evidence.expectations.watchUser)]
        }
    )
}

/// The sockets of engines, and of the guard that lets the watching service read.
enum EngineSockets {
    static let guardSocket = "/run/tidewaiter/watch.sock"
    static let engines = ["/run/docker.sock", "/var/run/docker.sock"]
    static let all = [guardSocket] + engines
}

extension HostEvidence {
    fileprivate func following(_ name: String) -> [CheckResult] {
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ lines: [String] = []) -> [CheckResult] {
            [CheckResult(outcome, subject: "Docker engine", reason, evidence: lines)]
        }
        switch docker {
        case .unreadable(let reason): return result(.unknown, "it could not be asked: \(reason)")
        case .absent:
            switch engineLogs {
            case .absent: return result(.notApplicable, "no Docker engine runs here")
            case .known: return result(.unknown, "it runs, and was not asked")
            case .unreadable(let reason):
                return result(.unknown, "whether an engine runs could not be read: \(reason)")
            }
        case .known: break
        }
        switch watcher(name) {
        case .unreadable(let reason): return result(.unknown, "it answers; whom, could not be read: \(reason)")
        case .absent: return result(.pass, "it answers who asks at its socket; no user '\(name)' is there to")
        case .known(let watcher):
            let sockets = EngineSockets.all.compactMap { file($0).value }
            guard !sockets.isEmpty else { return result(.unknown, "its sockets were not collected") }
            let lines = sockets.map { "\($0.path): \($0.permissions)" }
            let open = sockets.filter(watcher.mayConnect)
            if open.contains(where: { $0.path == EngineSockets.guardSocket }) {
                return result(.pass, "'\(name)' follows them by a guard that lets it read alone", lines)
            }
            guard !open.isEmpty else { return result(.fail, "'\(name)' may connect to no socket of it", lines) }
            return result(
                .warn,
                "'\(name)' may do everything with the engine's own socket, which is as good as root",
                lines
            )
        }
    }
}

extension Fix {
    /// A guard's socket that lets the watching service read, and nothing else.
    fileprivate static func guardSocket(for user: String) -> Fix {
        let policy = """
            profile: strict
            default:
                routes: {CONTAINERS: 1, EVENTS: 1, EXEC: 1, PING: 1, SERVICES: 1}

            """
        let unit = """
            [Unit]
            Description=The Docker Engine, to be read by tidewaiter watch
            After=docker.service

            [Service]
            ExecStart=/usr/local/bin/tidewaiter guard docker --policy /etc/tidewaiter/docker-watch.yml \
            --listen unix://\(EngineSockets.guardSocket) --socket-group \(user)
            RuntimeDirectory=tidewaiter
            RuntimeDirectoryMode=0755
            RuntimeDirectoryPreserve=yes
            Restart=always

            [Install]
            WantedBy=multi-user.target

            """
        return Fix(
            "Let the watching service follow the engine's events by a guard, without the group docker",
            [
                .file(path: "/etc/tidewaiter/docker-watch.yml", text: policy),
                .file(path: "/etc/systemd/system/tidewaiter-docker-watch.service", text: unit),
                .leaving(user: user, group: "docker"),
                .steps(["in watch.yml: docker-events: {engine: \"unix://\(EngineSockets.guardSocket)\"}"]),
            ],
            commands: ["systemctl daemon-reload", "systemctl enable --now tidewaiter-docker-watch"]
        )
    }
}
