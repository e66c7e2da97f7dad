/// How loud an engine's log is, and where it goes.
///
/// Source: https://docs.docker.com/engine/daemon/logs/ and https://docs.docker.com/reference/cli/dockerd/.
struct EngineLog: Sendable {
    enum Destination: Sendable, Equatable {
        case journal
        case file(String)
        case nowhere
        /// It was started by hand, or by what is not known here.
        case unknown(String)
    }

    let daemon: DockerDaemon
    let settings: DockerSettings
    /// `info` unless told otherwise.
    var level = "info"
    /// What says so, and where.
    var words: [String] = []
    var destination = Destination.journal

    /// What whoever collects has to look for besides ``DockerDaemon/requests``.
    static let requests = [FileRequest("/var/log/docker.log")]
}

extension HostEvidence {
    /// The logs of the engines that run.
    var engineLogs: Reading<[(daemon: DockerDaemon, log: Reading<EngineLog>)]> {
        dockerDaemons.flatMap { daemons in
            daemons.isEmpty ? .absent : .known(daemons.map { ($0, engineLog(of: $0)) })
        }
    }

    private func engineLog(of daemon: DockerDaemon) -> Reading<EngineLog> {
        daemon.settings.flatMap { settings in
            var log = EngineLog(daemon: daemon, settings: settings)
            if let said = settings.text("log-level") {
                log.level = said.value.lowercased()
                log.words.append("log-level \(said.value) (\(said.place))")
            }
            if let said = settings.bool("debug"), said.value {
                log.level = "debug"
                log.words.append("debug (\(said.place))")
            }
            // What the engine says of itself beats what it was told at its start: a signal may have changed it.
            if let isDebug = docker.value?.info["Debug"]?.bool, isDebug != (log.level == "debug") {
                log.level = isDebug ? "debug" : "info"
                log.words.append("GET /info: \"Debug\": \(isDebug)")
            }
            return logDestination.map { destination, words in
                log.destination = destination
                log.words += words
                return log
            }
        }
    }

    /// Where an engine's output goes, as its unit says; it writes its log to the error output.
    private var logDestination: Reading<(EngineLog.Destination, [String])> {
        switch SystemdUnit.read("docker.service", on: self) {
        case .unreadable(let reason): return .unreadable(reason)
        case .absent:
            if file("/var/log/docker.log").value != nil { return .known((.file("/var/log/docker.log"), [])) }
            return .known((.unknown("no unit of the host starts it"), []))
        case .known(let unit):
            let output = unit.last("Service", "StandardOutput")
            let errors = unit.last("Service", "StandardError")
            let said = [output, errors].compactMap(\.self)
            let words = said.map { "\($0.path): \($0.name)=\($0.value)" }
            let place = [errors?.value, output?.value].compactMap(\.self).first { !$0.isEmpty && $0 != "inherit" }
            return .known((Self.destination(place ?? "journal"), words))
        }
    }

    private static func destination(_ place: String) -> EngineLog.Destination {
        if place == "null" { return .nowhere }
        for prefix in ["file:", "append:", "truncate:"] where place.hasPrefix(prefix) {
            return .file(String(place.dropFirst(prefix.count)))
        }
        return place.hasPrefix("journal") ? .journal : .unknown("it goes to \(place)")
    }
}
