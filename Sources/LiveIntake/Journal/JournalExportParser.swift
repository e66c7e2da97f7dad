/// Reads the journal's export format (systemd.io/JOURNAL_EXPORT_FORMATS) as its bytes come.
///
/// A field is a line `NAME=text`; or, where its value is no text of one line, a line `NAME`, the value's length as 64 bits
/// with the lowest byte first, the value and a line end. An empty line ends an entry.
struct JournalExportParser {
    private enum State {
        /// At the beginning of a field or of an empty line.
        case line
        /// Within the length or the value of a binary field.
        case binary(name: String)
        /// Within a value that is too long: so many bytes are passed over.
        case passing(Int)
        /// Passing over the rest of a line that is too long, and then on, or to the end of what makes no sense.
        case passingLine(isDamaged: Bool)
        /// What follows makes no sense until the next empty line.
        case damaged
    }

    private let maximumBytes: Int
    private var state = State.line
    private var buffer: [UInt8] = []
    /// Where what has not been read stands in `buffer`, and where the search for a line end goes on.
    private var start = 0
    private var searched = 0
    private var entry = JournalEntry()
    private var entryBytes = 0

    /// How many stretches made no sense so far.
    private(set) var damages = 0

    private static let maximumNameBytes = 256
    private static let maximumFields = 1_024
    /// Of a value, as journald has it (768 MiB).
    private static let maximumLength = UInt64(768) << 20

    /// - Parameter maximumBytes: of one entry's values.
    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// Takes bytes, and gives the entries that end in them.
    mutating func entries(in bytes: some Sequence<UInt8>) -> [JournalEntry] {
        buffer.removeFirst(start)
        searched -= start
        start = 0
        buffer += bytes
        var found: [JournalEntry] = []
        while advance(&found) {}
        return found
    }

    /// Reads one field, line or piece; false where more bytes are needed.
    private mutating func advance(_ found: inout [JournalEntry]) -> Bool {
        switch state {
        case .line: line(&found)
        case .binary(let name): binary(name)
        case .passing(let count): pass(count)
        case .passingLine(let isDamaged): passLine(isDamaged)
        case .damaged: resume()
        }
    }

    private mutating func line(_ found: inout [JournalEntry]) -> Bool {
        guard let line = nextLine() else {
            // So much that all of the value that is taken is there.
            guard buffer.count - start > Self.maximumNameBytes + 1 + maximumBytes else { return false }
            // A value without an end: its field is kept, cut.
            take(buffer[start...])
            let isDamaged = if case .damaged = state { true } else { false }
            drop(buffer.count - start)
            state = .passingLine(isDamaged: isDamaged)
            return false
        }
        guard !line.isEmpty else {
            if !entry.fields.isEmpty { found.append(entry) }
            (entry, entryBytes) = (JournalEntry(), 0)
            return true
        }
        if line.contains(UInt8(ascii: "=")) {
            take(line)
        } else if Self.isName(line) {
            state = .binary(name: String(decoding: line, as: UTF8.self))
        } else {
            damage()
        }
        return true
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")), Self.isName(line[..<equals]) else { return damage() }
        add(String(decoding: line[..<equals], as: UTF8.self), line[(equals + 1)...])
    }

    private mutating func add(_ name: String, _ value: ArraySlice<UInt8>) {
        let room = max(0, maximumBytes - entryBytes)
        guard entry.fields.count < Self.maximumFields else {
            entry.isCut = true
            return
        }
        if value.count > room { entry.isCut = true }
        entryBytes += min(value.count, room)
        entry.fields.append(JournalEntry.Field(name: name, value: Array(value.prefix(room))))
    }

    private mutating func binary(_ name: String) -> Bool {
        guard buffer.count - start >= 8 else { return false }
        let length = buffer[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // A length that no journal has: what follows cannot be told apart any more.
        guard length <= Self.maximumLength else {
            damage()
            return true
        }
        let count = Int(length)
        guard count <= maximumBytes else {
            let taken = min(buffer.count - start - 8, maximumBytes)
            // Enough of it is waited for to be given cut.
            guard taken == maximumBytes else { return false }
            add(name, buffer[(start + 8)..<(start + 8 + taken)])
            entry.isCut = true
            drop(8 + taken)
            state = .passing(count - taken + 1)
            return true
        }
        guard buffer.count - start >= 8 + count + 1 else { return false }
        guard buffer[start + 8 + count] == 10 else {
            damage()
            return true
        }
        add(name, buffer[(start + 8)..<(start + 8 + count)])
        drop(8 + count + 1)
        state = .line
        return true
    }

    private mutating func pass(_ count: Int) -> Bool {
        let passed = min(count, buffer.count - start)
        drop(passed)
        state = passed == count ? .line : .passing(count - passed)
        return passed == count
    }

    private mutating func passLine(_ isDamaged: Bool) -> Bool {
        guard nextLine() != nil else {
            drop(buffer.count - start)
            return false
        }
        state = isDamaged ? .damaged : .line
        return true
    }

    private mutating func damage() {
        damages += 1
        (entry, entryBytes) = (JournalEntry(), 0)
        state = .damaged
    }

    private mutating func resume() -> Bool {
        guard let line = nextLine() else {
            if buffer.count - start > maximumBytes {
                drop(buffer.count - start)
                // What is left of it may be nothing, which is no empty line.
                state = .passingLine(isDamaged: true)
            }
            return false
        }
        if line.isEmpty { state = .line }
        return true
    }

    private mutating func nextLine() -> ArraySlice<UInt8>? {
        guard let end = buffer[max(start, searched)...].firstIndex(of: 10) else {
            searched = buffer.count
            return nil
        }
        let line = buffer[start..<end]
        drop(end + 1 - start)
        return line
    }

    private mutating func drop(_ count: Int) {
        start += count
        searched = start
    }

    /// Capitals, digits and underscores (sd_journal_sendv(3)).
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.count <= maximumNameBytes
            && bytes.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
