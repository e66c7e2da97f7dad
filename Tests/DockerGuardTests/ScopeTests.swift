import Dialects
import Foundation
import Judge
import Relay
import Testing

@testable import DockerGuard

/// Clients that may see to some containers alone.
@Suite struct ScopeTests {
    private static func guarded(
        _ containers: String,
        daemon: FakeDaemon = FakeDaemon(),
        mode: DockerJudge.Mode = .enforce,
        rest: String = ""
    ) throws -> GuardUnderTest {
        try GuardUnderTest(
            policy: GuardUnderTest.policy("default: {containers: \(containers)}\n\(rest)"),
            daemon: daemon,
            mode: mode
        )
    }

    private static func target(_ path: String, _ filters: String) -> String {
        let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return path + "?filters=" + (filters.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
    }

    /// What the guard makes of a list's filters; nil where it refuses.
    private static func filters(_ guarded: GuardUnderTest, _ path: String, _ own: String?) async -> String? {
        let method = path.hasSuffix("prune") ? "POST" : "GET"
        let target = own.map { Self.target(path, $0) } ?? path
        guard let forwarded = await guarded.forwarded(method, target),
            let request = try? DockerAPIRequest(method: method, target: forwarded)
        else { return nil }
        return request.value("filters") ?? ""
    }

    @Test(
        arguments: [
            // By a label, which is joined to others by "and".
            ("{labels: [team=ci]}", nil, #"{"label":{"team=ci":true}}"#),
            ("{labels: [team]}", "", #"{"label":{"team":true}}"#),
            (
                "{labels: [team=ci]}", #"{"label":["a=b"],"status":["running"]}"#,
                #"{"label":{"a=b":true,"team=ci":true},"status":{"running":true}}"#
            ),
            (
                "{labels: [team=ci]}", #"{"label":{"team=db":true}}"#,
                #"{"label":{"team=ci":true,"team=db":true}}"#
            ),
            // What says it already stays as it is.
            ("{labels: [team=ci]}", #"{"label":["team=ci"]}"#, #"{"label":["team=ci"]}"#),
            // By names, which are joined to each other by "or".
            (
                "{names: [web, 'ci-*', a.b]}", nil,
                ##"{"name":{"^a\\.b$":true,"^ci-.*$":true,"^web$":true}}"##
            ),
            ("{names: [web]}", #"{"status":["exited"]}"#, #"{"name":{"^web$":true},"status":{"exited":true}}"#),
            ("{names: ['ci-*']}", #"{"name":["^/?ci-7$"]}"#, #"{"name":["^/?ci-7$"]}"#),
            ("{names: ['ci-*']}", #"{"name":["^ci-.*$"]}"#, #"{"name":["^ci-.*$"]}"#),
            // What no filter says for certain.
            ("{names: [web]}", #"{"name":["web"]}"#, nil),
            ("{names: [web]}", #"{"name":["^web$","db"]}"#, nil),
            ("{names: [web]}", #"{"name":["^web$|db$"]}"#, nil),
            ("{names: [web]}", #"{"name":["^db$"]}"#, nil),
            ("{names: [web], labels: [team=ci]}", nil, nil),
            ("{labels: [team=ci, team=qa]}", nil, nil),
            ("{labels: ['team=c*']}", nil, nil),
            ("{}", nil, nil),
            // What two engines read as two things.
            ("{labels: [team=ci]}", #"{"label":["a"],"status":{"exited":true}}"#, nil),
            ("{labels: [team=ci]}", #"{"status":{"exited":false}}"#, nil),
            ("{labels: [team=ci]}", #"{"label":["a"],"label":["b"]}"#, nil),
            ("{labels: [team=ci]}", #"{"Label":["a"]}"#, nil),
            ("{labels: [team=ci]}", #"["a"]"#, nil),
            ("{labels: [team=ci]}", "{", nil),
            ("{labels: [team=ci]}", #"{"status":"exited"}"#, nil),
        ] as [(String, String?, String?)]
    )
    func `a list shows a client its own containers`(containers: String, own: String?, wanted: String?) async throws {
        let guarded = try Self.guarded(containers)
        #expect(await Self.filters(guarded, "/v1.41/containers/json", own) == wanted)
    }

    @Test(
        arguments: [
            (
                "{labels: [com.example.team=ci]}", nil,
                #"{"label":{"com.example.team=ci":true},"type":{"container":true}}"#
            ),
            (
                "{labels: [team=ci]}", #"{"type":["network","container"],"event":["start"]}"#,
                #"{"event":{"start":true},"label":{"team=ci":true},"type":{"container":true}}"#
            ),
            ("{labels: [team=ci]}", #"{"type":["network"]}"#, nil),
            // The engine puts an attribute of its own under that name.
            ("{labels: [image=ci]}", nil, nil),
            ("{names: ['ci-*']}", nil, #"{"container":{"ci-":true},"type":{"container":true}}"#),
            (
                "{names: ['ci-*']}", #"{"container":["ci-7"]}"#,
                #"{"container":{"ci-7":true},"type":{"container":true}}"#
            ),
            ("{names: ['ci-*']}", #"{"container":["db"]}"#, nil),
            // A whole name is the beginning of others; this beginning may be an id's.
            ("{names: [web]}", nil, nil), ("{names: ['ab*']}", nil, nil), ("{names: ['*']}", nil, nil),
            ("{names: ['a-*-b']}", nil, nil),
        ] as [(String, String?, String?)]
    )
    func `events tell a client of its own containers`(containers: String, own: String?, wanted: String?) async throws {
        #expect(await Self.filters(try Self.guarded(containers), "/events", own) == wanted)
    }

    @Test func `labels that an engine joins by or are not added to others`() async throws {
        var podman = FakeDaemon()
        podman.version = #"{"Components":[{"Name":"Podman Engine"}]}"#
        let guarded = try Self.guarded("{labels: [team=ci]}", daemon: podman)
        #expect(await Self.filters(guarded, "/events", #"{"label":["a=b"]}"#) == nil)
        #expect(await Self.filters(guarded, "/events", nil) == #"{"label":{"team=ci":true},"type":{"container":true}}"#)
        podman.answers = false
        let blind = try Self.guarded("{labels: [team=ci]}", daemon: podman)
        #expect(await Self.filters(blind, "/events", nil) == nil)
    }

    @Test func `pruning reaches the containers of a label alone`() async throws {
        let labelled = try Self.guarded("{labels: [team=ci]}")
        #expect(
            await Self.filters(labelled, "/containers/prune", #"{"until":["1h"]}"#)
                == #"{"label":{"team=ci":true},"until":{"1h":true}}"#
        )
        #expect(await Self.filters(try Self.guarded("{names: [web]}"), "/containers/prune", nil) == nil)
    }

    @Test func `a guard that observes shows what the engine shows`() async throws {
        let observing = try Self.guarded("{labels: [team=ci]}", mode: .observe)
        #expect(await observing.forwarded("GET", "/containers/json") == "/containers/json")
        #expect(observing.decisions.verdicts.map(\.outcome) == [.allowed])
    }

    private static var daemon: FakeDaemon {
        var daemon = FakeDaemon()
        for (id, name) in [("c1", "ci-1"), ("c2", "db")] { daemon.containers[id] = FakeDaemon.inspection(name) }
        for name in ["ci-1", "db"] { daemon.containers[name] = FakeDaemon.inspection(name) }
        daemon.execs = ["own": #"{"ContainerID":"c1"}"#, "other": #"{"ContainerID":"c2"}"#]
        daemon.wholeNetworks = [
            "own": #"{"Name":"own","Driver":"bridge","Containers":{"c1":{"Name":"ci-1"}}}"#,
            "both": #"{"Name":"both","Driver":"bridge","Containers":{"c1":{},"c2":{"Name":"db"}}}"#,
        ]
        return daemon
    }

    @Test(
        arguments: [
            ("GET", "/exec/own/json", true), ("GET", "/exec/other/json", false),
            ("GET", "/networks/own", true), ("GET", "/networks/both", false), ("GET", "/networks/own?verbose=1", false),
            ("GET", "/networks", false), ("GET", "/networks/gone", true), ("GET", "/images/json", true),
            ("GET", "/info", true), ("GET", "/system/df", false), ("GET", "/system/df?type=volume", false),
            ("GET", "/services", false), ("GET", "/tasks/x/logs", false), ("GET", "/libpod/containers/json", false),
            ("GET", "/libpod/info", true), ("POST", "/libpod/pods/x/stop", false),
            ("POST", "/libpod/system/prune", false), ("POST", "/libpod/exec/other/remove", false),
        ]
    )
    func `what tells of others' containers is refused`(method: String, target: String, passes: Bool) async throws {
        let guarded = try Self.guarded("{names: ['ci-*']}", daemon: Self.daemon)
        let body = target.hasSuffix("remove") ? "{}" : nil
        #expect(await guarded.fate(method, target, body).isRefused != passes)
    }

    @Test func `a client's containers join no others`() async throws {
        let guarded = try Self.guarded("{names: ['ci-*']}", daemon: Self.daemon, rest: "profile: none")
        func fate(_ host: String) async -> Fate {
            await guarded.fate("POST", "/containers/create?name=ci-2", #"{"HostConfig":{\#(host)}}"#)
        }
        for form in [
            #""VolumesFrom":["NAME:ro"]"#, #""PidMode":"container:NAME""#, #""NetworkMode":"container:NAME""#,
            #""Links":["NAME:alias"]"#,
        ] {
            #expect(await fate(form.replacing("NAME", with: "ci-1")) == .passes, "\(form)")
            #expect(await fate(form.replacing("NAME", with: "db")).isRefused, "\(form)")
        }
        #expect(await guarded.fate("POST", "/build?networkmode=container:db", nil).isRefused)
        #expect(await guarded.fate("POST", "/networks/own/disconnect", #"{"Container":"db"}"#).isRefused)
        #expect(await guarded.fate("POST", "/networks/own/disconnect", #"{"Container":"ci-1"}"#) == .passes)
    }

    @Test func `a container of the client's by its label may be given another name`() async throws {
        var daemon = FakeDaemon()
        daemon.containers["web"] = FakeDaemon.inspection("web", labels: #"{"team":"ci"}"#)
        let guarded = try Self.guarded("{labels: [team=ci]}", daemon: daemon)
        #expect(await guarded.fate("POST", "/containers/web/rename?name=web2") == .passes)
    }
}
