import Foundation
@testable import Inspection
import Posture
import Testing

/// On the machine that runs the tests, whatever it is.
@Suite struct HostInspectorTests {
    @Test func `this process is found, with its arguments`() throws {
        let processes = try #require(ProcessTable().processes().value)
        let own = try #require(processes.first { $0.id == Int(getpid()) })
        #expect(own.arguments == CommandLine.arguments)
        #expect(own.executable == (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")))
        #expect(own.networkNamespace > 0)
        #expect(abs(own.started - Date().timeIntervalSince1970) < 7_200)
    }

    @Test func `a listener that is opened is found, with its process, and asked`() async throws {
        let server = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(server, $0, size) == 0 }
        }
        #expect(isBound)
        #expect(listen(server, 8) == 0)
        var length = size
        let isNamed = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(server, $0, &length) == 0
            }
        }
        #expect(isNamed)
        let port = Int(UInt16(bigEndian: address.sin6_port))
        let processes = try #require(ProcessTable().processes().value)
        let own = ProcessTable().namespace("/proc/self/ns/net")
        let listeners = try #require(SocketTable().listeners(of: processes, in: own).value)
        let listener = try #require(listeners.first { $0.port == port })
        #expect(listener.address == "::")
        #expect(listener.processes.contains(Int(getpid())))
        #expect(listener.isInHostNetwork)
        // One that takes connections and says nothing is not waited for.
        let probes = try await Prober.connected { await Interview(prober: $0).probes(of: listener) }
        #expect(probes.map(\.status) == probes.map { _ in nil })
        #expect(probes.allSatisfy { $0.failure != nil })
    }

    @Test func `a host is looked at within seconds, and can be kept and read again`() async throws {
        var inspector = HostInspector()
        inspector.asksListeners = false
        let host = await inspector.evidence()
        #expect(host.users.value?.contains { $0.name == "root" && $0.id == 0 } == true)
        var evidence = Evidence()
        evidence.host = .known(host)
        let path = FileManager.default.temporaryDirectory.appending(path: "evidence-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try EvidenceFolder(path).write(evidence) == ["host.json"])
        let again = try #require(try EvidenceFolder(path).read().host.value)
        #expect(again.processes == host.processes)
        #expect(again.listeners == host.listeners)
        #expect(again.files == host.files)
        #expect(again.users == host.users)
    }
}
