import Dialects
import Testing

/// The built-in sequences over the logs of proxies that stand before an engine.
@Suite struct ProxySequenceTests {
    enum Server: CaseIterable {
        case nginx, haproxy, envoy

        func line(_ method: String, _ target: String, from address: String, at second: Int, _ status: Int) -> String {
            let (minute, second) = (second / 60, second % 60)
            let clock = (minute < 10 ? "0" : "") + "\(minute):" + (second < 10 ? "0" : "") + "\(second)"
            return switch self {
            case .nginx:
                #"\#(address) - - [24/Nov/2026:10:\#(clock) +0000] "\#(method) \#(target) HTTP/1.1" \#(status) 9 "-" "curl/8""#
            case .haproxy:
                #"\#(address):5 [24/Nov/2026:10:\#(clock).000] web d/d 0/0/0/0/0 \#(status) 9 - - ---- 1/1/0/0/0 0/0 "\#(method) \#(target) HTTP/1.1""#
            case .envoy:
                #"[2026-11-24T10:\#(clock).000Z] "\#(method) \#(target) HTTP/1.1" \#(status) - 0 9 1 0 "\#(address)" "curl/8" "i" "docker" "10.0.0.1:1""#
            }
        }
    }

    private func sequences(_ lines: [String]) throws -> [String] {
        let scan = try SequenceScan()
        scan.read(AccessLogDialect(), lines)
        return scan.sequences()
    }

    private func conversation(_ server: Server, from address: String) -> [String] {
        [
            server.line("GET", "/v1.41/containers/json?all=1", from: address, at: 0, 200),
            server.line("POST", "/v1.41/containers/create?name=a", from: address, at: 5, 201),
            server.line("POST", "/v1.41/containers/a/start", from: address, at: 6, 204),
            server.line("POST", "/v1.41/containers/a/exec", from: address, at: 9, 201),
            server.line("POST", "/v1.41/exec/0123456789ab/start", from: address, at: 10, 101),
        ]
    }

    @Test(arguments: Server.allCases)
    func `an address that looks, creates, starts and enters is told`(server: Server) throws {
        let told = "Engine Looked Over, Container Created And Entered Without Login"
        #expect(try sequences(conversation(server, from: "203.0.113.7")) == [told])
        // Whoever does not look first is none, nor is the host itself.
        #expect(try sequences(Array(conversation(server, from: "203.0.113.7").dropFirst())) == [])
        if server != .envoy { #expect(try sequences(conversation(server, from: "127.0.0.1")) == []) }
    }

    @Test(arguments: Server.allCases)
    func `a container after many refusals is told`(server: Server) throws {
        let refusals = (0..<10).map {
            server.line("POST", "/containers/create", from: "203.0.113.7", at: $0 * 5, $0.isMultiple(of: 2) ? 401 : 403)
        }
        let made = server.line("POST", "/containers/create", from: "203.0.113.7", at: 120, 201)
        #expect(try sequences(refusals + [made]) == ["Container Created After Many Refusals"])
        #expect(try sequences(Array(refusals.dropFirst()) + [made]) == [])
    }

    @Test func `a name in the log is a login`() throws {
        let lines = conversation(.nginx, from: "203.0.113.7").map { $0.replacing(" - - ", with: " - ann ") }
        #expect(try sequences(lines) == [])
    }

    @Test(
        .enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"),
        arguments: [
            "nginx.log", "nginx-json.log", "haproxy.log", "haproxy-clf.log", "haproxy-json.log", "envoy-default.log",
            "envoy-text.log", "envoy-json.log",
        ]
    )
    func `of the ordinary lines of real logs no rule on requests tells anything`(file: String) throws {
        let lines = try SharedData.lines("proxy-logs/\(file)")
        let labels = try SharedData.objects("proxy-logs/labels.jsonl").filter { $0["file"] as? String == file }
        let ordinary = labels.filter { $0["effect"] as? String == nil }.compactMap { $0["line"] as? Int }
        #expect(ordinary.count > 400)
        let scan = try SequenceScan()
        scan.read(AccessLogDialect(), ordinary.filter { $0 <= lines.count }.map { lines[$0 - 1] }, path: file)
        #expect(scan.sequences() == [])
        #expect(scan.told == [])
    }
}
