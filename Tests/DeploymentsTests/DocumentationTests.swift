import Deployments
import Testing

// What the module's documentation shows has to be so.
@Suite struct DocumentationTests {
    @Test func `the example in the overview tells what it says`() throws {
        var deployment = ContainerDeployment(
            event: .init(id: "a-1", action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.container.image = try ImageReference(parsing: "alpine")
        deployment.process.args = ["sh", "-c", "echo '* * * * * root id' >> /host/etc/crontab"]
        deployment.host.mounts = [.init(source: HostPath("//"), target: "/host", isReadOnly: false)]
        func values(_ field: Field) -> [FieldValue] {
            var values: [FieldValue] = []
            deployment.visitValues(of: field) { values.append($0) }
            return values
        }
        #expect(values(.imageName) == [.text("docker.io/library/alpine")])
        #expect(values(.hostPaths) == [.text("/")])
        #expect(values(.hostCommands).count == 1)
        guard case .text(let command) = values(.hostCommands).first else { return }
        #expect(command.hasSuffix(">> host:/etc/crontab"))
        #expect(values(.privileged) == [])
    }
}
