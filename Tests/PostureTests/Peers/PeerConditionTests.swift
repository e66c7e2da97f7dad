@testable import Posture
import Testing

/// How the other tools read what they judge, on small cases: the comparison is worth no more than this is right.
@Suite struct PeerConditionTests {
    private static func bench(_ arguments: [String], _ configuration: String = "{}") -> DockerBench {
        DockerBench(arguments: ["dockerd"] + arguments, configuration: configuration)
    }

    @Test(
        arguments: [
            (0o600, false), (0o646, false), (0o660, false), (0o606, false), (0o666, true), (0o700, true),
        ] as [(UInt16, Bool)]
    )
    func `docker-bench takes the digits of a socket's mode for a number`(_ mode: UInt16, _ warns: Bool) {
        #expect(DockerBench.warns(ofSocketMode: mode) == warns)
    }

    @Test(arguments: [(0o400, false), (0o600, true), (0o000, true), (0o440, true)] as [(UInt16, Bool)])
    func `docker-bench wants a key to be of one mode`(_ mode: UInt16, _ warns: Bool) {
        #expect(DockerBench.warns(ofKey: HostFile("/key.pem", .regular, mode: mode)) == warns)
    }

    @Test func `docker-bench reads values behind an equals sign, and in daemon.json, which comes first`() {
        #expect(Self.bench(["--tlskey=/a.pem"]).keyPath == "/a.pem")
        #expect(Self.bench(["--tlskey", "/a.pem"]).keyPath == "")
        #expect(Self.bench(["--tlskey=/a.pem"], #"{"tlskey": "/b.pem"}"#).keyPath == "/b.pem")
        #expect(Self.bench(["--host", "tcp://:1", "-H", "unix://"]).options("-H") == ["-H=tcp://:1", "-H=unix://"])
        #expect(!Self.bench([], #"{"icc": false}"#).warnsOfBridge)
        #expect(!Self.bench(["--icc=true", "--icc=false"]).warnsOfBridge)
        #expect(Self.bench(["--icc=false", "--icc=true"]).warnsOfBridge)
        #expect(!Self.bench([], #"{"authorization-plugins": ["a"]}"#).warnsOfAuthorization)
        #expect(Self.bench([], #"{"authorization-plugins": []}"#).warnsOfAuthorization)
    }

    @Test func `docker-bench sees TCP in one line of daemon.json, and no member that says how`() {
        let silent = "INFO: Docker daemon not listening on TCP"
        let plain = "WARN: Docker daemon currently listening on TCP without TLS"
        #expect(Self.bench(["-H", "tcp://0.0.0.0:2375"]).transport == silent)
        #expect(Self.bench([], #"{"hosts": ["tcp://0.0.0.0:2375"]}"#).transport == plain)
        #expect(Self.bench([], #"{"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": true}"#).transport == plain)
        #expect(Self.bench([], "{\"hosts\": [\n\"tcp://0.0.0.0:2375\"]}").transport == silent)
        #expect(Self.bench(["--tlsverify"], #"{"hosts": ["tcp://0.0.0.0:2376"]}"#).transport == "PASS")
    }

    @Test func `docker-bench's list of the group leaves out who is trusted by a part of the list`() {
        let groups = [
            HostGroup("docker", id: 113, members: ["ci", "eve"]), HostGroup("users", id: 100, members: ["bob"]),
        ]
        #expect(DockerBench.doubtful(in: groups, trusted: "root") == ["ci", "eve"])
        #expect(DockerBench.doubtful(in: groups, trusted: "alice,cicd") == ["eve"])
    }

    @Test(arguments: [
        ("1.2.1", ["--anonymous-auth=false"], false), ("1.2.1", ["--anonymous-auth=False"], false),
        ("1.2.1", [], true),
        // A value that is an argument of its own is `true` to it.
        ("1.2.6", ["--authorization-mode", "AlwaysAllow"], false), ("1.2.7", ["--authorization-mode", "Node"], true),
        ("1.2.6", ["--authorization-mode=AlwaysAllow"], true), ("1.2.6", ["--authorization-config=/a.yaml"], true),
        ("1.2.2", ["--token-auth-file=/t.csv"], true), ("1.2.2", [], false),
        ("1.2.17", ["--audit-log-maxage=30"], false), ("1.2.17", ["--audit-log-maxage=29"], true),
        ("1.2.23", ["--etcd-certfile=/c.crt"], true), ("1.2.26", ["--etcd-cafile=/ca.crt"], false),
        ("2.2", ["--client-cert-auth"], false), ("2.2", ["--peer-client-cert-auth"], true),
        ("2.3", ["--auto-tls"], true), ("2.3", ["--auto-tls=false"], false), ("2.3", [], false),
    ])
    func `kube-bench reads the text behind a flag's name`(_ id: String, _ arguments: [String], _ fails: Bool) {
        #expect(KubeBench.fails(id, ["program"] + arguments) == fails)
    }

    @Test func `kube-bench takes a kubelet's flag before its configuration`() {
        let open: Document = ["authentication": ["anonymous": ["enabled": true]]]
        #expect(KubeBench.fails("4.2.1", ["kubelet"], open))
        #expect(!KubeBench.fails("4.2.1", ["kubelet", "--anonymous-auth=false"], open))
        #expect(!KubeBench.fails("4.2.4", ["kubelet"], [:]))
        #expect(KubeBench.fails("4.2.4", ["kubelet"], ["readOnlyPort": 10255]))
    }
}
