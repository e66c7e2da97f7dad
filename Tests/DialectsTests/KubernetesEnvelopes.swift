/// Ways in which log collectors write down a line of an audit log.
enum AuditEnvelopes {
    struct Envelope: Sendable {
        let name: String
        let wrap: @Sendable (String) -> [String]
    }

    static let all: [Envelope] = [
        Envelope(name: "CRI") { ["2026-11-24T00:00:00.000000001Z stdout F \($0)"] },
        Envelope(name: "CRI in parts") { line in
            let parts = pieces(of: line, 700)
            return parts.enumerated().map { index, part in
                "2026-11-24T00:00:00.000000001+01:00 stderr \(index == parts.count - 1 ? "F" : "P") \(part)"
            }
        },
        Envelope(name: "Docker json-file") {
            [#"{"log":\#(quoted($0 + "\n")),"stream":"stdout","time":"2026-11-24T00:00:00.0Z"}"#]
        },
        Envelope(name: "Docker json-file in parts") { line in
            let parts = pieces(of: line, 700)
            return parts.enumerated().map { index, part in
                let text = index == parts.count - 1 ? part + "\n" : part
                return #"{"log":\#(quoted(text)),"stream":"stdout","time":"2026-11-24T00:00:00.0Z"}"#
            }
        },
        Envelope(name: "journal JSON") { [#"{"__CURSOR":"s=1","MESSAGE":\#(quoted($0)),"_PID":"7"}"#] },
        Envelope(name: "journal JSON in bytes") {
            [#"{"MESSAGE":[\#($0.utf8.map { "\($0)" }.joined(separator: ","))],"_PID":"7"}"#]
        },
        Envelope(name: "journal JSON cut at the line limit") { line in
            let parts = pieces(of: line, 900)
            return parts.enumerated().map { index, part in
                let mark = index == parts.count - 1 ? "" : #","_LINE_BREAK":"line-max""#
                return #"{"MESSAGE":\#(quoted(part)),"_PID":"7"\#(mark)}"#
            }
        },
        Envelope(name: "journal export") {
            ["__CURSOR=s=1", "__REALTIME_TIMESTAMP=1795481014074571", "_COMM=kube-apiserver", "MESSAGE=\($0)", ""]
        },
        Envelope(name: "syslog") { ["Nov 24 00:00:00 cp-1 kube-apiserver[811]: \($0)"] },
        Envelope(name: "syslog, RFC 5424") {
            [#"<134>1 2026-11-24T00:00:00Z cp-1 kube-apiserver 811 - [meta@1 seq="7"] \#($0)"#]
        },
        Envelope(name: "with others' lines between") {
            [
                "I1124 00:00:00.000000       1 trace.go:236] Trace[1]: \"Update\" {\"a\":1} (24-Nov-2026)", $0,
                "2026-11-24T00:00:00.0Z stderr F W1124 00:00:00.0 1 watcher.go:1] {\"x\": watch}",
            ]
        },
    ]

    static func quoted(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }

    private static func pieces(of line: String, _ size: Int) -> [String] {
        var rest = line[...]
        var pieces: [String] = []
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}
