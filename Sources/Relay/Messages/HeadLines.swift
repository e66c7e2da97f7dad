/// Cuts a message head into lines as its bytes arrive.
///
/// A line ends with CRLF and nothing else: readers differ on a bare LF, and the shorter reading smuggles.
struct HeadLines: Sendable {
    private(set) var start = 0
    private var scanned = 0

    /// The next line, without its CRLF; nil until more bytes are there.
    ///
    /// - Parameter bytes: the head from its first byte; between calls they only grow.
    mutating func next(in bytes: Span<UInt8>, limit: Int) throws(MalformedMessage) -> Range<Int>? {
        let end = min(bytes.count, limit)
        while scanned < end {
            guard bytes[scanned] == MessageBytes.lineFeed else {
                scanned += 1
                continue
            }
            guard scanned > start, bytes[scanned - 1] == MessageBytes.carriageReturn else {
                throw MalformedMessage("line feed without carriage return", at: scanned)
            }
            let line = start..<(scanned - 1)
            scanned += 1
            start = scanned
            return line
        }
        if end == limit {
            throw MalformedMessage(status: 431, "head longer than \(limit) bytes", at: limit)
        }
        return nil
    }
}
