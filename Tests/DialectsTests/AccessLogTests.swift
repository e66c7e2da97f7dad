import Deployments
import Dialects
import Testing

/// Lines of access logs: what they tell, whose they are, and what of them is no request.
@Suite struct AccessLogTests {
    static func deployments(_ lines: String..., format: String? = nil) throws -> [ContainerDeployment] {
        let format = try format.map { text throws(AccessLogFormatError) in try AccessLogFormat(parsing: text) }
        return readings(of: AccessLogDialect(format: format), lines).deployments
    }

    /// A line in the combined log format.
    static func line(_ method: String, _ target: String, _ status: Int = 201) -> String {
        #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0200] "\#(method) \#(target) HTTP/1.1" \#(status) 20 "-" "curl/8""#
    }

    @Test func `who asked, from where, with what and when is told`() throws {
        let one = try #require(try Self.deployments(Self.line("POST", "/v1.41/containers/create?name=web")).first)
        #expect(one.event.timestamp?.description == "2026-11-23T21:42:43.000000Z")
        #expect(one.event.action == .containerCreate)
        #expect(one.event.outcome == .success)
        #expect(one.event.dataset == .nginxAccess)
        #expect(one.actor.sourceIP == "192.0.2.1")
        #expect(one.actor.userName == "ann")
        #expect(one.actor.userAgent == "curl/8")
        #expect(one.http?.method == "POST")
        #expect(one.http?.path == "/v1.41/containers/create")
        #expect(one.http?.query == "name=web")
        #expect(one.http?.statusCode == 201)
        #expect(one.container.name == "web")
        #expect(one.visibility == .bodyNotLogged)
    }

    @Test(arguments: [
        ("POST", "http://docker.example.test:2375/containers/create"), ("POST", "/v1.41/%63ontainers/create"),
        ("POST", "//v1.41//containers/create"), ("POST", "/docker/v1.41/containers/create?name=x"),
        ("GET", "/containers/web/attach/ws?stream=1"), ("POST", "/portainer/api/endpoints/2/docker/containers/create"),
        ("POST", "/api/v1/../v1/namespaces/a/pods"), ("POST", "/api/v1/namespaces/a/pods?fieldManager=x"),
        ("PATCH", "/clusters/main/apis/apps/v1/namespaces/a/deployments/web"),
        ("POST", "/api/kubernetes/api/v1/namespaces/a/pods"), ("POST", "/argo/api/v1/workflows/a"),
        ("PUT", "/service/marathon/v2/apps/web"), ("POST", "/dashboard/api/v1/appdeployment"),
        ("GET", "/clusters/main/api/v1/namespaces/a/pods/p/exec?command=id"),
        ("POST", "/api/endpoints/3/agent/kubernetes/apis/batch/v1/namespaces/a/jobs"),
        ("PUT", "/kubernetes-dashboard/api/v1/_raw/pod/namespace/a/name/b"),
    ])
    func `a route is known however it is written and wherever it is mounted`(method: String, target: String) throws {
        #expect(try Self.deployments(Self.line(method, target)).count == 1)
    }

    @Test(arguments: [
        ("POST", "/blog/containers/create"), ("POST", "/shop/v1/jobs"), ("GET", "/v1.41/containers/json"),
        ("POST", "/api/v1/namespaces/a/pods?dryRun=All"), ("POST", "/docs/api/v1/workflows/a"),
        ("DELETE", "/api/v1/namespaces/a/pods/p"), ("POST", "/clusters/main/api/v1/namespaces/a/configmaps"),
        ("OPTIONS", "/v1.41/containers/create"), ("HEAD", "/containers/web/attach/ws"),
        ("POST", "/graphql?query=/v1/jobs"),
        ("POST", "/v1.41/containers/web/rename?name=x"), ("POST", "/v1.41/swarm/leave"),
        ("CONNECT", "docker.example.test:2375"), ("POST", "/docker"),
        ("GET", "/api/v1/namespaces/a/services/https:d:/proxy/api/v1/pod/default"),
    ])
    func `what only looks like a route is none`(method: String, target: String) throws {
        #expect(try Self.deployments(Self.line(method, target)) == [])
    }

    @Test(arguments: [
        (101, Outcome.success), (201, .success), (304, .success), (403, .failure), (502, .failure), (499, .unknown),
        (504, .unknown), (0, .unknown),
    ])
    func `the status says whether it was done, where it can`(status: Int, outcome: Outcome) throws {
        #expect(try Self.deployments(Self.line("POST", "/v1/jobs", status)).map(\.event.outcome) == [outcome])
    }

