import Foundation
import Testing

/// Guards before a real engine, whose decisions are watched with the engine's events.
@Suite(
    .enabled(
        if: EngineHost.isPossible,
        "\(EngineHost.need): guards' decisions are NOT joined with a real engine's events"
    )
)
struct GuardDecisionTests {
    private static let body = #"{"Image":"busybox","Cmd":["true"],"HostConfig":{"Binds":["/:/host"]}}"#

    /// A guard before the engine; asked until it answers.
    private func start(_ name: String, _ options: [String], on host: EngineHost) async throws -> Command {
        let socket = "\(host.directory)/\(name).sock"
        let words = [
            Watcher.program.path, "guard", "docker", "--listen", "unix://\(socket)", "--upstream",
            "unix://\(host.socket)", "--decisions", "\(host.directory)/\(name).decisions",
        ]
        let command = try Command(words + options)
        let ask = ["curl", "-sf", "--unix-socket", socket, "http://docker/_ping"]
        guard try await eventually({ (try? await Command.run(ask)) == "OK" }) else {
            throw Command.Failed("the guard does not answer: \(command.errors)")
        }
        return command
    }

    private func create(_ name: String, through guarded: String, on host: EngineHost) async throws -> String {
        try await Command.run([
            "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket",
            "\(host.directory)/\(guarded).sock", "-H", "Content-Type: application/json", "--data-binary", Self.body,
            "http://docker/v1.41/containers/create?name=\(name)",
        ])
    }

    @Test func `what a guard decides and the engine does is one deployment, told once`() async throws {
        let host = try await EngineHost()
        let guards = [
            try await start("strict", [], on: host), try await start("observing", ["--observe"], on: host),
        ]
        let watcher = try Watcher()
        try watcher.configure(
            """
              - name: docker
                docker-events: {engine: 'unix://\(host.socket)'}
              - name: guards
                decisions: {paths: ['\(host.directory)/*.decisions']}
            """,
            outputs: "[{file: {path: \(watcher.path("told.jsonl"))}}]"
        )
        try watcher.start()
        #expect(try await watcher.follows(["docker", "guards"]), "\(watcher.messages)")
        #expect(try await create("refused", through: "strict", on: host) == "403")
        #expect(try await create("passed", through: "observing", on: host) == "201")

        let rule = "Host's Root File System Mounted Writable"
        let isSeen = try await eventually {
            let found = try watcher.findings().filter { value($0, "rule.name") == rule }
            let trails = try found.map { try watcher.trail(ofFinding: value($0, "tidewaiter.finding.id") ?? "") }
            return trails.contains { Set($0) == ["docker", "guards"] } && trails.contains { $0 == ["guards"] }
        }
        #expect(isSeen, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        withExtendedLifetime(guards) {}

        let deployments = try watcher.deployments()
        let outcomes = deployments.map { deployment in
            ["container.name", "event.outcome", "tidewaiter.decision.outcome"].map { value(deployment, $0) ?? "" }
        }
        #expect(Set(outcomes) == [["refused", "failure", "refused"], ["passed", "success", "would-refuse"]])
        #expect(outcomes.count == 2)
        let told = try watcher.told("told.jsonl").map { finding in
            [value(finding, "container.name") ?? "", value(finding, "rule.name") ?? ""]
        }
        #expect(Set(told).count == told.count, "\(told)")
        #expect(Set(told).isSuperset(of: [["refused", rule], ["passed", rule]]))
    }
}
