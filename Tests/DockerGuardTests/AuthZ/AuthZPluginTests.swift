import Deployments
@testable import DockerGuard
import Foundation
import Judge
import Relay
import Synchronization
import Testing

@Suite struct AuthZPluginTests {
    private let log = Notes()
    private let asked = Asked()
    private let daemon = Client(listener: "unix:///run/docker/plugins/tidewaiter.sock")

    private func plugin(
        _ admission: Admission,
        _ ruling: Ruling = .answer(Answer(status: 500, body: [])),
        observes: Bool = false,
        acceptsStreams: Bool = false
    ) -> AuthZPlugin {
        AuthZPlugin(
            asking: Double(admission: admission, ruling: ruling, asked: asked),
            log: log,
            question: "q-1",
            observes: observes,
            acceptsStreams: acceptsStreams,
            clock: DecisionClock(now: { Timestamp(microseconds: 0) }, elapsed: { 0 }, identifier: { "d-1" })
        )
    }

    /// The plugin's answer to a call, as the daemon gets it.
    private func answer(
        _ plugin: AuthZPlugin,
        _ method: String = "POST",
        _ target: String = "/v1.41/containers/create",
        _ fields: [String: String] = ["Content-Type": "application/json"],
        body: String? = "{}",
        user: String? = nil
    ) async throws -> String {
        var object: [String: Any] = ["RequestMethod": method, "RequestUri": target, "RequestHeaders": fields]
        object["RequestBody"] = body.map { Data($0.utf8).base64EncodedString() }
        object["User"] = user
        object["UserAuthNMethod"] = user.map { _ in "TLS" }
        return try await answer(plugin, bytes: [UInt8](JSONSerialization.data(withJSONObject: object)))
    }

    private func answer(_ plugin: AuthZPlugin, bytes: [UInt8]) async throws -> String {
        let head = RequestHead(method: "POST", target: "/AuthZPlugin.AuthZReq", framing: .length(bytes.count))
        guard case .judge(.whole) = plugin.admit(head, from: daemon),
            case .answer(let answer) = await plugin.judge(head, body: bytes, from: daemon)
        else { return "no answer" }
        #expect(answer.status == 200 && answer.contentType == "application/vnd.docker.plugins.v1.2+json")
        return String(decoding: answer.body, as: UTF8.self)
    }

    private static let passage = Passage(method: "POST", target: "/v1.41/containers/create", fields: [])
    private static let refusal = Answer(status: 403, body: Array(#"{"message":"no: \"why\""}"#.utf8))

    @Test func `it says that it authorizes`() {
        let head = RequestHead(method: "POST", target: "/Plugin.Activate")
        guard case .answer(let answer) = plugin(.answer(Self.refusal)).admit(head, from: daemon) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"Implements":["authz"]}"#)
    }

    @Test(arguments: [("GET", "/Plugin.Activate", 405), ("POST", "/VolumeDriver.Create", 404)])
    func `it has no other calls`(method: String, target: String, status: Int) {
        let head = RequestHead(method: method, target: target)
        guard case .answer(let answer) = plugin(.answer(Self.refusal)).admit(head, from: daemon) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == status)
    }

