internal import NIOCore

/// Gathers small pieces for one side, so that a head and what is known of its body leave in one write.
struct Outbox {
    private var buffer = ByteBuffer()
    /// Whether the buffer was handed over; once written, its storage is used again.
    private var isTaken = false
    /// From this size on a piece goes out as it is, without a copy.
    private static let gathered = 16 << 10

    var count: Int { isTaken ? 0 : buffer.readableBytes }

    mutating func compose<Result>(_ body: (inout ByteBuffer) -> Result) -> Result {
        if isTaken {
            buffer.clear()
            isTaken = false
        }
        return body(&buffer)
    }

    /// Adds a piece; gives to `write` what must go out first, and large ones.
    mutating func append(_ piece: ByteBuffer, write: (ByteBuffer) -> Void) {
        if piece.readableBytes + count <= Self.gathered {
            var piece = piece
            compose { _ = $0.writeBuffer(&piece) }
        } else {
            if let bytes = take() { write(bytes) }
            write(piece)
        }
    }

    /// Hands over what was gathered.
    mutating func take() -> ByteBuffer? {
        guard count > 0 else { return nil }
        isTaken = true
        return buffer
    }
}
