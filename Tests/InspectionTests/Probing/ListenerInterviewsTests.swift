import Foundation
@testable import Inspection
@testable import KubernetesAPITesting
import Posture
import Testing

/// With real network namespaces, and real servers in them.
@Suite(.serialized, .enabled(if: NetworkCell.isPossible, "\(NetworkCell.missing)"))
struct ListenerInterviewsTests {
    /// What a collector finds of some servers, before it asks.
    private static func evidence(of servers: [Server]) throws -> HostEvidence {
        var host = HostEvidence(name: "h", collectedAt: 0)
        let table = ProcessTable()
        let processes = try #require(table.processes().value)
        let own = table.namespace("/proc/self/ns/net")
        host.processes = .known(processes)
        host.networkNamespace = own
        let ids = Set(servers.map(\.id))
        host.listeners = SocketTable().listeners(of: processes, in: own).map { listeners in
            listeners.filter { $0.transport == .tcp && !ids.isDisjoint(with: $0.processes) }
        }
        return host
    }

    /// However busy the machine is: what answers is waited for.
    private static func ask(_ host: inout HostEvidence) async {
        var interviews = ListenerInterviews()
        interviews.patience = 120
        await interviews.ask(&host)
    }

    private static func answers(_ host: HostEvidence) -> [String] {
        host.probes.filter { $0.path == "/_ping" }.map { probe in
            let place = probe.network == nil ? "host" : "cell"
            return "\(place) \(probe.address): \(probe.body)\(probe.headers["api-version"] == nil ? "" : ", engine")"
        }.sorted()
    }

    @Test func `one place in two networks is asked in both, and each answer is its own`() async throws {
        let outside = try Server("outside", at: ["127.0.0.1@0"])
        let cell = try NetworkCell("a")
        let inside = try cell.serve("inside", at: "127.0.0.1@\(outside.ports[0])", asEngine: true)
        var host = try Self.evidence(of: [outside, inside])
        await Self.ask(&host)
        #expect(Self.answers(host) == ["cell 127.0.0.1: inside /_ping, engine", "host 127.0.0.1: outside /_ping"])
        let inode = try #require(host.processes.value?.first { $0.id == inside.id }?.networkNamespace)
        #expect(Set(host.probes.map(\.network?.inode)) == [nil, inode])
        #expect(inode != host.networkNamespace)
        #expect(host.listeners.value?.map(\.network?.inode) == [nil, inode])
        #expect(host.listeners.value?.map(\.isInHostNetwork) == [true, false])
        #expect(host.listeners.value?.allSatisfy { $0.unasked == nil } == true)
        // This thread, and those that other work is done on, are where they were.
        #expect(ProcessTable().namespace("/proc/thread-self/ns/net") == host.networkNamespace)
        let first = Self.answers(host)
        await Self.ask(&host)
        #expect(Self.answers(host) == first)
    }

