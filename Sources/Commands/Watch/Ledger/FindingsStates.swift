#if Watch
    internal import ArgumentParser
    internal import Deployments
    internal import Foundation
    internal import Ledger
    internal import Signals

    /// Which findings something is said of, and what.
    struct StateOptions: ParsableArguments {
        @Argument(help: "The findings' ids, or their beginnings.")
        var ids: [String]

        @Option(help: "Why, in a few words; kept with who said it and when.")
        var note = ""

        @OptionGroup var location: LedgerLocation

        /// Says what became of the findings, and tells what they were.
        func say(_ state: FindingState) async throws {
            let ledger = try location.open(.editing)
            let changes = try await ledger.setState(
                ofFindings: ids,
                to: state,
                note: note,
                author: Self.author(environment: ProcessInfo.processInfo.environment),
                at: .now
            )
            try ledger.close()
            let output = Output(.standardOutput)
            for change in changes {
                let before = change.before == change.after ? "still" : "was \(change.before.name), is"
                output.writeLine(VisibleText.escape("\(change.id): \(before) \(change.after.name)"))
            }
            try output.close()
        }

        /// The person at the terminal, as the system knows them: also behind sudo.
        static func author(environment: [String: String]) -> String {
            let name =
                unsafe getpwuid(geteuid()).flatMap { entry in
                    unsafe entry.pointee.pw_name.map { unsafe String(cString: $0) }
                } ?? "uid \(geteuid())"
            // Nobody but root could say so wrongly.
            guard geteuid() == 0, let person = environment["SUDO_USER"], !person.isEmpty, person != name else {
                return name
            }
            return "\(person) as \(name)"
        }
    }

    /// `tidewaiter findings ack`.
    struct FindingsAcknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack",
            abstract: "Say that somebody knows of findings and looks into them."
        )

        @OptionGroup var options: StateOptions

        func run() async throws { try await options.say(.acknowledged) }
    }

    /// `tidewaiter findings close`.
    struct FindingsClose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Say that findings are done with."
        )

        @OptionGroup var options: StateOptions

        func run() async throws { try await options.say(.closed) }
    }

    /// `tidewaiter findings reopen`.
    struct FindingsReopen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reopen",
            abstract: "Say that findings are not done with after all."
        )

        @OptionGroup var options: StateOptions

        func run() async throws { try await options.say(.open) }
    }
#endif
