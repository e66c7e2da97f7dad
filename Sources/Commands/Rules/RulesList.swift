internal import ArgumentParser
internal import Foundation
internal import Judge
internal import Sigma
internal import Signals

/// `tidewaiter rules list`.
struct RulesList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rules, one a line.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    @Option(help: "Also rules from this file or folder; can be repeated.", completion: .directory)
    var rules: [String] = []

    @Flag(help: "Leave the built-in rules out.")
    var noBuiltInRules = false

    @Option(help: "Only rules at this level or above.")
    var level: Level?

    @Option(name: .shortAndLong, help: "How the list is written.")
    var format: Format = .table

    func run() throws {
        let library = try Composition.rules(at: rules, withBuiltIn: !noBuiltInRules)
        func isListed(_ itsLevel: Level?) -> Bool { level.map { (itsLevel ?? .medium) >= $0 } ?? true }
        let listed = library.rules.filter { isListed($0.level) }
        let correlations = library.correlations.filter { isListed($0.level) }
        let output = Output(.standardOutput)
        for rule in listed { output.write(format == .json ? RuleCard.line(rule) : Array(RuleLine.text(rule).utf8)) }
        for correlation in correlations {
            output.write(format == .json ? RuleCard.line(correlation) : Array(RuleLine.text(correlation).utf8))
        }
        let also = correlations.isEmpty ? "" : " and \(correlations.count) correlations"
        if format == .table { output.writeLine("\(listed.count) rules\(also)") }
        output.flush()
    }
}
