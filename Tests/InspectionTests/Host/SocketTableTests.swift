import Foundation
@testable import Inspection
import Posture
import Testing

@Suite struct SocketTableTests {
    /// Of a real host: sshd on IPv4, an engine on a dual-stack socket, a connection that is established.
    static let tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2001 1 0000000000000000 100 0 0 10 0
           1: 0200000A:0947 0300000A:A0F2 01 00000000:00000000 00:00000000 00000000     0        0 2002 1 0000000000000000 20 4 30 10 -1
        """
    static let tcp6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000000000000000000000000000:0947 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 165503 1 000000006a402ec8 100 0 0 10 0
           1: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 165504 1 0000000000000000 100 0 0 10 0
        """

    @Test func `those that listen are found in both tables, and no connections`() {
        let found = SocketTable.tcp(Self.tcp) + SocketTable.tcp(Self.tcp6)
        #expect(found.map(\.0.words) == ["127.0.0.1:22", "[::]:2375", "[::ffff:127.0.0.1]:8080"])
        #expect(found.map(\.1) == [2001, 165503, 165504])
        #expect(found.map(\.0.isLoopback) == [true, false, true])
    }

    @Test func `Unix sockets that accept connections are found by their path`() {
        let text = """
            Num       RefCount Protocol Flags    Type St Inode Path
            00000000f96400b1: 00000002 00000000 00010000 0001 01 152577 /srv/my engine/docker.sock
            00000000f96400b2: 00000003 00000000 00000000 0001 03 152578 /srv/docker.sock
            00000000f96400b3: 00000002 00000000 00010000 0001 01 152579 @abstract
            """
        let found = SocketTable.unix(text)
        #expect(found.map(\.0.address) == ["/srv/my engine/docker.sock"])
        #expect(found.map(\.1) == [152_577])
    }

    @Test func `another network is read by a process in it that has not ended`() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "proc-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        for (folder, text) in [("net", ""), ("12/net", Self.tcp)] {
            let place = root.appending(path: folder)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place.appending(path: "tcp"))
        }
        let processes = [10, 12].map { id in
            var process = HostProcess(id: id, name: "p", arguments: ["p"])
            process.networkNamespace = 7
            return process
        }
        let read = SocketTable(root: root.path).listeners(of: processes, in: 1)
        let found = try #require(read.value)
        #expect(found.map(\.place) == ["127.0.0.1:22"])
        #expect(found.map(\.network?.inode) == [7])
        // Where all of them ended, so did what listened there.
        #expect(SocketTable(root: root.path).listeners(of: [processes[0]], in: 1) == .known([]))
    }

    @Test(arguments: [
        "", "x", "0: 0100007F 0 0A", "0: ZZ00007F:0016 0 0A 0 0 0 0 0 1", "0: 0100007F:0016 0 0A 0 0 0 0 0 x",
    ])
    func `lines that are none are passed over`(_ line: String) { #expect(SocketTable.tcp(line).isEmpty) }

    @Test(arguments: [
        ([0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1], "2001:db8::1"),
        ([UInt8](repeating: 0, count: 16), "::"), ([UInt8](repeating: 0, count: 15) + [1], "::1"),
        ([0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 4], "1:0:2::3:4"),
        ([0xfe, 0x80] + [UInt8](repeating: 0, count: 14), "fe80::"),
    ])
    func `IPv6 addresses are written as RFC 5952 says`(_ bytes: [UInt8], _ text: String) {
        #expect(AddressText.text(of: bytes) == text)
    }
}
