#if Guard
    internal import DockerGuard
    internal import Judge
    internal import Relay
    internal import Sigma

    /// What a guard does, in words.
    struct GuardSummary {
        private let command: GuardDocker
        private let loaded: LoadedPolicy
        private let listeners: [ListenerConfiguration]

        init(_ command: GuardDocker, _ loaded: LoadedPolicy, _ listeners: [ListenerConfiguration]) {
            self.command = command
            self.loaded = loaded
            self.listeners = listeners
        }

        /// One line, for logs and the service manager.
        var line: String {
            "\(form) on \(listeners.map(\.address.description).joined(separator: ", ")), \(loaded.words)"
                + (command.judging.isObserving ? "; observes only" : "")
        }

        /// A line for each thing, for people who check.
        func text(remarks: [String]) -> String {
            var lines = [
                "form       \(form)",
                "listens    \(listeners.map(words).joined(separator: "\n           "))",
                "engine     \(command.engine.upstream)",
                "policy     \(command.judging.policy ?? "none: the profile alone")",
                "rules      \(loaded.library.rules.count), and \(loaded.library.filters.count) exceptions",
                "decisions  go to \(command.service.decisions.words)",
            ]
            lines += loaded.policy.clients.map { "client     \(words($0.terms))" }
            lines.append("others     \(loaded.policy.otherwise.map(words) ?? "are refused")")
            if command.judging.isObserving { lines.append("observes   nothing is refused; what would be is recorded") }
            if let file = command.judging.learn { lines.append("learns     \(file)") }
            lines += (loaded.remarks + remarks).map { "remark     \($0)" }
            return lines.joined(separator: "\n") + "\n"
        }

        private var form: String { command.listening.plugin ? "authorization plugin" : "proxy" }

        private func words(_ listener: ListenerConfiguration) -> String {
            guard listener.address.isUnix else { return "\(listener.address), for clients with a certificate" }
            let owner = "\(listener.access.owner ?? "its own user"):\(listener.access.group ?? "its own group")"
            return "\(listener.address), mode \(String(listener.access.mode, radix: 8)), \(owner)"
        }

        private func words(_ terms: Terms) -> String {
            "\(terms.name): profile \(terms.profile.rawValue); opened: \(opened(terms)); refused: what "
                + "\(loaded.rules(at: terms.refuseAt)) rules of level \(terms.refuseAt.rawValue) or above find"
        }

        private func opened(_ terms: Terms) -> String {
            let openings = terms.allowances.openings
            let words = ProfilePart.allCases.compactMap { part -> String? in
                switch openings[part] {
                case nil: nil
                case .wholly: part.rawValue
                case .values(let values): "\(part.rawValue) (\(values.sorted().joined(separator: ", ")))"
                }
            }
            return words.isEmpty ? "nothing" : words.joined(separator: ", ")
        }
    }
#endif
