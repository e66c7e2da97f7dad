import Deployments
import Foundation
import LiveIntake
import Relay
import Testing

/// Real senders: `logger` of util-linux, and openssl for TLS.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: Commands.have("logger", "openssl", "bash"), "needs logger, openssl and bash")
)
struct SyslogSourceTests {
    private let folder: TestFolder
    private let feed = TestFeed()
    private let port: Int

    init() throws {
        folder = try TestFolder()
        port = try Commands.freePort()
    }

    private var address: RelayAddress { .tcp(host: "127.0.0.1", port: port) }
    private var socket: String { "\(folder.path)/log.sock" }
    /// 2026-11-25T00:00:00Z.
    private static let now = Timestamp(microseconds: 1_795_564_800_000_000)

    private func source(_ change: (inout SyslogSource.Configuration) -> Void) -> SyslogSource {
        var configuration = SyslogSource.Configuration(name: "syslog")
        configuration.refresh = .milliseconds(50)
        change(&configuration)
        return SyslogSource(configuration, hostName: "here", now: { Self.now })
    }

    private func receiving(
        _ source: SyslogSource,
        from cursors: [String: String] = [:],
        _ body: () async throws -> Void
    ) async throws {
        try await following(source, from: cursors, into: feed) {
            try await eventually("listening") { feed.isFollowing }
            try await body()
        }
    }

    private func logger(_ arguments: String...) async throws {
        let finished = try await Commands.run(["logger"] + arguments, in: folder.path)
        #expect(finished.status == 0, "\(finished.errors)")
    }

    private func send(_ script: String) throws -> Process {
        try Commands.start(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); \(script)"], in: folder.path)
    }

