internal import HTTPTypes
internal import Hummingbird
internal import Ledger
internal import Signals

/// Two deployments beside each other, field by field.
struct CompareView: Sendable {
    var left: Side
    var right: Side
    var rows: [Row]
    var differences: Int

    struct Side: Sendable {
        var path: String
        var name: String
        var time: ShownTime

        init(_ deployment: DeploymentEntry) {
            path = "/deployments/\(FormFields.encoded(deployment.id))"
            name = ShownText.of(deployment.fields["container.image.name"] ?? deployment.id, upTo: ShownText.line)
            time = ShownTime(deployment.time ?? deployment.receivedAt)
        }
    }

    struct Row: Sendable {
        var name: String
        var left: [String]
        var right: [String]
        var differs: Bool
    }
}

extension ConsoleRouter {
    func compare(_ request: Request) async throws -> Response {
        let ids = FormFields(request.uri.query ?? "").all("id")
        guard ids.count == 2 else {
            throw RequestProblem(.badRequest, "two deployments are compared: mark two of the list")
        }
        var entries: [DeploymentEntry] = []
        for id in ids {
            guard let entry = try await ledger.deployment(id) else {
                throw RequestProblem(.notFound, "no deployment of the id '\(id)' is known, or no longer")
            }
            entries.append(entry)
        }
        let rows = Self.rows(ECSFields(of: entries[0].ecs), ECSFields(of: entries[1].ecs))
        let view = CompareView(
            left: CompareView.Side(entries[0]),
            right: CompareView.Side(entries[1]),
            rows: rows,
            differences: rows.count { $0.differs }
        )
        return page("compare", view, title: "Two deployments", at: .deployments, request)
    }

    /// What differs comes first, each part in the order of the names.
    private static func rows(_ left: ECSFields, _ right: ECSFields) -> [CompareView.Row] {
        let names = Set(left.fields.map(\.name) + right.fields.map(\.name)).sorted()
        let rows = names.map { name in
            CompareView.Row(
                name: ShownText.of(name, upTo: ShownText.line),
                left: left[name].map { ShownText.of($0) },
                right: right[name].map { ShownText.of($0) },
                differs: left[name] != right[name]
            )
        }
        return rows.filter(\.differs) + rows.filter { !$0.differs }
    }
}
