import Deployments
@testable import DockerGuard
import Foundation
import Judge
import Relay
import Sigma
import Testing

/// The policies that the guide offers, held against requests.
@Suite struct ExamplePolicyTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/guard")

    private static let bench = Result { try Judge.Bench(RuleLibrary.builtIn) }

    private static func judge(_ name: String) throws -> DockerJudge {
        let file = folder.appending(path: "\(name).yml")
        let (policy, diagnostics) = GuardPolicy.read(try String(contentsOf: file, encoding: .utf8), file: "\(name).yml")
        #expect(diagnostics.map(\.description) == [])
        return DockerJudge(
            policy: try #require(policy),
            bench: try bench.get(),
            daemon: StandingDaemon(),
            files: PlainFiles(),
            log: NoLog()
        )
    }

    /// Which part of the policy refuses; nil where the request passes.
    private static func refusal(_ judge: DockerJudge, _ line: String, _ body: String = "") async throws -> String? {
        let words = line.split(separator: " ").map(String.init)
        let fields = body.isEmpty ? [] : [HeaderField("content-type", "application/json")]
        let framing: BodyFraming = body.isEmpty ? .none : .length(body.utf8.count)
        let head = RequestHead(method: words[0], target: words[1], fields: fields, framing: framing)
        let client = Client(
            listener: "unix:///run/docker.sock",
            peer: PeerCredentials(processID: words.count > 2 ? 42 : 1, userID: 1_000, groupID: 1_000)
        )
        switch await judge.decide(head, body: Array(body.utf8), from: client) {
        case .pass: return nil
        case .refuse(let refusal):
            let words = refusal.message.split(separator: "refused by ", maxSplits: 1)
            return words.last.map { String($0.prefix { $0 != " " }) } ?? refusal.message
        }
    }

    private struct Case: CustomStringConvertible, Sendable {
        var policy: String
        var line: String
        var body = ""
        var refusedBy: String?

        var description: String { "\(policy): \(line) \(body)" }
    }

    private static let create = "POST /v1.41/containers/create"

    private static let cases: [Case] = [
        Case(policy: "host", line: create, body: #"{"Image":"alpine:3.20"}"#),
        Case(policy: "host", line: create, body: #"{"Image":"alpine","HostConfig":{"Binds":["/srv/data/a:/a"]}}"#),
        Case(policy: "host", line: create, body: bind("/srv/other"), refusedBy: "binds"),
        Case(policy: "host", line: create, body: bind("/srv/data/../other"), refusedBy: "binds"),
        Case(policy: "host", line: create, body: privileged, refusedBy: "privileged"),
        Case(policy: "host", line: create, body: #"{"Image":"ghcr.io/a/b"}"#, refusedBy: "images"),
        Case(policy: "host", line: "POST /v1.41/swarm/init", body: "{}", refusedBy: "swarm"),
        Case(policy: "ci", line: create, body: bind("/srv/ci/cache/job-1")),
        Case(policy: "ci", line: create, body: privileged, refusedBy: "privileged"),
        Case(policy: "ci", line: create, body: #"{"Image":"alpine"}"#, refusedBy: "images"),
        Case(policy: "ci", line: create, body: #"{"Image":"someone/alpine:3"}"#, refusedBy: "images"),
        Case(policy: "ci", line: "POST /v1.41/containers/x/exec", body: #"{"Cmd":["true"]}"#),
        Case(policy: "ci", line: "GET /v1.41/plugins", refusedBy: "client"),
        Case(policy: "portainer", line: create, body: namespace, refusedBy: "container-namespaces"),
        Case(policy: "portainer", line: "\(create) portainer", body: #"{"Image":"alpine"}"#),
        Case(policy: "portainer", line: "\(create) portainer", body: bind("/srv/stacks/web")),
        Case(policy: "portainer", line: "\(create) portainer", body: privileged, refusedBy: "privileged"),
        Case(policy: "portainer", line: "\(create) portainer", body: bind("/"), refusedBy: "binds"),
        Case(policy: "portainer", line: "GET /v1.41/plugins portainer", refusedBy: "client"),
        Case(policy: "traefik", line: "GET /v1.24/containers/json"),
        Case(policy: "traefik", line: "GET /v1.24/events"),
        Case(policy: "traefik", line: "GET /v1.24/version"),
        Case(policy: "traefik", line: "GET /v1.24/images/json", refusedBy: "client"),
        Case(policy: "traefik", line: create, body: #"{"Image":"alpine"}"#, refusedBy: "client"),
        Case(
            policy: "traefik",
            line: "GET /v1.24/containers/x/attach/ws?stdin=1&stream=1",
            refusedBy: "client"
        ),
        Case(policy: "watch", line: "GET /_ping"),
        Case(policy: "watch", line: "GET /events?since=1&filters=%7B%7D"),
        Case(policy: "watch", line: "GET /containers/json?all=1"),
        Case(policy: "watch", line: "GET /containers/x/json"),
        Case(policy: "watch", line: "GET /exec/x/json"),
        Case(policy: "watch", line: "GET /services/x"),
        Case(policy: "watch", line: "GET /images/json", refusedBy: "client"),
        Case(policy: "watch", line: create, body: #"{"Image":"alpine"}"#, refusedBy: "client"),
        Case(policy: "watch", line: "POST /v1.41/containers/x/exec", body: #"{"Cmd":["true"]}"#, refusedBy: "client"),
        Case(policy: "watch", line: "DELETE /v1.41/containers/x", refusedBy: "client"),
        Case(policy: "watchtower", line: "POST /v1.41/images/create?fromImage=alpine&tag=3.20"),
        Case(policy: "watchtower", line: create, body: bind("/srv/data/db")),
        Case(policy: "watchtower", line: create, body: privileged, refusedBy: "privileged"),
        Case(policy: "watchtower", line: "POST /v1.41/exec/x/start", body: "{}", refusedBy: "client"),
        Case(policy: "watchtower", line: "POST /v1.41/build?remote=http://a.test", refusedBy: "client"),
    ]

    private static let privileged = #"{"Image":"alpine:3.20","HostConfig":{"Privileged":true}}"#
    private static let namespace = #"{"Image":"alpine:3.20","HostConfig":{"PidMode":"container:x"}}"#

    private static func bind(_ path: String) -> String {
        #"{"Image":"alpine:3.20","HostConfig":{"Binds":["\#(path):/a"]}}"#
    }

    @Test(arguments: cases)
    private func `an example decides as the guide says`(_ example: Case) async throws {
        let refusal = try await Self.refusal(try Self.judge(example.policy), example.line, example.body)
        #expect(refusal == example.refusedBy)
    }

    @Test func `every example is in the guide, and the guide's are all there`() throws {
        let guide = try String(contentsOf: Self.folder.appending(path: "../../Docs/guard-docker.md"), encoding: .utf8)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".yml")
        }
        #expect(files.count == 6)
        for file in files { #expect(guide.contains("(../Examples/guard/\(file))"), "\(file)") }
    }
}

/// A daemon with one container, `x`, on which nothing is odd; process 42 runs in the container `portainer`.
private struct StandingDaemon: Upstream {
    static let portainer = String(repeating: "ab", count: 32)

    func get(_ target: String) async throws(UpstreamError) -> UpstreamAnswer {
        if target.hasSuffix("/info") { return Self.answer(#"{"DefaultRuntime":"runc"}"#) }
        if target.hasSuffix("/containers/x/json") || target.contains(Self.portainer) {
            let name = target.contains(Self.portainer) ? "portainer" : "x"
            return Self.answer(
                #"{"Id":"\#(Self.portainer)","Name":"/\#(name)","Config":{"Image":"alpine"},"HostConfig":{}}"#
            )
        }
        return UpstreamAnswer(status: 404, body: Array(#"{"message":"no such thing"}"#.utf8))
    }

    private static func answer(_ json: String) -> UpstreamAnswer { UpstreamAnswer(status: 200, body: Array(json.utf8)) }
}

/// A host without links.
private struct PlainFiles: HostFiles {
    func resolve(_ path: String) throws(Unresolvable) -> HostPath { HostPath(path) }

    func controlGroups(ofProcess id: Int32) throws(Unresolvable) -> String {
        id == 42 ? "0::/docker/\(StandingDaemon.portainer)\n" : "0::/user.slice\n"
    }
}

/// Decisions that nobody reads.
private struct NoLog: DecisionLog {
    func record(_ verdict: Verdict) async throws {}
    func post(_ verdict: Verdict) {}
}
