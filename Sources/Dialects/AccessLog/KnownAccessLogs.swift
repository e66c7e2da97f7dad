internal import Deployments

/// The formats that servers have by themselves, and which of them a line is in.
enum KnownAccessLogs {
    /// Names that stand for a format without its server's.
    static let names = ["common", "combined", "clf", "httplog", "httpslog", "istio", "json"]

    /// The format of a name, with or without its server before it; nil for another text.
    static func named(_ text: String) -> AccessLogFormat? { formats[text] }

    /// What a line says, and whose log it is; nil for a line in none of these formats.
    ///
    /// A line that shows a connection and no request (HAProxy's `tcplog`, a `<BADREQ>`) says nothing, and is known.
    static func read(_ line: ArraySlice<UInt8>) -> (AccessLogEntry, Dataset)? {
        guard let first = line.first else { return nil }
        if first == UInt8(ascii: "[") { return envoyLine(line) }
        var entry = AccessLogEntry()
        let extent = commonHead.read(line, into: &entry)
        if commonHead.isWhole(extent) {
            let dataset = dataset(of: line[extent.end...], &entry)
            return (entry, dataset)
        }
        if entry.isCutRequest { return (entry, .nginxAccess) }
        entry = AccessLogEntry()
        if httplog.isWhole(httplog.read(line, into: &entry)) || entry.isCutRequest { return (entry, .haproxyAccess) }
        entry = AccessLogEntry()
        if connection.isWhole(connection.read(line, into: &entry)), entry.time != nil { return (entry, .haproxyAccess) }
        return nil
    }

    private static func envoyLine(_ line: ArraySlice<UInt8>) -> (AccessLogEntry, Dataset)? {
        for template in [istio, envoy] {
            var entry = AccessLogEntry()
            let extent = template.read(line, into: &entry)
            if template.isWhole(extent), extent.end == line.endIndex { return (entry, .envoyAccess) }
        }
        // What every one of Envoy's formats begins with, Istio's older ones among them.
        var entry = AccessLogEntry()
        let extent = beginning.read(line, into: &entry)
        guard beginning.isWhole(extent) && entry.time != nil || entry.isCutRequest else { return nil }
        return (entry, .envoyAccess)
    }

    /// Whose log a line in the common log format is, by what follows: referrer and user agent, then each server's own.
    private static func dataset(of rest: ArraySlice<UInt8>, _ entry: inout AccessLogEntry) -> Dataset {
        let extent = agent.read(rest, into: &entry)
        if let ident = entry.ident {
            // Nobody but Linkerd has an identity to write there.
            entry.tlsSubject = ident
            return .linkerdAccess
        }
        let tail = rest[extent.end...]
        if tail.last == UInt8(ascii: "s"), tail.dropLast().last == UInt8(ascii: "m") { return .traefikAccess }
        var ignored = AccessLogEntry()
        if haproxyTail.isWhole(haproxyTail.read(tail, into: &ignored)) { return .haproxyAccess }
        return .nginxAccess
    }

    // MARK: Formats

    private static let commonText = #"%h %l %u %t "%r" %>s %b"#
    private static let combinedText = commonText + #" "%{Referer}i" "%{User-Agent}i""#
    private static let nginxCombined =
        #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#
    private static let httplogText =
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"
    private static let haproxyCLF =
        #"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"#
    private static let envoyText =
        #"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%""#
    private static let istioText =
        #"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%"#

    private static let common = template(.apache, commonText)
    private static let httplog = template(.haproxy, httplogText)
    private static let envoy = template(.envoy, envoyText)
    private static let istio = template(.envoy, istioText)
    private static let beginning = template(
        .envoy,
        #"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% "#
    )
    /// What HAProxy writes of a connection, whichever way it ended.
    private static let connection = parts(.haproxy, "%ci:%cp [%t] %ft")
    /// The common log format up to the number of bytes, behind which each server has its own.
    private static let commonHead = parts(.apache, #"%h %l %u %t "%r" %>s "#)
    private static let agent = parts(.apache, #"%b "%{Referer}i" "%{User-Agent}i""#)
    private static let haproxyTail = parts(.haproxy, #" %cp %ms "%ft" "%b" "%s" %TR %Tw"#)

    private static let formats: [String: AccessLogFormat] = [
        "common": AccessLogFormat(.nginxAccess, .text(common)),
        "combined": AccessLogFormat(.nginxAccess, .text(template(.nginx, nginxCombined))),
        "nginx:combined": AccessLogFormat(.nginxAccess, .text(template(.nginx, nginxCombined))),
        "apache:common": AccessLogFormat(.httpAccess, .text(common)),
        "apache:combined": AccessLogFormat(.httpAccess, .text(template(.apache, combinedText))),
        "httplog": AccessLogFormat(.haproxyAccess, .text(httplog)),
        "httpslog": AccessLogFormat(.haproxyAccess, .text(httplog)),
        "haproxy:httplog": AccessLogFormat(.haproxyAccess, .text(httplog)),
        "haproxy:httpslog": AccessLogFormat(.haproxyAccess, .text(httplog)),
        "clf": AccessLogFormat(.haproxyAccess, .text(template(.haproxy, haproxyCLF))),
        "haproxy:clf": AccessLogFormat(.haproxyAccess, .text(template(.haproxy, haproxyCLF))),
        "traefik:common": AccessLogFormat(.traefikAccess, .text(template(.traefik, combinedText))),
        "traefik:genericCLF": AccessLogFormat(.traefikAccess, .text(template(.traefik, combinedText))),
        "envoy:default": AccessLogFormat(.envoyAccess, .text(envoy)),
        "envoy:istio": AccessLogFormat(.envoyAccess, .text(istio)),
        "istio": AccessLogFormat(.envoyAccess, .text(istio)),
        "linkerd:apache": AccessLogFormat(.linkerdAccess, .text(common)),
        "json": AccessLogFormat(.httpAccess, .knownKeys),
    ].merging(
        AccessLogServer.allCases.map { ("\($0.rawValue):json", AccessLogFormat($0.dataset, .knownKeys)) },
        uniquingKeysWith: { first, _ in first }
    )

    /// A template of this file's own; every one is made in a test.
    private static func template(_ server: AccessLogServer, _ text: String) -> LogTemplate { parts(server, text) }

    private static func parts(_ server: AccessLogServer, _ text: String) -> LogTemplate {
        let bytes = Array(text.utf8)[...]
        let builder: TemplateBuilder? =
            switch server {
            case .nginx: try? NginxFormat.parts(of: bytes, from: 0)
            case .envoy: try? EnvoyFormat.parts(of: bytes, from: 0)
            case .haproxy: try? HAProxyFormat.parts(of: bytes, from: 0)
            case .traefik, .linkerd, .apache: try? ApacheFormat.parts(of: bytes, from: 0)
            }
        return LogTemplate(builder?.pieces ?? [], escape: builder?.escape ?? .none)
    }
}
