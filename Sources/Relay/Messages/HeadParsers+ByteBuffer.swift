internal import NIOCore

extension RequestHeadParser {
    /// Reads on in what a connection received, and takes a whole head out of it.
    mutating func read(_ buffer: inout ByteBuffer) throws(MalformedMessage) -> ReceivedRequest? {
        guard let request = try read(buffer.readableBytesUInt8Span) else { return nil }
        buffer.moveReaderIndex(forwardBy: request.byteCount)
        return request
    }
}

extension ResponseHeadParser {
    /// Reads on in what a connection received, and takes a whole head out of it.
    mutating func read(_ buffer: inout ByteBuffer) throws(MalformedMessage) -> ResponseHead? {
        guard let head = try read(buffer.readableBytesUInt8Span) else { return nil }
        buffer.moveReaderIndex(forwardBy: head.byteCount)
        return head
    }
}
