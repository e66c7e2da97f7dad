/// Reads a chunked body strictly (RFC 9112, section 7.1): CRLF only, no extensions, trailers checked and dropped.
///
/// Extensions are refused, since nobody on this API sends them and readers differ on where they end.
package struct ChunkedDecoder: Sendable {
    /// What the next bytes are.
    package enum Step: Sendable, Equatable {
        /// That many bytes are framing and done with; more are needed.
        case skip(Int)
        /// After that many bytes of framing, that many bytes of data.
        case data(skipping: Int, count: Int)
        /// That many bytes of framing end the body.
        case end(Int)
    }

    private enum State {
        case size(digits: Int, value: Int)
        case sizeLineFeed(value: Int)
        case data(remaining: Int)
        case dataReturn
        case dataLineFeed
        case trailerStart
        case trailer
        case trailerLineFeed
        case endLineFeed
        case ended
    }

    private var state = State.size(digits: 0, value: 0)
    private var offset = 0
    private var trailerBytes = 0
    private static let maximumTrailerBytes = 8 << 10
    /// Hexadecimal digits of a chunk's size; with leading zeros.
    private static let maximumDigits = 15

    package init() {}

    package var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Reads on in the bytes that follow those of the last step.
    package mutating func step(_ bytes: Span<UInt8>) throws(MalformedMessage) -> Step {
        var index = 0
        while index < bytes.count {
            if case .data(let remaining) = state {
                let count = min(remaining, bytes.count - index)
                state = count == remaining ? .dataReturn : .data(remaining: remaining - count)
                offset += count
                return .data(skipping: index, count: count)
            }
            guard !isEnded else { break }
            try accept(bytes[index])
            index += 1
            offset += 1
            if isEnded { return .end(index) }
        }
        return isEnded ? .end(index) : .skip(index)
    }

    private mutating func accept(_ byte: UInt8) throws(MalformedMessage) {
        switch state {
        case .size(let digits, let value):
            try acceptSize(byte, digits: digits, value: value)
        case .sizeLineFeed(let value):
            try expect(byte, MessageBytes.lineFeed, "chunk size not ended by CRLF")
            state = value == 0 ? .trailerStart : .data(remaining: value)
        case .dataReturn:
            try expect(byte, MessageBytes.carriageReturn, "chunk longer than its size")
            state = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, MessageBytes.lineFeed, "chunk not ended by CRLF")
            state = .size(digits: 0, value: 0)
        case .trailerStart:
            state = byte == MessageBytes.carriageReturn ? .endLineFeed : .trailer
            if case .trailer = state { try acceptTrailer(byte) }
        case .trailer:
            try acceptTrailer(byte)
        case .trailerLineFeed:
            try expect(byte, MessageBytes.lineFeed, "trailer not ended by CRLF")
            state = .trailerStart
        case .endLineFeed:
            try expect(byte, MessageBytes.lineFeed, "body not ended by CRLF")
            state = .ended
        case .data, .ended: break
        }
    }

    private mutating func acceptSize(_ byte: UInt8, digits: Int, value: Int) throws(MalformedMessage) {
        if let digit = MessageBytes.hexadecimal(byte) {
            guard digits < Self.maximumDigits else {
                throw MalformedMessage("chunk size of more than \(Self.maximumDigits) digits", in: .body, at: offset)
            }
            state = .size(digits: digits + 1, value: value << 4 | digit)
        } else if byte == MessageBytes.carriageReturn, digits > 0 {
            state = .sizeLineFeed(value: value)
        } else {
            let isExtension = byte == UInt8(ascii: ";")
            throw MalformedMessage(
                isExtension ? "chunk extension" : "chunk size that is no hexadecimal number ended by CRLF",
                in: .body,
                at: offset
            )
        }
    }

    private mutating func acceptTrailer(_ byte: UInt8) throws(MalformedMessage) {
        trailerBytes += 1
        guard trailerBytes <= Self.maximumTrailerBytes else {
            throw MalformedMessage(
                status: 431,
                "trailers longer than \(Self.maximumTrailerBytes) bytes",
                in: .body,
                at: offset
            )
        }
        if byte == MessageBytes.carriageReturn {
            state = .trailerLineFeed
        } else if !MessageBytes.isValue(byte) {
            throw MalformedMessage("control character in a trailer", in: .body, at: offset)
        }
    }

    private func expect(_ byte: UInt8, _ wanted: UInt8, _ problem: String) throws(MalformedMessage) {
        guard byte == wanted else { throw MalformedMessage(problem, in: .body, at: offset) }
    }
}
