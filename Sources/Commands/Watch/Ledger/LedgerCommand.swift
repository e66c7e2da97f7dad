#if Watch
    internal import ArgumentParser
    internal import Ledger
    internal import Signals

    /// `tidewaiter ledger`: looks after what is remembered.
    struct LedgerCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ledger",
            abstract: "Back up and check what watching remembers.",
            discussion: """
                Both work while tidewaiter watch runs.

                Examples:
                  tidewaiter ledger backup /var/backups/tidewaiter-$(date +%F).sqlite
                  tidewaiter ledger check
                """,
            subcommands: [LedgerBackup.self, LedgerCheck.self]
        )
    }

    /// `tidewaiter ledger backup`.
    struct LedgerBackup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Copy the ledger, as it is at one moment, to a new file for its owner alone.",
            discussion: """
                The copy is checked before it gets its name. To go back to it, stop tidewaiter watch, move the ledger and \
                the files beside it that begin with its name away, and put the copy in its place.
                """
        )

        @Argument(help: "Where to; a file that is not there yet.", completion: .file())
        var file: String

        @OptionGroup var location: LedgerLocation

        func run() async throws {
            let ledger = try location.open(.reading)
            try await ledger.backup(to: file)
            Output(.standardOutput).finish(with: VisibleText.escape("\(ledger.path) is copied to \(file)") + "\n")
        }
    }

    /// `tidewaiter ledger check`.
    struct LedgerCheck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Read all of the ledger, and say whether it is sound.",
            discussion: "Exit status: 0 when it is sound, 1 when it is not or cannot be read."
        )

        @OptionGroup var location: LedgerLocation

        func run() async throws {
            let ledger = try location.open(.reading)
            let remarks = try await ledger.integrityCheck()
            let output = Output(.standardOutput)
            guard remarks.isEmpty else {
                for remark in remarks { output.writeLine(VisibleText.escape(remark)) }
                output.flush()
                throw CommandError(
                    "\(ledger.path) is damaged; stop watching, keep a copy, and put the newest backup in its place"
                )
            }
            output.finish(with: VisibleText.escape("\(ledger.path) is sound") + "\n")
        }
    }
#endif
