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

extension SyslogHeader {
    /// How long the header is that a line begins with, and the time in it, where it names a year; nil for a line without.
    ///
    /// Sources: RFC 3164, section 4.1; RFC 5424, section 6; rsyslog's file formats.
    static func length(of line: ArraySlice<UInt8>) -> (length: Int, time: Timestamp?)? {
        var rest = line
        var hasPriority = false
        if rest.first == UInt8(ascii: "<") {
            let digits = rest.dropFirst().prefix(4).prefix { (48...57).contains($0) }
            guard !digits.isEmpty, digits.endIndex < rest.endIndex, rest[digits.endIndex] == UInt8(ascii: ">") else {
                return nil
            }
            rest = rest[(digits.endIndex + 1)...]
            hasPriority = true
            if rest.starts(with: "1 ".utf8) { return structured(rest.dropFirst(2), from: line.startIndex) }
        }
        var time: Timestamp?
        if isMonth(rest) {
            rest = rest.dropFirst(16)
        } else if let word = Optional(rest.prefix { $0 != 32 }), (20...40).contains(word.count),
            let stamp = Timestamp(rfc3339: Array(word))
        {
            time = stamp
            rest = rest[word.endIndex...].dropFirst()
        } else if !hasPriority {
            return nil
        }
        // The host, if any, and the program, which ends in a colon.
        for _ in 0..<2 {
            let word = rest.prefix { $0 > 32 }
            guard !word.isEmpty, word.count <= 255 else { return nil }
            rest = rest[word.endIndex...]
            guard rest.first == 32 else { return nil }
            rest = rest.dropFirst()
            if word.last == UInt8(ascii: ":") { return (rest.startIndex - line.startIndex, time) }
        }
        return nil
    }

    /// `Nov 23 23:42:41 `.
    private static func isMonth(_ text: ArraySlice<UInt8>) -> Bool {
        let text = Array(text.prefix(16))
        guard text.count == 16, text[3] == 32, text[6] == 32, text[15] == 32, text[9] == UInt8(ascii: ":"),
            text[12] == UInt8(ascii: ":")
        else { return false }
        return (65...90).contains(text[0]) && (97...122).contains(text[1]) && (97...122).contains(text[2])
            && (48...57).contains(text[5])
    }

    /// `TIME HOST PROGRAM PROCESS ID [DATA]… MESSAGE`, behind the version.
    private static func structured(_ text: ArraySlice<UInt8>, from start: Int) -> (length: Int, time: Timestamp?)? {
        var rest = text
        var time: Timestamp?
        for index in 0..<5 {
            let word = rest.prefix { $0 != 32 }
            guard !word.isEmpty, word.endIndex < rest.endIndex else { return nil }
            if index == 0 { time = Timestamp(rfc3339: Array(word)) }
            rest = rest[word.endIndex...].dropFirst()
        }
        if rest.first == UInt8(ascii: "-") {
            rest = rest.dropFirst()
        } else {
            while rest.first == UInt8(ascii: "[") {
                var isEscaped = false
                guard
                    let end = rest.firstIndex(where: { byte in
                        defer { isEscaped = !isEscaped && byte == UInt8(ascii: "\\") }
                        return byte == UInt8(ascii: "]") && !isEscaped
                    })
                else { return nil }
                rest = rest[end...].dropFirst()
            }
        }
        if rest.first == 32 { rest = rest.dropFirst() }
        // rsyslog's marks of UTF-8.
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        return (rest.startIndex - start, time)
    }
}
