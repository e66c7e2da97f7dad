internal import NIOCore

/// Takes a body out of what a connection received, by its framing.
struct BodyDecoder {
    enum Part {
        case data(ByteBuffer)
        case end
    }

    private enum State {
        case remaining(Int)
        case chunked(ChunkedDecoder)
        case untilClose
        case ended
    }

    private var state: State

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: state = .ended
        case .length(let length): state = .remaining(length)
        case .chunked: state = .chunked(ChunkedDecoder())
        }
    }

    /// A body that ends where the connection does.
    static var untilClose: BodyDecoder {
        var decoder = BodyDecoder(.none)
        decoder.state = .untilClose
        return decoder
    }

    var isEnded: Bool { if case .ended = state { true } else { false } }
    var endsWithConnection: Bool { if case .untilClose = state { true } else { false } }

    /// Bytes that are known to come; nil where only the end will tell.
    var remaining: Int? {
        switch state {
        case .remaining(let count): count
        case .ended: 0
        case .chunked, .untilClose: nil
        }
    }

    /// The next part; nil until more bytes are there.
    ///
    /// The end is told once.
    mutating func next(from buffer: inout ByteBuffer) throws(MalformedMessage) -> Part? {
        switch state {
        case .ended: return nil
        case .untilClose:
            guard buffer.readableBytes > 0, let data = buffer.readSlice(length: buffer.readableBytes) else {
                return nil
            }
            return .data(data)
        case .remaining(0):
            state = .ended
            return .end
        case .remaining(let count):
            let taken = min(count, buffer.readableBytes)
            guard taken > 0, let data = buffer.readSlice(length: taken) else { return nil }
            state = .remaining(count - taken)
            return .data(data)
        case .chunked(var decoder):
            defer { state = decoder.isEnded ? .ended : .chunked(decoder) }
            switch try decoder.step(buffer.readableBytesUInt8Span) {
            case .skip(let count):
                buffer.moveReaderIndex(forwardBy: count)
                return nil
            case .end(let count):
                buffer.moveReaderIndex(forwardBy: count)
                return .end
            case .data(let skipped, let count):
                buffer.moveReaderIndex(forwardBy: skipped)
                return buffer.readSlice(length: count).map { .data($0) }
            }
        }
    }

    /// Reads on without taking the framing off: everything of the body that is there, as it came.
    mutating func nextVerbatim(from buffer: inout ByteBuffer) throws(MalformedMessage) -> ByteBuffer? {
        let before = buffer
        while let part = try next(from: &buffer) {
            if case .end = part { break }
        }
        let count = before.readableBytes - buffer.readableBytes
        return count > 0 ? before.getSlice(at: before.readerIndex, length: count) : nil
    }
}
