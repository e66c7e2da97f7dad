#if Guard
    internal import Judge
    internal import KubernetesGuard
    internal import Relay
    internal import Sigma

    /// What a webhook does, in words.
    struct AdmissionSummary {
        private let command: GuardKubernetes
        private let loaded: LoadedAdmissionPolicy

        init(_ command: GuardKubernetes, _ loaded: LoadedAdmissionPolicy) {
            self.command = command
            self.loaded = loaded
        }

        private var addresses: String {
            ((try? command.listening.addresses) ?? []).map(\.description).joined(separator: ", ")
        }

        private var certificate: String {
            command.certificate.words ?? command.listening.tlsCert.map { "the certificate in \($0)" }
                ?? "no certificate yet"
        }

        /// One line, for logs and the service manager.
        var line: String {
            "webhook on \(addresses), \(loaded.words)" + (loaded.policy.everywhere.observes ? "; observes only" : "")
        }

        /// A line for each thing, for people who check.
        var text: String {
            var lines = [
                "listens    \(addresses)",
                "shows      \(certificate)",
                "clients    \(command.listening.clientCa.map { "have a certificate of \($0)" } ?? "need no certificate")",
                "policy     \(command.judging.policy ?? "none: the rules alone")",
                "rules      \(loaded.library.rules.count), and \(loaded.library.filters.count) exceptions",
                "decisions  go to \(command.service.decisions.words)",
            ]
            if loaded.policy.readsNamespaceLabels { lines.append("labels     of namespaces count for Pod Security") }
            lines += loaded.policy.namespaces.map {
                "namespaces \($0.names.joined(separator: ", ")): \(words($0.terms))"
            }
            lines.append("others     \(words(loaded.policy.everywhere))")
            lines += loaded.policy.exemptions.map { "exempt     \(words($0))" }
            lines += loaded.remarks.map { "remark     \($0)" }
            return lines.joined(separator: "\n") + "\n"
        }

        private func words(_ terms: AdmissionTerms) -> String {
            let rules = loaded.library.rules.count {
                $0.logsource.isContainerDeployment && ($0.level ?? .medium) >= terms.refuseAt
            }
            var words = "refused: what \(rules) rules of level \(terms.refuseAt) or above find"
            if terms.images != nil { words += "; images by list" }
            if terms.deployers != nil { words += "; deployers by list" }
            return terms.observes ? words + "; nothing yet, since it observes" : words
        }

        private func words(_ exemption: Exemption) -> String {
            let parts = [
                ("namespaces", exemption.namespaces), ("users", exemption.users), ("groups", exemption.groups),
            ]
            return parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
                .joined(separator: "; ")
        }
    }
#endif
