import Foundation
import Judge
import Relay
import Testing

@testable import DockerGuard

/// Request forms that were tried on a real daemon, judged here before a fake one that has the table's fixtures.
///
/// What the daemon makes of what passes, and how the bytes are framed, is held by the end-to-end tests before a real one.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data"))
struct BypassTableTests {
    @Test func `every form has the fate that its verdict says under the strict profile`() async throws {
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy("allow: {binds: [/srv/lab]}"),
            daemon: Self.daemon,
            rules: .builtIn
        )
        var judged = 0
        for row in try Self.rows() where !row.isFramed && !row.hasLostItsPath {
            let fate = await guarded.fate(row.method, row.target, row.fields, row.bytes)
            judged += 1
            switch row.verdict {
            case "deny": #expect(fate.isRefused, "\(row.id): \(row.why)")
            case "allow": #expect(fate == .passes, "\(row.id): \(row.why)")
            // What the daemon refuses or ignores may reach it, as long as it never takes effect.
            case "deny-or-refused", "deny-or-ignored": #expect(fate.isRefused || !row.isHonoured, "\(row.id)")
            default: break
            }
        }
        #expect(judged > 300)
    }

    @Test func `without a profile and rules only what cannot be read is refused`() async throws {
        let guarded = try GuardUnderTest(policy: GuardUnderTest.policy("profile: none"), daemon: Self.daemon)
        for row in try Self.rows() where !row.isFramed && row.verdict == "allow" {
            let fate = await guarded.fate(row.method, row.target, row.fields, row.bytes)
            #expect(fate == .passes, "\(row.id): \(row.why)")
        }
        for row in try Self.rows() where !row.isFramed && row.group == "cap" && row.verdict == "deny" {
            #expect(await guarded.fate(row.method, row.target, row.fields, row.bytes) == .passes, "\(row.id)")
        }
    }

    private static var daemon: FakeDaemon {
        let hostBind = #"{"Type":"bind","Source":"/","Destination":"/host","RW":true}"#
        var daemon = FakeDaemon()
        for name in ["tw-victim", "tw-victim2", "tw-tostart"] {
            daemon.containers[name] = FakeDaemon.inspection(name)
        }
        for name in ["tw-hostmnt", "tw-hostmnt-run"] {
            daemon.containers[name] = FakeDaemon.inspection(name, host: #""Binds":["/:/host"]"#, mounts: hostBind)
        }
        daemon.containers["tw-hostns"] = FakeDaemon.inspection(
            "tw-hostns",
            host: #""NetworkMode":"host","PidMode":"host","IpcMode":"host""#,
            networks: #"{"host":{}}"#
        )
        daemon.containers["tw-privstopped"] = FakeDaemon.inspection(
            "tw-privstopped",
            host: #""Privileged":true,"MaskedPaths":null,"ReadonlyPaths":null,"SecurityOpt":["label=disable"]"#
        )
        daemon.volumes = [
            "tw-plainvol": #"{"Name":"tw-plainvol","Driver":"local","Options":null}"#,
            "tw-bindvol": #"{"Name":"tw-bindvol","Driver":"local","Options":{"type":"none","o":"bind","device":"/"}}"#,
        ]
        daemon.networks["tw-net"] = "bridge"
        daemon.networks["tw-hostlike"] = "bridge"
        daemon.execs[Row.exec] = #"{"ID":"1","ContainerID":"tw-victim","ProcessConfig":{"privileged":false}}"#
        daemon.images = ["busybox"]
        return daemon
    }

    /// One row of the table.
    struct Row {
        static let exec = String(repeating: "e1", count: 32)

        let id, group, method, target, verdict, why: String
        let fields: [HeaderField]
        let bytes: [UInt8]
        /// Whether it is about the bytes of HTTP, which are the relay's.
        let isFramed: Bool
        /// Whether the daemon really did what is dangerous about it.
        let isHonoured: Bool

        init(_ object: [String: Any]) {
            func text(_ key: String) -> String { object[key] as? String ?? "" }
            id = text("id")
            group = text("group")
            method = text("method")
            target = Self.filled(text("target"))
            verdict = text("verdict")
            why = text("why")
            fields = (object["headers"] as? [String: String] ?? [:]).map { HeaderField($0.key.lowercased(), $0.value) }
                .filter { $0.name != "content-length" }
            bytes =
                (object["body_b64"] as? String).flatMap { Data(base64Encoded: $0) }.map(Array.init)
                ?? Array(Self.filled(text("body")).utf8)
            isFramed = object["raw_b64"] is [Any]
            isHonoured = object["honoured"] as? Bool ?? false
        }

        private static func filled(_ text: String) -> String {
            text.replacing("@HOSTNET_ID@", with: FakeDaemon.hostNetworkID)
                .replacing("@HOSTNET_ID12@", with: FakeDaemon.hostNetworkID.prefix(12))
                .replacing("@PLAINEXEC@", with: exec).replacing("@DOCKERD_PID@", with: "4242")
        }

        /// Whether what was dangerous about it, the path, reads like the allowed directory in the table.
        ///
        /// The same cases are among this suite's own and in the end-to-end tests, with links of their own.
        var hasLostItsPath: Bool {
            guard group == "mount", verdict == "deny",
                let body = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
                let host = body["HostConfig"] as? [String: Any]
            else { return false }
            let binds = host["Binds"] as? [String] ?? []
            let mounts = host["Mounts"] as? [[String: Any]] ?? []
            return binds.contains { $0.hasPrefix("/srv/lab:") }
                || mounts.contains { $0["Type"] as? String == "bind" && $0["Source"] as? String == "/srv/lab" }
        }
    }

    private static func rows() throws -> [Row] {
        try SharedData.objects("docker/bypass.jsonl").map { Row($0) }
    }
}
