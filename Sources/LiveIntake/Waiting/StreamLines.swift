/// Cuts a stream of bytes at line feeds, whatever pieces it comes in; a line that is too long costs only itself.
struct StreamLines {
    /// A line without its line end.
    struct Line: Equatable {
        var bytes: [UInt8]
        /// Whether it was longer than is taken, and these bytes are its beginning.
        var isCut = false
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the first line begins that was not taken yet.
    private var start = 0
    /// Up to where there is no line feed.
    private var searched = 0
    /// Whether the rest of a line that was given already is to be passed over.
    private var isSkipping = false

    /// - Parameter limit: the longest line, in bytes.
    init(limit: Int) { self.limit = limit }

    /// How many bytes are kept of a line that has no end yet.
    var held: Int { isSkipping ? 0 : bytes.count - start }

    mutating func append(_ part: some Sequence<UInt8>) {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        bytes.append(contentsOf: part)
    }

    /// The next line that is whole or too long; empty ones are left out.
    mutating func next() -> Line? {
        while let end = bytes[searched...].firstIndex(of: 10) {
            let line = bytes[start..<end]
            start = end + 1
            searched = start
            if isSkipping {
                isSkipping = false
                continue
            }
            if let line = cut(line) { return line }
        }
        searched = bytes.count
        if isSkipping {
            start = bytes.count
        } else if bytes.count - start > limit {
            let line = bytes[start...]
            start = bytes.count
            isSkipping = true
            return cut(line)
        }
        return nil
    }

    /// What stands behind the last line feed when the stream has ended, if anything.
    mutating func rest() -> Line? {
        guard !isSkipping, start < bytes.count else { return nil }
        defer { start = bytes.count }
        searched = bytes.count
        return cut(bytes[start...])
    }

    private func cut(_ line: ArraySlice<UInt8>) -> Line? {
        let line = line.last == 13 ? line.dropLast() : line
        guard !line.isEmpty else { return nil }
        return Line(bytes: Array(line.prefix(limit)), isCut: line.count > limit)
    }
}
