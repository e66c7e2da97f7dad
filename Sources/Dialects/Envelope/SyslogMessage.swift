package import Deployments

/// One syslog message: what stands in its header, and where its text begins.
///
/// Sources: RFC 5424, section 6; RFC 3164, section 4, with the forms that are in use: without a host, as `syslog(3)` writes
/// to a local socket, and with a time of RFC 3339.
package struct SyslogMessage: Sendable, Equatable {
    /// When, as the header tells it.
    package enum Time: Sendable, Equatable {
        case instant(Timestamp)
        /// RFC 3164 names neither year nor zone.
        case yearless(month: Int, day: Int, hour: Int, minute: Int, second: Int)
    }

    /// Facility times eight, and severity; nil where none is told.
    package var priority: Int?
    /// Whether the header is that of RFC 5424.
    package var isStructured = false
    package var time: Time?
    package var host: String?
    /// The program, and its process where it is told.
    package var program: String?
    package var process: String?
    /// Where the text stands.
    package var text: Range<Int>

    /// Reads a message; of what is none all is text (RFC 3164, section 4.3.3).
    package init(_ bytes: UnsafeRawBufferPointer) {
        text = 0..<bytes.count
        var words = unsafe SyslogWords(bytes)
        guard let priority = words.priority() else { return }
        self.priority = priority
        text = words.position..<bytes.count
        if words.skip("1 ") {
            readStructured(&words)
        } else {
            readTraditional(&words)
        }
        text = min(words.position, bytes.count)..<bytes.count
    }

    private mutating func readStructured(_ words: inout SyslogWords) {
        isStructured = true
        time = words.word().flatMap { Timestamp(rfc3339: Array($0.utf8)) }.map { .instant($0) }
        let rest = (0..<4).map { _ in words.word().flatMap { $0 == "-" ? nil : $0 } }
        (host, program, process) = (rest[0], rest[1], rest[2])
        words.skipStructuredData()
        _ = words.skip(" ")
        // A byte order mark says that UTF-8 follows.
        _ = words.skip("\u{feff}")
    }

    private mutating func readTraditional(_ words: inout SyslogWords) {
        guard let time = words.yearlessTime() ?? words.time().map({ .instant($0) }) else { return }
        self.time = time
        let first = words.position
        guard let word = words.word() else { return }
        if let (program, process) = Self.tag(word) {
            (self.program, self.process) = (program, process)
            return
        }
        // A lone word is text; two of which the second is a tag are a host and the tag.
        let second = words.position
        guard let next = words.word() else {
            words.position = first
            return
        }
        host = word
        if let (program, process) = Self.tag(next) {
            (self.program, self.process) = (program, process)
        } else {
            words.position = second
        }
    }

    /// `dockerd[12]:`, `dockerd:`.
    private static func tag(_ word: String) -> (String, String?)? {
        guard word.utf8.last == UInt8(ascii: ":") else { return nil }
        let name = word.dropLast()
        guard let bracket = name.firstIndex(of: "["), name.last == "]" else { return (String(name), nil) }
        return (String(name[..<bracket]), String(name[name.index(after: bracket)...].dropLast()))
    }
}

/// Reads a header word by word.
@safe
private struct SyslogWords {
    private let bytes: UnsafeRawBufferPointer
    var position = 0
    /// Longer than any field of RFC 5424.
    private static let longestWord = 255
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    private func byte(_ index: Int) -> UInt8? { unsafe index < bytes.count ? bytes[index] : nil }

    /// `<30>`.
    mutating func priority() -> Int? {
        guard byte(0) == UInt8(ascii: "<") else { return nil }
        var value = 0
        var index = 1
        while let digit = byte(index), (48...57).contains(digit), index < 4 {
            value = value * 10 + Int(digit - 48)
            index += 1
        }
        guard index > 1, byte(index) == UInt8(ascii: ">"), value <= 191 else { return nil }
        position = index + 1
        return value
    }

    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        for offset in 0..<count {
            guard unsafe byte(position + offset) == text.utf8Start[offset] else { return false }
        }
        position += count
        return true
    }

    /// The next word, and the blank behind it; nil at the end, and for what is too long to be one.
    mutating func word() -> String? {
        var end = position
        while let next = byte(end), next != 32, end - position <= Self.longestWord { end += 1 }
        guard end > position, end - position <= Self.longestWord else { return nil }
        defer { unsafe position = min(end + 1, bytes.count) }
        return unsafe String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// `Nov 24 00:00:00 `, the day without a zero.
    mutating func yearlessTime() -> SyslogMessage.Time? {
        let length = 15
        guard unsafe position + length <= bytes.count else { return nil }
        let text = unsafe String(decoding: bytes[position..<(position + length)], as: UTF8.self)
        let parts = text.split(separator: " ")
        guard parts.count == 3, let month = Self.months.firstIndex(of: String(parts[0])), let day = Int(parts[1]),
            (1...31).contains(day)
        else { return nil }
        let clock = parts[2].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0..<61).contains(clock[2])
        else { return nil }
        position += length
        _ = skip(" ")
        return .yearless(month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }

    /// A time of RFC 3339 and the blank behind it.
    mutating func time() -> Timestamp? {
        let start = position
        if let word = word(), let time = Timestamp(rfc3339: Array(word.utf8)) { return time }
        position = start
        return nil
    }

    /// `-`, or elements one behind the other: `[id name="value"]`.
    mutating func skipStructuredData() {
        if skip("-") { return }
        while byte(position) == UInt8(ascii: "[") {
            var isQuoted = false
            var index = position + 1
            while let next = byte(index) {
                if isQuoted, next == UInt8(ascii: "\\") {
                    index += 1
                } else if next == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if next == UInt8(ascii: "]"), !isQuoted {
                    break
                }
                index += 1
            }
            unsafe position = min(index + 1, bytes.count)
        }
    }
}
