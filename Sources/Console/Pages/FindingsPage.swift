internal import Deployments
internal import Hummingbird
internal import Ledger

/// A list of findings with what it was asked by, so that its address shows the same to others.
struct FindingsView: Sendable {
    var rows: [FindingRow]
    var isEmpty: Bool
    var levels: [Choice]
    var states: [Choice]
    var spans: [Choice]
    var rule: String
    var expression: String
    /// The query of the page with what is older; none on the last one.
    var older: [String]
    /// Whether this is not the first page.
    var isBehind: Bool
    var newest: String
}

/// One of several values of a field of a form.
struct Choice: Sendable {
    var value: String
    var name: String
    var isChosen: Bool
}

struct FindingRow: Sendable {
    var path: String
    var level: String
    var state: String
    var title: String
    var sentence: String
    var time: ShownTime

    init(_ stored: StoredFinding) {
        let finding = stored.finding
        path = "/findings/\(FormFields.encoded(finding.id))"
        level = FindingLevel(named: finding.level).name
        state = stored.state.name
        title = ShownText.of(finding.ruleTitle, upTo: ShownText.line)
        sentence = ShownText.of(finding.sentence, upTo: ShownText.line)
        time = ShownTime(stored.place.time)
    }
}

extension ConsoleRouter {
    func findings(_ request: Request) async throws -> Response {
        let fields = FormFields(request.uri.query ?? "")
        let query = try LedgerQuery(fields, now: clock())
        let found = try await ledger.findings(query)
        let view = FindingsView(
            rows: found.map(FindingRow.init),
            isEmpty: found.isEmpty,
            levels: Choice.levels(chosen: query.level),
            states: FindingState.allCases.map {
                Choice(value: $0.name, name: $0.name, isChosen: query.states.contains($0))
            },
            spans: Choice.spans(chosen: fields[LedgerQuery.FieldName.since]),
            rule: fields[LedgerQuery.FieldName.rule] ?? "",
            expression: fields[LedgerQuery.FieldName.expression] ?? "",
            older: Self.older(fields, found.count == query.limit ? found.last?.place : nil),
            isBehind: query.after != nil,
            newest: fields.with(LedgerQuery.FieldName.after, nil).query
        )
        return page("findings", view, title: "Findings", at: .findings, request)
    }

    /// The query of what comes behind the last of a list, where something may.
    static func older(_ fields: FormFields, _ last: LedgerQuery.Place?) -> [String] {
        last.map { [fields.with(LedgerQuery.FieldName.after, $0.text).query] } ?? []
    }
}

extension Choice {
    static func levels(chosen: FindingLevel?) -> [Choice] {
        [Choice(value: "", name: "any level", isChosen: chosen == nil)]
            + FindingLevel.allCases.reversed().map { level in
                Choice(
                    value: level.name,
                    name: level == .critical ? level.name : "\(level.name) and above",
                    isChosen: level == chosen
                )
            }
    }

    /// How far back, with whatever else an address has.
    static func spans(chosen: String?) -> [Choice] {
        let usual = [
            ("", "any time"), ("1h", "last hour"), ("24h", "last day"), ("7d", "last week"), ("30d", "last month"),
        ]
        let other = chosen.flatMap { chosen in
            usual.contains { $0.0 == chosen } ? nil : [(chosen, "since \(ShownText.of(chosen, upTo: 40))")]
        }
        return (usual + (other ?? [])).map { Choice(value: $0.0, name: $0.1, isChosen: $0.0 == chosen ?? "") }
    }
}
