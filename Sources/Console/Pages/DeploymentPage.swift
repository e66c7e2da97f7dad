internal import HTTPTypes
internal import Deployments
internal import Hummingbird
internal import Ledger
internal import Signals

/// One deployment with what was found in it.
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
    func deployment(_ id: String, _ request: Request) async throws -> Response {
        guard let deployment = try await ledger.deployment(id) else {
            throw RequestProblem(.notFound, "no deployment of that id is known, or no longer")
        }
        let record = ECSFields(of: deployment.ecs)
        let findings = try await ledger.findings(ofDeployment: id)
        let view = DeploymentView(
            id: ShownText.of(id, upTo: ShownText.line),
            powers: Powers.words(of: record),
            findings: findings.map(FindingRow.init),
            hasFindings: !findings.isEmpty,
            trail: deployment.trail.map(TrailRow.init),
            hasTrail: !deployment.trail.isEmpty,
            fields: record.fields.map(FieldRow.init),
            record: ShownText.lines(of: record.text, upTo: ShownText.record),
            time: ShownTime(deployment.time ?? deployment.receivedAt)
        )
        return page("deployment", view, title: "Deployment", at: .deployments, request)
    }
}
