import Foundation
import Glibc
@testable import Inspection
import Posture
import Testing

@Suite struct DockerInspectorTests {
    /// A Unix socket that takes connections and never says anything, as an engine that hangs.
    private final class SilentSocket {
        let path = FileManager.default.temporaryDirectory.appending(path: "silent-\(UUID())").path
        private let descriptor: Int32

        init() throws {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            self.descriptor = descriptor
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let isBound = unsafe withUnsafePointer(to: address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
            }
            try #require(isBound == 0 && listen(descriptor, 16) == 0)
        }

        deinit {
            close(descriptor)
            unsafe unlink(path)
        }
    }

    @Test func `an engine that hangs is told, after the first question`() async throws {
        let engine = try SilentSocket()
        let found = try await WholeAnswers.connected {
            await DockerInspector(answers: $0).evidence(socket: engine.path)
        }
        guard case .unreadable(let reason) = found else {
            Issue.record("\(found)")
            return
        }
        // Whichever of the client's clocks is looked at first.
        #expect(["Deadline exceeded", "Read timeout"].contains { reason == "\(engine.path): \($0)" }, "\(reason)")
    }

    @Test func `no socket is no engine`() async throws {
        let found = try await WholeAnswers.connected {
            await DockerInspector(answers: $0).evidence(socket: "/nonexistent/docker.sock")
        }
        guard case .absent = found else {
            Issue.record("\(found)")
            return
        }
    }
}
