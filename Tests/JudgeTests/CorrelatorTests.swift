import Deployments
import Judge
import Sigma
import Testing

/// Correlations over what is judged: where they are evaluated, and where they are not.
@Suite struct CorrelatorTests {
    private static let rules = """
        title: Made
        name: made
        logsource: {category: container_deployment}
        detection: {made: {container.name: web}, condition: made}
        ---
        title: Twice
        correlation: {type: event_count, rules: [made], group-by: [user.name], timespan: 5m, condition: {gte: 2}}
        """

    private static var library: RuleLibrary {
        var library = RuleLibrary()
        library.add(rules, file: "rules.yml")
        return library
    }

    private static func deployment(at second: Int64?, user: String? = "mallory") -> ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.container.name = "web"
        deployment.actor.userName = user
        deployment.event.timestamp = second.flatMap { Timestamp(seconds: $0) }
        return deployment
    }

    @Test func `a bench that judges each by itself silences nothing, and says so`() throws {
        let library = Self.library
        #expect(library.diagnostics == [] && library.misnamed() == [])
        var told: [String] = []
        let bench = try Judge.Bench(library)
        Judge(bench).judge(DeploymentEvent(Self.deployment(at: 0))) { told.append($0.rule.title) }
        #expect(told == ["Made"])
        #expect(bench.correlations == nil)
        #expect(
            library.idleCorrelations.map(\.description) == [
                "rules.yml:6:1: warning: the correlation 'Twice' is not evaluated by a guard "
                    + "(a guard decides each request by itself; 'tidewaiter scan' evaluates correlations)"
            ]
        )
    }

    @Test func `what has no time correlates with nothing, and is counted`() throws {
        let bench = try Judge.Bench(correlating: Self.library)
        var correlator = Correlator(try #require(bench.correlations))
        let judge = Judge(bench)
        var found: [Finding] = []
        for deployment in [
            Self.deployment(at: 100), Self.deployment(at: nil), Self.deployment(at: 50, user: nil),
            Self.deployment(at: 400),
        ] {
            judge.judge(DeploymentEvent(deployment)) { finding in
                let isTold = correlator.take(finding) { found.append($0) }
                #expect(!isTold)
            }
        }
        correlator.finish { found.append($0) }
        #expect(correlator.timeless == 1 && correlator.counts.ungrouped == 1)
        #expect(found.map(\.rule.title) == ["Twice"])
        guard case .correlation(let summary)? = found.first?.subject else {
            Issue.record("a correlation's finding has a subject of its own")
            return
        }
        #expect(summary.time == Timestamp(microseconds: 400_000_000) && summary.eventCount == 2)
        #expect(summary.events.map(\.time) == [100_000_000, 400_000_000].map { Timestamp(microseconds: $0) })
        #expect(Set(summary.events.map(\.findingID)).count == 2)
    }

    @Test func `a rule that is not asked for is kept for a correlation that is`() throws {
        let wanted = Self.library.filtered { $0.title != "Made" }
        #expect(wanted.rules.map(\.title) == ["Made"])
        let unwanted = Self.library.filtered({ _ in true }, correlations: { _ in false })
        for (library, titles) in [(wanted, ["Twice"]), (unwanted, [])] {
            let bench = try Judge.Bench(correlating: library)
            var correlator = Correlator(try #require(bench.correlations))
            let judge = Judge(bench)
            var found: [String] = []
            for second: Int64 in [0, 1] {
                judge.judge(DeploymentEvent(Self.deployment(at: second))) {
                    _ = correlator.take($0) { found.append($0.rule.title) }
                }
            }
            correlator.finish { found.append($0.rule.title) }
            #expect(found == titles)
        }
    }
}
