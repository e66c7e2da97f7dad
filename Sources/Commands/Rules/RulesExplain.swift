internal import ArgumentParser
internal import Judge
internal import Sigma
internal import SigmaTesting
internal import Signals

/// `tidewaiter rules explain`.
struct RulesExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a rule looks for, why, and when it errs."
    )

    @Argument(help: "The rule's id, or a part of its title.")
    var rule: String

    @Option(help: "Also rules from this file or folder; can be repeated.", completion: .directory)
    var rules: [String] = []

    func run() throws {
        let library = try Composition.rules(at: rules, withBuiltIn: true)
        let meant = library.rules.filter { $0.isMeant(by: rule) }
        let correlations = library.correlations.filter { $0.isMeant(by: rule) }
        guard !meant.isEmpty || !correlations.isEmpty else {
            throw ValidationError("no rule is meant by '\(rule)'; tidewaiter rules list shows all")
        }
        let output = Output(.standardOutput)
        let texts = meant.map { VisibleText.escape(lines: RuleLine.explanation($0, source: library.source(of: $0))) }
        let results = try CorrelationTesting.run(
            correlations,
            beside: library.correlations,
            rules: library.rules,
            filters: library.filters
        )
        let timelines = correlations.map { correlation in
            let own = results.filter {
                $0.example.place.file == correlation.place.file && $0.correlation == correlation.title
            }
            let text = CorrelationLine.explanation(correlation, library.rules, library.correlations, own)
            return VisibleText.escape(lines: text)
        }
        output.write((texts + timelines).joined(separator: "\n"))
        output.flush()
    }
}
