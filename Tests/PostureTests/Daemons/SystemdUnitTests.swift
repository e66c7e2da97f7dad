@testable import Posture
import Testing

@Suite struct SystemdUnitTests {
    private static let name = "docker.socket"

    private static func streams(_ files: [(String, String)]) -> [String] {
        var host = HostEvidence.bare()
        for (path, text) in files { host.put(path, text) }
        return SystemdUnit.read(name, on: host).value?.list("Socket", "ListenStream").map(\.value) ?? []
    }

    @Test(
        arguments: [
            ([("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/a")], ["/a"]),
            // The folder of the administrator is the stronger one.
            (
                [
                    ("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/a"),
                    ("/etc/systemd/system/docker.socket", "[Socket]\nListenStream=/b"),
                ], ["/b"]
            ),
            // Drop-ins add, in the order of their files' names, whichever folder they are in.
            (
                [
                    ("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/a"),
                    ("/etc/systemd/system/docker.socket.d/20-b.conf", "[Socket]\nListenStream=/c"),
                    ("/run/systemd/system/docker.socket.d/10-a.conf", "[Socket]\nListenStream=/b"),
                ], ["/a", "/b", "/c"]
            ),
            // Of one name the stronger folder's counts alone.
            (
                [
                    ("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/a"),
                    ("/usr/lib/systemd/system/docker.socket.d/10-a.conf", "[Socket]\nListenStream=2375"),
                    ("/etc/systemd/system/docker.socket.d/10-a.conf", "[Socket]\nListenStream=/b"),
                ], ["/a", "/b"]
            ),
            // An empty one takes back what was said, by whichever kind of socket it is said.
            (
                [
                    ("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=2375\nListenStream=/a"),
                    ("/etc/systemd/system/docker.socket.d/z.conf", "[Socket]\nListenDatagram=\nListenStream=/b"),
                ], ["/b"]
            ),
            // What is meant for all sockets, and what is in another section.
            (
                [
                    ("/lib/systemd/system/docker.socket", "[Unit]\nListenStream=/x\n[Socket]\nListenStream=/a"),
                    ("/etc/systemd/system/socket.d/all.conf", "[Socket]\nListenStream=/all"),
                ], ["/a", "/all"]
            ),
            // Comments, and lines that go on.
            (
                [
                    (
                        "/lib/systemd/system/docker.socket",
                        "[Socket]\n# ListenStream=1\n; x\nListenStream = \\\n# y\n /a  "
                    )
                ], ["/a"]
            ),
            // Masked.
            (
                [
                    ("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/a"),
                    ("/etc/systemd/system/docker.socket", ""),
                ], []
            ),
        ] as [([(String, String)], [String])]
    )
    func `a unit is what its files say together`(_ files: [(String, String)], _ streams: [String]) {
        #expect(Self.streams(files) == streams)
    }

    @Test func `a unit that nobody looked for whole is not known`() {
        var host = HostEvidence.bare()
        host.put("/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/a")
        host.files["/etc/systemd/system/docker.socket.d"] = nil
        #expect(
            SystemdUnit.read(Self.name, on: host)
                == .unreadable("/etc/systemd/system/docker.socket.d was not collected")
        )
        host.files["/etc/systemd/system/docker.socket"] = nil
        #expect(
            SystemdUnit.read(Self.name, on: host) == .unreadable("/etc/systemd/system/docker.socket was not collected")
        )
    }

    @Test(arguments: [
        ("/usr/bin/dockerd -H fd://", ["/usr/bin/dockerd", "-H", "fd://"]),
        ("-/usr/bin/dockerd  -H\t'a b' \"c\\\"d\"", ["/usr/bin/dockerd", "-H", "a b", "c\"d"]),
        ("@/usr/bin/dockerd docker -D", ["/usr/bin/dockerd", "-D"]),
        ("dockerd $OPTIONS ${WHOLE} $NONE $$HOME", ["dockerd", "-H", "tcp://0.0.0.0", "x y", "$HOME"]),
        ("dockerd --log=${WHOLE}.txt", ["dockerd", "--log=x y.txt"]),
    ])
    func `a command is what systemd runs`(_ line: String, _ arguments: [String]) throws {
        var host = HostEvidence.bare()
        host.put("/etc/default/docker", "# OPTIONS=no\nOPTIONS=\"-H tcp://0.0.0.0\"\n")
        host.put(
            "/lib/systemd/system/docker.service",
            "[Service]\nEnvironment=\"WHOLE=x y\" A=b\nEnvironmentFile=-/etc/default/docker\nExecStart=/x\nExecStart=\nExecStart=\(line)\n"
        )
        let unit = try #require(SystemdUnit.read("docker.service", on: host).value)
        let command = try #require(SystemdCommand.start(of: unit, on: host).value)
        #expect(command.arguments == arguments)
        #expect(command.environment["WHOLE"] == "x y")
        // And what is written into a unit reads as itself.
        #expect(SystemdCommand.words(of: SystemdCommand.line(["a b", "c\"d", "e"])) == ["a b", "c\"d", "e"])
    }
}
