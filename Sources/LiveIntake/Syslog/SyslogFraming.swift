/// Tells the messages of a syslog stream apart: by counted octets, or by line feeds (RFC 6587, section 3.4; RFC 5425).
///
/// Each message is told by its own beginning, as receivers do: a digit begins a count, anything else a line.
struct SyslogFraming {
    /// A message without its frame.
    struct Frame: Equatable {
        var bytes: [UInt8]
        /// Whether it was longer than is taken, and these bytes are its beginning.
        var isCut = false
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    private var start = 0
    /// Up to where there is no line feed.
    private var searched = 0
    /// What is passed over of a message that was given already.
    private var skipped = Rest.none

    private enum Rest {
        case none
        case line
        case octets(Int)
    }

    /// - Parameter limit: the longest message, in bytes.
    init(limit: Int) { self.limit = limit }

    /// How many bytes are kept of a message that is not whole yet.
    var held: Int { bytes.count - start }

    mutating func append(_ part: some Sequence<UInt8>) {
        bytes.removeFirst(start)
        searched = max(0, searched - start)
        start = 0
        bytes.append(contentsOf: part)
    }

    /// The next message that is whole or too long; empty ones are left out.
    mutating func next() -> Frame? {
        while true {
            guard skip() else { return nil }
            // Some end a counted message with a line feed all the same, or a line with NUL.
            while start < bytes.count, [0, 10, 13, 32].contains(bytes[start]) { start += 1 }
            searched = max(searched, start)
            guard start < bytes.count else { return nil }
            switch count() {
            case .unknown: return nil
            case .octets(let count, let first):
                guard let frame = counted(count, from: first) else { return nil }
                if !frame.bytes.isEmpty { return frame }
            case .line:
                guard let frame = line() else { return nil }
                if !frame.bytes.isEmpty { return frame }
            }
        }
    }

    /// What stands behind the last line feed when the stream has ended; a counted message that was cut is told as such.
    mutating func rest() -> Frame? {
        guard case .none = skipped, start < bytes.count else { return nil }
        defer { start = bytes.count }
        if case .octets(_, let first) = count() {
            return first < bytes.count ? Frame(bytes: Array(bytes[first...]), isCut: true) : nil
        }
        let frame = line(bytes[start...])
        return frame.bytes.isEmpty ? nil : frame
    }

    private enum Count {
        case unknown
        case octets(Int, first: Int)
        case line
    }

    /// `123 ` before the message: at most nine digits, the first none of nought.
    private func count() -> Count {
        guard (49...57).contains(bytes[start]) else { return .line }
        var value = 0
        var index = start
        while index < bytes.count, (48...57).contains(bytes[index]), index - start < 9 {
            value = value * 10 + Int(bytes[index] - 48)
            index += 1
        }
        guard index < bytes.count else { return .unknown }
        return bytes[index] == 32 ? .octets(value, first: index + 1) : .line
    }

    private mutating func counted(_ count: Int, from first: Int) -> Frame? {
        let there = bytes.count - first
        if there >= count, count <= limit {
            start = first + count
            searched = start
            return Frame(bytes: Array(Self.trimmed(bytes[first..<start])))
        }
        guard count > limit, there >= limit else { return nil }
        let text = bytes[first..<(first + limit)]
        start = first + limit
        searched = start
        skipped = .octets(count - limit)
        return Frame(bytes: Array(text), isCut: true)
    }

    private mutating func line() -> Frame? {
        if let end = bytes[searched...].firstIndex(of: 10) {
            let text = bytes[start..<end]
            start = end + 1
            searched = start
            return line(text)
        }
        searched = bytes.count
        guard bytes.count - start > lineLimit else { return nil }
        let text = bytes[start...]
        start = bytes.count
        skipped = .line
        return line(text)
    }

    /// What is read of a line before it is given cut: room for the carriage return of one that is as long as may be.
    private var lineLimit: Int { limit + 1 }

    /// The message of a line, or of as much of one as makes it too long.
    private func line(_ text: ArraySlice<UInt8>) -> Frame {
        // What else stands at its end is only known once all of it is there.
        guard text.count <= lineLimit else { return Frame(bytes: Array(text.prefix(limit)), isCut: true) }
        let text = Self.trimmed(text)
        return Frame(bytes: Array(text.prefix(limit)), isCut: text.count > limit)
    }

    /// Passes over the rest of a message that was too long.
    ///
    /// - Returns: whether its end was reached.
    private mutating func skip() -> Bool {
        switch skipped {
        case .none: return true
        case .octets(let count):
            let passed = min(count, bytes.count - start)
            start += passed
            searched = start
            skipped = passed == count ? .none : .octets(count - passed)
            return passed == count
        case .line:
            guard let end = bytes[start...].firstIndex(of: 10) else {
                start = bytes.count
                searched = start
                return false
            }
            start = end + 1
            searched = start
            skipped = .none
            return true
        }
    }

    /// Without the ends of lines that senders leave, and NULs.
    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last, last == 10 || last == 13 || last == 0 { text.removeLast() }
        return text
    }
}
