import Deployments
import Judge
import Sigma
import Signals
import Testing

@Suite struct ReasonWordsTests {
    private func words(_ selection: String, _ change: (inout ContainerDeployment) -> Void = { _ in }) throws -> [String]
    {
        var deployment = Sample.deployment
        change(&deployment)
        let yaml = """
            title: t
            logsource: {category: container_deployment}
            detection:
                selection:
                    \(selection)
                condition: selection
            """
        return try Sample.findings(deployment, yaml).first?.reasons.map(\.words) ?? []
    }

    @Test func `a reason is a sentence: the field, its value, and what it matches`() throws {
        #expect(try words("user.name: alice") == ["user.name = alice"])
        #expect(try words("user.name: ALICE") == ["user.name = alice (matches ALICE)"])
        #expect(
            try words("container.image.name|endswith: /alpine")
                == ["container.image.name = docker.io/library/alpine (matches */alpine)"]
        )
        #expect(try words("process.command_line|re: cron(tab)?").first?.hasSuffix(" (matches /cron(tab)?/)") == true)
        #expect(try words("deployment.replicas|gt: 2") == ["deployment.replicas = 3 (is > 2)"])
        #expect(try words("source.ip|cidr: 203.0.113.0/24") == ["source.ip = 203.0.113.7 (matches 203.0.113.0/24)"])
        #expect(try words("container.runtime: null") == ["container.runtime is absent"])
        #expect(try words("user.name|exists: true") == ["user.name = alice"])
    }

    @Test func `a long value is cut, and the pattern behind it is still told`() throws {
        let told = try words("user.name|endswith: x") { $0.actor.userName = String(repeating: "ab", count: 500) + "x" }
        #expect(told == ["user.name = \(String(repeating: "ab", count: 99))a… (matches *x)"])
    }

    @Test func `secrets are masked where they may stand, and names that only look so are not`() throws {
        #expect(
            try words("process.env_vars|startswith: DB_") == ["process.env_vars = DB_PASSWORD=*** (matches DB_*)"]
        )
        #expect(
            try words("process.command_line|contains: API_TOKEN") == [
                "process.command_line = sh -c echo x >> /host/etc/crontab; API_TOKEN=*** run (matches *API_TOKEN*)"
            ]
        )
        let image = "registry.example.test/auth:1"
        #expect(
            try words("deployment.image.reference: \(image)") { $0.container.imageText = image }
                == ["deployment.image.reference = \(image)"]
        )
    }
}
