import Foundation
import Relay
import Testing

@Suite struct ListeningTests {
    private func refusal(_ listener: ListenerConfiguration) async -> String {
        let server = RelayServer(
            configuration: RelayConfiguration(listeners: [listener]),
            gatekeeper: TestGatekeeper(),
            upstream: nil
        )
        do throws(RelayError) {
            try await server.run { server.shutdown(gracePeriod: .zero) }
            return "served"
        } catch {
            return error.description
        }
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = "/tmp/relay-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    private func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
    }

    @Test(arguments: [
        ("unix:///run/a.sock", RelayAddress.unix(path: "/run/a.sock")),
        ("tcp://192.0.2.1:2376", .tcp(host: "192.0.2.1", port: 2376)),
        ("tcp://[2001:db8::1]:2376", .tcp(host: "2001:db8::1", port: 2376)),
        ("fd://3", .inherited(descriptor: 3)),
    ])
    func `addresses are read and written the same`(text: String, address: RelayAddress) throws {
        #expect(try RelayAddress(parsing: text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: ["unix://a", "tcp://a", "tcp://:1", "tcp://a:99999", "tcp://a:b:1", "fd://x", "http://a:1", ""])
    func `what is no address is refused`(text: String) {
        #expect(throws: RelayError.self) { try RelayAddress(parsing: text) }
    }

    @Test func `TCP without client certificates is refused with the reason`() async {
        let message = await refusal(ListenerConfiguration(.tcp(host: "127.0.0.1", port: 0)))
        #expect(
            message.hasPrefix("tcp://127.0.0.1:0: whoever reaches this address could deploy containers (ATT&CK M1035)")
        )
        #expect(throws: RelayError.self) { try HTTPUpstream(UpstreamConfiguration(.tcp(host: "127.0.0.1", port: 1))) }
    }

    @Test func `a descriptor that is no listening socket is refused`() async {
        #expect(await refusal(ListenerConfiguration(.inherited(descriptor: 0))).contains("LISTEN_FDS"))
    }

    @Test func `a handed-over Unix socket is served`() async throws {
        try await withDirectory { directory in
            let path = directory + "/handed.sock"
            let descriptor = try ListeningSocket.open(at: path)
            let server = RelayServer(
                configuration: RelayConfiguration(
                    listeners: [ListenerConfiguration(.inherited(descriptor: descriptor))]
                ),
                gatekeeper: TestGatekeeper(),
                upstream: nil
            )
            let ready = Flag()
            async let running: Void = server.run { ready.raise() }
            await Wait.until { ready.isRaised }
            let client = try await TestSocket.connect(to: path)
            client.send("GET /deny HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.receive(through: "no").hasPrefix("HTTP/1.1 403 "))
            client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.receive(through: "no upstream to ask").hasPrefix("HTTP/1.1 502 "))
            server.shutdown(gracePeriod: .zero)
            try await running
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a socket is made with its mode, alone in its directory, and removed`() async throws {
        try await withDirectory { directory in
            let path = directory + "/a.sock"
            let access = SocketAccess(owner: "\(getuid())", group: "\(getgid())", mode: 0o640)
            let server = RelayServer(
                configuration: RelayConfiguration(listeners: [ListenerConfiguration(.unix(path: path), access: access)]
                ),
                gatekeeper: TestGatekeeper(),
                upstream: nil
            )
            let ready = Flag()
            async let running: Void = server.run { ready.raise() }
            await Wait.until { ready.isRaised }
            #expect(mode(path) == 0o640)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.sock"])
            #expect(await refusal(ListenerConfiguration(.unix(path: path))).contains("another process listens there"))
            server.shutdown(gracePeriod: .zero)
            try await running
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a stale socket is replaced, another file is not`() async throws {
        try await withDirectory { directory in
            let path = directory + "/a.sock"
            close(try ListeningSocket.open(at: path))
            #expect(await refusal(ListenerConfiguration(.unix(path: path))) == "served")
            try "precious".write(toFile: path, atomically: false, encoding: .utf8)
            #expect(await refusal(ListenerConfiguration(.unix(path: path))).contains("no socket"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.sock"])
        }
    }

    @Test func `a socket that was replaced meanwhile is left alone`() async throws {
        try await withDirectory { directory in
            let path = directory + "/a.sock"
            let server = RelayServer(
                configuration: RelayConfiguration(listeners: [ListenerConfiguration(.unix(path: path))]),
                gatekeeper: TestGatekeeper(),
                upstream: nil
            )
            try await server.run {
                unsafe unlink(path)
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                server.shutdown(gracePeriod: .zero)
            }
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a directory where anybody may replace the socket is refused`() async throws {
        try await withDirectory { directory in
            unsafe chmod(directory, 0o777)
            #expect(await refusal(ListenerConfiguration(.unix(path: directory + "/a"))).contains("anybody may replace"))
            unsafe chmod(directory, 0o700)
            #expect(await refusal(ListenerConfiguration(.unix(path: directory + "/none/a"))).contains("directory"))
            let long = directory + "/" + String(repeating: "a", count: 100)
            #expect(await refusal(ListenerConfiguration(.unix(path: long))).contains("longer than"))
        }
    }
}
