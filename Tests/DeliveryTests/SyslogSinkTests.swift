import Foundation
import Sigma
import Testing

@testable import Delivery

/// The receiver is rsyslogd.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Rsyslog.isThere, "rsyslogd is not installed: Scripts/setup tests"))
struct SyslogSinkTests {
    private func configuration(_ transport: Rsyslog.Transport, _ server: Rsyslog) -> SyslogSink.Configuration {
        let destination: SyslogSink.Destination =
            switch transport {
            case .datagram: .datagram(server.socket)
            case .tcp: .stream(.init(host: "127.0.0.1", port: server.port))
            case .tls:
                .stream(
                    .init(
                        host: "127.0.0.1",
                        port: server.port,
                        tls: .init(authorityFile: server.folder.path + "/ca.pem")
                    )
                )
            }
        return SyslogSink.Configuration(destination, format: SyslogFormat(hostName: "node-1", processID: 42))
    }

    /// Sends as an output does: again, while the receiver is not there.
    private func send(_ alerts: [Alert], by sink: SyslogSink) async throws {
        for _ in 0..<500 {
            guard let error = await failure(of: { () throws(DeliveryError) in try await sink.send(alerts) }) else {
                return
            }
            #expect(error.isTransient)
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("rsyslogd does not take messages")
    }

    @Test(arguments: Rsyslog.Transport.allCases)
    func `rsyslog reads what is sent, whatever is in it`(transport: Rsyslog.Transport) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        _ = try TestCertificates(in: folder)
        let server = try Rsyslog(transport, in: folder)
        defer { server.stop() }
        let sink = SyslogSink(configuration(transport, server))
        let hostile = "\"]\\\n<34>1 evil\t\u{0}\u{1b}[2J"
        let alerts = [
            Alert.sample(1, .critical),
            Alert.sample(2, title: hostile, sentence: hostile, fields: ["user.name": hostile]),
            Alert.sample(3, sentence: String(repeating: "é", count: 1 << 19)),
            Alert.sample(4, .low),
        ]
        try await send(alerts, by: sink)
        let messages = try await server.messages(4)
        await sink.close()
        try #require(messages.count == 4)
        #expect(
            messages.map { Array($0.prefix(6)) }
                == [130, 131, 131, 133].map { ["\($0)", "1", "node-1", "tidewaiter", "42", "finding"] }
        )
        #expect(messages.allSatisfy { $0.count == 8 })
        #expect(
            messages[0][6].hasPrefix(
                #"[tidewaiter@32473 rule="r" level="critical" title="Privileged container" finding="id-1""#
            )
        )
        #expect(messages[0][7].hasSuffix("Privileged container: alice created a privileged container"))
        #expect(messages[1][6].contains(#"user="\"\]\\\\n<34>1 evil\\t\\u{0}\\u{1b}[2J""#))
        #expect(messages[1][7].contains(#""]\\n<34>1 evil\t\u{0}\u{1b}[2J"#))
        #expect(messages[2][7].hasSuffix("é…"))
    }

    @Test(arguments: [Rsyslog.Transport.tcp, .tls])
    func `a receiver that was restarted is connected to again`(transport: Rsyslog.Transport) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        _ = try TestCertificates(in: folder)
        let first = try Rsyslog(transport, in: folder)
        let sink = SyslogSink(configuration(transport, first))
        try await send([.sample(1)], by: sink)
        #expect(try await first.messages(1).count == 1)
        first.stop()
        let gone = await failure { () throws(DeliveryError) in
            // The first write after it went may still be taken by the kernel.
            for _ in 0..<3 { try await sink.send([.sample(2)]) }
        }
        #expect(gone?.isTransient == true)
        let second = try Rsyslog(transport, in: folder)
        defer { second.stop() }
        let again = SyslogSink(configuration(transport, second))
        try await send([.sample(3)], by: again)
        let messages = try await second.messages(2)
        #expect(messages.last?[6].contains(#"finding="id-3""#) == true)
        await again.close()
        await sink.close()
    }

    @Test func `a receiver that nobody vouches for is told nothing`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        _ = try TestCertificates(in: folder, for: "DNS:localhost")
        let server = try Rsyslog(.tls, in: folder)
        defer { server.stop() }
        var address = SyslogSink.StreamAddress(host: "127.0.0.1", port: server.port, tls: .init())
        let format = SyslogFormat(hostName: "node-1", processID: 42)
        address.tls?.authorityFile = folder.path + "/ca.pem"
        address.tls?.serverName = "localhost"
        // The name that it has will do, wherever it is.
        try await send([.sample(1)], by: SyslogSink(.init(.stream(address), format: format)))
        address.tls?.serverName = nil
        let misnamed = SyslogSink(.init(.stream(address), format: format))
        let mismatch = await failure { () throws(DeliveryError) in try await misnamed.send([.sample(2)]) }
        #expect(mismatch?.isTransient == true)
        address.tls = .init()
        address.tls?.serverName = "localhost"
        let stranger = SyslogSink(.init(.stream(address), format: format))
        let error = await failure { () throws(DeliveryError) in try await stranger.send([.sample(2)]) }
        #expect(error?.isTransient == true)
        try await Task.sleep(for: .milliseconds(100))
        #expect(try await server.messages(1).count == 1)
    }

    @Test func `a socket that is not there may come`() async throws {
        let format = SyslogFormat(hostName: "node-1", processID: 42)
        let sink = SyslogSink(.init(.datagram("/nonexistent/log"), format: format))
        let error = await failure { () throws(DeliveryError) in try await sink.send([.sample(1), .sample(2)]) }
        #expect(error?.isTransient == true)
        #expect(error?.failures?.map(\.index) == [0, 1])
    }
}
