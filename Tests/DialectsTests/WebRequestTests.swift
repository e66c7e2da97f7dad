import Deployments
import Dialects
import JSON
import Testing

/// What rules on web servers' and proxies' logs are held against, whichever log the requests stand in.
@Suite struct WebRequestTests {
    private static let combined =
        #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "GET /a%20b/x.php?q=%27%20or HTTP/1.1" 404 0 "-" "curl/8 \x22x\x22""#

    /// The fields of each request that is handed over, by the raw log it is of.
    private func requests(
        _ dialect: some Dialect,
        _ lines: [String],
        of logs: Set<RawLogSource> = [.webServer]
    ) -> [[String: String]] {
        var dialect = dialect
        var found: [[String: String]] = []
        var reading = Reading()
        reading.rawLogs = logs
        reading.onRawEvent = { log, value, position in
            #expect(logs.contains(log))
            var fields: [String: String] = ["offset": String(position.offset)]
            for (name, value) in value.members {
                fields[String(name)] = value.string ?? value.integer.map { String($0) }
            }
            found.append(fields)
        }
        var offset = 0
        for line in lines {
            let bytes = Array(line.utf8) + [UInt8](repeating: 0, count: 64)
            unsafe bytes.withUnsafeBytes { memory in
                let record = unsafe RawRecord(
                    bytes: UnsafeRawBufferPointer(rebasing: memory[..<line.utf8.count]),
                    position: .init(path: "log", offset: offset)
                )
                dialect.read(record, into: &reading)
            }
            offset += line.utf8.count + 1
        }
        dialect.finish(into: &reading)
        return found
    }

    @Test func `a line of an access log is a request with the names of web servers' logs`() {
        let wanted = [
            "offset": "0", "time": "2026-11-23T23:42:43.000000Z", "c-ip": "192.0.2.1", "cs-method": "GET",
            "cs-uri": "/a%20b/x.php?q=%27%20or", "cs-uri-stem": "/a b/x.php", "cs-uri-query": "q=%27%20or",
            "cs-username": "ann", "cs-user-agent": #"curl/8 "x""#, "sc-status": "404",
        ]
        #expect(requests(AccessLogDialect(), [Self.combined]) == [wanted])
        #expect(requests(ApplicationLogDialect(), [Self.combined]) == [wanted])
        #expect(requests(ContainerLogDialect(), ["2026-11-23T23:42:44Z stdout F \(Self.combined)"]) == [wanted])
        #expect(
            requests(SyslogDialect(AccessLogDialect()), ["<134>Nov 23 23:42:44 h nginx: \(Self.combined)"]) == [wanted]
        )
    }

    @Test func `rules on proxies' logs see it by their names as well`() throws {
        let found = requests(AccessLogDialect(), [Self.combined], of: [.proxy])
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one["c-ip"] == "192.0.2.1")
        #expect(one["src_ip"] == "192.0.2.1")
        #expect(one["c-uri"] == "/a%20b/x.php?q=%27%20or")
        #expect(one["c-uri-stem"] == "/a b/x.php")
        #expect(one["c-uri-query"] == "q=%27%20or")
        #expect(one["c-uri-extension"] == "php")
        #expect(one["c-useragent"] == #"curl/8 "x""#)
        #expect(requests(AccessLogDialect(), [Self.combined], of: [.webServer, .proxy]).count == 2)
    }

    @Test func `nothing is made where no rule asks for requests`() {
        #expect(requests(AccessLogDialect(), [Self.combined], of: [.kubernetesAudit]).isEmpty)
        #expect(requests(ContainerLogDialect(), [Self.combined], of: []).isEmpty)
    }

    @Test(arguments: [
        #"10.0.0.7:5 [23/Nov/2026:23:42:43.100] web dummy/d 0/0/0/0/0 200 163 - - ---- 1/1/0/0/0 0/0 "GET /version HTTP/1.1""#,
        #"[2026-11-23T23:42:43.100Z] "GET /version HTTP/1.1" 200 - 0 20 41 0 "10.0.0.7" "ua" "id" "docker.example.test" "127.0.0.1:28000""#,
        #"{"remote_addr":"10.0.0.7","request_method":"GET","request_uri":"/version","status":200,"time_iso8601":"2026-11-23T23:42:43.1+00:00"}"#,
    ])
    func `whichever server wrote it`(_ line: String) throws {
        let one = try #require(requests(AccessLogDialect(), [line]).first)
        #expect(one["time"] == "2026-11-23T23:42:43.100000Z")
        #expect(one["c-ip"] == "10.0.0.7")
        #expect(one["cs-method"] == "GET")
        #expect(one["cs-uri-stem"] == "/version")
        #expect(one["cs-host"] == (line.hasPrefix("[") ? "docker.example.test" : nil))
        #expect(one["sc-status"] == "200")
    }

    @Test func `lines that show no request are none`() {
        let lines = [
            #"10.0.0.7:5 [23/Nov/2026:23:42:41.980] web web/<NOSRV> -1/-1/-1/-1/0 400 0 - - CR-- 1/1/0/0/0 0/0 "<BADREQ>""#,
            #"192.0.2.1 - - [23/Nov/2026:23:42:43 +0000] "\x16\x03\x01" 400 0 "-" "-""#, "nonsense", "",
        ]
        #expect(requests(AccessLogDialect(), lines).isEmpty)
    }

    @Test func `dashboards' own logs hold requests, too`() {
        let dashboard = [
            "2026/11/23 23:27:38 [2026-11-23T23:27:38Z] Incoming HTTP/1.1 GET /api/v1/pod request from 10.42.0.7:5: ",
            ApplicationLogTests.answer(200),
        ]
        let found = requests(ApplicationLogDialect(), dashboard)
        #expect(found.map { $0["cs-uri-stem"] } == ["/api/v1/pod"])
        #expect(found.map { $0["sc-status"] } == ["200"])
        #expect(found.map { $0["c-ip"] } == ["10.42.0.7"])
        let rancher =
            #"{"auditID":"9002493a","requestURI":"/v3/clusters","user":{"name":"user-4xrqk"},"method":"GET","remoteAddr":"10.0.0.7:51234","responseCode":200,"requestTimestamp":"2026-11-23T23:57:45Z"}"#
        #expect(requests(ApplicationLogDialect(), [rancher]).map { $0["cs-username"] } == ["user-4xrqk"])
        let server =
            #"I1123 23:27:38.000000 1 httplog.go:132] "HTTP" verb="LIST" URI="/api/v1/pods" latency="1ms" userAgent="curl/8" srcIP="10.0.0.7:5" resp=200"#
        #expect(requests(ApplicationLogDialect(), [server]).map { $0["cs-user-agent"] } == ["curl/8"])
    }

    @Test func `who asked Kubeflow is known from the lines before`() {
        let lines = [
            "2026-11-23 23:57:45,100 | kubeflow.kubeflow.crud_backend.authn | INFO | Handling request for user: ann@x.test",
            #"10.0.0.7 - - [23/Nov/2026:23:57:45 +0000] "GET /api/namespaces/a/notebooks HTTP/1.1" 200 5 "-" "curl/8""#,
        ]
        let found = requests(ApplicationLogDialect(), lines)
        #expect(found.map { $0["cs-username"] } == ["ann@x.test"])
    }

    @Test func `an endless target costs nobody anything`() {
        let line = Self.combined.replacing("/a%20b", with: "/" + String(repeating: #"\x22"#, count: 1 << 20))
        #expect(requests(AccessLogDialect(), [line]).count <= 1)
    }
}
