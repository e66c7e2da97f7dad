/// Follows a connection through all chains, in the order in which the kernel enters them.
///
/// Addresses for which nobody can tell whether a rule is met go both ways, so that what is found to reach its end is all that
/// could, and what is found to be dropped all that could be.
struct Traversal {
    /// What remains possible for whom.
    struct Outcome: Sendable {
        var accepted = NumberSet.none
        var dropped = NumberSet.none
        /// What decided, as the rules stand there.
        var accepting: [String] = []
        var dropping: [String] = []
        var doubts: [String] = []
    }

    /// Why a way was not followed to its end.
    struct TooLong: Error {}

    let ruleset: Ruleset
    let routes: Routes
    private(set) var outcome = Outcome()
    private var remaining = 400_000

    private static let maximumDepth = 64
    private static let maximumQuotes = 12

    init(_ ruleset: Ruleset, routes: Routes) {
        self.ruleset = ruleset
        self.routes = routes
    }

    /// What happens to a connection.
    static func outcome(of question: FirewallQuestion, in ruleset: Ruleset, routes: Routes) -> Outcome {
        var traversal = Traversal(ruleset, routes: routes)
        do throws(TooLong) {
            try traversal.follow(question)
        } catch {
            traversal.outcome.accepted = question.sources
            traversal.outcome.dropped = question.sources
            traversal.outcome.doubts = ["there are more rules, or jumps within jumps, than are followed"]
        }
        return traversal.outcome
    }

    private mutating func follow(_ question: FirewallQuestion) throws(TooLong) {
        var way = Flow.Way(
            family: question.family,
            destination: question.destination,
            port: question.port,
            originalDestination: question.destination,
            originalPort: question.port,
            input: question.input
        )
        way.output = nil
        var flows = [Flow(sources: question.sources, way: way)]
        for hook in [Ruleset.Base.Hook.ingress, .prerouting] { flows = try enter(hook, flows) }
        var forHost: [Flow] = []
        var forwarded: [Flow] = []
        for flow in flows {
            if flow.way.isForHost != false {
                var flow = flow
                flow.way.isForHost = true
                flow.way.output = Flow.Interface.none
                forHost.append(flow)
            }
            if flow.way.isForHost != true {
                var flow = flow
                flow.way.isForHost = false
                flow.way.output = routes.interface(to: flow.way.destination, of: question.family)
                forwarded.append(flow)
            }
        }
        forHost = try enter(.input, forHost)
        forwarded = try enter(.postrouting, try enter(.forward, forwarded))
        for flow in forHost + forwarded { outcome.accepted = outcome.accepted.union(flow.sources) }
    }

    /// Takes flows through all chains of a hook.
    private mutating func enter(_ hook: Ruleset.Base.Hook, _ flows: [Flow]) throws(TooLong) -> [Flow] {
        guard let family = flows.first?.way.family else { return [] }
        var flows = flows
        for group in ruleset.groups(at: hook, family) {
            let forwards = try enter(group, flows)
            flows = group.count > 1 ? Self.merged(forwards + (try enter(group.reversed(), flows))) : forwards
        }
        return flows
    }

    private mutating func enter(_ places: [Ruleset.Place], _ flows: [Flow]) throws(TooLong) -> [Flow] {
        var flows = flows
        for place in places {
            for index in flows.indices { flows[index].way.isTracked = place.isTracked }
            // A connection's translation is decided once.
            var done: [Flow] = []
            if place.base.isNAT {
                done = flows.filter(\.way.isTranslationDone)
                flows = flows.filter { !$0.way.isTranslationDone }
            }
            let table = ruleset.tables[place.table]
            let ends = try run(place.chain, table, flows, depth: 0)
            var left = ends.accepted
            let words = "\(table.family.rawValue) \(table.name) \(place.chain)"
            if place.base.isDropping {
                drop(ends.returned, "\(words): policy drop")
            } else {
                left += ends.returned
            }
            flows = Self.merged(left + done)
        }
        return flows
    }

    private struct Ends {
        var accepted: [Flow] = []
        /// Those that no rule decided.
        var returned: [Flow] = []
    }

    private mutating func run(_ name: String, _ table: Ruleset.Table, _ flows: [Flow], depth: Int) throws(TooLong)
        -> Ends
    {
        guard depth < Self.maximumDepth else { throw TooLong() }
        var ends = Ends()
        var here = flows
        // A chain that is not there cannot be told from one that was not read.
        guard let chain = table.chains[name] else {
            doubt("a jump to \(name), which is not there", true)
            drop(flows, nil)
            return Ends(accepted: flows, returned: flows)
        }
        for rule in chain.rules {
            if here.isEmpty { break }
            var next: [Flow] = []
            for flow in here { try apply(rule, flow, table, depth: depth, staying: &next, ends: &ends) }
            here = Self.merged(next)
        }
        ends.returned += here
        return Ends(accepted: Self.merged(ends.accepted), returned: Self.merged(ends.returned))
    }

