import Foundation
import Testing

@testable import DockerGuard

/// Mounts of what belongs to the engine, or to the guard itself.
@Suite struct EnginePlacesTests {
    private static let places = EnginePlaces([
        .init("/srv/engine/docker.sock", "the engine's socket"), .init("/srv/guard/own.sock", "the guard's socket"),
        .init("/etc/tidewaiter/docker.yml", "the guard's policy"), .init("/srv/log/decisions", "the guard's decisions"),
    ])

    private static var daemon: FakeDaemon {
        var daemon = FakeDaemon()
        daemon.information = #"{"DockerRootDir":"/srv/data"}"#
        daemon.volumes["v"] = #"{"Driver":"local","Options":{"type":"none","o":"bind","device":"/srv/data/volumes"}}"#
        return daemon
    }

    private static func guarded(
        _ policy: String,
        host: any HostFiles = FakeHost(),
        daemon: FakeDaemon = daemon
    ) throws -> GuardUnderTest {
        try GuardUnderTest(policy: GuardUnderTest.policy(policy), daemon: daemon, host: host, places: places)
    }

    private static func bind(_ path: String) -> String { #"{"HostConfig":{"Binds":["\#(path):/x"]}}"# }

    @Test(
        arguments: [
            "profile: strict\nallow: {binds: [/srv, /etc, /run, /var/lib]}", "profile: strict\nallow: {binds: [/]}",
            "profile: strict\nallow: {binds: true}", "profile: baseline\nallow: {binds: true}",
        ]
    )
    func `a directory that is allowed brings nothing of the engine's with it`(policy: String) async throws {
        let guarded = try Self.guarded(policy)
        for path in [
            "/srv/engine/docker.sock", "/srv/engine", "/srv/guard/own.sock", "/srv/guard", "/etc/tidewaiter",
            "/etc/tidewaiter/docker.yml", "/srv/log/decisions", "/srv/data", "/srv/data/volumes/v/_data",
            "/run/docker.sock", "/run/docker/runtime-runc", "/run/containerd/containerd.sock", "/var/lib/containerd",
            "/var/run/docker.sock", "/srv/engine/../data",
        ] {
            let fate = await guarded.fate("POST", "/containers/create", Self.bind(path))
            guard case .refused(403, let message) = fate else { Issue.record("\(path): \(fate)"); continue }
            #expect(message.contains("a policy opens it with 'allow: {binds: ["), "\(message)")
        }
        for path in ["/srv/engineer", "/srv/other/data", "/srv/log/decisions.old", "/run/dockerd"] {
            #expect(await guarded.fate("POST", "/containers/create", Self.bind(path)) == .passes, "\(path)")
        }
    }

    @Test func `a refusal says what is there`() async throws {
        let guarded = try Self.guarded("allow: {binds: [/srv]}")
        let fate = await guarded.fate("POST", "/containers/create", Self.bind("/srv/engine"))
        guard case .refused(403, let message) = fate else { Issue.record("\(fate)"); return }
        #expect(
            message.contains(
                "refused by binds (HostConfig.Binds[0]): '/srv/engine' holds the engine's socket "
                    + "(/srv/engine/docker.sock); use a volume, or a directory that is allowed; a policy opens it with "
                    + "'allow: {binds: [/srv/engine]}'"
            ),
            "\(message)"
        )
    }

    @Test(arguments: ["strict", "baseline"])
    func `the very path that a policy lists is mounted`(profile: String) async throws {
        let guarded = try Self.guarded(
            "profile: \(profile)\nallow: {binds: [/srv, /srv/guard/own.sock, /srv/data/volumes]}"
        )
        for (path, passes) in [
            ("/srv/guard/own.sock", true), ("/srv/guard/", false), ("/srv/data/volumes", true), ("/srv", true),
            ("/srv/data/volumes/v", false), ("/srv/data", false),
        ] {
            #expect(await guarded.fate("POST", "/containers/create", Self.bind(path)).isRefused != passes, "\(path)")
        }
    }

