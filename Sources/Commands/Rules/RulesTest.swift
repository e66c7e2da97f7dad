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
            A rule's examples stand under its key 'tests', as 'positive' and 'negative' events; those of a correlation \
            are timelines, 'events' with a time each. Without a path the built-in rules are tested. Exit status 1 when \
            an example fails.
            """
    )

    @Argument(help: "Rule files or folders.", completion: .file())
    var paths: [String] = []

    @Flag(name: .shortAndLong, help: "Also tell the examples that hold.")
    var verbose = false

    func run() throws {
        // One's own correlations may build on built-in rules.
        let beside = paths.isEmpty ? RuleLibrary() : RuleLibrary.builtIn
        let library = try Composition.rules(at: paths, withBuiltIn: paths.isEmpty, beside: beside)
        let output = Output(.standardOutput)
        var lines: [(text: String, passed: Bool)] = []
        for result in try RuleTesting.run(library.rules, filters: library.filters) {
            lines.append((result.description, result.passed))
        }
        let mistakes = library.correlations.flatMap(\.examples.diagnostics)
        for mistake in mistakes { lines.append((mistake.description, false)) }
        let timelines = try CorrelationTesting.run(
            library.correlations,
            beside: beside.correlations,
            rules: library.rules + beside.rules,
            filters: library.filters
        )
        for result in timelines { lines.append((result.description, result.passed)) }
        for line in lines where verbose || !line.passed { output.writeLine(VisibleText.escape(lines: line.text)) }
        let failed = lines.count { !$0.passed }
        let correlations = library.correlations.filter { !$0.isPartOfSequence }
        let untested =
            library.rules.count { $0.examples.examples.isEmpty }
            + correlations.count { $0.examples.examples.isEmpty }
        let also = library.correlations.isEmpty ? "" : " and \(library.correlations.count) correlations"
        output.writeLine(
            "\(lines.count) examples of \(library.rules.count) rules\(also): \(lines.count - failed) hold, "
                + "\(failed) fail; \(untested) \(also.isEmpty ? "rules" : "of them") have none"
        )
        output.flush()
        if failed > 0 { throw ExitStatus.failure }
    }
}
