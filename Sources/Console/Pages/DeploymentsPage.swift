internal import HTTPTypes
internal import Deployments
internal import Hummingbird
internal import Ledger
internal import Signals

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
        powers = Powers.words(of: ECSFields(of: stored.deployment.ecs))
        time = ShownTime(stored.place.time)
    }
}

extension ConsoleRouter {
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
}
