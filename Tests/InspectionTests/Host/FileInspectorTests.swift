import Foundation
@testable import Inspection
import Posture
import Testing

@Suite struct FileInspectorTests {
    /// A folder of its own, which goes with the test.
    private final class Root: Sendable {
        let path = FileManager.default.temporaryDirectory.appending(path: "root-\(UUID())").path

        func write(_ file: String, _ text: String, mode: Int = 0o644) throws {
            let url = URL(filePath: path + file)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func `a file tells what it is and who may do what with it`() throws {
        let root = Root()
        try root.write("/etc/docker/daemon.json", #"{"hosts": []}"#, mode: 0o640)
        let inspector = FileInspector(root: root.path)
        let file = inspector.file("/etc/docker/daemon.json", .text)
        #expect(file.kind == .regular)
        #expect(file.mode == 0o640)
        #expect(file.owner == getuid())
        #expect(file.text == #"{"hosts": []}"#)
        #expect(file.problem == nil)
        #expect(inspector.file("/etc/docker", .text).kind == .directory)
        #expect(inspector.file("/etc/nothing", .text) == HostFile("/etc/nothing", .missing))
        #expect(inspector.file("/etc/docker/daemon.json/x", .text).kind == .missing)
        #expect(inspector.file("/etc/docker/daemon.json", .facts).text == nil)
    }

    @Test func `a link is what it leads to`() throws {
        let root = Root()
        try root.write("/run/real", "x", mode: 0o600)
        try FileManager.default.createSymbolicLink(atPath: root.path + "/run/link", withDestinationPath: "real")
        try FileManager.default.createSymbolicLink(atPath: root.path + "/run/dangling", withDestinationPath: "gone")
        let inspector = FileInspector(root: root.path)
        #expect(inspector.file("/run/link", .text).mode == 0o600)
        #expect(inspector.file("/run/link", .text).text == "x")
        #expect(inspector.file("/run/dangling", .text).kind == .missing)
    }

    @Test func `what is too large or no file says so`() throws {
        let root = Root()
        try root.write("/large", String(repeating: "x", count: (1 << 20) + 1))
        #expect(unsafe mkfifo(root.path + "/pipe", 0o600) == 0)
        let inspector = FileInspector(root: root.path)
        #expect(inspector.file("/large", .text).problem == "it is larger than 1048576 bytes")
        #expect(inspector.file("/pipe", .text).kind == .other)
    }

    @Test func `stars name files within one folder, and no hidden ones`() throws {
        let root = Root()
        for name in ["b.conf", "a.conf", ".c.conf", "d.txt"] { try root.write("/etc/x.d/\(name)", "") }
        try root.write("/etc/y.d/e.conf", "")
        let inspector = FileInspector(root: root.path)
        #expect(inspector.paths("/etc/x.d/*.conf") == ["/etc/x.d/a.conf", "/etc/x.d/b.conf"])
        #expect(
            inspector.paths("/etc/*.d/*.conf") == ["/etc/x.d/a.conf", "/etc/x.d/b.conf", "/etc/y.d/e.conf"]
        )
        #expect(inspector.paths("/etc/none/*") == [])
        #expect(inspector.paths("/etc/none/file") == ["/etc/none/file"])
    }

    @Test func `access control lists are read as the kernel stores them`() {
        // user::rw-, user:65534:rw-, group::rw-, mask::rw-, other::---
        let entry: (UInt8, UInt8, UInt32) -> [UInt8] = { tag, permissions, id in
            [tag, 0, permissions, 0] + (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * UInt32($0))) }
        }
        let bytes: [UInt8] =
            [2, 0, 0, 0] + entry(0x01, 6, .max) + entry(0x02, 6, 65_534) + entry(0x04, 6, .max) + entry(0x10, 6, .max)
            + entry(0x20, 0, .max)
        #expect(AccessList.entries(bytes) == ["user:65534:rw-", "mask::rw-"])
        #expect(AccessList.entries([2, 0, 0, 0]) == [])
        #expect(AccessList.entries([1, 0, 0, 0] + bytes.dropFirst(4)) == [])
        #expect(AccessList.entries(Array(bytes.dropLast(3))) == ["user:65534:rw-", "mask::rw-"])
    }

    @Test(arguments: [
        ("    token: abc.def", "    token: \"***\""), ("      \"token\": \"abc\",", "      \"token\": \"***\","),
        ("- client-key-data: LS0t", "- client-key-data: \"***\""), ("tokenFile: /a/b", "tokenFile: /a/b"),
        ("server: https://10.0.0.1:6443", "server: https://10.0.0.1:6443"),
        ("Environment=REGISTRY_PASSWORD=hunter2", "Environment=REGISTRY_PASSWORD=***"),
        (
            "a\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nb", "a\n***\nb"
        ),
    ])
    func `secrets are left out of texts`(_ text: String, _ masked: String) {
        #expect(SecretText.masked(text) == masked)
    }

    @Test func `of a container's environment those variables are kept that checks read`() throws {
        let container = try Document(
            json:
                #"{"Id": "a", "Config": {"Image": "x", "Env": ["AUDIT_LEVEL=2", "DB_PASSWORD=hunter2", "PATH=/bin"]}}"#
        )
        let kept = DockerInspector.withoutSecrets(container)
        #expect(kept.at("Config", "Env")?.texts == ["AUDIT_LEVEL=2"])
        #expect(kept.at("Config", "Image")?.text == "x")
    }
}
