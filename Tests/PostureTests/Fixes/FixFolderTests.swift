@testable import Posture
import Sigma
import Testing

/// Fixes as they are written out: files, and commands in the order in which they can be given.
@Suite struct FixFolderTests {
    private static func folder(_ fix: Fix) -> [String: String] {
        let check = Check(
            id: "X-1",
            title: "T",
            mitigation: .accounts,
            level: .high,
            reads: "r",
            passes: "p",
            remedy: "m",
            references: ["x"],
            judge: { _ in [CheckResult(.fail, subject: "s", "because")] },
            fix: { _ in [fix] }
        )
        let files = FixFolder(AuditReport(of: Evidence(), by: [check], at: 0).entries).files
        return Dictionary(files.map { ($0.path, $0.text) }) { _, last in last }
    }

    /// The commands of a README.
    private static func commands(_ readme: String?) -> [Substring] {
        var isInside = false
        return (readme ?? "").split(separator: "\n").filter { line in
            if line.hasPrefix("```") {
                isInside.toggle()
                return false
            }
            return isInside
        }
    }

    @Test func `a file that nobody gives a mode keeps the one that it has`() {
        let files = Self.folder(Fix("F", [.file(path: "/etc/c", text: "c")]))
        #expect(
            Self.commands(files["X-1/README.md"]) == [
                #"install -D -m "$(stat -c %a -- /etc/c 2>/dev/null || echo 0644)" files/etc/c /etc/c"#
            ]
        )
    }

    @Test func `each kind of change is a file, a command or a step, in order`() {
        let pod: Document = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"]]
        let files = Self.folder(
            Fix(
                "F",
                [
                    .script(name: "make.sh", text: "echo\n"), .file(path: "/etc/a b", text: "a", mode: 0o600),
                    .command("x y"), .primaryGroup(user: "eve", group: "users"), .manifest(pod),
                    .manifest(pod.setting("Service", at: ["kind"])), .manifest(pod.setting("Deployment", at: ["kind"])),
                    .steps(["do it"]),
                ],
                commands: ["last"]
            )
        )
        let readme = files["X-1/README.md"]
        #expect(
            Self.commands(readme) == [
                "sh scripts/make.sh", "install -D -m 0600 'files/etc/a b' '/etc/a b'", "x y", "usermod -g users eve",
                "kubectl replace --force -f manifests/2-pod-p.yaml", "kubectl replace -f manifests/3-service-p.yaml",
                "kubectl apply -f manifests/4-deployment-p.yaml",
                "last",
            ]
        )
        #expect(readme?.contains("1. do it\n") == true)
        #expect(files["X-1/scripts/make.sh"] == "echo\n")
        #expect(files["X-1/files/etc/a b"] == "a")
    }

    @Test(.enabled(if: ShellCommand.finds("sh"), "needs sh: commands of fixes are NOT read by a shell"))
    func `a shell reads the commands and scripts of all fixes of a bad host`() throws {
        var host = HostEvidence.debian()
        host.put(
            "/etc/systemd/system/docker.service.d/override.conf",
            "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2376 --tls --tlsverify=false\n"
        )
        host.put("/etc/sudoers.d/x", "ci ALL = NOPASSWD: /usr/bin/docker\n", mode: 0o440)
        host.users = .known([HostUser("o'brien", id: 1001, primaryGroup: 113, home: "/home/o")])
        host.missAll()
        host.restartDocker()
        var docker = try #require(host.docker.value)
        docker.containers = .inspected([["Name": "/c", "HostConfig": ["Binds": ["/run/docker.sock:/it's:ro"]]]])
        host.docker = .known(docker)
        let entries = AuditReport(of: host.evidence, by: Check.all, at: host.collectedAt).entries
        let files = FixFolder(entries).files
        for name in ["TW-M1018-004/containers/c.sh", "TW-M1035-002/scripts/docker-keys.sh"] {
            #expect(files.contains { $0.path == name }, "\(name)")
        }
        for file in files where file.path.hasSuffix(".sh") {
            #expect(try ShellCommand(["sh", "-n"], input: file.text).status == 0, "\(file.path)")
        }
        for file in files where file.path.hasSuffix("README.md") {
            let commands = Self.commands(file.text).joined(separator: "\n") + "\n"
            #expect(try ShellCommand(["sh", "-n"], input: commands).status == 0, "\(file.path):\n\(commands)")
        }
    }
}
