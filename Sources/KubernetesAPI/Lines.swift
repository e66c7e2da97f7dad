/// Splits a stream of bytes at line feeds, whatever pieces it comes in.
struct Lines {
    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the first line begins that was not taken yet.
    private var start = 0
    /// Up to where there is no line feed.
    private var searched = 0

    /// - Parameter limit: the longest line, in bytes.
    init(limit: Int) { self.limit = limit }

    mutating func append(_ part: some Sequence<UInt8>) {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        bytes.append(contentsOf: part)
    }

    /// The next line without its line feed, when it is whole; empty ones are left out.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/tooLarge``.
    mutating func next() throws(APIError) -> [UInt8]? {
        while let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(bytes[start..<end])
            start = end + 1
            searched = start
            try check(line.count)
            if !line.isEmpty { return line }
        }
        searched = bytes.count
        try check(bytes.count - start)
        return nil
    }

    private func check(_ length: Int) throws(APIError) {
        guard length <= limit else { throw APIError(.tooLarge, "an event is larger than \(limit) bytes") }
    }
}
