@testable import Inspection
import Posture
import Testing

/// How much of other networks is looked at; none of these is there.
@Suite struct InterviewBoundsTests {
    private static func reasons(networks: Int, sockets: Int) async -> [String: Int] {
        var host = HostEvidence(name: "h", collectedAt: 0)
        host.processes = .known([])
        host.listeners = .known(
            (0..<networks).flatMap { network in
                (0..<sockets).map { port in
                    var listener = Listener("127.0.0.1", port + 1)
                    listener.isInHostNetwork = false
                    listener.network = NetworkNamespace(inode: UInt64(network + 1))
                    return listener
                }
            }
        )
        await ListenerInterviews().ask(&host)
        #expect(host.probes.isEmpty)
        return Dictionary(grouping: (host.listeners.value ?? []).map { $0.unasked ?? "" }, by: \.self).mapValues(
            \.count
        )
    }

    @Test func `of more sockets than five hundred in other networks the rest is told not to be asked`() async {
        #expect(
            await Self.reasons(networks: 1, sockets: 501) == [
                "the processes in its network namespace ended meanwhile": 500,
                "more than 500 sockets listen in such networks": 1,
            ]
        )
    }

    @Test func `of more networks than two hundred the rest is told not to be opened`() async {
        #expect(
            await Self.reasons(networks: 203, sockets: 1) == [
                "the processes in its network namespace ended meanwhile": 200,
                "there are more than 200 such networks": 3,
            ]
        )
    }

    @Test func `a resolver that an engine gives its containers is not asked`() async {
        var host = HostEvidence(name: "h", collectedAt: 0)
        var dockerd = HostProcess(id: 7, name: "dockerd", arguments: ["dockerd"])
        dockerd.networkNamespace = 1
        host.processes = .known([dockerd])
        var listener = Listener("127.0.0.11", 40_001, processes: [7])
        listener.isInHostNetwork = false
        listener.network = NetworkNamespace(inode: 2)
        host.listeners = .known([listener])
        await ListenerInterviews().ask(&host)
        #expect(host.listeners == .known([listener]))
    }
}
