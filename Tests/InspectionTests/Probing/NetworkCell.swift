import Foundation

/// A network namespace of its own, with HTTP servers in it, as a container's is.
final class NetworkCell {
    static let missing = "needs root, ip and python3 to make network namespaces: nothing is ASKED in another one"

    static let isPossible: Bool = {
        let probe = "test $(id -u) = 0 && command -v python3 && ip netns add twcell && ip netns del twcell"
        return (try? run(["sh", "-c", probe]))?.status == 0
    }()

    /// An address that it has and the host has not.
    static let address = "198.51.100.77"

    let name: String
    private var servers: [Server] = []

    init(_ name: String) throws {
        self.name = "tw\(ProcessInfo.processInfo.processIdentifier)\(name)"
        let script = """
            set -e
            ip netns add \(self.name)
            ip -n \(self.name) link set lo up
            ip -n \(self.name) link add eth0 type veth peer name far
            ip -n \(self.name) addr add \(Self.address)/24 dev eth0
            ip -n \(self.name) link set eth0 up
            ip -n \(self.name) link set far up
            """
        let made = try Self.run(["sh", "-c", script])
        guard made.status == 0 else { throw CellError(description: made.text) }
    }

    deinit {
        for server in servers { server.end() }
        _ = try? Self.run(["ip", "netns", "del", name])
    }

    /// Starts a server in it, whose process is in it.
    func serve(
        _ text: String,
        at places: String...,
        asEngine isEngine: Bool = false,
        tls: [String: String] = [:]
    ) throws -> Server {
        let server = try Server(text, at: places, asEngine: isEngine, tls: tls, by: ["ip", "netns", "exec", name])
        servers.append(server)
        return server
    }

    struct CellError: Error, CustomStringConvertible { var description: String }

    fileprivate static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}

/// A process that answers every GET with one text, with Docker's headers or without; it ends with its standard input.
final class Server {
    private let process = Process()
    private let input = Pipe()
    let ports: [Int]
    let id: Int

    /// - Parameter tls: the files by which it speaks TLS: `TLS_CHAIN` with its key, `TLS_AUTHORITY` of its clients; and the oldest version
    ///   that it takes, `TLS_OLDEST`.
    init(
        _ text: String,
        at places: [String],
        asEngine isEngine: Bool = false,
        tls: [String: String] = [:],
        by prefix: [String] = []
    ) throws {
        process.environment = ProcessInfo.processInfo.environment.merging(tls) { $1 }
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = prefix + ["python3", "-c", Self.script, text, isEngine ? "engine" : "other"] + places
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NetworkCell.CellError(description: "no server at \(places)") }
            line += more
        }
        ports = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        id = Int(process.processIdentifier)
    }

    /// Ends it, and waits until it has.
    func end() {
        guard process.isRunning else { return }
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private static let script = #"""
        import http.server, os, socket, ssl, sys, threading
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                if sys.argv[2] == "engine":
                    self.send_header("Api-Version", "1.47"); self.send_header("Ostype", "linux")
                body = (sys.argv[1] + " " + self.path).encode()
                self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            def log_message(self, *args): pass
        class Four(http.server.ThreadingHTTPServer): pass
        class Six(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6
            def server_bind(self):
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                super().server_bind()
        servers = []
        for place in sys.argv[3:]:
            host, port = place.rsplit("@", 1)
            servers.append((Six if ":" in host else Four)((host, int(port)), Answer))
        if "TLS_CHAIN" in os.environ:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(os.environ["TLS_CHAIN"])
            if "TLS_OLDEST" in os.environ:
                tls.set_ciphers("DEFAULT@SECLEVEL=0")
                tls.minimum_version = ssl.TLSVersion[os.environ["TLS_OLDEST"]]
            if "TLS_AUTHORITY" in os.environ:
                tls.load_verify_locations(os.environ["TLS_AUTHORITY"])
                tls.verify_mode = ssl.CERT_REQUIRED
            for one in servers: one.socket = tls.wrap_socket(one.socket, server_side=True)
        for one in servers: threading.Thread(target=one.serve_forever, daemon=True).start()
        print(*[one.server_port for one in servers], flush=True)
        sys.stdin.read()
        """#
}
