internal import Foundation
package import Sigma

/// The rules that judge: the built-in ones and one's own, read and checked once.
package struct RuleLibrary: Sendable {
    /// The rules that were read, in the order of their files.
    package private(set) var rules: [Rule] = []
    /// The filters (Sigma's exceptions) that were read.
    package private(set) var filters: [Filter] = []
    /// The correlations that were read.
    package private(set) var correlations: [Correlation] = []
    /// Where rules and correlations stand that are there for correlations alone, and raise no finding.
    package private(set) var muted: Set<Place> = []
    /// Where the correlations stand that are compiled in.
    package private(set) var builtInCorrelations: Set<Place> = []
    /// What was wrong with any file.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Text of the files that were read, by their names.
    private var texts: [String: String] = [:]

    /// An empty library.
    package init() {}

    /// The rules compiled into the binary.
    package static var builtIn: RuleLibrary {
        var library = RuleLibrary()
        for source in BuiltInRules.sources {
            library.add(source.yaml, file: source.path)
        }
        library.builtInCorrelations = Set(library.correlations.map(\.place))
        return library
    }

    /// Adds the documents of one file's text.
    package mutating func add(_ yaml: String, file: String) {
        let documents = RuleReader.read(yaml, file: file)
        texts[file] = yaml
        rules += documents.rules
        filters += documents.filters
        correlations += documents.correlations
        diagnostics += documents.diagnostics
    }

    /// Adds every `.yml` and `.yaml` file at or below `path`, in the order of their names.
    ///
    /// - Throws: ``RuleFileError`` for a path that cannot be read.
    package mutating func add(filesAt path: String) throws(RuleFileError) {
        let files = try RuleFiles.list(at: path)
        guard !files.isEmpty else {
            throw RuleFileError(
                path: path,
                message: "the folder holds no rule: none of its files ends in .yml or .yaml"
            )
        }
        for file in files {
            add(try RuleFiles.text(of: file), file: file)
        }
    }

    /// Only the rules and correlations that the functions hold for; others that correlations look at are kept, muted.
    package func filtered(
        _ isIncluded: (Rule) -> Bool,
        correlations isWanted: (Correlation) -> Bool = { _ in true }
    ) -> RuleLibrary {
        var library = self
        library.correlations = correlations(of: isWanted)
        let isCorrelated = library.correlationPlan.isCorrelated
        library.rules = zip(rules, isCorrelated).filter { isIncluded($0) || $1 }.map(\.0)
        library.muted = Set(library.rules.filter { !isIncluded($0) }.map(\.place))
        library.muted.formUnion(library.correlations.filter { !isWanted($0) }.map(\.place))
        return library
    }

    /// Those that the function holds for, and those that they build on; one's own also where they are not wanted, since
    /// they silence rules.
    private func correlations(of isWanted: (Correlation) -> Bool) -> [Correlation] {
        var isKept = correlations.map { isWanted($0) || !builtInCorrelations.contains($0.place) }
        var rest = correlations.indices.filter { isKept[$0] }
        while let next = rest.popLast() {
            for reference in correlations[next].rules {
                for other in correlations.indices where !isKept[other] && correlations[other].isNamed(reference.name) {
                    isKept[other] = true
                    rest.append(other)
                }
            }
        }
        return correlations.indices.filter { isKept[$0] }.map { correlations[$0] }
    }

    /// The correlations, put together with the rules that they look at.
    package var correlationPlan: CorrelationPlan {
        CorrelationPlan(correlations, rules: rules, limits: Correlator.limits)
    }

    /// What is wrong with what correlations name.
    ///
    /// - Parameters:
    ///   - others: rules that are loaded beside these.
    ///   - correlated: correlations that are loaded beside these, and about which nothing is said.
    package func misnamed(beside others: [Rule] = [], _ correlated: [Correlation] = []) -> [Diagnostic] {
        let files = Set(texts.keys)
        return CorrelationPlan(correlations + correlated, rules: rules + others, limits: Correlator.limits)
            .diagnostics.filter { files.contains($0.place.file) }
    }

    /// Said of one's own correlations where each request is decided by itself.
    package var idleCorrelations: [Diagnostic] {
        correlations.filter { !builtInCorrelations.contains($0.place) }.map { correlation in
            Diagnostic(
                .warning,
                "the correlation '\(correlation.title)' is not evaluated by a guard",
                at: correlation.place,
                hint: "a guard decides each request by itself; 'tidewaiter scan' evaluates correlations"
            )
        }
    }

    /// The detection part of a rule, as it is written; nil when it cannot be told from its file.
    package func source(of rule: Rule) -> String? {
        guard let lines = texts[rule.place.file]?.split(separator: "\n", omittingEmptySubsequences: false) else {
            return nil
        }
        let document = lines.dropFirst(max(0, rule.place.line - 1))
        guard let start = document.firstIndex(where: { $0.hasPrefix("detection:") }) else { return nil }
        let rest = lines[(start + 1)...].prefix { $0.first.map { $0 == " " || $0 == "#" } ?? true }
        return rest.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    /// Filters that are joined to none of the rules: an exception that its author takes for granted, and that is none.
    ///
    /// - Parameter others: rules that are loaded beside these.
    package func idleFilters(beside others: [Rule] = []) -> [Diagnostic] {
        filters.filter { filter in !(rules + others).contains { filter.applies(to: $0) } }.map { filter in
            Diagnostic(
                .warning,
                "the filter '\(filter.title)' is joined to no rule, so it leaves nothing out",
                at: filter.place,
                hint: "its 'rules' are names or ids of rules or 'any', and its 'logsource' has to cover theirs"
            )
        }
    }

    /// Whether any file has an error.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A rule file that cannot be read.
package struct RuleFileError: Error, Sendable, CustomStringConvertible {
    /// The path, as it was given.
    package var path: String
    /// What is wrong and what to do.
    package var message: String

    package var description: String { "\(path): \(message)" }
}

/// Finds and reads rule files.
private enum RuleFiles {
    /// A rule file is text written by hand; more than this is a mistake.
    static let maximumBytes = 4 << 20

    static func list(at path: String) throws(RuleFileError) -> [String] {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RuleFileError(path: path, message: "no such file or folder")
        }
        guard isFolder.boolValue else { return [path] }
        guard let entries = FileManager.default.enumerator(atPath: path) else {
            throw RuleFileError(path: path, message: "the folder cannot be read")
        }
        let names = entries.compactMap { $0 as? String }.filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }
        return names.sorted().map { "\(path)/\($0)" }
    }

    static func text(of path: String) throws(RuleFileError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RuleFileError(path: path, message: "the file cannot be read")
        }
        guard data.count <= maximumBytes else {
            throw RuleFileError(path: path, message: "larger than \(maximumBytes >> 20) MiB: is this a rule file?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw RuleFileError(path: path, message: "not UTF-8 text")
        }
        return text
    }
}
