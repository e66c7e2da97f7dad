#if Watch
    internal import ArgumentParser
    internal import Console
    internal import Foundation
    internal import Ledger

    /// `tidewaiter console`: the web pages over a ledger.
    struct ConsoleCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "console",
            abstract: "Show what watching has found in a browser, and say there what becomes of it.",
            discussion: """
                Serves web pages over a ledger, while tidewaiter watch runs or not; 'console' in watch's configuration \
                has watch serve the same. The pages show findings, deployments and rules, a JSON API beside them is \
                described at /api/openapi.json.

                There is no login: it listens on this machine alone, and whoever may log in here may use it. From \
                elsewhere: ssh -L 7610:127.0.0.1:7610 HOST.

                Examples:
                  tidewaiter console
                  tidewaiter console --listen tcp://127.0.0.1:8000 --ledger /var/backups/ledger.sqlite

                Exit status: 0 when it was stopped, 1 for wrong usage, a ledger that cannot be opened, or an address \
                that cannot be listened on.
                """
        )

        @Option(help: ArgumentHelp("A loopback address and a port.", valueName: "address"))
        var listen = ConsoleAddress.usual

        @Option(help: "Also rules from this file or folder; can be repeated.", completion: .directory)
        var rules: [String] = []

        @OptionGroup var location: LedgerLocation

        func run() async throws {
            let messages = ServiceMessages(to: Output(.standardError))
            let library = try Composition.rules(at: rules, withBuiltIn: true)
            let ledger = try location.open(.editing)
            let console = try Console(ledger: ledger, library: library, address: ConsoleAddress(parsing: listen))
            try await console.run(endsOnSignals: true) { address in
                messages.say("shows \(ledger.path) at \(address); Ctrl-C ends it")
            }
            try ledger.close()
        }
    }
#endif