    /// What each message says, with its host.
    private var messages: [String] {
        feed.texts.map { text in
            let words = text.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: false)
            return "\(words[2]) \(words[3]): \(words.last ?? "")"
        }
    }

    @Test func `both forms are taken by TCP, counted and by line`() async throws {
        try await receiving(source { $0.streams = [.init(address)] }) {
            let to = ["-n", "127.0.0.1", "-P", "\(port)", "-T", "-t", "app"]
            for form in [
                ["--rfc5424"], ["--rfc5424", "--octet-count"], ["--rfc3164"], ["--rfc3164", "--octet-count"],
            ] {
                let finished = try await Commands.run(["logger"] + to + form + ["message \(form)"], in: folder.path)
                #expect(finished.status == 0, "\(finished.errors)")
            }
            try await eventually("four messages") { feed.records.count == 4 }
        }
        let texts = feed.texts
        for word in ["rfc5424", "octet", "rfc3164"] { #expect(texts.contains { $0.contains(word) }) }
        #expect(texts.allSatisfy { $0.hasPrefix("<13>1 ") && $0.contains(" app ") })
        #expect(Set(feed.batches.map(\.stream)) == ["syslog@127.0.0.1"])
        #expect(feed.records.map(\.position.offset) == [1, 2, 3, 4])
    }

    @Test func `a local socket takes what programs log, with this host and the year of today`() async throws {
        try await receiving(source { $0.sockets = [.init(socket)] }) {
            try await logger("-u", socket, "-d", "-t", "dockerd", "-p", "daemon.info", "time=now")
            try await eventually("the message") { feed.records.count == 1 }
            let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
            #expect(mode == 0o666)
        }
        #expect(messages == ["here dockerd: time=now"])
        #expect(feed.texts.first?.hasPrefix("<30>1 20") == true)
        #expect(feed.batches.map(\.stream) == ["syslog"])
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    @Test func `UDP is taken on this host`() async throws {
        try await receiving(source { $0.datagrams = [address] }) {
            try await logger("-n", "127.0.0.1", "-P", "\(port)", "-d", "-t", "app", "by UDP")
            try await eventually("the message") { feed.records.count == 1 }
        }
        #expect(feed.texts.first?.hasSuffix("by UDP") == true)
    }

    @Test func `a time without a year is of the nearest one`() async throws {
        try await receiving(source { $0.streams = [.init(address)] }) {
            _ = try send(#"printf '<30>Nov 24 23:00:00 h a: x\n<30>Jan  1 00:00:00 h a: y\n<30>no header\n' >&3"#)
            try await eventually("three messages") { feed.records.count == 3 }
        }
        let years = feed.texts.map { $0.dropFirst("<30>1 ".count).prefix(7) }
        #expect(years == ["2026-11", "2027-01", "2026-11"])
        #expect(messages == ["h a: x", "h a: y", "127.0.0.1 -: no header"])
    }

    @Test func `TLS takes clients with a certificate of the authority alone, where it is asked for`() async throws {
        let certificates = try await TestCertificates(in: folder.path)
        var listener = SyslogSource.Configuration.StreamListener(address)
        listener.certificate = certificates.path("server.crt")
        listener.key = certificates.path("server.key")
        listener.clientAuthority = certificates.path("ca.crt")
        func send(_ text: String, as client: String?) async throws {
            var command = ["openssl", "s_client", "-no_ign_eof", "-connect", "127.0.0.1:\(port)", "-CAfile"]
            command += [certificates.path("ca.crt")]
            if let client {
                command += ["-cert", certificates.path("\(client).crt"), "-key", certificates.path("\(client).key")]
            }
            try await Commands.run(command, input: "<30>1 2026-11-25T00:00:00Z h a - - - \(text)\n", in: folder.path)
        }
        try await receiving(source { $0.streams = [listener] }) {
            try await send("nobody", as: nil)
            try await send("stranger", as: "stranger")
            try await send("client", as: "client")
            try await eventually("the message") { feed.records.count == 1 }
            // Another certificate counts without a restart.
            let names = "subjectAltName=IP:127.0.0.1"
            try await certificates.certificate("server", by: "ca", name: "renewed", names)
            try await Task.sleep(for: .milliseconds(500))
            let shown = try await Commands.run(
                ["openssl", "s_client", "-connect", "127.0.0.1:\(port)"],
                in: folder.path
            )
            #expect(shown.output.contains("renewed"))
        }
        #expect(messages == ["h a: client"])
    }

    @Test func `a stream is read no further while nothing can be remembered, and nothing of it is lost`() async throws {
        let source = source {
            $0.streams = [.init(address)]
            $0.waitingMessages = 16
            $0.batchRecords = 4
        }
        try await receiving(source) {
            feed.fill(true)
            let sender = try send(
                "for i in $(seq 1 20000); do echo \"<30>1 2026-11-25T00:00:00Z h a - - - message number $i\"; done >&3"
            )
            try await Task.sleep(for: .milliseconds(500))
            #expect(feed.records.isEmpty)
            feed.fill(false)
            try await eventually("all messages") { feed.records.count == 20_000 }
            #expect(!sender.isRunning || sender.terminationStatus == 0)
        }
        #expect(messages == (1...20_000).map { "h a: message number \($0)" })
        #expect(feed.losses.isEmpty)
    }

    @Test func `datagrams that find no room are counted and told`() async throws {
        let source = source {
            $0.sockets = [.init(socket)]
            $0.waitingMessages = 8
            $0.batchRecords = 1
        }
        try await receiving(source) {
            feed.fill(true)
            let lines = (0..<100).map { "line \($0)" }.joined(separator: "\n")
            try await Commands.run(["logger", "-u", socket, "-d", "-t", "a"], input: lines, in: folder.path)
            try await eventually("the loss") { feed.losses.compactMap(\.records).reduce(0, +) >= 91 }
            feed.fill(false)
            try await eventually("the rest") {
                feed.records.count + feed.losses.compactMap(\.records).reduce(0, +) == 100
            }
        }
    }

    @Test func `messages that are too long are cut, and the next is read`() async throws {
        let source = source {
            $0.streams = [.init(address)]
            $0.sockets = [.init(socket)]
            $0.maximumMessageBytes = 500
        }
        try await receiving(source) {
            _ = try send(
                "(echo '<30>1 2026-11-25T00:00:00Z h a - - - '$(printf 'x%.0s' $(seq 1 5000)); echo '<30>1 2026-11-25T00:00:00Z h a - - - next') >&3"
            )
            try await eventually("two messages") { feed.records.count == 2 }
            try await logger("-u", socket, "-d", "-S", "4000", "-t", "a", String(repeating: "y", count: 3_000))
            try await eventually("the datagram") { feed.records.count == 3 }
        }
        #expect(feed.records.map(\.defects) == [[.oversized], [], [.oversized]])
        #expect(feed.records[0].bytes.count == 500)
        #expect(messages[1] == "h a: next")
    }

    @Test func `whoever is silent or sends byte by byte is given up, and others are served meanwhile`() async throws {
        let source = source {
            $0.streams = [.init(address)]
            $0.limits = StreamLimits(connections: 3, handshake: .seconds(1), idle: .seconds(1))
            $0.patience = .seconds(1)
        }
        try await receiving(source) {
            let silent = try send("cat <&3")
            let slow = try send("for i in $(seq 1 100); do printf x >&3 || exit 0; sleep 0.1; done; sleep 60")
            try await Task.sleep(for: .milliseconds(200))
            _ = try send("echo '<30>1 2026-11-25T00:00:00Z h a - - - meanwhile' >&3")
            try await eventually("the message") { messages.contains("h a: meanwhile") }
            try await eventually("their end") { !silent.isRunning && !slow.isRunning }
        }
    }

    @Test func `of more connections than a bound those make room that never sent a message`() async throws {
        let source = source {
            $0.streams = [.init(address)]
            $0.limits = StreamLimits(connections: 2)
        }
        try await receiving(source) {
            let sender = try send("echo '<30>1 2026-11-25T00:00:00Z h a - - - first' >&3; cat <&3")
            try await eventually("the message") { messages == ["h a: first"] }
            let silent = try send("cat <&3")
            try await Task.sleep(for: .milliseconds(300))
            let second = try send("echo '<30>1 2026-11-25T00:00:00Z h a - - - second' >&3; cat <&3")
            try await eventually("the silent one's end") { !silent.isRunning }
            try await eventually("the message") { messages.contains("h a: second") }
            // Where all have sent something, one more is closed.
            let third = try send("cat <&3")
            try await eventually("its end") { !third.isRunning }
            #expect(sender.isRunning && second.isRunning)
        }
    }

    @Test func `numbers go on behind the cursors of all streams`() async throws {
        let cursors = ["syslog": "7", "syslog@127.0.0.1": "11"]
        try await receiving(source { $0.sockets = [.init(socket)] }, from: cursors) {
            try await logger("-u", socket, "-d", "x")
            try await eventually("the message") { feed.records.count == 1 }
        }
        #expect(feed.records.map(\.position.offset) == [12])
        #expect(feed.cursors == ["syslog": "12"])
    }

    @Test func `a port that is taken is waited for`() async throws {
        let first = source { $0.streams = [.init(address)] }
        let other = TestFeed()
        try await receiving(first) {
            try await following(source { $0.streams = [.init(address)] }, into: other) {
                try await eventually("the complaint") { !other.waits.isEmpty }
            }
        }
        #expect(other.waits.allSatisfy { $0.contains("cannot listen") })
    }

    private typealias Change = @Sendable (inout SyslogSource.Configuration) -> Void

    private static let faults: [(Change, String)] = [
        ({ _ in }, "listens nowhere"), ({ $0.streams = [.init(.tcp(host: "0.0.0.0", port: 6514))] }, "forge"),
        ({ $0.datagrams = [.tcp(host: "192.0.2.1", port: 514)] }, "loopback"),
        ({ $0.sockets = [.init("log")] }, "absolute"),
    ]

    @Test(arguments: faults.indices)
    func `nothing is taken from the network without TLS`(
        index: Int
    ) async throws {
        let (change, words) = Self.faults[index]
        var configuration = SyslogSource.Configuration(name: "syslog")
        change(&configuration)
        #expect(configuration.fault?.message.contains(words) == true)
        await #expect(throws: LiveSourceError.self) {
            try await SyslogSource(configuration).follow(from: [:], into: TestFeed())
        }
    }
}
