/// HAProxy's `log-format`: text with `%variables` and `%[sample expressions]`.
///
/// Source: https://docs.haproxy.org/2.6/configuration.html#8.2.4 (custom log format) and 8.6 (what is escaped).
enum HAProxyFormat {
    static func parts(of format: ArraySlice<UInt8>, from base: Int) throws(AccessLogFormatError) -> TemplateBuilder {
        var builder = TemplateBuilder(escape: .haproxy, mergesSpaces: true)
        var reader = Reader(format: format, base: base)
        var isQuoting = false
        while let byte = reader.next() {
            let offset = reader.offset - 1
            if byte == UInt8(ascii: "\\"), let escaped = reader.next() {
                builder.append(text: escaped, at: offset)
            } else if byte != UInt8(ascii: "%") {
                builder.append(text: byte, at: offset)
            } else {
                try append(&reader, to: &builder, isQuoting: &isQuoting, at: offset)
            }
        }
        return builder
    }

    /// Walks the format.
    fileprivate struct Reader {
        let format: ArraySlice<UInt8>
        let base: Int
        var position = 0

        var offset: Int { base + position }
        var peek: UInt8? { position < format.count ? format[format.startIndex + position] : nil }

        mutating func next() -> UInt8? {
            defer { position += 1 }
            return peek
        }

        /// The text up to a closing bracket, which is passed; brackets may nest.
        mutating func bracketed(_ open: Unicode.Scalar, _ close: Unicode.Scalar, at start: Int)
            throws(AccessLogFormatError)
            -> String
        {
            position += 1
            var depth = 1
            var text: [UInt8] = []
            while let byte = peek {
                position += 1
                if byte == UInt8(ascii: open) { depth += 1 }
                if byte == UInt8(ascii: close) { depth -= 1 }
                if depth == 0 { return String(decoding: text, as: UTF8.self) }
                text.append(byte)
            }
            throw AccessLogFormatError(
                "a %\(open) has no \(close)",
                at: start,
                hint: "close it, as in %[src] or %{+Q}r"
            )
        }
    }

    private static func append(
        _ reader: inout Reader,
        to builder: inout TemplateBuilder,
        isQuoting: inout Bool,
        at offset: Int
    ) throws(AccessLogFormatError) {
        if reader.peek == UInt8(ascii: "%") {
            reader.position += 1
            return builder.append(text: UInt8(ascii: "%"), at: offset)
        }
        // A name, which only formats as JSON or CBOR show.
        if reader.peek == UInt8(ascii: "(") { _ = try reader.bracketed("(", ")", at: offset) }
        let flags = reader.peek == UInt8(ascii: "{") ? try reader.bracketed("{", "}", at: offset) : ""
        var isQuoted = flags.contains("+Q") || isQuoting && !flags.contains("-Q")
        let piece: TemplateBuilder.Piece
        if reader.peek == UInt8(ascii: "[") {
            piece = .value(sample(try reader.bracketed("[", "]", at: offset)))
        } else {
            let letters = reader.letters()
            // Flags alone, for all that follows.
            if letters == "o", !flags.isEmpty {
                isQuoting = isQuoted
                return
            }
            piece = try variable(letters, at: offset)
            // Numbers, times and states never are.
            if !quotable.contains(letters) { isQuoted = false }
        }
        if isQuoted { builder.append(text: UInt8(ascii: "\""), at: offset) }
        builder.append(piece, at: offset)
        if isQuoted { builder.append(text: UInt8(ascii: "\""), at: offset) }
    }

    private static func variable(_ name: String, at offset: Int) throws(AccessLogFormatError) -> TemplateBuilder.Piece {
        switch name {
        case "ci": return .value(.clientAddress)
        case "t", "tr", "T", "Tl", "trg", "trl", "Ts": return .value(.time)
        case "r": return .value(.requestLine)
        case "HM": return .value(.method)
        case "HU": return .value(.target)
        case "HP", "HPO": return .value(.path)
        case "HQ": return .value(.query)
        case "ST": return .value(.status)
        case "hr", "hs": return .captures
        case "hrl", "hsl": return .value(.ignored)
        default:
            guard others.contains(name) else {
                throw AccessLogFormatError(
                    name.isEmpty ? "a % begins no variable" : "there is no variable %\(name)",
                    at: offset,
                    hint:
                        "the variables are those of HAProxy's log-format, as in %ci:%cp [%tr] %ST %{+Q}r; write %% for a percent sign"
                )
            }
            return .value(.ignored)
        }
    }

    private static let others: Set<String> = [
        "B", "CC", "CS", "H", "HV", "ID", "Ta", "Tc", "Td", "Th", "Ti", "Tq", "TR", "Tr", "Tt", "Tu", "Tw", "Tw", "U",
        "ac", "b", "bc", "bi", "bp", "bq", "cp", "f", "fc", "fi", "fp", "ft", "lc", "ms", "pid", "rc", "rt", "s", "sc",
        "si", "sp", "sq", "sslc", "sslv", "ts", "tsc", "OG",
    ]

    private static let quotable: Set<String> = [
        "r", "ci", "bi", "fi", "si", "ft", "f", "b", "s", "HM", "HP", "HPO", "HQ", "HU", "HV", "CC", "CS", "ID", "H",
        "sslc",
        "sslv",
    ]

    /// What a sample expression says, whatever converters follow it: `req.hdr(user-agent),json(utf8s)`.
    private static func sample(_ expression: String) -> AccessLogField {
        let text = expression.lowercased().replacing(" ", with: "")
        let name = text.prefix { $0 != "(" && $0 != "," }
        switch name {
        case "src": return .clientAddress
        case "date", "accept_date", "request_date": return .time
        case "method", "capture.req.method": return .method
        case "url", "capture.req.uri", "pathq": return .target
        case "path": return .path
        case "query": return .query
        case "status": return .status
        case "ssl_c_s_dn", "ssl_fc_c_s_dn": return .tlsSubject
        case "http_auth_user": return .user
        case "req.hdr", "req.fhdr", "hdr", "fhdr", "capture.req.hdr", "hdr_ip", "req.hdr_ip":
            if text.contains("(user-agent") { return .userAgent }
            if text.contains("(x-forwarded-for") { return .forwardedFor }
            if text.contains("(host") { return .host }
            return .ignored
        default: return .ignored
        }
    }
}

extension HAProxyFormat.Reader {
    /// The longest variable's name that begins here: `%ci`, but `%b/`.
    fileprivate mutating func letters() -> String {
        var name: [UInt8] = []
        while let byte = peek, (65...90).contains(byte) || (97...122).contains(byte), name.count < 4 {
            name.append(byte)
            position += 1
        }
        return String(decoding: name, as: UTF8.self)
    }
}
