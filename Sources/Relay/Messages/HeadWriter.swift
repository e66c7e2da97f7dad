internal import NIOCore

/// Writes the heads that the relay sends; what could break a line is refused, whoever made it.
enum HeadWriter {
    /// A passage, as the upstream gets it; nil when it cannot be written as one request.
    static func write(
        _ passage: Passage,
        host: String,
        framing: BodyFraming,
        into buffer: inout ByteBuffer
    ) -> Bool {
        guard isToken(passage.method), isVisible(passage.target) else { return false }
        buffer.writeString(passage.method)
        buffer.writeStaticString(" ")
        buffer.writeString(passage.target)
        buffer.writeStaticString(" HTTP/1.1\r\nHost: ")
        buffer.writeString(host)
        buffer.writeStaticString("\r\n")
        for field in passage.fields where !isHopByHop(field.name) {
            guard write(field, into: &buffer) else { return false }
        }
        switch framing {
        case .none:
            // A POST without a body says so; GET and its like need not.
            if passage.method == "POST" || passage.method == "PUT" || passage.method == "PATCH" {
                buffer.writeStaticString("Content-Length: 0\r\n")
            }
        case .length(let count):
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(count))
            buffer.writeStaticString("\r\n")
        case .chunked:
            buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        }
        if case .upgrade(let name, _) = passage.tunnel {
            guard isToken(name.replacing("/", with: "-")) else { return false }
            buffer.writeStaticString("Connection: Upgrade\r\nUpgrade: ")
            buffer.writeString(name)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("\r\n")
        return true
    }

    /// An answer of the relay's own, body and all.
    static func write(_ answer: Answer, toHead isHead: Bool, closes: Bool, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(answer.status))
        buffer.writeStaticString(" ")
        buffer.writeString(ReasonPhrase.of(answer.status))
        buffer.writeStaticString("\r\n")
        let hasBody = answer.status >= 200 && answer.status != 204 && answer.status != 304
        if hasBody {
            _ = write(HeaderField("Content-Type", answer.contentType), into: &buffer)
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(answer.body.count))
            buffer.writeStaticString("\r\n")
        }
        for field in answer.fields where !isHopByHop(field.name) { _ = write(field, into: &buffer) }
        buffer.writeString(closes ? "Connection: close\r\n\r\n" : "\r\n")
        if hasBody, !isHead { buffer.writeBytes(answer.body) }
    }

    /// One field; nothing is written and false is given back when it would not stay one line.
    private static func write(_ field: HeaderField, into buffer: inout ByteBuffer) -> Bool {
        guard isToken(field.name), field.value.utf8.allSatisfy(MessageBytes.isValue) else { return false }
        buffer.writeString(field.name)
        buffer.writeStaticString(": ")
        buffer.writeString(field.value)
        buffer.writeStaticString("\r\n")
        return true
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(MessageBytes.isToken)
    }

    private static func isVisible(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(MessageBytes.isVisible)
    }

    private static func isHopByHop(_ name: String) -> Bool {
        // Names mostly come in lower case, and then cost nothing to compare.
        let isLowercase = name.utf8.allSatisfy { MessageBytes.lowercased($0) == $0 }
        return switch isLowercase ? name : name.lowercased() {
        case "host", "connection", "transfer-encoding", "content-length", "upgrade", "te", "trailer", "keep-alive",
            "proxy-connection", "proxy-authorization", "proxy-authenticate", "expect", "http2-settings":
            true
        case let name: name.hasPrefix("proxy-")
        }
    }
}
