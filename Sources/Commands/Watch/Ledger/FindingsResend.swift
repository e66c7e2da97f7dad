#if Watch
    internal import ArgumentParser
    internal import Delivery
    internal import Foundation
    internal import Ledger
    internal import Signals
    internal import Watch

    /// `tidewaiter findings resend`.
    struct FindingsResend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resend",
            abstract: "Tell findings again that an output's receiver had refused.",
            discussion: """
                What a receiver refuses for good is kept in undelivered-NAME.jsonl beside the ledger. Once the receiver, or the \
                output's configuration, is mended, this tells each of these findings again, also while tidewaiter watch runs. \
                What is refused again is kept again; what cannot be told in time stays. Receivers that know a finding by its \
                id (Elasticsearch) have it once, whatever they took before.

                Example:
                  tidewaiter findings resend --output elasticsearch --config /etc/tidewaiter/watch.yml

                Exit status: 0 when none is left undelivered, 1 when some are, or for wrong usage.
                """
        )

        @Option(help: ArgumentHelp("The output, by its name in the configuration.", valueName: "name"))
        var output: String

        @OptionGroup var location: ConfigurationLocation

        @Option(help: ArgumentHelp("How long to go on, in seconds.", valueName: "seconds"))
        var within = 60

        func validate() throws {
            guard (1...86_400).contains(within) else { throw ValidationError("--within is from 1 to 86400 seconds") }
        }

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let path = location.resolved(environment)
            let configuration = try WatchPlan.configuration(at: path, environment: environment).read
            guard let settings = configuration.outputs.first(where: { $0.name == output }) else {
                let names = configuration.outputs.map(\.name).joined(separator: ", ")
                throw CommandError("\(path): no output is called '\(output)'; there are: \(names)")
            }
            let ledgerPath = WatchPlan.ledgerPath(of: configuration, environment)
            let making = WatchOutputs(ledgerPath: ledgerPath, color: .auto, environment: environment)
            let ledger = try Ledger(path: ledgerPath, options: LedgerOptions(.reading))
            let messages = ServiceMessages(to: Output(.standardError))
            let resending = Resending(try making.output(settings), from: ledger, environment: environment)
            let outcome = try await resending.run(within: .seconds(within)) { messages.say($0.words) }
            Output(.standardOutput).finish(with: VisibleText.escape(outcome.words(output)) + "\n")
            guard outcome.refused + outcome.forgotten + outcome.left == 0 else { throw ExitStatus.failure }
        }
    }

    extension Resending.Outcome {
        /// What became of the letters, in one sentence.
        fileprivate func words(_ output: String) -> String {
            var parts = ["\(told) told again"]
            if refused > 0 { parts.append("\(refused) refused again") }
            if left > 0 { parts.append("\(left) not told in time and kept") }
            if forgotten > 0 { parts.append("\(forgotten) kept that the ledger has forgotten") }
            if unreadable > 0 { parts.append("\(unreadable) lines that were no findings thrown away") }
            return "\(output): " + parts.joined(separator: ", ")
        }
    }
#endif
