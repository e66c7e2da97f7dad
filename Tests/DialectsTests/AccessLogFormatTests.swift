import Deployments
import Dialects
import Testing

/// Format strings in the servers' own languages, and the lines that they describe.
@Suite struct AccessLogFormatTests {
    @Test(arguments: [
        (
            #"nginx:$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for""#,
            #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "POST /v1/jobs?a=b HTTP/1.1" 201 5 "-" "curl/8" "-""#
        ),
        (
            #"nginx:'$remote_addr - $remote_user [$time_iso8601] ' '"$request_method $scheme://$host$request_uri" $status "$http_user_agent"';"#,
            #"192.0.2.1 - ann [2026-11-23T23:42:43+00:00] "POST https://nomad.example.test/v1/jobs?a=b" 201 "curl/8""#
        ),
        (
            #"nginx:escape=json {"t":$msec,"peer":{"ip":"$remote_addr"},"who":"$remote_user","r":"$request","s":$status,"a":"$http_user_agent"}"#,
            #"{"s":201,"t":1795477363.000,"peer":{"ip":"192.0.2.1"},"who":"ann","r":"POST /v1/jobs?a=b HTTP/1.1","a":"curl/8"}"#
        ),
        (
            #"nginx:escape=none {"t":"$time_iso8601","ip":"$remote_addr","who":"$remote_user","m":"$request_method","u":"$uri$is_args$args","s":$status,"up":$upstream_status,"a":"$http_user_agent"}"#,
            #"{"t":"2026-11-23T23:42:43Z","ip":"192.0.2.1","who":"ann","m":"POST","u":"/v1/jobs?a=b","s":201,"up":-,"a":"curl/8"}"#
        ),
        (
            #"haproxy:%ci:%cp\ [%tr]\ %ft\ %b/%s\ %ST\ %B\ %{+Q}[http_auth_user]\ %hr\ %{+Q}[req.hdr(User-Agent)]\ %{+Q}r"#,
            #"192.0.2.1:38182 [23/Nov/2026:23:42:43.000] web dummy/d 201 163 "ann" "curl/8" "POST /v1/jobs?a=b HTTP/1.1""#
        ),
        (
            #"haproxy:%{+Q}o %{-Q}ci - [%trg] %HM %HU %ST %[http_auth_user] %[req.hdr(user-agent)]"#,
            #"192.0.2.1 - [23/Nov/2026:23:42:43 +0000] "POST" "/v1/jobs?a=b" 201 "ann" "curl/8""#
        ),
        (
            "haproxy:%ci [%t] %HM %HP%HQ %ST %[http_auth_user] %[req.hdr(user-agent)]",
            "192.0.2.1 [23/Nov/2026:23:42:43.000] POST /v1/jobs?a=b 201 ann curl/8"
        ),
        (
            #"envoy:%START_TIME(%s)% %DOWNSTREAM_REMOTE_ADDRESS% %REQ(X-FORWARDED-USER?:X)% "%REQ(:METHOD)% %REQ(:PATH):64%" %RESPONSE_CODE% "%REQ(USER-AGENT)%""#,
            #"1795477363 192.0.2.1:51234 ann "POST /v1/jobs?a=b" 201 "curl/8""#
        ),
        (
            #"envoy:{"m":"%REQ(:METHOD)%","u":"%REQ(:PATH)%","s":"%RESPONSE_CODE%","t":"%START_TIME%","x":{"ip":"%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%","who":"%REQ(x-forwarded-user)%"},"a":"%REQ(USER-AGENT)%"}"#,
            #"{"a":"curl/8","m":"POST","s":201,"t":"2026-11-23T23:42:43.000Z","u":"/v1/jobs?a=b","x":{"ip":"192.0.2.1","who":"ann"}}"#
        ),
        (
            #"apache:%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""#,
            #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "POST /v1/jobs?a=b HTTP/1.1" 201 5 "-" "curl/8""#
        ),
        (
            #"traefik:%h %u [%{sec}t] %m %U%q %s "%{user-agent}i""#,
            #"192.0.2.1 ann [1795477363] POST /v1/jobs?a=b 201 "curl/8""#
        ),
    ])
    func `a line is read as its server's format says`(format: String, line: String) throws {
        let reading = readings(of: AccessLogDialect(format: try AccessLogFormat(parsing: format)), [line])
        #expect(reading.problems == [])
        let one = try #require(reading.deployments.first)
        #expect(one.actor.sourceIP == "192.0.2.1")
        #expect(one.actor.userName == "ann")
        #expect(one.actor.userAgent == "curl/8")
        #expect(one.http?.method == "POST")
        #expect(one.http?.path == "/v1/jobs")
        #expect(one.http?.query == "a=b")
        #expect(one.http?.statusCode == 201)
        #expect(one.event.timestamp?.description == "2026-11-23T23:42:43.000000Z")
    }

