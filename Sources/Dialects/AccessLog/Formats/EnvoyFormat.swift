/// Envoy's access log format: text with command operators, `%REQ(:METHOD)%`.
///
/// Source: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
enum EnvoyFormat {
    static func parts(of format: ArraySlice<UInt8>, from base: Int) throws(AccessLogFormatError) -> TemplateBuilder {
        var builder = TemplateBuilder(escape: .none)
        let percent = UInt8(ascii: "%")
        var index = format.startIndex
        while index < format.endIndex {
            let offset = base + index - format.startIndex
            if format[index] != percent {
                // A format in Istio's configuration ends in an escaped line end.
                if format[index...].elementsEqual("\\n".utf8) { break }
                builder.append(text: format[index], at: offset)
                index += 1
                continue
            }
            if format[index...].dropFirst().first == percent {
                builder.append(text: percent, at: offset)
                index += 2
                continue
            }
            index += 1
            let name = format[index...].prefix {
                (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
            }
            guard !name.isEmpty else {
                throw AccessLogFormatError(
                    "a % begins no command operator",
                    at: offset,
                    hint: "write %PROTOCOL%, say, and %% for a percent sign"
                )
            }
            index = name.endIndex
            var argument: ArraySlice<UInt8> = []
            if index < format.endIndex, format[index] == UInt8(ascii: "(") {
                guard let end = format[index...].firstIndex(of: UInt8(ascii: ")")) else {
                    throw AccessLogFormatError(
                        "a command operator's ( has no )",
                        at: offset,
                        hint: "write %REQ(:PATH)%, say"
                    )
                }
                argument = format[(index + 1)..<end]
                index = end + 1
            }
            // A length: `%REQ(:PATH):64%`.
            if index < format.endIndex, format[index] == UInt8(ascii: ":") {
                index = format[(index + 1)...].prefix { (48...57).contains($0) }.endIndex
            }
            guard index < format.endIndex, format[index] == percent else {
                throw AccessLogFormatError(
                    "a command operator is not closed",
                    at: offset,
                    hint: "end it with a percent sign: %PROTOCOL%"
                )
            }
            index += 1
            builder.append(
                .value(field(String(decoding: name, as: UTF8.self), String(decoding: argument, as: UTF8.self))),
                at: offset
            )
        }
        return builder
    }

    private static func field(_ name: String, _ argument: String) -> AccessLogField {
        switch name {
        case "START_TIME": .time
        case "DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS",
            "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT":
            .clientAddress
        case "RESPONSE_CODE": .status
        case "DOWNSTREAM_PEER_SUBJECT", "DOWNSTREAM_PEER_URI_SAN": .tlsSubject
        case "REQ": header(argument.lowercased())
        case "REQ_WITHOUT_QUERY": header(argument.lowercased()) == .target ? .path : header(argument.lowercased())
        case "PATH": .target
        default: .ignored
        }
    }

    /// `NAME?OTHER`: the second where the first is absent.
    private static func header(_ argument: String) -> AccessLogField {
        let names = argument.split(separator: "?").map(String.init)
        if names.contains(":path") || names.contains("x-envoy-original-path") { return .target }
        switch names.first {
        case ":method": return .method
        case ":authority", "host": return .host
        case "user-agent": return .userAgent
        case "x-forwarded-for": return .forwardedFor
        case "x-forwarded-user", "x-auth-request-user", "x-auth-request-email", "kubeflow-userid", "x-remote-user":
            return .user
        case "x-forwarded-client-cert": return .ignored
        default: return .ignored
        }
    }
}
