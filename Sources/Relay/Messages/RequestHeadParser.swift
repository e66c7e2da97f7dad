/// Reads request heads strictly: what two servers could read in two ways is refused, with the place.
///
/// RFC 9112 where it says MUST, and stricter where it lets a recipient be lenient: CRLF only, no folding, no empty
/// line in front, one Host, one of Content-Length and Transfer-Encoding, the only coding `chunked`.
package struct RequestHeadParser: Sendable {
    private let limits: HeadLimits
    private var lines = HeadLines()
    private var head: RequestHead?
    private var options = ConnectionOptions()
    private var expectation = ReceivedRequest.Expectation.none
    private var hosts = 0
    private var length: Int?
    private var isChunked = false

    package init(limits: HeadLimits = HeadLimits()) { self.limits = limits }

    /// Reads on; nil until the head is whole.
    ///
    /// - Parameter bytes: what came from the head's first byte on; between calls they only grow. After a head, those
    ///   behind it.
    package mutating func read(_ bytes: Span<UInt8>) throws(MalformedMessage) -> ReceivedRequest? {
        while let line = try lines.next(in: bytes, limit: limits.bytes) {
            if head == nil {
                head = try requestLine(line, in: bytes)
            } else if line.isEmpty {
                return try finish(at: line.upperBound)
            } else {
                try readField(line, in: bytes)
            }
        }
        return nil
    }

    private func requestLine(_ line: Range<Int>, in bytes: Span<UInt8>) throws(MalformedMessage) -> RequestHead {
        guard !line.isEmpty else { throw MalformedMessage("empty line before the request", at: line.lowerBound) }
        var index = line.lowerBound
        while index < line.upperBound, MessageBytes.isToken(bytes[index]) { index += 1 }
        let method = line.lowerBound..<index
        guard !method.isEmpty, index < line.upperBound, bytes[index] == MessageBytes.space else {
            throw MalformedMessage("no method, one blank and a target", at: index)
        }
        index += 1
        let targetStart = index
        while index < line.upperBound, MessageBytes.isVisible(bytes[index]) { index += 1 }
        let target = targetStart..<index
        guard !target.isEmpty else { throw MalformedMessage("no request target", at: index) }
        guard index < line.upperBound else { throw MalformedMessage("HTTP/0.9 request without a version", at: index) }
        guard bytes[index] == MessageBytes.space else {
            throw MalformedMessage("character that no request target may hold", at: index)
        }
        let minorVersion = try Self.minorVersion((index + 1)..<line.upperBound, in: bytes)
        guard let method = bytes.text(method), let target = bytes.text(target) else {
            throw MalformedMessage("request line that is not ASCII", at: 0)
        }
        var head = RequestHead(method: method, target: target, minorVersion: minorVersion)
        head.fields.reserveCapacity(8)
        return head
    }

    private static func minorVersion(_ range: Range<Int>, in bytes: Span<UInt8>) throws(MalformedMessage) -> Int {
        // "HTTP/" DIGIT "." DIGIT, in this case only.
        let start = range.lowerBound
        guard range.count == 8, bytes[start] == 0x48, bytes[start + 1] == 0x54, bytes[start + 2] == 0x54,
            bytes[start + 3] == 0x50, bytes[start + 4] == 0x2F, bytes[start + 6] == 0x2E,
            let major = bytes.decimal((start + 5)..<(start + 6)), let minor = bytes.decimal((start + 7)..<(start + 8))
        else { throw MalformedMessage("no HTTP version after one blank", at: start) }
        guard major == 1, minor <= 1 else {
            throw MalformedMessage(status: 505, "HTTP/\(major).\(minor); use HTTP/1.1", at: start)
        }
        return minor
    }

    private mutating func readField(_ line: Range<Int>, in bytes: Span<UInt8>) throws(MalformedMessage) {
        let field = try FieldLine(line, in: bytes)
        guard let value = bytes.text(field.value) else {
            throw MalformedMessage("header field's value that is not UTF-8", at: field.value.lowerBound)
        }
        let name = bytes.lowercasedText(field.name)
        switch name {
        case "host": hosts += 1
        case "content-length": try readLength(field, in: bytes)
        case "transfer-encoding": try readCoding(field, in: bytes)
        case "connection":
            if let place = options.add(field.value, in: bytes) {
                throw MalformedMessage("Connection option that names an end-to-end field", at: place)
            }
        case "expect":
            let isContinue = bytes.isEqual(field.value, toLowercase: "100-continue")
            expectation = isContinue && expectation != .unknown ? .continue : .unknown
        default: break
        }
        guard hosts <= 1 else { throw MalformedMessage("second Host", at: line.lowerBound) }
        head?.fields.append(HeaderField(name, value))
        guard let count = head?.fields.count, count <= limits.fields else {
            throw MalformedMessage(status: 431, "more than \(limits.fields) header fields", at: line.lowerBound)
        }
    }

    private mutating func readLength(_ field: FieldLine, in bytes: Span<UInt8>) throws(MalformedMessage) {
        // Twice the same is refused, too: some take it for a list, and there is no need for it.
        guard length == nil else { throw MalformedMessage("second Content-Length", at: field.name.lowerBound) }
        guard !isChunked else {
            throw MalformedMessage("Content-Length beside Transfer-Encoding", at: field.name.lowerBound)
        }
        guard let value = bytes.decimal(field.value) else {
            throw MalformedMessage("Content-Length that is no number", at: field.value.lowerBound)
        }
        length = value
    }

    private mutating func readCoding(_ field: FieldLine, in bytes: Span<UInt8>) throws(MalformedMessage) {
        guard !isChunked else { throw MalformedMessage("second Transfer-Encoding", at: field.name.lowerBound) }
        guard length == nil else {
            throw MalformedMessage("Transfer-Encoding beside Content-Length", at: field.name.lowerBound)
        }
        guard head?.minorVersion == 1 else {
            throw MalformedMessage("Transfer-Encoding in HTTP/1.0", at: field.name.lowerBound)
        }
        guard bytes.isEqual(field.value, toLowercase: "chunked") else {
            throw MalformedMessage("Transfer-Encoding other than chunked", at: field.value.lowerBound)
        }
        isChunked = true
    }

    private mutating func finish(at end: Int) throws(MalformedMessage) -> ReceivedRequest? {
        guard var head else { return nil }
        guard hosts == 1 || head.minorVersion == 0 else { throw MalformedMessage("no Host in HTTP/1.1", at: end) }
        if isChunked {
            head.framing = .chunked
        } else if let length, length > 0 {
            head.framing = .length(length)
        }
        let request = ReceivedRequest(
            head: head,
            byteCount: end + 2,
            isPersistent: options.persists(minorVersion: head.minorVersion),
            expectation: head.minorVersion == 1 ? expectation : .none
        )
        self = RequestHeadParser(limits: limits)
        return request
    }
}

/// A whole request head and what it says of its connection.
package struct ReceivedRequest: Sendable, Equatable {
    /// What the client waits for before it sends a body (RFC 9110, section 10.1.1).
    package enum Expectation: Sendable {
        case none
        case `continue`
        /// One that nobody can meet: 417.
        case unknown
    }

    package var head: RequestHead
    /// The bytes of the head, with the empty line.
    package var byteCount: Int
    /// Whether the connection goes on after the answer.
    package var isPersistent: Bool
    package var expectation: Expectation
}
