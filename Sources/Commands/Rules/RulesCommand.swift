internal import ArgumentParser

/// `tidewaiter rules`: list, check, test and explain rules.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List, check, test and explain rules.",
        discussion: """
            Examples:
              tidewaiter rules list
              tidewaiter rules explain "privileged"
              tidewaiter rules lint my-rules/
              tidewaiter rules test my-rules/
            """,
        subcommands: [RulesList.self, RulesLint.self, RulesTest.self, RulesExplain.self],
        defaultSubcommand: RulesList.self
    )
}
