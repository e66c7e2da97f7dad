import Relay
import Testing

@testable import DockerGuard

@Suite struct ClientPolicyTests {
    static func peer(_ user: UInt32, process: Int32 = 7, group: UInt32 = 0) -> Client {
        Client(
            listener: "unix:///run/tidewaiter/docker.sock",
            peer: PeerCredentials(processID: process, userID: user, groupID: group)
        )
    }

    @Test func `the first entry that matches counts`() async throws {
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy(
                """
                clients:
                  - match: {uid: 1000}
                    read-only: true
                  - match: {gid: 0}
                    profile: none
                """
            )
        )
        let body = #"{"HostConfig":{"Privileged":true}}"#
        #expect(await guarded.fate("POST", "/containers/create", body, from: Self.peer(1000)).isRefused)
        #expect(await guarded.fate("POST", "/containers/create", "{}", from: Self.peer(1000)).isRefused)
        #expect(await guarded.fate("GET", "/containers/json", from: Self.peer(1000)) == .passes)
        #expect(await guarded.fate("POST", "/containers/create", body, from: Self.peer(0)) == .passes)
        #expect(await guarded.fate("POST", "/containers/create", body, from: Self.peer(2, group: 2)).isRefused)
        #expect(await guarded.fate("POST", "/containers/create", "{}", from: Self.peer(2, group: 2)) == .passes)
    }

    @Test func `a client of whom nothing is said is refused where the default is refuse`() async throws {
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy("clients: [{match: {common-name: 'ci-*'}}]\ndefault: refuse")
        )
        var client = Client(listener: "tcp://192.0.2.1:2376", address: "192.0.2.9")
        #expect(await guarded.fate("GET", "/_ping", from: client).isRefused)
        client.certificate = ClientCertificate(subject: "CN=ci-1,O=Example", commonName: "ci-1")
        #expect(await guarded.fate("GET", "/_ping", from: client) == .passes)
        client.certificate = ClientCertificate(subject: "CN=x ci-1,O=Example", commonName: "x ci-1")
        #expect(await guarded.fate("GET", "/_ping", from: client).isRefused)
    }

    @Test func `a client is known by the container that its process runs in`() async throws {
        let id = String(repeating: "c0", count: 32)
        var daemon = FakeDaemon()
        daemon.containers[id] = FakeDaemon.inspection("traefik")
        let host = FakeHost(groups: [7: "0::/system.slice/docker-\(id).scope\n", 8: "0::/user.slice\n"])
        let policy = try GuardUnderTest.policy(
            """
            clients:
              - match: {container: traefik}
                routes: {CONTAINERS: 1}
            default: refuse
            """
        )
        let guarded = try GuardUnderTest(policy: policy, daemon: daemon, host: host)
        #expect(await guarded.fate("GET", "/containers/json", from: Self.peer(0, process: 7)) == .passes)
        #expect(await guarded.fate("GET", "/images/json", from: Self.peer(0, process: 7)).isRefused)
        #expect(await guarded.fate("GET", "/containers/json", from: Self.peer(0, process: 8)).isRefused)
        // A process that cannot be looked at, or whose container the daemon does not know, is nobody.
        #expect(await guarded.fate("GET", "/containers/json", from: Self.peer(0, process: 9)).isRefused)
        daemon.answers = false
        let blind = try GuardUnderTest(policy: policy, daemon: daemon, host: host)
        #expect(await blind.fate("GET", "/containers/json", from: Self.peer(0, process: 7)).isRefused)
    }

    @Test func `a client sees to containers of its names and labels only`() async throws {
        var daemon = FakeDaemon()
        daemon.containers["ci-1"] = FakeDaemon.inspection("ci-1")
        daemon.containers["db"] = FakeDaemon.inspection("db")
        daemon.containers["web"] = FakeDaemon.inspection("web", labels: #"{"team":"ci"}"#)
        daemon.execs["e"] = #"{"ContainerID":"db","ProcessConfig":{}}"#
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy("default: {containers: {names: ['ci-*'], labels: [team=ci]}}"),
            daemon: daemon
        )
        for name in ["ci-1", "web"] {
            #expect(await guarded.fate("POST", "/containers/\(name)/stop") == .passes)
            #expect(await guarded.fate("GET", "/containers/\(name)/logs") == .passes)
        }
        for (method, target) in [
            ("POST", "/containers/db/stop"), ("GET", "/containers/db/json"), ("DELETE", "/containers/db"),
            ("POST", "/containers/prune"), ("POST", "/commit?container=db"),
            ("POST", "/containers/ci-1/rename?name=db2"),
        ] {
            #expect(await guarded.fate(method, target).isRefused, "\(target)")
        }
        #expect(await guarded.fate("POST", "/exec/e/start", "{}").isRefused)
        #expect(await guarded.fate("POST", "/containers/create?name=ci-2", "{}") == .passes)
        #expect(await guarded.fate("POST", "/containers/create?name=db2", "{}").isRefused)
        #expect(await guarded.fate("POST", "/containers/create", #"{"Labels":{"team":"ci"}}"#) == .passes)
        #expect(await guarded.fate("POST", "/networks/x/connect", #"{"Container":"db"}"#).isRefused)
    }

    @Test(
        arguments: [
            ("12:devices:/docker/\(String(repeating: "ab", count: 32))\n", String(repeating: "ab", count: 32)),
            (
                "0::/machine.slice/libpod-\(String(repeating: "0f", count: 32)).scope/container\n",
                String(repeating: "0f", count: 32)
            ),
            ("0::/user.slice/user-1000.slice\n", nil),
            ("0::/docker/\(String(repeating: "ab", count: 33))\n", nil),
        ] as [(String, String?)]
    )
    func `a container's id is read from control groups`(text: String, id: String?) {
        #expect(PeerContainers.containerID(in: text) == id)
    }
}
