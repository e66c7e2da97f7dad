#if Watch
    internal import ArgumentParser
    internal import Foundation
    internal import Signals
    internal import Watch

    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Darwin
    #endif

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

                SIGHUP reads configuration and rules again (what is wrong is told, and the old stay in force) and opens the \
                outputs' files again; sources and outputs that are configured as before are not disturbed, and the others \
                go on where they were. SIGTERM stops.

                Exit status: 0 when it was stopped, or --check found nothing wrong; 1 for wrong usage, a configuration or \
                rules with errors, or a ledger that cannot be used any more.
                """
        )

        @OptionGroup var location: ConfigurationLocation

        @Flag(help: "Check configuration and rules, say what would be watched, and end.")
        var check = false

        @Flag(help: "Print a configuration that shows every kind of source and output, and end.")
        var example = false

        @Option(help: "When to use colour; NO_COLOR is respected.")
        var color: Terminal.ColorChoice = .auto

        func run() async throws {
            if example {
                Output(.standardOutput).finish(with: WatchConfiguration.example)
                return
            }
            // Whoever has it reload before it runs has what it reads now; the default would end it.
            signal(SIGHUP, SIG_IGN)
            let environment = ProcessInfo.processInfo.environment
            let path = location.resolved(environment)
            let messages = ServiceMessages(to: Output(.standardError))
            let plan = try WatchPlan(readingConfigurationAt: path, environment: environment, color: color)
            for remark in plan.remarks { messages.say(remark) }
            if check {
                messages.say(plan.summary)
                return
            }
            try await WatchRun(plan, environment: environment, messages: messages) { [color] () throws(CommandError) in
                try WatchPlan(readingConfigurationAt: path, environment: environment, color: color)
            }.run()
        }
    }
#endif
