import Deployments
import Dialects
import Foundation
import LiveIntake
import Relay
import Testing

/// A real engine, followed as it is on a host.
@Suite(
    .serialized,
    .enabled(
        if: EngineLab.isPossible,
        "needs root, dockerd, docker and busybox-static; Scripts/setup installs them: live events are NOT tried on an engine"
    ),
    .timeLimit(.minutes(10))
)
struct DockerEventsSourceTests {
    private let feed = TestFeed()

    private func source(
        _ lab: EngineLab,
        _ change: (inout DockerEventsSource.Configuration) -> Void = { _ in }
    ) -> DockerEventsSource {
        var configuration = DockerEventsSource.Configuration(name: "docker", engine: .unix(path: lab.socket))
        change(&configuration)
        return DockerEventsSource(configuration)
    }

    /// What the dialect reads of all records so far.
    private var deployments: [ContainerDeployment] {
        var dialect = DockerEventsDialect()
        var reading = Reading()
        for record in feed.records {
            let padded = record.bytes + [UInt8](repeating: 0, count: 64)
            unsafe padded.withUnsafeBytes { bytes in
                let raw = unsafe RawRecord(
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[..<record.bytes.count]),
                    position: record.position,
                    defects: record.defects
                )
                dialect.read(raw, into: &reading)
            }
        }
        return reading.deployments
    }

    private func deployment(_ name: String, within seconds: Int = 60) async throws -> ContainerDeployment {
        try await eventually(name, within: seconds) { deployments.contains { $0.container.name == name } }
        return try #require(deployments.first { $0.container.name == name })
    }

    @Test func `an engine is followed through creates, execs, restarts, gaps and clocks`() async throws {
        let lab = try await EngineLab()
        try await createsAndExecs(lab)
        try await gaps(lab)
        try await restarts(lab)
        try await overruns(lab)
        try await overTLS(lab)
    }

    private func createsAndExecs(_ lab: EngineLab) async throws {
        try await following(source(lab), into: feed) {
            try await eventually("following") { feed.isFollowing }
            let id = try await lab.create(
                "risky",
                "--privileged",
                "-v",
                "/:/host",
                "--pid=host",
                "--network=none",
                "--cap-add=SYS_PTRACE",
                command: ["sh", "-c", "sleep 100"]
            )
            let one = try await deployment("risky")
            #expect(one.event.action == .containerCreate)
            #expect(one.visibility == .full)
            #expect(one.container.id == id)
            #expect(one.process.args == ["sh", "-c", "sleep 100"])
            #expect(one.security.privileged == true)
            #expect(one.security.capabilitiesAdded == [Capability("SYS_PTRACE")])
            #expect(one.host.namespaces.contains(.pid))
            #expect(one.host.mounts.map(\.source) == [HostPath("/")])

            // Containers that last no time: each is told, in order, seen whole or not.
            for number in 0..<10 {
                let name = "brief-\(number)"
                let words = ["docker", "-H", "unix://\(lab.socket)", "run", "--rm", "--network=none", "--name", name]
                try await Commands.run(words + ["busybox", "true"], in: lab.folder.path)
            }
            _ = try await deployment("brief-9")
            let brief = deployments.compactMap(\.container.name).filter { $0.hasPrefix("brief-") }
            #expect(brief == (0..<10).map { "brief-\($0)" })

            // Not the privileged one: not every machine that runs the tests may start such.
            try await lab.create("idle", "--network=none")
            try await lab.docker("start", "idle")
            try await lab.docker("exec", "-u", "0", "idle", "sh", "-c", "echo  two  blanks")
            try await eventually("the exec") { deployments.contains { $0.event.action == .containerExec } }
            let exec = try #require(deployments.first { $0.event.action == .containerExec })
            #expect(exec.process.args == ["sh", "-c", "echo  two  blanks"])
            #expect(exec.security.runAsUser == "0")
            #expect(exec.security.privileged == false)
            #expect(exec.visibility == .full)
            // Its first start is told with its create.
            let idle = deployments.filter { $0.container.name == "idle" }.map(\.event.action)
            #expect(idle == [.containerCreate, .containerExec])
            try await lab.docker("update", "--restart=always", "risky")
            try await eventually("the update") { deployments.contains { $0.event.action == .containerUpdate } }
            let update = try #require(deployments.first { $0.event.action == .containerUpdate })
            #expect(update.placement.restartPolicy == "always")
            #expect(update.visibility == .full)
            try await lab.docker("rm", "-f", "risky", "idle")
        }
        #expect(feed.losses.isEmpty && feed.waits.isEmpty)
        #expect(feed.batches.first?.records.isEmpty == true)
        let lags = feed.healths.compactMap { if case .following(let lag?) = $0 { lag } else { nil } }
        #expect(lags.allSatisfy { (0..<20).contains($0) })
    }

    private func gaps(_ lab: EngineLab) async throws {
        let before = feed.records.count
        try await lab.create("between")
        try await following(source(lab), from: feed.cursors, into: feed) {
            #expect(try await deployment("between").visibility == .full)
            try await lab.create("after")
            _ = try await deployment("after")
        }
        #expect(feed.records.count == before + 2)
        #expect(feed.losses.isEmpty)
    }

    private func restarts(_ lab: EngineLab) async throws {
        // While it is followed: nothing is lost, and nothing said to be. What was told by an earlier source says nothing of
        // this one: an engine that is stopped before it is followed may have said something that nobody heard.
        let told = feed.healths.count
        try await following(source(lab), from: feed.cursors, into: feed) {
            try await eventually("following") { feed.healths.count > told && feed.isFollowing }
            for signal in ["TERM", "KILL"] {
                let waits = feed.waits.count
                try await lab.stop(signal)
                try await eventually("the complaint") { feed.waits.count > waits }
                try await lab.start()
                try await lab.create("after-\(signal)")
                #expect(try await deployment("after-\(signal)", within: 60).visibility == .full)
            }
        }
        #expect(feed.losses.isEmpty)
        // While it is not: what was made before the restart is read by inspection, and the loss is told.
        try await lab.create("forgotten")
        try await lab.create("forgotten-and-gone")
        try await lab.docker("rm", "forgotten-and-gone")
        try await lab.stop("TERM")
        try await lab.start()
        try await following(source(lab), from: feed.cursors, into: feed) {
            let forgotten = try await deployment("forgotten")
            #expect(forgotten.visibility == .full)
            try await eventually("the loss") { feed.losses.count == 1 }
        }
        #expect(!deployments.contains { $0.container.name == "forgotten-and-gone" })
    }

    private func overruns(_ lab: EngineLab) async throws {
        // One event at least must be behind the cursor for the rest to be counted.
        try await lab.create("overrun")
        let script =
            "for i in $(seq 1 140); do docker -H unix://\(lab.socket) tag busybox t:$i; done; docker -H unix://\(lab.socket) rmi $(for i in $(seq 1 140); do echo t:$i; done)"
        try await Commands.run(["sh", "-c", script], in: lab.folder.path, within: 120)
        let losses = feed.losses.count
        try await following(source(lab), from: feed.cursors, into: feed) {
            #expect(try await deployment("overrun").visibility == .full)
            try await eventually("the loss") { feed.losses.count == losses + 1 }
            #expect(feed.losses.last?.reason.contains("256") == true)
        }
        #expect(deployments.count { $0.container.name == "overrun" } == 1)
        #expect(deployments.count { $0.container.name == "forgotten" } <= 2)
    }

    /// Behind a relay that asks for a client's certificate, as an engine with `--tlsverify` does.
    private func overTLS(_ lab: EngineLab) async throws {
        let certificates = try await TestCertificates(in: lab.folder.path)
        let port = try Commands.freePort()
        let files = TLSFiles(
            certificate: certificates.path("server.crt"),
            key: certificates.path("server.key"),
            authority: certificates.path("ca.crt")
        )
        let address = RelayAddress.tcp(host: "127.0.0.1", port: port)
        let relay = RelayServer(
            configuration: RelayConfiguration(listeners: [ListenerConfiguration(address, tls: files)]),
            gatekeeper: OpenGate(),
            upstream: try HTTPUpstream(UpstreamConfiguration(.unix(path: lab.socket)))
        )
        func source(as client: String) -> DockerEventsSource {
            let own = TLSFiles(
                certificate: certificates.path("\(client).crt"),
                key: certificates.path("\(client).key"),
                authority: certificates.path("ca.crt")
            )
            return DockerEventsSource(.init(name: "docker", engine: address, tls: own))
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await relay.run() }
            defer { tasks.cancelAll() }
            try await following(source(as: "client"), from: feed.cursors, into: feed) {
                try await eventually("following") { feed.isFollowing }
                try await lab.create("over-tls")
                #expect(try await deployment("over-tls").visibility == .full)
            }
            let stranger = TestFeed()
            try await following(source(as: "stranger"), into: stranger) {
                try await eventually("the refusal") { !stranger.waits.isEmpty }
            }
            #expect(stranger.records.isEmpty)
        }
    }

    private struct OpenGate: Gatekeeper {
        func admit(_ head: RequestHead, from client: Client) -> Admission {
            .pass(Passage(method: head.method, target: head.target, fields: head.fields))
        }

        func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
            .answer(refusal(status: 500, message: ""))
        }

        func refusal(status: Int, message: String) -> Answer { Answer(status: status, body: Array(message.utf8)) }
    }
}
