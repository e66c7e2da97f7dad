#if Watch
    internal import ArgumentParser
    internal import Foundation
    internal import Signals
    internal import Watch

    /// `tidewaiter watch`: live detection, for as long as it runs.
    struct WatchCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "watch",
            abstract: "Follow logs, engines and clusters live, remember every deployment, and tell what is dangerous.",
            discussion: """
                Follows every source that a configuration names, judges with the same rules as 'scan', correlates, joins \
                what several sources say of one container, remembers all of it in a ledger, and tells findings by every \
                output. Stopped and started again, or killed, it goes on where it was: nothing is lost, nothing found \
                twice. What was being told at a kill is told again, under the same ids.

                Examples:
                  tidewaiter watch --example > watch.yml
                  tidewaiter watch --check --config watch.yml
                  tidewaiter watch --config /etc/tidewaiter/watch.yml
                  tidewaiter findings --since 1h

                Exit status: 0 when it was stopped, or --check found nothing wrong; 1 for wrong usage, a configuration or \
                rules with errors, or a ledger that cannot be used any more.
                """
        )

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp(
                "The configuration, in YAML; otherwise $TIDEWAITER_CONFIG, or \(Self.usualConfiguration).",
                valueName: "file"
            ),
            completion: .file()
        )
        var config: String?

        @Flag(help: "Check configuration and rules, say what would be watched, and end.")
        var check = false

        @Flag(help: "Print a configuration that shows every kind of source and output, and end.")
        var example = false

        @Option(help: "When to use colour; NO_COLOR is respected.")
        var color: Terminal.ColorChoice = .auto

        private static let usualConfiguration = "/etc/tidewaiter/watch.yml"

        func run() async throws {
            if example {
                Output(.standardOutput).finish(with: WatchConfiguration.example)
                return
            }
            let environment = ProcessInfo.processInfo.environment
            let path = config ?? environment["TIDEWAITER_CONFIG"] ?? Self.usualConfiguration
            let messages = ServiceMessages(to: Output(.standardError))
            let composition = try WatchComposition(readingConfigurationAt: path, environment: environment, color: color)
            for remark in composition.remarks { messages.say(remark) }
            if check {
                messages.say(composition.summary)
                return
            }
            try await composition.run(messages)
        }
    }
#endif
