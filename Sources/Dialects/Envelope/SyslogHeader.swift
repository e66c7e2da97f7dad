internal import Deployments

/// Reads what syslog and `journalctl -o short-iso` write before a message.
enum SyslogHeader {
    /// The time, where it names a year, and the host.
    ///
    /// - Parameter text: what stands before the message, `TIME HOST dockerd[1]: ` (short-iso), `<30>Nov 24 00:00:00 HOST
    ///   dockerd[1]: ` (RFC 3164) or `<30>1 TIME HOST dockerd 1 - - ` (RFC 5424).
    static func read(_ text: UnsafeRawBufferPointer) -> (Timestamp?, String?) {
        guard unsafe !text.isEmpty else { return (nil, nil) }
        if unsafe text.first == UInt8(ascii: "<") {
            let message = unsafe SyslogMessage(text)
            if case .instant(let time) = message.time { return (time, message.host) }
            return (nil, message.host)
        }
        let words = unsafe text.split(separator: UInt8(ascii: " "))
        guard let first = unsafe words.first else { return (nil, nil) }
        // The program's name ends in a colon; the host stands before it.
        guard let program = unsafe words.firstIndex(where: { unsafe $0.last == UInt8(ascii: ":") }), program > 0 else {
            return (unsafe time(first), nil)
        }
        return unsafe (time(first), self.text(of: words[program - 1]))
    }

    private static func time(_ word: Slice<UnsafeRawBufferPointer>) -> Timestamp? {
        unsafe Timestamp(rfc3339: UnsafeRawBufferPointer(rebasing: word))
    }

    private static func text(of word: Slice<UnsafeRawBufferPointer>) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(rebasing: word), as: UTF8.self)
    }
}
