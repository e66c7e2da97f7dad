import Deployments
import Judge
import Sigma
import Testing

/// A deployment and rules as they occur, made up.
enum Sample {
    static let rules = """
        title: Host's root mounted writable
        id: 6a1d4b6e-0f1c-4a0e-9a51-3c9d1a0c7a11
        description: The container can change every file of the host.
        level: high
        tags: [attack.privilege_escalation, attack.t1611, attack.t1610]
        references: [https://attack.example.test/T1611/]
        falsepositives: [Node agents, Backup tools]
        logsource: {category: container_deployment}
        detection:
            root: {deployment.host.writable_exposes: root}
            condition: root
        ---
        title: Command changes the host's cron
        id: 0b5d7f2e-6d0e-4a7a-8f0e-2b6f6a3f9e22
        level: critical
        tags: [attack.t1053.003]
        logsource: {category: container_deployment}
        detection:
            selection:
                process.command_line|contains: cron
                container.image.name|endswith: /alpine
            condition: selection
        ---
        title: Container may gain privileges
        level: informational
        logsource: {category: container_deployment}
        detection:
            selection: {deployment.replicas|gte: 2}
            absent: {container.runtime: null}
            condition: selection and absent
        """

    static var deployment: ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(
                timestamp: Timestamp(microseconds: 1_795_535_253_264_339),
                id: "a-1",
                action: .workloadCreate,
                outcome: .success,
                dataset: .kubernetesAudit
            ),
            route: .kubernetesAPI
        )
        deployment.log = .init(path: "logs/audit.jsonl", offset: 12_345)
        deployment.actor.userName = "alice"
        deployment.actor.groups = ["devs", "system:authenticated"]
        deployment.actor.sourceIP = "203.0.113.7"
        deployment.placement.orchestratorType = "kubernetes"
        deployment.placement.namespace = "prod"
        deployment.placement.resourceType = "daemonset"
        deployment.placement.resourceName = "web"
        deployment.placement.replicas = 3
        deployment.container.name = "app"
        deployment.container.role = .app
        deployment.container.imageText = "alpine:3.20"
        deployment.container.image = try? ImageReference(parsing: "alpine:3.20")
        deployment.process.args = ["sh", "-c", "echo x >> /host/etc/crontab; API_TOKEN=s3cret run"]
        deployment.process.environment = ["DB_PASSWORD=hunter2", "LANG=C"]
        deployment.host.mounts = [.init(source: HostPath("/"), target: "/host", isReadOnly: false)]
        deployment.security.privileged = true
        return deployment
    }

    /// What the rules find in `deployment`, in the rules' order.
    static func findings(_ deployment: ContainerDeployment, _ yaml: String = rules) throws -> [Finding] {
        try findings(DeploymentEvent(deployment), yaml)
    }

    static func findings(_ event: DeploymentEvent, _ yaml: String = rules) throws -> [Finding] {
        var library = RuleLibrary()
        library.add(yaml, file: "rules.yml")
        #expect(library.diagnostics.map(\.description) == [])
        var found: [Finding] = []
        Judge(try Judge.Bench(library)).judge(event) { found.append($0) }
        return found
    }

    /// A finding on a raw record.
    static func rawFinding() throws -> Finding {
        let finding = try findings(deployment)[1]
        var record = RawRecordSummary(
            dataset: "kubernetes/audit",
            log: .init(path: "logs/audit.jsonl", offset: 7),
            original: ""
        )
        record.time = Timestamp(microseconds: 1_795_535_253_264_339)
        record.userName = "mallory"
        record.sourceAddress = "203.0.113.9"
        record.action = "create"
        record.resource = "pods/exec"
        record.namespace = "prod"
        record.name = "web-1"
        return Finding(id: "f-1", rule: finding.rule, reasons: [], subject: .rawRecord(record))
    }
}
