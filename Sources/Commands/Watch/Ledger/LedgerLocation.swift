#if Watch
    internal import ArgumentParser
    internal import Foundation
    internal import Ledger

    /// Which ledger is meant.
    struct LedgerLocation: ParsableArguments {
        @Option(
            name: .customLong("ledger"),
            help: ArgumentHelp(
                """
                The ledger; $TIDEWAITER_LEDGER otherwise, or /var/lib/tidewaiter/ledger.sqlite for root and \
                $XDG_STATE_HOME/tidewaiter/ledger.sqlite (~/.local/state) for everybody else.
                """,
                valueName: "path"
            ),
            completion: .file()
        )
        var path: String?

        /// Where the ledger is.
        var resolved: String {
            path ?? Self.usual(environment: ProcessInfo.processInfo.environment, isRoot: geteuid() == 0)
        }

        /// Where it is when nobody says so; https://specifications.freedesktop.org/basedir-spec/latest/.
        static func usual(environment: [String: String], isRoot: Bool) -> String {
            if let path = environment["TIDEWAITER_LEDGER"], !path.isEmpty { return path }
            guard !isRoot else { return "/var/lib/tidewaiter/ledger.sqlite" }
            // A relative one is to be ignored.
            let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            return (state ?? "\(environment["HOME"] ?? NSHomeDirectory())/.local/state") + "/tidewaiter/ledger.sqlite"
        }

        /// Opens it, to read it or to write beside the process that watches.
        func open(_ access: LedgerOptions.Access) throws -> Ledger {
            try Ledger(path: resolved, options: LedgerOptions(access))
        }
    }
#endif
