import Deployments
import Foundation
import Judge
import Relay
import Testing

@testable import DockerGuard

@Suite struct LiveHostFilesTests {
    /// A host's file system below a fresh directory: links in it lead within it.
    private static func withHost(_ body: (LiveHostFiles, String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "host-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for directory in ["srv/lab/data", "etc", "run"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
        }
        for (link, target) in [
            ("srv/lab/up", "../.."), ("srv/lab/etc", "/etc"), ("srv/lab/chain", "etc"), ("srv/lab/loop", "loop"),
            ("srv/lab/gone", "/nowhere/at/all"), ("srv/alias", "lab"), ("srv/lab/socket", "/var/run/docker.sock"),
        ] {
            try FileManager.default.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target)
        }
        try body(LiveHostFiles(root: root), root)
    }

    @Test func `links are followed to where they lead on the host`() throws {
        try Self.withHost { files, _ in
            for (path, real) in [
                ("/srv/lab/data", "/srv/lab/data"), ("/srv/lab/up", "/"), ("/srv/lab/etc/shadow", "/etc/shadow"),
                ("/srv/lab/chain", "/etc"), ("/srv/alias/data/", "/srv/lab/data"),
                ("/srv//lab/./data", "/srv/lab/data"),
                ("/srv/lab/data/../../../etc", "/etc"), ("/srv/lab/gone/x", "/nowhere/at/all/x"),
                ("/srv/lab/new/deeper", "/srv/lab/new/deeper"), ("/srv/lab/socket", "/run/docker.sock"), ("/", "/"),
                ("/../..", "/"),
            ] {
                let found = try files.resolve(path)
                #expect(found.path == real, "\(path)")
            }
        }
    }

    @Test func `what leads elsewhere for each that looks is refused`() throws {
        try Self.withHost { files, root in
            for path in [
                "/proc/1/root", "/proc/self/root/etc", "/proc/thread-self/cwd", "/proc/1/fd/3", "/proc/1/task/1/root",
                "/srv/lab/loop", "srv/lab", "", "/srv/lab/up/../data", "/a\u{0}b",
                "/" + String(repeating: "a/", count: 4000),
            ] {
                #expect(throws: Unresolvable.self, "\(path)") { try files.resolve(path) }
            }
            #expect(throws: Unresolvable.self) { try LiveHostFiles(root: root + "/absent").resolve("/srv/lab") }
        }
    }

    @Test func `a bind is allowed by where it leads, not by how it is spelled`() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "host-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(atPath: "\(root)/srv/lab", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(root)/srv/lab/out", withDestinationPath: "/")
        let judge = DockerJudge(
            policy: try GuardUnderTest.policy("allow: {binds: [/srv/lab]}"),
            bench: try .init(.init()),
            daemon: FakeDaemon(),
            files: LiveHostFiles(root: root),
            log: KeptDecisions()
        )
        func isRefused(_ source: String) async -> Bool {
            let body = #"{"HostConfig":{"Mounts":[{"Type":"bind","Source":"\#(source)","Target":"/t"}]}}"#
            let decision = await judge.decide(
                .init(
                    method: "POST",
                    target: "/containers/create",
                    fields: [.init("content-type", "application/json")],
                    framing: .length(body.utf8.count)
                ),
                body: Array(body.utf8),
                from: GuardUnderTest.client
            )
            if case .refuse = decision { return true }
            return false
        }
        #expect(await !isRefused("/srv/lab"))
        #expect(await !isRefused("/srv/lab/new"))
        #expect(await !isRefused("/srv/../srv/lab/"))
        for source in [
            "/srv", "/srv/lab2", "/srv/lab/..", "/srv/lab/out", "/srv/lab/out/srv/lab/../..", "/srv/lab/../labour",
        ] {
            #expect(await isRefused(source), "\(source)")
        }
    }
}
