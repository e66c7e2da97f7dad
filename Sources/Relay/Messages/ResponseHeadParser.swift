internal import NIOCore

/// The head of an upstream's answer.
package struct ResponseHead: Sendable {
    /// The status code.
    package var status: Int
    /// How the body's end is told, by the fields alone.
    package var framing: Framing
    /// Whether the upstream keeps the connection.
    package var isPersistent: Bool
    /// The protocol of `upgrade`, in lower case.
    package var upgrade: String?
    /// Whether the content type is one of Docker's raw streams.
    package var isRawStream: Bool
    /// The bytes of the head, with the empty line.
    package var byteCount: Int
    /// The status line as HTTP/1.1 and the end-to-end fields as they came, without framing.
    var rendered: ByteBuffer

    package enum Framing: Sendable, Equatable {
        case length(Int)
        case chunked
        case untilClose
    }
}

/// Reads answers' heads as strictly as requests, so that both ends see one and the same answer.
package struct ResponseHeadParser: Sendable {
    private let limits: HeadLimits
    private var lines = HeadLines()
    private var rendered: ByteBuffer
    private var status: Int?
    private var minorVersion = 1
    private var options = ConnectionOptions()
    private var length: Int?
    private var isChunked = false
    private var upgrade: String?
    private var isRawStream = false
    private var fields = 0

    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        rendered = ByteBuffer()
    }

    /// Reads on; nil until the head is whole.
    ///
    /// `bytes` as for ``RequestHeadParser/read(_:)``.
    package mutating func read(_ bytes: Span<UInt8>) throws(MalformedMessage) -> ResponseHead? {
        while let line = try lines.next(in: bytes, limit: limits.bytes) {
            if status == nil {
                try readStatusLine(line, in: bytes)
            } else if line.isEmpty {
                return finish(byteCount: line.upperBound + 2)
            } else {
                try readField(line, in: bytes)
            }
        }
        return nil
    }

    private mutating func readStatusLine(_ line: Range<Int>, in bytes: Span<UInt8>) throws(MalformedMessage) {
        let start = line.lowerBound
        // "HTTP/1." DIGIT SP 3DIGIT [SP reason]
        guard line.count >= 12, bytes.isEqual(start..<(start + 7), toLowercase: "http/1."),
            let minor = bytes.decimal((start + 7)..<(start + 8)), minor <= 1, bytes[start + 8] == MessageBytes.space,
            let code = bytes.decimal((start + 9)..<(start + 12)), code >= 100,
            line.count == 12 || bytes[start + 12] == MessageBytes.space
        else { throw MalformedMessage("no HTTP/1.1 status line", at: start) }
        for index in (start + 12)..<line.upperBound where !MessageBytes.isValue(bytes[index]) {
            throw MalformedMessage("control character in the reason", at: index)
        }
        minorVersion = minor
        status = code
        rendered.clear(minimumCapacity: 512)
        rendered.writeStaticString("HTTP/1.1")
        unsafe rendered.writeBytes(bytes.extracting((start + 8)..<line.upperBound).bytes)
        if line.count == 12 { rendered.writeInteger(MessageBytes.space) }
        rendered.writeStaticString("\r\n")
    }

    private mutating func readField(_ line: Range<Int>, in bytes: Span<UInt8>) throws(MalformedMessage) {
        let field = try FieldLine(line, in: bytes)
        fields += 1
        guard fields <= limits.fields else {
            throw MalformedMessage("more than \(limits.fields) header fields", at: line.lowerBound)
        }
        guard try !readsHopByHop(field, in: bytes) else { return }
        if bytes.isEqual(field.name, toLowercase: "content-type") {
            isRawStream =
                bytes.isEqual(field.value, toLowercase: "application/vnd.docker.raw-stream")
                || bytes.isEqual(field.value, toLowercase: "application/vnd.docker.multiplexed-stream")
        }
        unsafe rendered.writeBytes(bytes.extracting(line.lowerBound..<(line.upperBound + 2)).bytes)
    }

    /// Whether the field is of this connection alone; if so, it is read.
    private mutating func readsHopByHop(
        _ field: FieldLine,
        in bytes: Span<UInt8>
    ) throws(MalformedMessage) -> Bool {
        if bytes.isEqual(field.name, toLowercase: "content-length") {
            guard length == nil, !isChunked, let value = bytes.decimal(field.value) else {
                throw MalformedMessage("Content-Length that cannot be relied on", at: field.name.lowerBound)
            }
            length = value
        } else if bytes.isEqual(field.name, toLowercase: "transfer-encoding") {
            guard length == nil, !isChunked, bytes.isEqual(field.value, toLowercase: "chunked") else {
                throw MalformedMessage("Transfer-Encoding that cannot be relied on", at: field.name.lowerBound)
            }
            isChunked = true
        } else if bytes.isEqual(field.name, toLowercase: "connection") {
            _ = options.add(field.value, in: bytes)
        } else if bytes.isEqual(field.name, toLowercase: "upgrade") {
            upgrade = bytes.lowercasedText(field.value)
        } else {
            return bytes.isEqual(field.name, toLowercase: "keep-alive")
                || bytes.isEqual(field.name, toLowercase: "trailer")
                || bytes.isEqual(field.name, toLowercase: "proxy-connection")
        }
        return true
    }

    private mutating func finish(byteCount: Int) -> ResponseHead? {
        guard let status else { return nil }
        let head = ResponseHead(
            status: status,
            framing: isChunked ? .chunked : length.map { .length($0) } ?? .untilClose,
            isPersistent: options.persists(minorVersion: minorVersion),
            upgrade: upgrade,
            isRawStream: isRawStream,
            byteCount: byteCount,
            rendered: rendered
        )
        let rendered = rendered
        self = ResponseHeadParser(limits: limits)
        // Its storage serves the next head, once this one is written.
        self.rendered = rendered
        return head
    }
}
