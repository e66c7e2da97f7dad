import Deployments
@testable import DockerGuard
import Foundation
import Judge
import Relay
import Testing

/// Calls that a real daemon made to a plugin, put to the guard under the strict profile.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded calls"))
struct RecordedAuthZCallTests {
    /// By what each is refused: a part of the profile, or what the plugin could not see.
    private static let refusals = [
        "archive-put": "a form in it would count",
        "attach-ws": "refused by attach-websocket",
        "build": "a form in it would count",
        "create-1.1mb": "which is a mebibyte or more",
        "create-1048576": "which is a mebibyte or more",
        "create-absolute": "refused by privileged",
        "create-auth-suffix": "refused by privileged",
        "create-charset": "refused by privileged",
        "create-chunked": "refused by privileged",
        "create-cl0": "refused by reading (body)",
        "create-ct-upper": "refused by privileged",
        "create-dup-keys": "refused by reading (HostConfig, byte 67)",
        "create-pct-path": "refused by privileged",
        "create-priv": "refused by privileged",
        "create-two-ct": "Content-Type is there twice",
        "debug-pprof": "refused by debug",
        "grpc-h2c": "no Content-Length says that there is none",
        "image-create-form": "a form in it would count",
        "image-load": "a form in it would count",
        "old-version": "refused by reading (target)",
        "service-create-json": "refused by binds",
        "service-create-noct": "of the type 'none'",
        "service-create-textplain": "of the type 'text/plain'",
        "session-h2c": "no Content-Length says that there is none",
        "smuggled-second": "refused by privileged",
        "start-v1.23-body": "refused by start-configuration",
        "start-v1.23-body-chunked": "refused by start-configuration",
        "swarm-init": "refused by swarm",
        "swarm-leave": "refused by swarm",
        "volumes-create": "refused by volume-options",
    ]

    @Test func `the strict profile refuses what deploys too much and what was not shown, and nothing else`()
        async throws
    {
        let plugin = try Self.plugin()
        var count = 0
        for (id, call) in try Self.calls() {
            count += 1
            let answer = await Self.answer(plugin, call)
            guard let reason = Self.refusals[id] else {
                #expect(answer == #"{"Allow":true}"#, "\(id)")
                continue
            }
            #expect(answer.hasPrefix(#"{"Allow":false,"Msg":""#) && answer.contains(reason), "\(id): \(answer)")
        }
        #expect(count > 60)
    }

    private static func calls() throws -> [(String, [UInt8])] {
        try SharedData.objects("docker/authz-calls.jsonl").flatMap { entry in
            (entry["plugin"] as? [[String: Any]] ?? []).compactMap { call in
                guard call["path"] as? String == "/AuthZPlugin.AuthZReq", let raw = call["raw"] as? String,
                    let id = entry["id"] as? String
                else { return nil }
                // What a case goes with: the request before it, and the look at what came of it.
                let isCompanion =
                    raw.contains(#""RequestUri":"/containers/z-"#) || raw.contains(#""RequestUri":"/_ping"#)
                return (isCompanion ? "\(id), beside it" : id, Array(raw.utf8))
            }
        }
    }

    private static func plugin() throws -> AuthZPlugin {
        let judge = DockerJudge(
            policy: GuardPolicy(),
            bench: try Judge.Bench(RuleLibrary.builtIn),
            daemon: EmptyDaemon(),
            files: LiveHostFiles(),
            log: Silent()
        )
        return AuthZPlugin(asking: DockerGatekeeper(judge), log: Silent(), question: "")
    }

    private static func answer(_ plugin: AuthZPlugin, _ call: [UInt8]) async -> String {
        let head = RequestHead(method: "POST", target: "/AuthZPlugin.AuthZReq", framing: .length(call.count))
        let daemon = Client(listener: "unix:///run/docker/plugins/tidewaiter.sock")
        guard case .answer(let answer) = await plugin.judge(head, body: call, from: daemon) else { return "" }
        return String(decoding: answer.body, as: UTF8.self)
    }
}

/// A daemon that has nothing.
private struct EmptyDaemon: Upstream {
    func get(_ target: String) async throws(UpstreamError) -> UpstreamAnswer {
        target.hasSuffix("/info")
            ? UpstreamAnswer(status: 200, body: Array(#"{"DefaultRuntime":"runc"}"#.utf8))
            : UpstreamAnswer(status: 404, body: Array(#"{"message":"no such thing"}"#.utf8))
    }
}

/// Decisions that nobody reads.
private struct Silent: DecisionLog {
    func record(_ verdict: Verdict) async throws {}
    func post(_ verdict: Verdict) {}
}
