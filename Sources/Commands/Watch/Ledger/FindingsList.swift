#if Watch
    internal import ArgumentParser
    internal import Foundation
    internal import Ledger
    internal import Sigma

    extension FindingState: ExpressibleByArgument {
        package init?(argument: String) { self.init(named: argument) }

        package var defaultValueDescription: String { name }
        package static var allValueStrings: [String] { allCases.map(\.name) }
    }

    /// `tidewaiter findings list`.
    struct FindingsList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List findings, the newest first (the default)."
        )

        @OptionGroup var listing: ListingOptions

        @Option(help: "Only findings at this level or above.")
        var level: Level?

        @Option(
            help: ArgumentHelp("Only these rules, by id or by a part of the title; can be repeated.", valueName: "rule")
        )
        var rule: [String] = []

        @Option(help: "Only in this state (open, acknowledged, closed); can be repeated.")
        var state: [FindingState] = []

        @OptionGroup var location: LedgerLocation

        func run() async throws {
            var query = try listing.query()
            query.level = level.map { FindingLevel(named: $0.rawValue) }
            query.rules = rule
            query.states = Set(state)
            listing.tellOfUnknownFields(in: query)
            let ledger = try location.open(.reading)
            let output = Output(.standardOutput)
            let terminal = Terminal(
                output,
                color: listing.color,
                environment: ProcessInfo.processInfo.environment
            )
            let table = LedgerLines(terminal)
            let (count, hasMore) = try await listing.pages(
                of: query,
                page: { try await ledger.findings($0) },
                place: \.place,
                tell: { finding in
                    switch listing.format {
                    case .json: output.write(finding.ecs + [10])
                    case .table: output.write(table.line(finding))
                    }
                }
            )
            if listing.format == .table {
                let rest = hasMore ? "; there are more: --limit tells how many are listed" : ""
                output.writeLine("\(count) \(count == 1 ? "finding" : "findings")\(rest)")
            }
            try output.close()
        }
    }

    extension Output {
        /// Writes what waits.
        ///
        /// - Throws: `CommandError` where something could not be written.
        func close() throws {
            flush()
            guard let failure else { return }
            throw CommandError("standard output could not be written, so something is missing: \(failure)")
        }
    }
#endif
