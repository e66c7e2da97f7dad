import Foundation

/// rsyslogd, a real receiver, which writes what it has read of each message as JSON.
struct Rsyslog {
    enum Transport: String, CaseIterable { case datagram, tcp, tls }

    private let process: ChildProcess
    let folder: TestFolder
    let port: Int
    var socket: String { folder.path + "/log.sock" }

    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: "/usr/sbin/rsyslogd") }

    init(_ transport: Transport, in folder: TestFolder) throws {
        self.folder = folder
        port = Int.random(in: 20_000..<30_000)
        let input =
            switch transport {
            case .datagram:
                """
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="\(folder.path)/log.sock" UseSpecialParser="off" ParseHostname="on" RateLimit.Interval="0")
                """
            case .tcp:
                """
                module(load="imtcp")
                input(type="imtcp" port="\(port)" address="127.0.0.1")
                """
            case .tls:
                """
                module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
                input(type="imtcp" port="\(port)" address="127.0.0.1")
                """
            }
        let configuration = """
            global(workDirectory="\(folder.path)" maxMessageSize="64k"
              defaultNetstreamDriverCAFile="\(folder.path)/ca.pem"
              defaultNetstreamDriverCertFile="\(folder.path)/server.pem"
              defaultNetstreamDriverKeyFile="\(folder.path)/server.key"
              parser.escapeControlCharactersOnReceive="off")
            \(input)
            template(name="read" type="string"
              string="%pri%\\t%protocol-version%\\t%hostname%\\t%app-name%\\t%procid%\\t%msgid%\\t%structured-data%\\t%msg%\\n")
            action(type="omfile" file="\(folder.path)/read" template="read" asyncWriting="off" flushOnTXEnd="on")
            """
        let path = try folder.write(configuration, "rsyslog.conf")
        process = try ChildProcess("/usr/sbin/rsyslogd", ["-n", "-f", path, "-i", folder.path + "/pid"])
    }

    func stop() { process.stop() }

    /// Waits until so many messages are read, and returns their fields.
    func messages(_ count: Int) async throws -> [[String]] {
        for _ in 0..<1_000 {
            if folder.lines("read").count >= count { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        return folder.lines("read").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }
}
