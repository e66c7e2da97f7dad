internal import HTTPTypes
internal import Deployments
internal import Hummingbird
internal import Ledger

struct DeploymentsView: Sendable {
    var rows: [DeploymentRow]
    var isEmpty: Bool
    var routes: [Choice]
    var spans: [Choice]
    var expression: String
    var older: [String]
    var isBehind: Bool
    var newest: String
}

/// One deployment of a list: what, who, where, by which route, and what it may do on the host.
struct DeploymentRow: Sendable {
    /// As it is: what a form sends back.
    var id: String
    var path: String
    var image: String
    var user: String
    var route: String
    var action: String
    var place: String
    var outcome: String
    var powers: [String]
    var time: ShownTime

    init(_ stored: StoredDeployment) {
        let fields = stored.deployment.fields
        func shown(_ name: String) -> String { ShownText.of(fields[name] ?? "", upTo: ShownText.line) }
        id = stored.deployment.id
        path = "/deployments/\(FormFields.encoded(stored.deployment.id))"
        image = shown("container.image.name")
        user = shown("user.name")
        route = shown("deployment.route")
        action = shown("event.action")
        place = shown("orchestrator.namespace")
        outcome = shown("event.outcome")
        powers = Powers.words(of: RecordFields(of: stored.deployment.ecs))
        time = ShownTime(stored.place.time)
    }
}

struct DeploymentView: Sendable {
    var id: String
    var powers: [String]
    var findings: [FindingRow]
    var hasFindings: Bool
    var trail: [TrailRow]
    var hasTrail: Bool
    var fields: [FieldRow]
    var record: String
    var time: ShownTime
}

extension ConsoleRouter {
    private static let shownRecord = 64 << 10

    func deployments(_ request: Request) async throws -> Response {
        let fields = FormFields(request.uri.query ?? "")
        let query = try LedgerQuery(fields, now: clock())
        let found = try await ledger.deployments(query)
        let chosen = query.routes.first
        let view = DeploymentsView(
            rows: found.map(DeploymentRow.init),
            isEmpty: found.isEmpty,
            routes: [Choice(value: "", name: "any route", isChosen: chosen == nil)]
                + Route.allCases.map { Choice(value: $0.rawValue, name: $0.rawValue, isChosen: $0.rawValue == chosen) },
            spans: Choice.spans(chosen: fields[LedgerQuery.FieldName.since]),
            expression: fields[LedgerQuery.FieldName.expression] ?? "",
            older: Self.older(fields, found.count == query.limit ? found.last?.place : nil),
            isBehind: query.after != nil,
            newest: fields.with(LedgerQuery.FieldName.after, nil).query
        )
        return page("deployments", view, title: "Deployments", at: .deployments, request)
    }

    func deployment(_ id: String, _ request: Request) async throws -> Response {
        guard let deployment = try await ledger.deployment(id) else {
            throw RequestProblem(.notFound, "no deployment of that id is known, or no longer")
        }
        let record = RecordFields(of: deployment.ecs)
        let findings = try await ledger.findings(ofDeployment: id)
        let view = DeploymentView(
            id: ShownText.of(id, upTo: ShownText.line),
            powers: Powers.words(of: record),
            findings: findings.map(FindingRow.init),
            hasFindings: !findings.isEmpty,
            trail: deployment.trail.map(TrailRow.init),
            hasTrail: !deployment.trail.isEmpty,
            fields: record.fields.map(FieldRow.init),
            record: ShownText.lines(of: record.text, upTo: Self.shownRecord),
            time: ShownTime(deployment.time ?? deployment.receivedAt)
        )
        return page("deployment", view, title: "Deployment", at: .deployments, request)
    }
}
