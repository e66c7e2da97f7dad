import Testing

@testable import DockerGuard

/// What an engine adds to a container by itself is not held against whoever uses the container.
@Suite struct EngineAdditionsTests {
    private static let policy = "allow: {privileged: true, host-namespaces: [pid, ipc]}"

    @Test(
        arguments: [
            // Where it labels nothing, anyway.
            (#""Privileged":true"#, "label=disable", true), (#""PidMode":"host""#, "label=disable", true),
            (#""IpcMode":"host""#, "label=disable", true),
            // Somebody asked for these.
            (#""PidMode":"private""#, "label=disable", false), (#""PidMode":"host""#, "label=user:x", false),
            (#""Privileged":true"#, "seccomp=unconfined", false), (#""UTSMode":"""#, "label=disable", false),
        ]
    )
    func `a label that the engine leaves out is not minded`(host: String, option: String, passes: Bool) async throws {
        var daemon = FakeDaemon()
        daemon.containers["c"] = FakeDaemon.inspection("c", host: "\(host),\"SecurityOpt\":[\"\(option)\"]")
        let guarded = try GuardUnderTest(policy: GuardUnderTest.policy(Self.policy), daemon: daemon)
        let fate = await guarded.fate("POST", "/containers/c/start")
        #expect((fate == .passes) == passes, "\(fate)")
        // Whatever else it is: asked for in a create, it is minded.
        let body = "{\"HostConfig\":{\(host),\"SecurityOpt\":[\"\(option)\"]}}"
        #expect(await guarded.fate("POST", "/containers/create", body).isRefused)
    }

    @Test func `without the opening the container is refused for what it is`() async throws {
        var daemon = FakeDaemon()
        daemon.containers["c"] = FakeDaemon.inspection(
            "c",
            host: #""Privileged":true,"SecurityOpt":["label=disable"]"#
        )
        let fate = await (try GuardUnderTest(daemon: daemon)).fate("POST", "/containers/c/start")
        guard case .refused(_, let message) = fate else { return #expect(fate.isRefused) }
        #expect(message.contains("refused by privileged") && !message.contains("security-options"))
    }
}
