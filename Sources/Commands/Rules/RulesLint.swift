internal import ArgumentParser
internal import Deployments
internal import Judge
internal import Sigma
internal import SigmaTesting
internal import Signals

/// `tidewaiter rules lint`.
struct RulesLint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Say what is wrong with rules, with file, line and column.",
        discussion: "Without a path the built-in rules are checked. Exit status 1 when there is an error."
    )

    @Argument(help: "Rule files or folders.", completion: .file())
    var paths: [String] = []

    @Flag(help: "Warnings count as errors.")
    var strict = false

    func run() throws {
        var library = paths.isEmpty ? RuleLibrary.builtIn : RuleLibrary()
        for path in paths { try library.add(filesAt: path) }
        var diagnostics = library.diagnostics + RuleTesting.lint(library.rules)
        diagnostics += library.rules.flatMap(RuleFields.lint)
        let beside = paths.isEmpty ? RuleLibrary() : RuleLibrary.builtIn
        diagnostics += library.idleFilters(beside: beside.rules)
        diagnostics += library.misnamed(beside: beside.rules, beside.correlations)
        let told = library.correlations.filter { !$0.isPartOfSequence }
        diagnostics += CorrelationTesting.lint(told)
        diagnostics += library.correlations.flatMap { RuleFields.lint($0, library.rules + beside.rules) }
        do throws(RuleSetError) {
            _ = try Judge.Bench(library)
        } catch {
            diagnostics.append(
                Diagnostic(.error, error.message, at: Place(file: paths.first ?? "Rules", line: 1, column: 1))
            )
        }
        let output = Output(.standardOutput)
        for diagnostic in diagnostics { output.writeLine(VisibleText.escape(diagnostic.description)) }
        let errors = diagnostics.count { $0.severity == .error || (strict && $0.severity == .warning) }
        let correlations = library.correlations.isEmpty ? "" : " and \(library.correlations.count) correlations"
        output.writeLine(
            "\(library.rules.count) rules and \(library.filters.count) filters\(correlations): \(errors) errors, "
                + "\(diagnostics.count - errors) remarks"
        )
        output.flush()
        if errors > 0 { throw ExitStatus.failure }
    }
}
