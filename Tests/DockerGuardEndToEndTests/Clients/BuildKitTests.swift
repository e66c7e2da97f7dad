import Foundation
import Testing

extension DockerGuardLab {
    /// Builds by BuildKit, whose session is a tunnel that no guard looks into.
    @Suite
    struct BuildKit {
        /// A newer client needs a plugin for it, which is seldom installed.
        static let clients = CommandLineClient.all.filter { $0.version.hasPrefix("20.") }

        static let build = """
            t=$(mktemp -d); printf 'FROM busybox\\nCOPY f /f\\nRUN cat /f\\n' >$t/Dockerfile; echo built >$t/f; \
            $DOCKER build -q -t rt:k $t >/dev/null && $DOCKER run --rm rt:k cat /f; $DOCKER rmi rt:k >/dev/null; rm -r $t
            """

        @Test(arguments: clients)
        func `the strict profile refuses a session, and a policy that opens sessions lets it build`(
            client: CommandLineClient
        ) throws {
            let laboratory = try Laboratory.shared()
            let buildKit = ["DOCKER_BUILDKIT": "1"]
            #expect(try client.script(Self.build, at: laboratory.socket, buildKit).output == "built\n")
            let strict = try Guard(in: laboratory, named: "strict")
            let refused = try client.script(Self.build, at: strict.socket, buildKit)
            #expect(!refused.output.contains("built") && !refused.errors.isEmpty)
            let policy = "allow:\n  sessions: true\n"
            let opened = try Guard(in: laboratory, named: "opened", policy: policy)
            let built = try client.script(Self.build, at: opened.socket, buildKit)
            #expect(built.output == "built\n", "\(built.errors)")
        }
    }
}
