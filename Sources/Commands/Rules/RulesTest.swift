internal import ArgumentParser
internal import Judge
internal import Sigma
internal import SigmaTesting
internal import Signals

/// `tidewaiter rules test`.
struct RulesTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Hold rules against their own examples.",
        discussion: """
            A rule's examples stand under its key 'tests', as 'positive' and 'negative' events. Without a path the \
            built-in rules are tested. Exit status 1 when an example fails.
            """
    )

    @Argument(help: "Rule files or folders.", completion: .file())
    var paths: [String] = []

    @Flag(name: .shortAndLong, help: "Also tell the examples that hold.")
    var verbose = false

    func run() throws {
        let library = try Composition.rules(at: paths, withBuiltIn: paths.isEmpty)
        let results = try RuleTesting.run(library.rules, filters: library.filters)
        let output = Output(.standardOutput)
        for result in results where verbose || !result.passed {
            output.writeLine(VisibleText.escape(result.description))
        }
        let failed = results.count { !$0.passed }
        let untested = library.rules.count { rule in rule.examples.examples.isEmpty }
        output.writeLine(
            "\(results.count) examples of \(library.rules.count) rules: \(results.count - failed) hold, \(failed) fail; "
                + "\(untested) rules have none"
        )
        output.flush()
        if failed > 0 { throw ExitStatus.failure }
    }
}
