internal import Deployments
internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import Ledger

/// The same as the pages, for programs; ``OpenAPIDocument`` describes it.
extension ConsoleRouter {
    func listFindings(_ request: Request) async throws -> Response {
        let fields = FormFields(request.uri.query ?? "")
        let query = try LedgerQuery(fields, now: clock())
        let found = try await ledger.findings(query)
        return Self.list(found.map { Self.object($0.ecs) }, query, last: found.last?.place)
    }

    func listDeployments(_ request: Request) async throws -> Response {
        let fields = FormFields(request.uri.query ?? "")
        let query = try LedgerQuery(fields, now: clock())
        let found = try await ledger.deployments(query)
        return Self.list(found.map { Self.object($0.deployment.ecs) }, query, last: found.last?.place)
    }

    func showFinding(_ id: String) async throws -> Response {
        let details = try await ledger.details(ofFinding: id)
        let notes = details.notes.map { note in
            """
            {"time":\(quote(note.time.description)),"author":\(quote(note.author)),"state":\(quote(note.state.name)),\
            "note":\(quote(note.text))}
            """
        }
        return Reply.json(
            """
            {"finding":\(Self.object(details.stored.ecs)),"notes":[\(notes.joined(separator: ","))],\
            "deployment":\(details.deployment.map { Self.object($0.ecs) } ?? "null"),\
            "trail":\(Self.trail(details.deployment))}
            """
        )
    }

    func showDeployment(_ id: String) async throws -> Response {
        guard let deployment = try await ledger.deployment(id) else {
            throw RequestProblem(.notFound, "no deployment of that id is known, or no longer")
        }
        return Reply.json(
            #"{"deployment":\#(Self.object(deployment.ecs)),"trail":\#(Self.trail(deployment))}"#
        )
    }

    private static func list(_ records: [String], _ query: LedgerQuery, last: LedgerQuery.Place?) -> Response {
        let after = records.count == query.limit ? last.map { quote($0.text) } : nil
        return Reply.json(#"{"items":[\#(records.joined(separator: ","))],"after":\#(after ?? "null")}"#)
    }

    private static func trail(_ deployment: DeploymentEntry?) -> String {
        let entries = (deployment?.trail ?? []).map { entry in
            """
            {"source":\(quote(entry.source)),"dataset":\(quote(entry.dataset)),\
            "time":\(entry.time.map { quote($0.description) } ?? "null"),"path":\(entry.path.map(quote) ?? "null"),\
            "offset":\(entry.offset.map { String($0) } ?? "null")}
            """
        }
        return "[\(entries.joined(separator: ","))]"
    }

    /// A record as it was kept; one that is no JSON object as a text of its own.
    private static func object(_ record: [UInt8]) -> String {
        let parser = JSONParser(maximumBytes: 16 << 20, maximumDepth: 128)
        let isObject = unsafe record.withUnsafeBytes { bytes in
            (try? unsafe parser.withDocument(bytes) { $0.isObject }) ?? false
        }
        let text = String(decoding: record, as: UTF8.self)
        return isObject ? text : #"{"event":{"original":\#(quote(text))}}"#
    }
}

private func quote(_ text: String) -> String { JSONValue.quote(text) }
