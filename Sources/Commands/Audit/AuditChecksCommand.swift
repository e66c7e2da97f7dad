#if Guard
    internal import ArgumentParser
    internal import Posture
    internal import Sigma
    internal import Signals

    /// `tidewaiter audit checks`: what is asked, of what, and when it passes.
    struct AuditChecksCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checks",
            abstract: "List the checks: what each reads, and when it passes.",
            discussion: """
                Examples:
                  tidewaiter audit checks
                  tidewaiter audit checks TW-M1018 --format json

                Exit status: 0 when all went well, 1 for wrong usage.
                """
        )

        enum Format: String, CaseIterable, ExpressibleByArgument {
            case table, json
        }

        @Argument(help: "Only these, by id or its beginning.")
        var ids: [String] = []

        @Option(name: .shortAndLong, help: "How they are told.")
        var format: Format = .table

        func run() throws {
            for id in ids where !Check.all.contains(where: { $0.id.hasPrefix(id) }) {
                throw ValidationError("no check is called '\(id)'")
            }
            let checks = Check.all.filter { one in ids.isEmpty || ids.contains(where: one.id.hasPrefix) }
            let output = Output(.standardOutput)
            for check in checks {
                switch format {
                case .json: output.writeLine(AuditDocuments.line(of: check))
                case .table:
                    output.write(
                        """
                        \(check.id)  \(check.level.rawValue)  \(check.title)
                          reads   \(check.reads)
                          passes  when \(check.passes)
                          remedy  \(check.remedy)
                          see     \(check.references.joined(separator: ", "))


                        """
                    )
                }
            }
            if format == .table { output.writeLine("\(checks.count) \(checks.count == 1 ? "check" : "checks")") }
            try output.close()
        }
    }
#endif
