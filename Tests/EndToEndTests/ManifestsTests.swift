import Foundation
import Testing

/// What `guard kubernetes --manifests` prints, and what the program itself thinks of that.
@Suite struct ManifestsTests {
    private static let command = ["guard", "kubernetes", "--manifests"]

    /// After a wanted change: `tidewaiter guard kubernetes --manifests >Tests/EndToEndTests/Golden/manifests.yaml`.
    @Test func `the manifests are these, byte by byte`() throws {
        let golden = Binary.project.appending(path: "Tests/EndToEndTests/Golden/manifests.yaml")
        let result = try Binary.run(Self.command)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(try result.output == String(contentsOf: golden, encoding: .utf8))
    }

    @Test func `options change their own lines and no others`() throws {
        let image = "registry.example.com/tidewaiter:1"
        let plain = try Binary.run(Self.command).output.split(separator: "\n")
        let other = try Binary.run(
            Self.command + ["--image", image, "--replicas", "3", "--failure-policy", "Ignore", "--enforce"]
        ).output.split(separator: "\n")
        let changes = other.difference(from: plain)
        #expect(
            changes.insertions.map { Self.text($0) } == [
                "    observe: false", "  replicas: 3", "          image: \"\(image)\"", "    failurePolicy: Ignore",
            ]
        )
        #expect(changes.removals.count == 4)
    }

    @Test func `the chart is of the program's own version, and so is its image`() throws {
        let version = try Binary.run(["--version"]).output.trimmingCharacters(in: .newlines)
        #expect(try Binary.run(Self.command).output.contains("          image: \"tidewaiter:\(version)\"\n"))
        let file = Binary.project.appending(path: "Deploy/helm/tidewaiter/Chart.yaml")
        let chart = try String(contentsOf: file, encoding: .utf8)
        #expect(chart.contains("\nversion: \(version)\nappVersion: \(version)\n"))
    }

    @Test func `the arguments of its pods are options of the program`() throws {
        let lines = try Binary.run(Self.command).output.split(separator: "\n")
        let start = try #require(lines.firstIndex(of: "          args:"))
        let arguments = lines[(start + 1)...].prefix { $0.hasPrefix("            - ") }.map { String($0.dropFirst(14)) }
        #expect(arguments.prefix(2) == ["guard", "kubernetes"])
        // What comes last counts, and is refused after all options were read and before anything is asked for.
        let result = try Binary.run(arguments + ["--threads=0"])
        #expect(result.status == 1)
        #expect(result.errors.contains("--threads must be between 1 and 256"), "\(result.errors)")
    }

    private static func text(_ change: CollectionDifference<Substring>.Change) -> String {
        switch change {
        case .insert(_, let line, _), .remove(_, let line, _): String(line)
        }
    }

    @Test(arguments: [
        (["--image", "Not An Image"], "--image: "), (["--replicas", "0"], "--replicas must be between 1 and 100"),
        (["--namespace", "kube-system"], "'kube-system' is used by others"),
        (["--failure-policy", "Maybe"], "--failure-policy"),
        (["--observe", "--enforce"], "--observe and --enforce contradict each other"),
        (["--policy", "p.yml"], "--manifests takes --observe, --refuse-at and the options under 'Installing' alone"),
    ])
    func `what cannot be applied is not printed`(options: [String], reason: String) throws {
        let result = try Binary.run(Self.command + options)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test func `options of the manifests go with them alone`() throws {
        let result = try Binary.run(["guard", "kubernetes", "--check", "--replicas", "3"])
        #expect(result.status == 1)
        #expect(result.errors.contains("go with --manifests"), "\(result.errors)")
    }

    @Test func `no rule finds anything in them`() throws {
        let folder = try Folder()
        let file = try folder.write(try Binary.run(Self.command).output, as: "manifests.yaml")
        let found = try Binary.run(["scan", "--format", "json", "--fail-on", "informational", file])
        #expect(found.status == 0 && found.output.isEmpty, "\(found.output)\(found.errors)")
        // Its one deployment was read, so that there was something to find nothing in.
        let read = try Binary.run(["scan", "--deployments", "--format", "json", file])
        #expect(try read.objects.count == 1)
    }

    @Test func `they keep to the strictest level of the Pod Security Standards`() throws {
        let folder = try Folder()
        let file = try folder.write(try Binary.run(Self.command).output, as: "manifests.yaml")
        let result = try Binary.run(["scan", "--pod-security", "restricted", file])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains("1 pod judged by restricted:latest, 0 violate it"), "\(result.output)")
    }
}