    @Test(arguments: [
        "Nov 23 23:42:41 proxy haproxy[7]: ", "<134>Nov 23 23:42:41 proxy haproxy[7]: ",
        "<134>Nov  3 23:42:41 haproxy: ",
        "2026-11-23T23:42:41.123456+00:00 proxy haproxy[7]: ", "<190>1 2026-11-23T23:42:41Z proxy nginx 7 - - ",
        #"<190>1 2026-11-23T23:42:41Z proxy nginx 7 id [a@1 b="x\]y"][c@1] "#, "  ",
    ])
    func `what syslog wrote before a line is passed over`(prefix: String) throws {
        let one = try #require(try Self.deployments(prefix + Self.line("POST", "/v1/jobs")).first)
        #expect(one.actor.sourceIP == "192.0.2.1")
        #expect(one.route == .nomad)
    }

    @Test func `HAProxy's own format is read with captured headers, without, and cut`() throws {
        let head =
            "[2001:db8::1]:38182 [23/Nov/2026:23:42:45.619] web dummy/d 0/0/0/0/0 201 163 - - ---- 1/1/0/0/0 0/0 "
        let bare = head.replacing("[2001:db8::1]", with: "2001:db8::1")
        let found = try Self.deployments(
            bare + #""POST /v1/jobs HTTP/1.1""#,
            bare + #"{curl/8 "GET|x} {text/html} "POST /v1/jobs HTTP/1.1""#,
            bare + #"{curl/8|x} "POST /v1/jobs HTTP/1.1""#,
            bare + #""POST /v1/jobs?padding=xxxxxxxxxxxxxxxxxxxxxxxxxxxxx"#,
            bare + #""<BADREQ>""#
        )
        #expect(found.map(\.http?.path) == Array(repeating: "/v1/jobs", count: 4))
        #expect(found.allSatisfy { $0.actor.sourceIP == "2001:db8::1" && $0.event.dataset == .haproxyAccess })
        #expect(found.first?.event.timestamp?.description == "2026-11-23T23:42:45.619000Z")
    }

    @Test func `connections without a request are no requests and no problems`() {
        let lines = [
            "10.0.0.1:38182 [23/Nov/2026:23:42:45.619] tcp docker/d 0/0/5 120 -- 1/1/0/0/0 0/0",
            #"192.0.2.1 - - [23/Nov/2026:23:42:43 +0000] "\x16\x03\x01" 400 150 "-" "-""#,
            #"192.0.2.1 - - [23/Nov/2026:23:42:43 +0000] "" 400 0 "-" "-""#,
            #"[2026-11-23T23:42:54.389Z] "- - -" 0 UF,URX - "-" "-" 0 0 5 - "-" "-" "-" "-" "10.0.0.1:80" out - - - - -"#,
            #"{"method":null,"path":null,"response_code":0,"start_time":"2026-11-23T23:42:54.389Z"}"#, "", "   ",
        ]
        let reading = readings(of: AccessLogDialect(), lines)
        #expect(reading.deployments == [])
        #expect(reading.problems == [])
    }

    @Test func `a line in no known format costs only itself`() {
        let reading = readings(
            of: AccessLogDialect(),
            ["starting up", "{\"method\":", "{\"a\":1}", Self.line("POST", "/v1/jobs")]
        )
        #expect(reading.problems.count == 3)
        #expect(reading.deployments.count == 1)
    }