    @Test func `volumes and services lead there as binds do`() async throws {
        let guarded = try Self.guarded("allow: {binds: [/srv], volume-options: [bind]}")
        let options = #"{"type":"none","o":"bind","device":"/srv/engine"}"#
        #expect(await guarded.fate("POST", "/volumes/create", #"{"DriverOpts":\#(options)}"#).isRefused)
        #expect(
            await guarded.fate(
                "POST",
                "/volumes/create",
                #"{"DriverOpts":{"type":"none","o":"bind","device":"/srv/a"}}"#
            )
                == .passes
        )
        let mount = #"{"Type":"volume","Target":"/x","VolumeOptions":{"DriverConfig":{"Options":\#(options)}}}"#
        #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"Mounts":[\#(mount)]}}"#).isRefused)
        #expect(await guarded.fate("POST", "/containers/create", #"{"HostConfig":{"Binds":["v:/x"]}}"#).isRefused)
        // Where a link cannot be followed for certain, nothing is mounted.
        let hidden = #"{"DriverOpts":{"type":"none","o":"bind","device":"/srv/../proc/1/root/srv"}}"#
        #expect(await guarded.fate("POST", "/volumes/create", hidden).isRefused)
        let service = #"{"Mounts":[{"Type":"bind","Source":"/srv/engine","Target":"/x"}]}"#
        let body = #"{"TaskTemplate":{"ContainerSpec":\#(service)}}"#
        #expect(await guarded.fate("POST", "/services/create", body).isRefused)
    }

    @Test func `an engine that does not say where its data are lets nothing be mounted`() async throws {
        var daemon = Self.daemon
        daemon.answers = false
        let guarded = try Self.guarded("allow: {binds: [/srv]}", daemon: daemon)
        #expect(await guarded.fate("POST", "/containers/create", Self.bind("/srv/a")).isRefused)
        let silent = try Self.guarded("allow: {binds: [/var/lib]}", daemon: FakeDaemon())
        #expect(await silent.fate("POST", "/containers/create", Self.bind("/var/lib/docker/volumes")).isRefused)
        #expect(await silent.fate("POST", "/containers/create", Self.bind("/var/lib/misc")) == .passes)
    }

    @Test func `what is there is known by where links lead, on either side`() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "host-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for directory in ["srv/shared", "srv/real", "var/lib", "disk/docker"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
        }
        for (link, target) in [
            ("srv/shared/out", "/srv/real"), ("srv/shared/disk", "../../disk"), ("var/lib/docker", "/disk/docker"),
            ("srv/engine", "real"), ("srv/shared/loop", "loop"),
        ] {
            try FileManager.default.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target)
        }
        let host = LiveHostFiles(root: root)
        // The data root, /var/lib/docker, leads to /disk/docker; the socket's directory, /srv/engine, to /srv/real.
        let guarded = try Self.guarded("allow: {binds: [/srv, /disk/other]}", host: host, daemon: FakeDaemon())
        for (path, passes) in [
            ("/srv/shared/out", false), ("/srv/real", false), ("/srv/engine", false), ("/srv/real/docker.sock", false),
            ("/srv/shared/disk", false), ("/disk/docker/volumes", false), ("/disk", false), ("/srv/shared", true),
            ("/srv/shared/loop", false), ("/srv/shared/new", true), ("/disk/other", true),
        ] {
            let passesNow = await guarded.fate("POST", "/containers/create", Self.bind(path)) == .passes
            #expect(passesNow == passes, "\(path)")
        }
        let remarks = Self.places.remarks(
            on: try GuardUnderTest.policy("allow: {binds: [/srv/shared/disk, /srv/shared]}"),
            dataRoot: nil,
            files: host
        )
        #expect(
            remarks == [
                "'/srv/shared/disk', which may be mounted, brings the engine's data root (/disk/docker): whoever mounts it "
                    + "itself can deploy what they like; below it, these stay refused"
            ]
        )
    }

    @Test func `a learned policy opens what was seen, beside what lies above it`() async throws {
        let learner = PolicyLearner()
        let guarded = try GuardUnderTest(daemon: Self.daemon, places: Self.places, mode: .observe, learner: learner)
        for path in ["/srv", "/srv/data/volumes", "/srv/a"] {
            #expect(await guarded.fate("POST", "/containers/create", Self.bind(path)) == .passes)
        }
        #expect(learner.policy.contains("  binds:\n    - \"/srv\"\n    - \"/srv/data/volumes\"\n"), "\(learner.policy)")
        let learned = try Self.guarded(learner.policy)
        for path in ["/srv", "/srv/data/volumes", "/srv/a"] {
            #expect(await learned.fate("POST", "/containers/create", Self.bind(path)) == .passes, "\(path)")
        }
    }
}