    @Test func `an answer is never withheld, since what it answers is done`() async {
        let plugin = plugin(.answer(Self.refusal))
        let head = RequestHead(method: "POST", target: "/AuthZPlugin.AuthZRes")
        guard case .answer(let answer) = await plugin.judge(head, body: [], from: daemon) else {
            Issue.record("no answer")
            return
        }
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"Allow":true}"#)
        #expect(asked.heads.isEmpty)
    }

    @Test func `what the engine answered to a deployment is recorded, and nothing of a read`() async {
        let plugin = plugin(.answer(Self.refusal))
        let head = RequestHead(method: "POST", target: "/AuthZPlugin.AuthZRes")
        let calls = [
            #"{"RequestMethod":"POST","RequestUri":"/v1.41/containers/create?name=a","ResponseStatusCode":201}"#,
            #"{"RequestMethod":"POST","RequestUri":"/v1.41/containers/a/start","ResponseStatusCode":404,"User":"eve"}"#,
            #"{"RequestMethod":"GET","RequestUri":"/v1.41/containers/json","ResponseStatusCode":200}"#,
        ]
        for call in calls { _ = await plugin.judge(head, body: Array(call.utf8), from: daemon) }
        let deployments = log.verdicts.flatMap(\.deployments)
        #expect(deployments.map(\.event.action) == [.containerCreate, .containerStart])
        #expect(deployments.map(\.event.outcome) == [.success, .failure])
        #expect(deployments.map(\.http?.statusCode) == [201, 404])
        #expect(deployments.map(\.actor.userName) == [nil, "eve"])
    }

    @Test func `it answers as the proxy's gatekeeper does`() async throws {
        let allow = #"{"Allow":true}"#
        let deny = #"{"Allow":false,"Msg":"no: \"why\""}"#
        #expect(try await answer(plugin(.pass(Self.passage))) == allow)
        #expect(try await answer(plugin(.answer(Self.refusal))) == deny)
        for judged: JudgedBody in [.unread, .whole(limit: 100)] {
            #expect(try await answer(plugin(.judge(judged), .pass(Self.passage, body: nil))) == allow)
            #expect(try await answer(plugin(.judge(judged), .answer(Self.refusal))) == deny)
        }
        #expect(log.verdicts.isEmpty)
    }

    @Test func `a list that would have to be narrowed is refused, and says to what`() async throws {
        let narrowed = Passage(
            method: "GET",
            target: "/containers/json?filters=%7B%22label%22%3A%5B%22a%22%5D%7D",
            fields: []
        )
        let plugin = plugin(.judge(.unread), .pass(narrowed, body: nil))
        let target = "/containers/json?filters=%7b%22label%22:%5b%22a%22%5d%7d"
        #expect(try await answer(plugin, "GET", target) == #"{"Allow":true}"#)
        let message = try await answer(plugin, "GET", "/containers/json")
        #expect(message.contains("ask for /containers/json?filters=%7B%22label%22%3A%5B%22a%22%5D%7D"), "\(message)")
    }

    @Test func `the gatekeeper is asked about the request itself`() async throws {
        let plugin = plugin(.judge(.whole(limit: 100)), .pass(Self.passage, body: nil))
        _ = try await answer(
            plugin,
            "POST",
            "/v1.41/cre%61te?a=1",
            ["Content-Type": "application/json", "Content-Length": "7"],
            body: #"{"a":1}"#,
            user: "alice"
        )
        let (head, body, client) = try #require(asked.judged.first)
        #expect(
            head
                == RequestHead(
                    method: "POST",
                    target: "/v1.41/cre%61te?a=1",
                    fields: [HeaderField("content-length", "7"), HeaderField("content-type", "application/json")],
                    framing: .length(7)
                )
        )
        #expect(body == Array(#"{"a":1}"#.utf8))
        #expect(client.certificate == ClientCertificate(subject: "CN=alice", commonName: "alice"))
        #expect(client.listener == daemon.listener && client.peer == nil)
    }

    @Test func `without TLS nobody is named, not even the daemon`() async throws {
        _ = try await answer(plugin(.pass(Self.passage)))
        #expect(asked.clients == [Client(listener: daemon.listener)])
    }

    @Test func `a body that is to be judged and was not shown is refused, unasked, and recorded`() async throws {
        let plugin = plugin(.judge(.whole(limit: 100)), .pass(Self.passage, body: nil))
        let fields = ["Content-Type": "application/json", "Content-Length": "1100096"]
        #expect(
            try await answer(plugin, "POST", "/v1.41/containers/create", fields, body: nil) == """
                {"Allow":false,"Msg":"body: the body has 1100096 bytes, which is a mebibyte or more, and the daemon \
                passes on shorter ones alone (CVE-2026-34040), so what it asks for cannot be judged; send \
                application/json with its length, under a mebibyte; or put tidewaiter's proxy before the engine, which \
                sees every body (decision d-1)"}
                """
        )
        #expect(asked.judged.isEmpty)
        #expect(log.verdicts.map(\.outcome) == [.refused])
        #expect(log.verdicts.first?.violations.map(\.part) == ["reading"])
    }

    @Test func `a stream may be a form, and passes only where streams are taken`() async throws {
        let fields = ["Content-Type": "application/x-tar", "Content-Length": "10240"]
        let strict = plugin(.judge(.unread), .pass(Self.passage, body: nil))
        let message = try await answer(strict, "POST", "/v1.41/build", fields, body: nil)
        #expect(message.contains("a form in it would count before the query that is judged"))
        #expect(asked.judged.isEmpty)
        let open = plugin(.judge(.unread), .pass(Self.passage, body: nil), acceptsStreams: true)
        #expect(try await answer(open, "POST", "/v1.41/build", fields, body: nil) == #"{"Allow":true}"#)
        #expect(asked.judged.first?.0.framing == .length(10_240))
    }

    @Test func `what has no body for certain is judged by its line`() async throws {
        let plugin = plugin(.judge(.unread), .pass(Self.passage, body: nil))
        let target = "/v1.41/images/create?fromImage=alpine"
        #expect(try await answer(plugin, "POST", target, ["Content-Length": "0"], body: nil) == #"{"Allow":true}"#)
        #expect(try await answer(plugin, "POST", target, [:], body: nil) != #"{"Allow":true}"#)
        #expect(asked.judged.count == 1)
    }

    @Test func `a key that the proxy would leave out is refused, wherever it stands`() async throws {
        let plugin = plugin(.judge(.whole(limit: 1_000)), .pass(Self.passage, body: nil))
        let body = #"{"Image":"alpine","hostconfig":{"Memory":1,"FutureMounts":["/"]},"Labels":{"any":"key"}}"#
        let message = try await answer(plugin, body: body)
        #expect(
            message.contains("HostConfig.FutureMounts: no engine up to this guard's release knows the key"),
            "\(message)"
        )
        #expect(asked.judged.isEmpty)
        let known = #"{"Image":"alpine","hostconfig":{"Memory":1},"Labels":{"any":"key"}}"#
        #expect(try await answer(plugin, body: known) == #"{"Allow":true}"#)
    }

    @Test(
        arguments: [
            (#"{"Cmd":["true"],"Container":"web"}"#, true), (#"{"Cmd":["true"],"Container":"db"}"#, false),
            (#"{"Cmd":["true"],"container":"web"}"#, false), (#"{"Container":"web","Container":"db"}"#, false),
            (#"{"Container":"web","Other":1}"#, false), (#"{"Container":["web"]}"#, false),
        ]
    )
    func `an exec may say again which container it is for`(body: String, passes: Bool) async throws {
        let plugin = plugin(.judge(.whole(limit: 1_000)), .pass(Self.passage, body: nil))
        let answer = try await answer(plugin, "POST", "/v1.41/containers/web/exec", body: body)
        #expect((answer == #"{"Allow":true}"#) == passes, "\(answer)")
    }

    @Test func `who only observes lets pass, and says that it would not have`() async throws {
        let plugin = plugin(.judge(.whole(limit: 100)), .pass(Self.passage, body: nil), observes: true)
        #expect(try await answer(plugin, body: nil) == #"{"Allow":true}"#)
        #expect(log.verdicts.map(\.outcome) == [.wouldRefuse])
    }

    @Test func `what the proxy would take away is refused`() async throws {
        let upgrade = ["Content-Type": "application/json", "Upgrade": "h2c"]
        let message = try await answer(plugin(.pass(Self.passage)), fields: upgrade)
        #expect(message.contains("header upgrade: 'h2c' is asked for where nothing is upgraded"))
        var other = Self.passage
        other.tunnel = .upgrade(to: "tcp", hijack: true)
        #expect(try await answer(plugin(.pass(other)), fields: upgrade) == #"{"Allow":true}"#)
    }

    @Test func `the guard's own questions pass, whoever may ask what`() async throws {
        let plugin = plugin(.answer(Self.refusal))
        let fields = ["X-Tidewaiter-Question": "q-1"]
        #expect(try await answer(plugin, "GET", "/containers/a/json", fields, body: nil) == #"{"Allow":true}"#)
        #expect(try await answer(plugin, "POST", "/containers/a/start", fields, body: nil) != #"{"Allow":true}"#)
        #expect(
            try await answer(plugin, "GET", "/containers/a/json", ["X-Tidewaiter-Question": "q-2"], body: nil)
                != #"{"Allow":true}"#
        )
    }

    @Test func `a call that cannot be read is a refusal`() async throws {
        let message = try await answer(plugin(.pass(Self.passage)), bytes: Array("{".utf8))
        #expect(message.hasPrefix(#"{"Allow":false,"Msg":"call: the call is no JSON document"#))
        #expect(log.verdicts.count == 1)
    }

    @Test func `a failure has a status that the daemon takes for one`() {
        let answer = plugin(.answer(Self.refusal)).refusal(status: 413, message: "too large")
        #expect(answer.status == 413)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"Err":"too large"}"#)
    }

    // MARK: Recorded calls

    /// Requests that deploy or change something, and whose body a real daemon did not pass on.
    private static let hidden: Set = [
        "create-1.1mb", "create-1048576", "create-two-ct", "build", "image-load", "image-create-form", "archive-put",
        "service-create-textplain", "service-create-noct", "session-h2c", "grpc-h2c",
    ]

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded calls"))
    func `of recorded calls exactly those are hidden whose body the daemon kept to itself`() throws {
        var hidden: Set<String> = []
        var count = 0
        for entry in try SharedData.objects("docker/authz-calls.jsonl") {
            for call in entry["plugin"] as? [[String: Any]] ?? [] {
                guard call["path"] as? String == "/AuthZPlugin.AuthZReq", let raw = call["raw"] as? String else {
                    continue
                }
                count += 1
                if case .hidden = ShownBody(try AuthZCall(Array(raw.utf8))), let id = entry["id"] as? String {
                    hidden.insert(id)
                }
            }
        }
        #expect(count > 50)
        #expect(hidden == Self.hidden)
    }
}

extension AuthZPluginTests {
    private func answer(_ plugin: AuthZPlugin, fields: [String: String]) async throws -> String {
        try await answer(plugin, "POST", "/v1.41/containers/create", fields)
    }
}

/// What was asked of a gatekeeper.
private final class Asked: Sendable {
    private struct State {
        var heads: [RequestHead] = []
        var clients: [Client] = []
        var judged: [(RequestHead, [UInt8]?, Client)] = []
    }

    private let state = Mutex(State())
    var heads: [RequestHead] { state.withLock(\.heads) }
    var clients: [Client] { state.withLock(\.clients) }
    var judged: [(RequestHead, [UInt8]?, Client)] { state.withLock(\.judged) }

    func admitted(_ head: RequestHead, _ client: Client) {
        state.withLock { state in
            state.heads.append(head)
            state.clients.append(client)
        }
    }

    func judged(_ head: RequestHead, _ body: [UInt8]?, _ client: Client) {
        state.withLock { $0.judged.append((head, body, client)) }
    }
}

/// A gatekeeper that always says the same.
private struct Double: Gatekeeper {
    var admission: Admission
    var ruling: Ruling
    var asked: Asked

    func admit(_ head: RequestHead, from client: Client) -> Admission {
        asked.admitted(head, client)
        return admission
    }

    func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        asked.judged(head, body, client)
        return ruling
    }

    func refusal(status: Int, message: String) -> Answer { Answer(status: status, body: []) }
}

/// Decisions kept in memory.
private final class Notes: DecisionLog {
    private let state = Mutex<[Verdict]>([])
    var verdicts: [Verdict] { state.withLock { $0 } }

    func record(_ verdict: Verdict) async throws { post(verdict) }
    func post(_ verdict: Verdict) { state.withLock { $0.append(verdict) } }
}
