#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Posture

    /// `tidewaiter audit least-rights`: the least roles that would have allowed what was done.
    struct AuditLeastRightsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "least-rights",
            abstract: "Write the roles that would have allowed what each subject did, and no more, from an audit log.",
            discussion: """
                Reads a Kubernetes audit log, plain, gzip or zstd, and writes for each user and service account the Roles, \
                ClusterRoles and bindings of least privilege, as manifests to read before they are applied. What did not \
                happen while the log was written is not in them: take a log of a whole cycle of your work.

                Examples:
                  tidewaiter audit least-rights /var/log/kubernetes/audit.log
                  tidewaiter audit least-rights --subject serviceaccount:ci/runner audit-*.log.gz > ci.yaml

                Exit status: 0 when all was read, 1 for wrong usage or a log that cannot be read.
                """
        )

        @Argument(help: "Audit logs; - for standard input.", completion: .file())
        var logs: [String]

        @Option(
            help: ArgumentHelp(
                "Only of this subject: user:NAME or serviceaccount:NAMESPACE/NAME; can be repeated. Otherwise of all but "
                    + "the cluster's own (system:*).",
                valueName: "subject"
            ),
            transform: { text in
                guard let subject = Subject(parsing: text), subject.kind != .group else {
                    throw ValidationError("'\(text)': write user:NAME or serviceaccount:NAMESPACE/NAME")
                }
                return subject
            }
        )
        var subject: [Subject] = []

        func run() throws {
            let used = try AuditLogs.rights(usedIn: logs)
            let output = Output(.standardOutput)
            for one in used.subjects where isAsked(one) {
                guard let least = used.leastRights(of: one) else { continue }
                output.writeLine(
                    "# \(one.kind.rawValue) \(one.namespace.map { "\($0)/" } ?? "")\(one.name.filter { !$0.isNewline })"
                )
                if least.givesRights { output.writeLine("# It writes roles or bindings: look twice.") }
                for manifest in least.manifests { output.write("---\n\(manifest.yaml)") }
            }
            try output.close()
            let errors = Output(.standardError)
            if used.unread > 0 { errors.writeLine("\(used.unread) lines are no audit events; they count for nothing") }
            if used.isCutOff {
                errors.writeLine("there are more different requests than are kept: rights may be missing")
            }
            errors.finish(with: "from \(used.events) requests that were allowed\n")
        }

        private func isAsked(_ one: Subject) -> Bool {
            if !subject.isEmpty { return subject.contains(one) }
            return one.kind == .serviceAccount ? one.namespace != "kube-system" : !one.name.hasPrefix("system:")
        }
    }
#endif
