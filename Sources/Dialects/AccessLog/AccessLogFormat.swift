package import Deployments

/// The format of an access log, given as its server's own format string: `nginx:$remote_addr "$request" $status`.
///
/// Before the colon stands the server whose language the string is in (``AccessLogServer``); behind it the string as the
/// server's configuration has it, or the name of a format that the server knows by itself (`haproxy:httplog`). `common`,
/// `combined`, `httplog`, `httpslog`, `clf`, `istio` and `json` need no server.
///
/// The string is made into a reader that takes time by a line's length alone. A string of JSON
/// (`nginx:escape=json {"uri":"$request_uri",…}`, Envoy's `json_format`) is read as JSON, whatever order the keys come in.
package struct AccessLogFormat: Sendable {
    /// The dataset of what is read.
    package let dataset: Dataset
    let reading: Reading

    enum Reading: Sendable {
        /// Lines of text.
        case text(LogTemplate)
        /// Lines of JSON; text where one is none, as nginx writes when it does not escape.
        case json(JSONTemplate, LogTemplate)
        /// JSON whose keys are known by name.
        case knownKeys
    }

    /// Longer strings are no server's.
    private static let maximumBytes = 16 << 10

    /// Reads a format string.
    ///
    /// - Throws: ``AccessLogFormatError`` with the byte where the string is wrong, and what to write.
    package init(parsing text: String) throws(AccessLogFormatError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumBytes else {
            throw AccessLogFormatError(
                "the format is too long",
                at: Self.maximumBytes,
                hint: "leave out what is not needed"
            )
        }
        if let known = KnownAccessLogs.named(text) {
            self = known
            return
        }
        let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        guard let colon, let server = AccessLogServer(rawValue: String(decoding: bytes[..<colon], as: UTF8.self)) else {
            throw AccessLogFormatError(
                "the format begins with no server's name",
                at: 0,
                hint: "write nginx:, haproxy:, envoy:, traefik:, linkerd: or apache: before it, or one of the names "
                    + KnownAccessLogs.names.joined(separator: ", ")
            )
        }
        try self.init(server, bytes[(colon + 1)...], from: colon + 1)
    }

    init(_ server: AccessLogServer, _ format: ArraySlice<UInt8>, from base: Int) throws(AccessLogFormatError) {
        dataset = server.dataset
        let builder: TemplateBuilder
        let request: String
        switch server {
        case .nginx: (builder, request) = (try NginxFormat.parts(of: format, from: base), "$request")
        case .envoy:
            (builder, request) = (
                try EnvoyFormat.parts(of: format, from: base), "%REQ(:METHOD)% and %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"
            )
        case .haproxy: (builder, request) = (try HAProxyFormat.parts(of: format, from: base), "%{+Q}r, or %HM and %HU")
        case .traefik, .linkerd, .apache: (builder, request) = (try ApacheFormat.parts(of: format, from: base), "%r")
        }
        let template = try builder.template(end: base + format.count, request: request)
        if let json = JSONTemplate(builder.parts, escape: template.escape) {
            reading = .json(json, template)
        } else {
            reading = .text(template)
        }
    }

    init(_ dataset: Dataset, _ reading: Reading) {
        self.dataset = dataset
        self.reading = reading
    }
}
