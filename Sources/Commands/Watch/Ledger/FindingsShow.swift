#if Watch
    internal import ArgumentParser
    internal import Foundation
    internal import Ledger
    internal import Signals

    /// `tidewaiter findings show`.
    struct FindingsShow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Tell all that is known of a finding: its deployment, that one's trail, and what was said of it."
        )

        @Argument(help: "The finding's id, or its beginning.")
        var id: String

        @Option(name: .shortAndLong, help: "How it is written.")
        var format: ListingOptions.Format = .table

        @Option(help: "When to use colour; NO_COLOR is respected.")
        var color: Terminal.ColorChoice = .auto

        @OptionGroup var location: LedgerLocation

        func run() async throws {
            let details = try await location.open(.reading).details(ofFinding: id)
            let output = Output(.standardOutput)
            switch format {
            case .json: output.write(LedgerDocuments.text(details) + "\n")
            case .table:
                let terminal = Terminal(output, color: color, environment: ProcessInfo.processInfo.environment)
                output.write(FindingDetailsText(LedgerLines(terminal)).text(details))
            }
            try output.close()
        }
    }
#endif
