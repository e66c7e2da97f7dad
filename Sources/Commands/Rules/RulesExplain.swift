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
        guard !meant.isEmpty else {
            throw ValidationError("no rule is meant by '\(rule)'; tidewaiter rules list shows all")
        }
        let output = Output(.standardOutput)
        let texts = meant.map { VisibleText.escape(lines: RuleLine.explanation($0, source: library.source(of: $0))) }
        output.write(texts.joined(separator: "\n"))
        output.flush()
    }
}
