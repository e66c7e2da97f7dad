/// The directives of Apache's `LogFormat`, in which the common and combined log formats are defined.
///
/// Source: https://httpd.apache.org/docs/current/mod/mod_log_config.html#formats
enum ApacheFormat {
    static func parts(of format: ArraySlice<UInt8>, from base: Int) throws(AccessLogFormatError) -> TemplateBuilder {
        var builder = TemplateBuilder(escape: .backslash)
        var index = format.startIndex
        while index < format.endIndex {
            let offset = base + index - format.startIndex
            guard format[index] == UInt8(ascii: "%") else {
                // As configuration files write quotes within quotes.
                if format[index...].starts(with: "\\\"".utf8) { index += 1 }
                builder.append(text: format[index], at: offset)
                index += 1
                continue
            }
            index += 1
            // Only for some statuses, and of the request as it was or as it became.
            index = format[index...].prefix { "!,<>0123456789".utf8.contains($0) }.endIndex
            var argument: ArraySlice<UInt8> = []
            if index < format.endIndex, format[index] == UInt8(ascii: "{") {
                guard let end = format[index...].firstIndex(of: UInt8(ascii: "}")) else {
                    throw AccessLogFormatError("a %{ has no }", at: offset, hint: "write %{User-Agent}i, say")
                }
                argument = format[(index + 1)..<end]
                index = end + 1
            }
            guard index < format.endIndex else {
                throw AccessLogFormatError(
                    "a % begins no directive",
                    at: offset,
                    hint: "write %r, say, and %% for a percent sign"
                )
            }
            let letter = format[index]
            index += 1
            try append(letter, String(decoding: argument, as: UTF8.self), to: &builder, at: offset)
        }
        return builder
    }

    private static func append(
        _ letter: UInt8,
        _ argument: String,
        to builder: inout TemplateBuilder,
        at offset: Int
    ) throws(AccessLogFormatError) {
        switch letter {
        case UInt8(ascii: "%"): builder.append(text: letter, at: offset)
        case UInt8(ascii: "t") where argument.isEmpty:
            // Its brackets are its own.
            builder.append(text: UInt8(ascii: "["), at: offset)
            builder.append(.value(.time), at: offset)
            builder.append(text: UInt8(ascii: "]"), at: offset)
        default:
            guard let field = field(letter, argument.lowercased()) else {
                let name = letter > 32 && letter < 127 ? String(UnicodeScalar(letter)) : "?"
                throw AccessLogFormatError(
                    "there is no directive %\(name)",
                    at: offset,
                    hint: "the directives are those of Apache's LogFormat: %h %l %u %t \"%r\" %>s %b"
                )
            }
            builder.append(.value(field), at: offset)
        }
    }

    private static func field(_ letter: UInt8, _ argument: String) -> AccessLogField? {
        switch UnicodeScalar(letter) {
        case "h", "a": .clientAddress
        case "l": .ident
        case "u": .user
        case "t": .time
        case "r": .requestLine
        case "m": .method
        case "U": .path
        case "q": .query
        case "s": .status
        case "v", "V": .host
        case "i":
            switch argument {
            case "user-agent": .userAgent
            case "x-forwarded-for": .forwardedFor
            case "host": .host
            default: .ignored
            }
        case "x", "e": argument == "ssl_client_s_dn" ? .tlsSubject : .ignored
        case "A", "B", "b", "C", "D", "f", "H", "I", "k", "L", "n", "O", "o", "p", "P", "R", "S", "T", "X", "^":
            .ignored
        default: nil
        }
    }
}
