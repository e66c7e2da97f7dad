import Foundation
@testable import Posture
import Testing

@Suite struct NetworkNamespaceTests {
    @Test func `what was collected before networks were told apart is read as it was meant`() throws {
        let text = """
            {"name": "h", "collectedAt": 1, "processes": {"absent": {}}, "users": {"absent": {}}, "groups": {"absent": {}},
             "listeners": {"known": [
                {"transport": "tcp", "address": "::", "port": 2375, "processes": [7], "isInHostNetwork": false}]}}
            """
        let encoded = try JSONEncoder().encode(HostEvidence(name: "h", collectedAt: 1))
        let now = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
        let then = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        // What a host has none of is not written, so that what was written before has all that is asked for.
        #expect(Set(now.keys).isDisjoint(with: ["networkNamespace", "networksUnread"]))
        var merged = now
        merged["listeners"] = then["listeners"]
        let data = try JSONSerialization.data(withJSONObject: merged)
        let host = try JSONDecoder().decode(HostEvidence.self, from: data)
        #expect(host.networkNamespace == nil)
        #expect(host.networksUnread == nil)
        let listener = try #require(host.listeners.value?.first)
        #expect(listener.network == nil)
        #expect(listener.words == "[::]:2375")
        #expect(host.otherNetwork(of: HostProcess(id: 1, name: "x", arguments: [])) == nil)
    }

    @Test func `a network is written and read again`() throws {
        var host = HostEvidence(name: "h", collectedAt: 1)
        host.networkNamespace = 4_026_531_840
        host.networksUnread = "those of 2"
        var listener = Listener("0.0.0.0", 2375)
        listener.network = NetworkNamespace(inode: 4_026_532_281, container: "ci")
        listener.unasked = "gone"
        var probe = Probe("0.0.0.0", 2375, .http, "GET", "/_ping", status: 200)
        probe.network = listener.network
        host.listeners = .known([listener])
        host.probes = [probe]
        let again = try JSONDecoder().decode(HostEvidence.self, from: JSONEncoder().encode(host))
        #expect(again.listeners == host.listeners)
        #expect(again.probes == host.probes)
        #expect(again.networkNamespace == 4_026_531_840)
        #expect(again.networksUnread == "those of 2")
    }

    @Test(arguments: [
        (NetworkNamespace(inode: 5), "[::]:80 in net:[5]", "https://[::]:80/ in net:[5]"),
        (
            NetworkNamespace(inode: 5, container: "ci"), "[::]:80 in container \"ci\"",
            "https://[::]:80/ in net:[5] (container \"ci\")"
        ),
    ])
    func `people are told the network`(_ network: NetworkNamespace, _ listening: String, _ asked: String) {
        var probe = Probe("::", 80, .https, "GET", "/", status: 204)
        probe.network = network
        #expect(probe.listener.words == listening)
        #expect(probe.words == "GET \(asked): 204")
        #expect(probe.place == "https://\(listening)")
    }

    @Test func `a network has the name of the container whose it is, and not of those that join it`() {
        var host = HostEvidence(name: "h", collectedAt: 1)
        host.networkNamespace = 100
        host.processes = .known(
            [(11, UInt64(200)), (12, 200), (13, 100), (14, 300)].map { id, network in
                var process = HostProcess(id: id, name: "x", arguments: [])
                process.networkNamespace = network
                return process
            }
        )
        host.listeners = .known(
            ([nil, 200, 300] as [UInt64?]).map { inode in
                var listener = Listener("::", 80)
                listener.network = inode.map { NetworkNamespace(inode: $0) }
                return listener
            }
        )
        func container(_ name: String, _ process: Int, _ mode: String) -> Document {
            [
                "Name": .text("/\(name)"), "State": ["Pid": .integer(Int64(process))],
                "HostConfig": ["NetworkMode": .text(mode)],
            ]
        }
        var docker = DockerEvidence(info: [:])
        docker.containers = .known([
            container("joins", 12, "container:4f"), container("whose", 11, "bridge"), container("hosts", 13, "host"),
            container("ended", 0, "bridge"),
        ])
        host.docker = .known(docker)
        host.nameNetworks()
        #expect(host.listeners.value?.map(\.network?.container) == [nil, "whose", nil])
    }

    @Test func `a probe is to a socket of its own network`() {
        var (probe, listener) = (Probe("::", 80, .http, "GET", "/"), Listener("::", 80))
        #expect(probe.isTo(listener))
        listener.network = NetworkNamespace(inode: 5)
        #expect(!probe.isTo(listener))
        probe.network = NetworkNamespace(inode: 5, container: "named since")
        #expect(probe.isTo(listener))
        probe.network = NetworkNamespace(inode: 6)
        #expect(!probe.isTo(listener))
    }
}
