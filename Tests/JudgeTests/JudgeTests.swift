import Deployments
import Judge
import Sigma
import Testing

@Suite struct JudgeTests {
    @Test func `every rule that matches is told, with its own reasons`() throws {
        var library = RuleLibrary()
        for (title, field, value) in [
            ("one", "container.name", "web"), ("two", "user.name", "mallory"), ("three", "container.name", "web"),
        ] {
            library.add(
                """
                title: \(title)
                logsource: {category: container_deployment}
                detection:
                    selection: {\(field): \(value)}
                    condition: selection
                """,
                file: "\(title).yml"
            )
        }
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.container.name = "web"
        deployment.actor.userName = "mallory"
        let judge = Judge(try Judge.Bench(library))
        var told: [String: [String?]] = [:]
        judge.judge(DeploymentEvent(deployment)) { told[$0.rule.title] = $0.reasons.map(\.value) }
        #expect(told == ["one": ["web"], "two": ["mallory"], "three": ["web"]])
    }
}
