@testable import Posture
import Testing

@Suite struct DockerSettingsTests {
    private static func settings(_ arguments: [String], _ configuration: Document = [:]) -> DockerSettings {
        DockerSettings(arguments: ["dockerd"] + arguments, from: "arguments", configuration: configuration, at: "file")
    }

    @Test(arguments: [
        (["-H", "fd://"], ["fd://"]), (["-H=fd://"], ["fd://"]), (["-Hfd://"], ["fd://"]),
        (["-DH", "fd://"], ["fd://"]),
        (["--host", "a", "--host=b"], ["a", "b"]), (["-D", "--tls", "-H", "a"], ["a"]), (["--", "-H", "a"], []),
        (["--log-level", "debug", "-H", "a"], ["a"]), (["-H"], [""]),
    ])
    func `hosts are read in every way that dockerd takes them`(_ arguments: [String], _ hosts: [String]) {
        #expect(Self.settings(arguments).hosts.map(\.value) == hosts)
    }

    @Test(
        arguments: [
            ([], [:], false, false),
            (["--tls"], [:], true, true),
            (["--tlsverify"], [:], true, true),
            (["--tlsverify=false"], [:], true, false),
            (["--tls", "--tlsverify=0"], [:], true, false),
            (["--tls=false"], [:], false, false),
            ([], ["tls": true], true, true),
            ([], ["tls": true, "tlsverify": false], true, false),
            ([], ["tlscacert": "ca.pem"], false, false),
        ] as [([String], Document, Bool, Bool)]
    )
    func `TLS and its demand for certificates are what dockerd makes of both`(
        _ arguments: [String],
        _ configuration: Document,
        _ speaks: Bool,
        _ verifies: Bool
    ) {
        let settings = Self.settings(arguments, configuration)
        #expect(settings.speaksTLS == speaks)
        #expect(settings.verifiesClients == verifies)
    }

    @Test(arguments: [
        ("tcp://:2375", "127.0.0.1", 2375, true), ("tcp://:2375", "::1", 2375, true),
        ("tcp://:2375", "::", 2375, false),
        ("tcp://0.0.0.0:2375", "::", 2375, true), ("0.0.0.0:2375", "0.0.0.0", 2375, true),
        ("tcp://[::1]:23762", "::1", 23762, true), ("tcp://[::]", "::", 2375, true),
        ("tcp://10.0.0.5", "10.0.0.5", 2375, true),
        ("tcp://10.0.0.5", "10.0.0.6", 2375, false), ("tcp://build:2375", "10.0.0.6", 2375, true),
        ("tcp://10.0.0.5:2376", "10.0.0.5", 2375, false), ("unix:///run/docker.sock", "0.0.0.0", 0, false),
        ("fd://", "0.0.0.0", 0, false), ("tcp://x:99999999999999999999", "1.2.3.4", 2375, true),
    ])
    func `a host is at the socket that came of it`(_ host: String, _ address: String, _ port: Int, _ isAt: Bool) {
        #expect(DockerHost(host, isTLS: false).isAt(Listener(address, port)) == isAt)
    }

    @Test func `without a host dockerd takes its default, and with TLS another`() {
        #expect(Self.settings([]).endpoints.map(\.value.path) == ["/var/run/docker.sock"])
        #expect(Self.settings(["--tls"]).endpoints.map(\.value.port) == [2376])
    }

    @Test func `what both say is a conflict, by the file's name for it`() {
        let settings = Self.settings(
            ["-H", "fd://", "--tlsverify"],
            ["hosts": ["a"], "tlsverify": true, "debug": true]
        )
        #expect(settings.conflicts == ["hosts", "tlsverify"])
        #expect(Self.settings([], ["hosts": ["a"]]).hosts == [Said(value: "a", place: "file")])
    }
}
