#if Watch
    internal import ArgumentParser

    /// Which configuration of watching is meant.
    struct ConfigurationLocation: ParsableArguments {
        @Option(
            name: [.customShort("c"), .customLong("config")],
            help: ArgumentHelp(
                "The configuration, in YAML; otherwise $TIDEWAITER_CONFIG, or \(Self.usual).",
                valueName: "file"
            ),
            completion: .file()
        )
        var path: String?

        private static let usual = "/etc/tidewaiter/watch.yml"

        func resolved(_ environment: [String: String]) -> String {
            path ?? environment["TIDEWAITER_CONFIG"] ?? Self.usual
        }
    }
#endif
