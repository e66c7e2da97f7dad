internal import Deployments

/// Reads what syslog and `journalctl -o short-iso` write before a message.
enum SyslogHeader {
    /// The time, where it names a year, and the host.
    ///
    /// - Parameter text: what stands before the message, `TIME HOST dockerd[1]: ` (short-iso), `<30>Nov 24 00:00:00 HOST
    ///   dockerd[1]: ` (RFC 3164) or `<30>1 TIME HOST dockerd 1 - - ` (RFC 5424).
    static func read(_ text: UnsafeRawBufferPointer) -> (Timestamp?, String?) {
        guard unsafe !text.isEmpty else { return (nil, nil) }
        var words = unsafe text.split(separator: UInt8(ascii: " "))
        guard var first = unsafe words.first else { return (nil, nil) }
        if unsafe first.first == UInt8(ascii: "<"), let end = unsafe first.firstIndex(of: UInt8(ascii: ">")) {
            unsafe first = first[(end + 1)...]
            unsafe words[0] = first
            if unsafe first.count == 1, unsafe first.first == UInt8(ascii: "1"), unsafe words.count > 2 {
                return unsafe (time(words[1]), words[2].elementsEqual("-".utf8) ? nil : self.text(of: words[2]))
            }
        }
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