    @Test(arguments: [
        ("", 0, "no server's name"), ("iis:x", 0, "no server's name"), ("$request", 0, "no server's name"),
        ("nginx:$request $", 15, "no variable's name"), ("nginx:${request", 6, "no }"),
        ("nginx:$status", 13, "no request"),
        ("nginx:$status$request", 13, "nothing between"), ("nginx:escape=xml $request", 13, "no such escape"),
        ("nginx:'$request", 6, "not closed"), ("nginx:'$request' x", 17, "outside"),
        ("envoy:%REQ(:METHOD", 6, "no )"), ("envoy:%protocol%", 6, "no command operator"),
        ("envoy:%PROTOCOL", 6, "not closed"),
        ("envoy:%PROTOCOL%", 16, "no request"), ("haproxy:%zz", 8, "no variable %zz"), ("haproxy:%[src", 8, "no ]"),
        ("haproxy:%ci", 11, "no request"), ("apache:%r %", 10, "no directive"), ("apache:%Z", 7, "no directive %Z"),
        ("apache:%{User-Agent", 7, "no }"),
    ])
    func `a format that is wrong is told with its place and what to write`(text: String, offset: Int, words: String)
        throws
    {
        let error = #expect(throws: AccessLogFormatError.self) { try AccessLogFormat(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(words) == true)
        #expect(error?.hint.isEmpty == false)
    }

    @Test(arguments: [
        "common", "combined", "clf", "httplog", "httpslog", "istio", "json", "nginx:combined", "nginx:json",
        "haproxy:httplog",
        "haproxy:clf", "haproxy:json", "envoy:default", "envoy:istio", "envoy:json", "traefik:common",
        "traefik:genericCLF",
        "traefik:json", "linkerd:apache", "linkerd:json", "apache:common", "apache:combined",
    ])
    func `a name stands for a format`(name: String) {
        #expect(throws: Never.self) { try AccessLogFormat(parsing: name) }
    }

    @Test func `a line that does not fit costs only itself`() throws {
        let format = try AccessLogFormat(parsing: #"nginx:$remote_addr "$request" $status"#)
        let reading = readings(
            of: AccessLogDialect(format: format),
            ["nothing of the kind", #"192.0.2.1 "POST /v1/jobs HTTP/1.1" 201"#, #"192.0.2.1 "POST /v1/jobs HTTP/1.1"#]
        )
        #expect(reading.problems.map(\.position.offset) == [0])
        #expect(reading.deployments.count == 2)
    }

    @Test func `any text is a format or an error, and its reader reads any line`() {
        var state: UInt64 = 7
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let parts = [
            "nginx:", "haproxy:", "envoy:", "apache:", "traefik:", "$request", "$status", "${", "}", "'", "\"", " ",
            "%", "%r", "%ci",
            "%[src]", "%{+Q}", "o", "%REQ(:METHOD)%", "%REQ(:PATH)%", "(", ")", "[", "]", "{", "{\"a\":\"", "\"}",
            "escape=json ",
            "\\", "%hr", "%hs", "é", "\u{E000}0\u{E001}", ":", ",",
        ]
        var formats = 0
        for _ in 0..<20_000 {
            let servers = ["nginx:", "haproxy:", "envoy:", "apache:"]
            let text = servers[next() % 4] + (0..<(next() % 10)).map { _ in parts[next() % parts.count] }.joined()
            do throws(AccessLogFormatError) {
                let format = try AccessLogFormat(parsing: text)
                formats += 1
                let line = (0..<(next() % 10)).map { _ in parts[next() % parts.count] }.joined()
                _ = readings(of: AccessLogDialect(format: format), [line, text])
            } catch {
                #expect((0...text.utf8.count).contains(error.offset), "\(text): \(error)")
            }
        }
        #expect(formats > 500)
    }
}
