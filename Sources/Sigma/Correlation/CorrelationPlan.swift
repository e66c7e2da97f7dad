/// Correlations put together with the rules and correlations that they name.
///
/// ```swift
/// let plan = CorrelationPlan(documents.correlations, rules: rules.rules)
/// for diagnostic in plan.diagnostics { print(diagnostic) }
/// var engine = CorrelationEngine(plan, lateness: .seconds(5))
/// ```
public struct CorrelationPlan: Sendable {
    /// The correlations that can be used, those that others build on first.
    public let correlations: [Correlation]
    /// What is wrong with the others: names that mean nothing, correlations that build on themselves.
    public let diagnostics: [Diagnostic]
    /// For each rule, the names of the fields whose values correlations ask of its matches; empty for most rules.
    public let fields: [[String]]
    /// For each rule, whether some correlation looks at its matches.
    public let isCorrelated: [Bool]
    /// The rules that raise no alert of their own, as a correlation without `generate: true` names them.
    public let silentRules: Set<Int>

    /// How much the engine may keep in mind.
    public private(set) var limits: CorrelationLimits

    /// For each rule, what it is and what is asked of it: kept events of another one are not its own.
    let ruleFingerprints: [String]
    /// For each rule, the correlations that look at it.
    let routes: [[Route]]
    let nodes: [Node]

    /// Into which correlation a match goes, and as which of its rules.
    struct Route: Sendable, Hashable {
        var node: Int
        var member: Int
    }

    /// One correlation, ready to be evaluated.
    struct Node: Sendable {
        var kind: Correlation.Kind
        /// The timespan in nanoseconds.
        var span: Int64
        var bounds: [Correlation.Bound]
        var percentile: Double?
        var memberCount: Int
        /// Field names that are read of each match: those of `group-by`, then `field`, then what parents ask for.
        var columns: [String]
        var groupCount: Int
        var valueCount: Int
        /// For each member and column, where the values stand in what the member tells.
        var sources: [[Int]]
        /// What this correlation tells its parents: for each value, its column.
        var exports: [Int]
        var parents: [Route]
        /// Whether only other correlations are told of its matches.
        var isSilent: Bool
        /// What it is, spelled out: state of another one is not its own.
        var fingerprint: String

        /// Whether the figure fulfils the condition.
        func holds(_ figure: Double) -> Bool {
            bounds.isEmpty ? figure >= Double(memberCount) : bounds.allSatisfy { $0.holds(figure) }
        }
    }

    /// The same correlations, with other bounds on what is kept in mind.
    ///
    /// A group keeps no fewer events than before, since a condition may need them.
    public func limited(to limits: CorrelationLimits) -> CorrelationPlan {
        var plan = self
        plan.limits = limits
        plan.limits.eventsPerGroup = max(limits.eventsPerGroup, self.limits.eventsPerGroup)
        plan.limits.events = max(limits.events, plan.limits.eventsPerGroup)
        return plan
    }

    /// What a correlation is, spelled out: one of another meaning has another.
    public func fingerprint(of correlation: Int) -> String { nodes[correlation].fingerprint }

    /// How long before an event others may still matter to what it completes: the timespans of the longest chain.
    public var reach: Duration {
        var longest = [Int64](repeating: 0, count: nodes.count)
        // Those above come later in the order.
        for index in nodes.indices.reversed() {
            let above = nodes[index].parents.map { longest[$0.node] }.max() ?? 0
            longest[index] = above.addingReportingOverflow(nodes[index].span).partialValue
            if longest[index] < above { longest[index] = .max }
        }
        return .nanoseconds(longest.max() ?? 0)
    }

    /// Resolves what `correlations` name among each other and among `rules`.
    ///
    /// - Parameter rules: the rules whose matches the engine is told of, by their indices here.
    public init(_ correlations: [Correlation], rules: [Rule], limits: CorrelationLimits = CorrelationLimits()) {
        self.limits = limits
        var resolver = CorrelationResolver(correlations, rules, limits)
        let order = resolver.resolve()
        diagnostics = resolver.diagnostics
        let used = order.map { correlations[$0] }
        self.correlations = used
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        let members: [[CorrelationResolver.Member]] = order.map { old in
            resolver.members[old].map { member in
                switch member {
                case .rule(let rule): .rule(rule)
                // A correlation is in the order only when all that it names are.
                case .correlation(let other): .correlation(places[other] ?? 0)
                }
            }
        }
        let columns = CorrelationColumns(used, members, ruleCount: rules.count)
        fields = columns.ruleFields
        ruleFingerprints = zip(rules, fields).map { "\($0.id ?? $0.name ?? $0.title)|\($1)" }
        var routes = [[Route]](repeating: [], count: rules.count)
        var parents = [[Route]](repeating: [], count: order.count)
        var silentRules: Set<Int> = []
        var silentNodes: Set<Int> = []
        for (node, list) in members.enumerated() {
            let isSilencing = !used[node].generate
            for (index, member) in list.enumerated() {
                switch member {
                case .rule(let rule):
                    routes[rule].append(Route(node: node, member: index))
                    if isSilencing { silentRules.insert(rule) }
                case .correlation(let other):
                    parents[other].append(Route(node: node, member: index))
                    if isSilencing { silentNodes.insert(other) }
                }
            }
        }
        self.routes = routes
        isCorrelated = routes.map { !$0.isEmpty }
        self.silentRules = silentRules
        nodes = used.enumerated().map { index, correlation in
            Node(
                kind: correlation.kind,
                span: correlation.timespan.nanoseconds,
                bounds: correlation.bounds,
                percentile: correlation.kind == .valueMedian ? 50 : correlation.percentile,
                memberCount: correlation.rules.count,
                columns: columns.columns[index],
                groupCount: correlation.groupBy.count,
                valueCount: correlation.fields.count,
                sources: columns.sources[index],
                exports: columns.exports[index],
                parents: parents[index],
                isSilent: silentNodes.contains(index),
                fingerprint: correlation.fingerprint
            )
        }
    }
}

extension Correlation {
    /// What it is, spelled out: kept state is taken up again only by a correlation of the same meaning.
    var fingerprint: String {
        let fields = aliases.sorted { $0.key < $1.key }.map { alias, names in
            "\(alias):" + names.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",")
        }
        let parts: [String] = [
            id ?? name ?? title, kind.rawValue, "\(rules.map(\.name))", "\(groupBy)", "\(timespan.nanoseconds)",
            "\(bounds.map { "\($0.relation.rawValue)\($0.number)" })", "\(self.fields)",
            percentile.map { "\($0)" } ?? "", "\(fields)",
        ]
        return parts.joined(separator: "|")
    }
}
