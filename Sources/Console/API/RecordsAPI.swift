internal import HTTPTypes
internal import Hummingbird
internal import Ledger

/// The same as the pages, for programs; `Web/openapi.json` describes it.
extension ConsoleRouter {
    func listFindings(_ request: Request) async throws -> Response {
        let query = try LedgerQuery(FormFields(request.uri.query ?? ""), now: clock())
        let found = try await ledger.findings(query)
        return Self.list(found.map(\.ecs), query, last: found.last?.place)
    }

    func listDeployments(_ request: Request) async throws -> Response {
        let query = try LedgerQuery(FormFields(request.uri.query ?? ""), now: clock())
        let found = try await ledger.deployments(query)
        return Self.list(found.map(\.deployment.ecs), query, last: found.last?.place)
    }

    func showFinding(_ id: String) async throws -> Response {
        Reply.json(LedgerDocuments.text(try await ledger.details(ofFinding: id)))
    }

    func showDeployment(_ id: String) async throws -> Response {
        guard let deployment = try await ledger.deployment(id) else {
            throw RequestProblem(.notFound, "no deployment of that id is known, or no longer")
        }
        return Reply.json(LedgerDocuments.text(deployment))
    }

    private static func list(_ records: [[UInt8]], _ query: LedgerQuery, last: LedgerQuery.Place?) -> Response {
        Reply.json(LedgerDocuments.text(records, after: records.count == query.limit ? last?.text : nil))
    }
}
