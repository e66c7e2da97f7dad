#if Guard
    internal import ArgumentParser

    /// How a guard runs as a service, whatever it guards.
    struct ServiceOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Where decisions are written before they take effect: a file, - for standard output, or journald.",
                valueName: "file"
            )
        )
        var decisions: DecisionDestination = .standardOutput

        @Option(help: ArgumentHelp("How long requests may take to end when it stops.", valueName: "seconds"))
        var grace = 10

        @Option(help: ArgumentHelp("Event loops; one for each processor otherwise.", valueName: "number"))
        var threads: Int?

        @Flag(help: "Check policy, rules and options, say what the guard would do, and end.")
        var check = false

        func validate() throws {
            guard (0...3_600).contains(grace) else { throw ValidationError("--grace must be between 0 and 3600") }
            if let threads, !(1...256).contains(threads) {
                throw ValidationError("--threads must be between 1 and 256")
            }
        }
    }
#endif