    @Test func `Traefik's and Linkerd's logs are told from others`() throws {
        let found = try Self.deployments(
            #"10.0.0.7 - ann [23/Nov/2026:23:42:43 +0000] "POST /v1/jobs HTTP/1.1" 201 20 "-" "curl/8" 12 "nomad@docker" "http://10.0.0.9:4646" 3ms"#,
            #"{"ClientAddr":"10.0.0.7:51234","ClientHost":"10.0.0.7","ClientUsername":"ann","DownstreamStatus":201,"RequestHost":"nomad.example.test","RequestMethod":"POST","RequestPath":"/v1/jobs","StartUTC":"2026-11-23T23:42:43.5Z","level":"info","msg":"","request_User-Agent":"curl/8","time":"2026-11-23T23:42:44Z"}"#,
            #"10.42.0.63:51160 web.booksapp.serviceaccount.identity.linkerd.cluster.local - [2026-11-23T20:28:20.071809491Z] "POST http://nomad:4646/v1/jobs HTTP/2.0" 200 19603"#,
            #"{"client.addr":"10.42.0.70:32996","client.id":"web.booksapp.serviceaccount.identity.linkerd.cluster.local","host":"nomad:4646","method":"POST","processing_ns":"39826","request_bytes":"","response_bytes":"19627","status":200,"timestamp":"2026-11-23T20:33:42.321746212Z","total_ns":"14441135","trace_id":"","uri":"http://nomad:4646/v1/jobs","user_agent":"Go-http-client/1.1","version":"HTTP/2.0"}"#
        )
        #expect(found.map(\.event.dataset) == [.traefikAccess, .traefikAccess, .linkerdAccess, .linkerdAccess])
        #expect(found.map(\.actor.sourceIP) == ["10.0.0.7", "10.0.0.7", "10.42.0.63", "10.42.0.70"])
        #expect(found.map(\.actor.userName) == ["ann", "ann", nil, nil])
        #expect(found.map { $0.actor.tlsClientSubject != nil } == [false, false, true, true])
        #expect(found.map(\.http?.host) == [nil, "nomad.example.test", nil, "nomad:4646"])
        #expect(found.map(\.http?.path) == Array(repeating: "/v1/jobs", count: 4))
        #expect(found[1].event.timestamp?.description == "2026-11-23T23:42:43.500000Z")
    }

    @Test func `the peer is the source, and what was forwarded only where no peer is shown`() throws {
        let envoy =
            #"[2026-11-23T23:42:54.389Z] "POST /v1/jobs HTTP/1.1" 200 - 2 20 2 0 "198.51.100.9, 10.0.0.7" "curl" "id" "nomad.example.test" "10.0.0.9:4646""#
        let json =
            #"{"remote_addr":"192.0.2.1","http_x_forwarded_for":"198.51.100.9","request_method":"POST","request_uri":"/v1/jobs","status":200}"#
        #expect(try Self.deployments(envoy, json).map(\.actor.sourceIP) == ["10.0.0.7", "192.0.2.1"])
    }

    @Test func `a quote in what the client sends hides no request`() throws {
        let found = try Self.deployments(
            #"[2026-11-23T23:42:54.389Z] "POST /v1/jobs HTTP/1.1" 200 - 2 20 2 0 "-" "x" "y" "GET / HTTP/1.1" 404 "" "id" "h" "u""#,
            #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "POST /v1/jobs?a=\x22 HTTP/1.1" 201 0 "-" "\x22 200""#,
            #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "POST /v1/jobs HTTP/1.1" 201 0 "-" "a \" 200 b""#,
            #"192.0.2.1 - x [y [23/Nov/2026:23:42:43 +0000] "POST /v1/jobs HTTP/1.1" 201 0 "-" "-""#
        )
        #expect(found.map(\.http?.path) == Array(repeating: "/v1/jobs", count: 4))
    }

    @Test func `a journal's entries are read`() throws {
        let line = Self.line("POST", "/v1/jobs").replacing("\"", with: "\\\"")
        let found = try Self.deployments(#"{"__REALTIME_TIMESTAMP":"1795477368000000","MESSAGE":"\#(line)"}"#)
        #expect(found.map(\.actor.sourceIP) == ["192.0.2.1"])
    }

    @Test func `any bytes are read to their end, however they repeat`() {
        var state: UInt64 = 42
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let parts: [[UInt8]] = [
            Array("192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] ".utf8), Array(#""POST /v1/jobs HTTP/1.1" "#.utf8),
            Array("\"".utf8), Array("\\".utf8), Array("201 20".utf8), Array("{".utf8), Array("}".utf8), [0xFF], [0],
            Array("[2026-11-23T23:42:54.389Z] ".utf8), Array(" - ".utf8), Array("<134>1 ".utf8), Array("%".utf8),
            Array("Nov 23 23:42:41 h p: ".utf8), Array(#""method":"POST","path":"/v1/jobs""#.utf8),
        ]
        var dialect = AccessLogDialect()
        for _ in 0..<5_000 {
            let record = (0..<(next() % 12)).flatMap { _ in parts[next() % parts.count] }
            _ = readings(of: &dialect, [record])
        }
        for piece in ["\"", "\\\"", "] \"", " - ", "[", "{", "<1>", " \"", "\\", "a: "] {
            let record = Array(String(repeating: piece, count: 200_000 / piece.utf8.count).utf8)
            #expect(readings(of: &dialect, [record]).deployments == [])
        }
    }
}