    @Test func `every address, one that the host has not, and IPv6 alone are asked where they are`() async throws {
        let cell = try NetworkCell("b")
        let server = try cell.serve("x", at: "0.0.0.0@0", "\(NetworkCell.address)@0", "::@0", "::1@0")
        var host = try Self.evidence(of: [server])
        await Self.ask(&host)
        #expect(
            Self.answers(host)
                == [
                    "cell 0.0.0.0: x /_ping", "cell \(NetworkCell.address): x /_ping", "cell ::1: x /_ping",
                    "cell ::: x /_ping",
                ].sorted()
        )
    }

    /// A server that speaks TLS to anybody, and one that turns away whom its authority did not sign for.
    @Test(arguments: [false, true])
    func `TLS is spoken in another network as in the host's`(_ demandsCertificates: Bool) async throws {
        let keys = try Keys()
        var tls = ["TLS_CHAIN": keys.chain]
        if demandsCertificates { tls["TLS_AUTHORITY"] = keys.authority }
        let outside = try Server("x", at: ["127.0.0.1@0"], asEngine: true, tls: tls)
        let cell = try NetworkCell("g")
        let inside = try cell.serve("x", at: "0.0.0.0@0", asEngine: true, tls: tls)
        var host = try Self.evidence(of: [outside, inside])
        await Self.ask(&host)
        outside.end()
        let answered = [nil, 200, 200, 200]
        let own = host.probes.filter { $0.network == nil }
        let others = host.probes.filter { $0.network != nil }
        for probes in [own, others] {
            #expect(probes.map(\.scheme).prefix(3) == [.http, .https, .https])
            #expect(probes.map(\.certificate).prefix(3) == [.none, .none, .selfMade])
            #expect(demandsCertificates ? probes.allSatisfy { $0.status == nil } : probes.map(\.status) == answered)
        }
        // Whom it turned away may have seen no more of that than a reset, which says nothing of TLS.
        #expect(demandsCertificates || others.map(\.path) == own.map(\.path))
    }

    /// Files of a server's key and certificates, and of who signed them, which go with the test.
    private final class Keys {
        private let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID())")
        var chain: String { folder.appending(path: "chain.pem").path }
        var authority: String { folder.appending(path: "authority.pem").path }

        init() throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let authority = try FakeAuthority()
            let pair = authority.clientKeyPEM + "\n" + authority.clientPEM + "\n"
            try Data(pair.utf8).write(to: URL(filePath: chain))
            try Data(authority.pem.utf8).write(to: URL(filePath: self.authority))
        }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    /// A server as they come, which takes TLS 1.2 and above, and one that takes 1.1 as well.
    @Test(arguments: [false, true])
    func `whoever speaks TLS is offered versions that are not to be used`(_ takesThem: Bool) async throws {
        let keys = try Keys()
        var tls = ["TLS_CHAIN": keys.chain]
        if takesThem { tls["TLS_OLDEST"] = "TLSv1_1" }
        let outside = try Server("x", at: ["127.0.0.1@0"], tls: tls)
        let plain = try Server("x", at: ["127.0.0.1@0"])
        let cell = try NetworkCell("o")
        let inside = try cell.serve("x", at: "127.0.0.1@0", tls: tls)
        var host = try Self.evidence(of: [outside, plain, inside])
        await Self.ask(&host)
        for server in [outside, plain] { server.end() }
        let asked = try #require(host.outdatedProbes)
        #expect(asked.map(\.port) == outside.ports + inside.ports)
        #expect(asked.map(\.status) == (takesThem ? [200, 200] : [nil, nil]), "\(asked.map(\.words))")
        #expect(asked.allSatisfy { $0.newestTLS == "TLSv1.1" && $0.certificate == .none })
        // What else is asked is asked by the newest.
        #expect(host.probes.allSatisfy { $0.newestTLS == nil })
    }

    @Test func `an address that is none of the network's is not asked, as it may be another machine's`() async throws {
        let cell = try NetworkCell("c")
        let server = try cell.serve("x", at: "127.0.0.1@0")
        var host = try Self.evidence(of: [server])
        host.listeners = host.listeners.map { listeners in
            listeners.map { listener in
                var listener = listener
                // On the same link as what the network has, and not its.
                listener.address = "198.51.100.78"
                return listener
            }
        }
        await Self.ask(&host)
        #expect(host.probes.isEmpty)
        #expect(
            host.listeners.value?.map(\.unasked)
                == ["198.51.100.78 is no address that is up in its network namespace"]
        )
    }

    @Test func `a network whose processes are gone is told`() async throws {
        let cell = try NetworkCell("d")
        let server = try cell.serve("x", at: "0.0.0.0@0")
        var host = try Self.evidence(of: [server])
        server.end()
        await Self.ask(&host)
        #expect(host.probes.isEmpty)
        #expect(host.listeners.value?.map(\.unasked) == ["the processes in its network namespace ended meanwhile"])
    }

    @Test func `what listens no more in a network that is there is a refusal`() async throws {
        let cell = try NetworkCell("e")
        let stays = try cell.serve("x", at: "0.0.0.0@0")
        let server = try cell.serve("y", at: "0.0.0.0@0")
        var host = try Self.evidence(of: [server])
        server.end()
        await Self.ask(&host)
        #expect(host.probes.map(\.failure) == host.probes.map { _ in "Connection refused" })
        #expect(host.probes.count == 3)
        stays.end()
    }

    @Test func `without the right to enter a network it is not asked, and that is told`() async throws {
        let cell = try NetworkCell("f")
        let server = try cell.serve("x", at: "0.0.0.0@0")
        let host = try Self.evidence(of: [server])
        let inode = try #require(host.listeners.value?.first?.network?.inode)
        let id = server.id
        let found = await OwnThread.run { () -> (String, String?)? in
            guard Powerless.dropPowers() else { return nil }
            let table = ProcessTable()
            let unread = table.processes().value.flatMap(table.unreadNetworks)
            do throws(NetworkDoor.Closed) {
                _ = try NetworkDoor(inode, processes: [id])
                return ("opened", unread)
            } catch {
                return (error.description, unread)
            }
        }
        let (reason, unread) = try #require(found ?? nil)
        #expect(reason == "its network namespace cannot be opened: Permission denied")
        #expect(unread?.hasSuffix(" processes may not be read without root's rights") == true)
        #expect(host.processes.value.flatMap(ProcessTable().unreadNetworks) == nil)
    }

    @Test func `what is no network namespace is not entered`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "proc-\(UUID())")
        let namespaces = folder.appending(path: "7/ns")
        try FileManager.default.createDirectory(at: namespaces, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            atPath: namespaces.appending(path: "net").path,
            withDestinationPath: "/proc/self/ns/mnt"
        )
        let door = try NetworkDoor(ProcessTable().namespace("/proc/self/ns/mnt"), processes: [7], root: folder.path)
        await #expect(throws: NetworkDoor.Closed.self) {
            try await door.connect(to: Listener("127.0.0.1", 80), milliseconds: 60_000)
        }
    }

    @Test func `a process's number that is another's by now opens nothing`() throws {
        let error = #expect(throws: NetworkDoor.Closed.self) {
            try NetworkDoor(1, processes: [Int(ProcessInfo.processInfo.processIdentifier)])
        }
        #expect(error?.description == "the processes in its network namespace ended meanwhile")
    }
}
