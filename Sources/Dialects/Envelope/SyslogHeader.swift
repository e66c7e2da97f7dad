internal import Deployments

/// Reads what syslog and `journalctl -o short-iso` write before a message.
enum SyslogHeader {
    /// The time, where it names a year, and the host.
    ///
    /// - Parameter text: what stands before the message, `TIME HOST dockerd[1]: ` (short-iso), `<30>Nov 24 00:00:00 HOST
    ///   dockerd[1]: ` (RFC 3164) or `<30>1 TIME HOST dockerd 1 - - ` (RFC 5424).
    static func read(_ text: Substring) -> (Timestamp?, String?) {
        var words = text.split(separator: " ")
        guard var first = words.first else { return (nil, nil) }
        if first.hasPrefix("<"), let end = first.firstIndex(of: ">") {
            first = first[first.index(after: end)...]
            words[0] = first
            if first == "1", words.count > 2 {
                let host = words[2] == "-" ? nil : String(words[2])
                return (Timestamp(rfc3339: Array(words[1].utf8)), host)
            }
        }
        let time = Timestamp(rfc3339: Array(first.utf8))
        // The program's name ends in a colon; the host stands before it.
        let host = words.firstIndex { $0.hasSuffix(":") }.flatMap { $0 > 0 ? String(words[$0 - 1]) : nil }
        return (time, host)
    }
}