    /// Takes a flow through a rule: those for whom a condition is not met stay, others go on along its steps.
    private mutating func apply(
        _ rule: Ruleset.Rule,
        _ flow: Flow,
        _ table: Ruleset.Table,
        depth: Int,
        staying: inout [Flow],
        ends: inout Ends
    ) throws(TooLong) {
        var flow = flow
        var isSure = true
        var isLimited = false
        for step in rule.steps {
            remaining -= 1 + flow.sources.ranges.count / 16
            guard remaining > 0 else { throw TooLong() }
            switch step {
            case .condition(let condition):
                remaining -= condition.rows.count / 4
                let holding = flow.holding(condition)
                staying.append(flow.from(flow.sources.subtracting(holding.surely)))
                isSure = isSure && holding.perhaps.isEmpty
                flow.sources = holding.surely.union(holding.perhaps)
            case .unknowable:
                staying.append(flow)
                isSure = false
            case .never:
                staying.append(flow)
                return
            case .rate: isLimited = true
            case .verdict(let verdict):
                if isLimited, verdict != .accept {
                    staying.append(flow)
                    isSure = false
                }
                doubt(rule.text, !isSure && !flow.sources.isEmpty)
                try decide(verdict, rule, flow, table, depth: depth, staying: &staying, ends: &ends)
                return
            case .map(let fields, let elements, let isPartial):
                var left = flow
                for element in elements {
                    remaining -= 1
                    let holding = left.holding(Ruleset.Condition(fields: fields, rows: [element.key]))
                    let meant = left.from(holding.surely.union(holding.perhaps))
                    guard !meant.sources.isEmpty else { continue }
                    doubt(rule.text, !holding.perhaps.isEmpty)
                    try decide(element.verdict, rule, meant, table, depth: depth, staying: &staying, ends: &ends)
                    left.sources = left.sources.subtracting(holding.surely)
                    if left.sources.isEmpty { return }
                }
                staying.append(left)
                if isPartial {
                    doubt(rule.text, true)
                    try decide(.unknown, rule, left, table, depth: depth, staying: &staying, ends: &ends)
                }
                return
            case .translate(let translations):
                if isLimited { staying.append(flow) }
                doubt(rule.text, !isSure && !flow.sources.isEmpty)
                ends.accepted += translations.map { flow.translated(to: $0, routes: routes) }
                return
            default: flow.take(step)
            }
            if flow.sources.isEmpty { return }
        }
        staying.append(flow)
    }

    private mutating func decide(
        _ verdict: Ruleset.Verdict,
        _ rule: Ruleset.Rule,
        _ flow: Flow,
        _ table: Ruleset.Table,
        depth: Int,
        staying: inout [Flow],
        ends: inout Ends
    ) throws(TooLong) {
        guard !flow.sources.isEmpty else { return }
        switch verdict {
        case .accept:
            quote(rule.text, &outcome.accepting)
            ends.accepted.append(flow)
        case .drop: drop([flow], rule.text)
        case .return: ends.returned.append(flow)
        case .continue: staying.append(flow)
        case .jump(let name):
            let inner = try run(name, table, [flow], depth: depth + 1)
            ends.accepted += inner.accepted
            staying += inner.returned
        case .goto(let name):
            let inner = try run(name, table, [flow], depth: depth + 1)
            ends.accepted += inner.accepted
            ends.returned += inner.returned
        case .unknown:
            doubt(rule.text, true)
            ends.accepted.append(flow)
            drop([flow], nil)
            staying.append(flow)
        }
    }

    private mutating func drop(_ flows: [Flow], _ text: String?) {
        for flow in flows where !flow.sources.isEmpty {
            outcome.dropped = outcome.dropped.union(flow.sources)
            if let text { quote(text, &outcome.dropping) }
        }
    }

    private mutating func doubt(_ text: String, _ isDoubtful: Bool) {
        if isDoubtful { quote(text, &outcome.doubts) }
    }

    private func quote(_ text: String, _ quotes: inout [String]) {
        if quotes.count < Self.maximumQuotes, !quotes.contains(text) { quotes.append(text) }
    }

    /// Flows with one way made one, so that they do not multiply.
    private static func merged(_ flows: [Flow]) -> [Flow] {
        guard flows.count > 1 else { return flows.filter { !$0.sources.isEmpty } }
        var ways: [Flow.Way: Int] = [:]
        var merged: [Flow] = []
        for flow in flows where !flow.sources.isEmpty {
            if let place = ways[flow.way] {
                merged[place].sources = merged[place].sources.union(flow.sources)
            } else {
                ways[flow.way] = merged.count
                merged.append(flow)
            }
        }
        return merged
    }
}
