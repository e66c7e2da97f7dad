package import Deployments
package import JSON
package import Sigma

/// Applies the loaded rules to deployments and raw records, one at a time.
///
/// One judge serves one task: it owns the matcher's scratch memory. The rules themselves are compiled once, in
/// ``Bench``, and shared.
package final class Judge {
    /// The rules, compiled: immutable, shared by every judge.
    package struct Bench: Sendable {
        let rules: [Rule]
        /// What findings tell of them, in the same order.
        let told: [FindingRule]
        /// The places of the rules in the library.
        let indices: [Int]
        let ruleSet: RuleSet<DeploymentEvent>
        let raw: [RawBench]
        /// Rules on log sources that are never read here, which therefore cannot match.
        package let unfed: [Rule]
        /// The correlations that look at the rules; nil where each record is judged by itself.
        package let correlations: CorrelationBench?

        /// Compiles the rules of `library`: those that speak of deployments, and those on raw logs.
        ///
        /// - Throws: what the Sigma compiler refuses, with file, line and column.
        package init(_ library: RuleLibrary) throws(RuleSetError) { try self.init(library, correlations: nil) }

        /// The same with the library's correlations; their rules raise findings of their own only as they say.
        ///
        /// - Throws: the same.
        package init(correlating library: RuleLibrary) throws(RuleSetError) {
            try self.init(library, correlations: CorrelationBench(library))
        }

        private init(_ library: RuleLibrary, correlations: CorrelationBench?) throws(RuleSetError) {
            self.correlations = correlations
            // What is there for sequences alone says nothing where there are none.
            let isUsed = library.rules.indices.map { index in
                !library.rules[index].isPartOfSequence || correlations?.plan.isCorrelated[index] ?? false
            }
            indices = library.rules.indices.filter { isUsed[$0] && library.rules[$0].logsource.isContainerDeployment }
            rules = indices.map { library.rules[$0] }
            told = rules.map { FindingRule($0) }
            ruleSet = try RuleSet(rules, filters: library.filters.filter { $0.logsource.isContainerDeployment })
            var raw: [RawBench] = []
            for source in RawSource.allCases {
                if let bench = try RawBench(source, library, { isUsed[$0] }) { raw.append(bench) }
            }
            self.raw = raw
            unfed = library.rules.filter { rule in
                !rule.logsource.isContainerDeployment
                    && !RawSource.allCases.contains { rule.logsource.covers($0.logSource) }
            }
        }

        /// Whether any rule reads that raw log; if none does, its records need not be handed over.
        package func judgesRawRecords(of source: RawSource) -> Bool { raw.contains { $0.source == source } }

        /// Those of the raw logs that any rule reads.
        package func judged(of sources: Set<RawSource>) -> Set<RawSource> { sources.filter(judgesRawRecords(of:)) }
    }

    private let rules: [FindingRule]
    private let indices: [Int]
    private let correlations: CorrelationBench?
    private let matcher: Matcher<DeploymentEvent>
    /// The raw logs that any rule reads, and the rules on each.
    private let rawSources: [RawSource]
    private let raw: [(bench: RawBench, matcher: Matcher<RawEvent>)]
    private let pods = PodFields()
    private var findings = RawFindings()

    /// A judge with scratch memory of its own.
    package init(_ bench: Bench) {
        rules = bench.told
        indices = bench.indices
        correlations = bench.correlations
        matcher = bench.ruleSet.makeMatcher()
        rawSources = bench.raw.map(\.source)
        raw = bench.raw.map { ($0, $0.ruleSet.makeMatcher()) }
    }

    /// Calls `found` with each finding on a deployment, in the order of the rules.
    package func judge(_ event: DeploymentEvent, _ found: (Finding) -> Void) {
        let matched = matcher.explainedMatches(event)
        guard !matched.isEmpty else { return }
        let parts = event.identity ?? RecordIdentity.parts(of: event.deployment)
        for (index, reasons) in matched {
            let rule = rules[index]
            found(
                Finding(
                    id: RecordIdentity.findingID(rule: rule.key, parts: parts),
                    rule: rule,
                    reasons: reasons,
                    subject: .deployment(event),
                    correlated: correlations?.match(indices[index], event)
                )
            )
        }
    }

    /// Calls `found` with each finding on one raw record, in the order of the rules.
    ///
    /// A request that is logged at several stages is told once.
    ///
    /// - Parameters:
    ///   - value: the record, lent for the call; for Kubernetes one audit event.
    ///   - original: the record's text; asked for only when there is a finding.
    package func judge(
        _ value: JSONValue,
        of source: RawSource,
        at position: ContainerDeployment.LogPosition,
        original: () -> String,
        _ found: (Finding) -> Void
    ) {
        guard let place = rawSources.firstIndex(of: source) else { return }
        let matcher = raw[place].matcher
        pods.reset()
        let event = RawEvent(value: value, pods: source == .kubernetesAudit ? pods : nil)
        var matched: [Int] = []
        matcher.match(event) { matched.append($0) }
        guard !matched.isEmpty else { return }
        let bench = raw[place].bench
        let isUnanswered = source == .kubernetesAudit && RequestStage.isUnanswered(value)
        let parts = RawFindings.parts(of: value, source, at: position)
        var summary: RawRecordSummary?
        for index in matched where !isUnanswered || bench.judgesUnanswered[index] {
            let rule = bench.rules[index]
            let id = RecordIdentity.findingID(rule: rule.key, parts: parts)
            guard findings.isNew(id) else { continue }
            let record = summary ?? RawRecordSummary(value, source, at: position, original: original())
            summary = record
            let reasons = matcher.explain(index, event)
            found(
                Finding(
                    id: id,
                    rule: FindingRule(rule),
                    reasons: reasons,
                    subject: .rawRecord(record),
                    correlated: correlations?.match(bench.indices[index], event)
                )
            )
        }
    }
}

extension LogSource {
    /// Whether rules on this log source speak of ``Deployments/ContainerDeployment`` records.
    ///
    /// One that names nothing is held against every log.
    package var isContainerDeployment: Bool {
        category?.lowercased() == "container_deployment" || (category == nil && product == nil && service == nil)
    }
}

extension Rule {
    /// Whether it is there for sequences alone, and told by itself nowhere.
    package var isPartOfSequence: Bool { tags.contains(Correlation.partTag) }

    /// What names the rule for good: its id, or its title where it has none.
    package var key: String { id ?? title }
}

extension Correlation {
    /// Marks rules and correlations that others build on, and that say nothing by themselves.
    package static let partTag = "tidewaiter.sequence-part"

    /// Whether it is there for other correlations alone.
    package var isPartOfSequence: Bool { tags.contains(Self.partTag) }
}
