/// nginx's `log_format`: text with `$variables`, optionally in the quotes and with the `escape=` of its configuration.
///
/// Source: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format, and the variables of the core, proxy and
/// ssl modules.
enum NginxFormat {
    /// - Parameters:
    ///   - format: what `log_format NAME` is followed by, with or without its quotes.
    ///   - base: where it begins in the text that was given.
    static func parts(of format: ArraySlice<UInt8>, from base: Int) throws(AccessLogFormatError) -> TemplateBuilder {
        var format = format
        let escape = try escape(&format, base)
        var builder = TemplateBuilder(escape: escape)
        let text = try unquoted(format, base)
        var index = 0
        while index < text.count {
            let (byte, offset) = text[index]
            guard byte == UInt8(ascii: "$") else {
                builder.append(text: byte, at: offset)
                index += 1
                continue
            }
            index += 1
            let isBraced = index < text.count && text[index].byte == UInt8(ascii: "{")
            if isBraced { index += 1 }
            let name = text[index...].prefix { isWord($0.byte) }.map(\.byte)
            index += name.count
            guard !name.isEmpty else {
                throw AccessLogFormatError(
                    "a $ has no variable's name behind it",
                    at: offset,
                    hint: "write $request, say"
                )
            }
            if isBraced {
                guard index < text.count, text[index].byte == UInt8(ascii: "}") else {
                    throw AccessLogFormatError("a ${ has no }", at: offset, hint: "close it: ${request}")
                }
                index += 1
            }
            let variable = String(decoding: name, as: UTF8.self)
            // `$is_args` is `?` or nothing, and `$args` follows it.
            if variable == "is_args" { continue }
            builder.append(.value(field(variable)), at: offset)
        }
        return builder
    }

    private static func escape(_ format: inout ArraySlice<UInt8>, _ base: Int) throws(AccessLogFormatError) -> LogEscape
    {
        let start = format.startIndex
        guard format.starts(with: "escape=".utf8) else { return .nginx }
        let word = format.dropFirst(7).prefix { $0 > 32 }
        format = format[word.endIndex...].drop { $0 <= 32 }
        switch String(decoding: word, as: UTF8.self) {
        case "default": return .nginx
        case "json": return .backslash
        case "none": return .none
        default:
            throw AccessLogFormatError(
                "nginx has no such escape",
                at: base + word.startIndex - start,
                hint: "write escape=default, escape=json or escape=none"
            )
        }
    }

    /// The format without the quotes around its parts, each byte with its place.
    private static func unquoted(_ format: ArraySlice<UInt8>, _ base: Int) throws(AccessLogFormatError)
        -> [(byte: UInt8, offset: Int)]
    {
        let start = format.startIndex
        guard format.first == UInt8(ascii: "'") else {
            return format.indices.map { (format[$0], base + $0 - start) }
        }
        var text: [(byte: UInt8, offset: Int)] = []
        var isQuoted = false
        var index = format.startIndex
        while index < format.endIndex {
            let byte = format[index]
            if byte == UInt8(ascii: "'") {
                isQuoted.toggle()
            } else if isQuoted {
                if byte == UInt8(ascii: "\\"), index + 1 < format.endIndex { index += 1 }
                text.append((format[index], base + index - start))
            } else if byte > 32, byte != UInt8(ascii: ";") {
                throw AccessLogFormatError(
                    "text stands outside the quotes",
                    at: base + index - start,
                    hint: "quote all of it"
                )
            }
            index += 1
        }
        guard !isQuoted else {
            throw AccessLogFormatError("a quote is not closed", at: base, hint: "end the format with '")
        }
        return text
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// What a variable says; those that are not listed, a configuration's own among them, are passed over.
    private static func field(_ name: String) -> AccessLogField {
        switch name.lowercased() {
        case "time_local", "time_iso8601", "msec": .time
        case "remote_addr", "realip_remote_addr", "binary_remote_addr": .clientAddress
        case "http_x_forwarded_for", "proxy_add_x_forwarded_for": .forwardedFor
        case "remote_user": .user
        case "request": .requestLine
        case "request_method": .method
        case "request_uri": .target
        case "uri", "document_uri": .path
        case "args", "query_string": .query
        case "status": .status
        case "http_user_agent": .userAgent
        case "host", "http_host", "server_name": .host
        case "ssl_client_s_dn", "ssl_client_s_dn_legacy": .tlsSubject
        default: .ignored
        }
    }
}
