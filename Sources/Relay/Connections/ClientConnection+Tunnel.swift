internal import NIOCore

/// From HTTP to a tunnel of bytes, and its end.
///
/// A tunnel opens on the upstream's answer, never on the request's header: the daemon ignores an upgrade that it does
/// not know, and what follows is then the next request.
extension ClientConnection {
    func switchProtocols(_ head: ResponseHead) {
        guard case .upgrade(let name, _) = exchange.passage?.tunnel, head.upgrade == name.lowercased(), exchange.isSent,
            let upstream
        else {
            exchange.persists = false
            return refuse(status: 502, "the upstream switched protocols unasked")
        }
        outbox.compose { buffer in
            var rendered = head.rendered
            buffer.writeBuffer(&rendered)
            buffer.writeStaticString("Connection: Upgrade\r\nUpgrade: ")
            buffer.writeString(name)
            buffer.writeStaticString("\r\n\r\n")
        }
        openTunnel(upstream)
    }

    /// Whether the answer is Docker's older way to a tunnel: a 200 whose body is the raw stream, both ways.
    func opensHijackedStream(_ head: ResponseHead) -> Bool {
        guard head.status == 200, head.isRawStream, head.framing == .untilClose, exchange.isSent else { return false }
        return switch exchange.passage?.tunnel {
        case .hijack, .upgrade(_, hijack: true): exchange.request.head.method != "HEAD"
        case .upgrade, .never, nil: false
        }
    }

    func openTunnel(_ connection: UpstreamConnection) {
        exchange.isAnswerBegun = true
        connection.becomeTunnel()
        phase = .tunnel
        flush()
        advance()
    }

    /// Hands on what came, and the client's end of input.
    func forwardTunnel() -> Bool {
        guard let upstream, upstream.isWritable else { return false }
        if inbox.readableBytes > 0 {
            let piece = inbox
            inbox = ByteBuffer()
            upstream.write(piece)
            upstream.flush()
            return isInputClosed
        }
        if isInputClosed {
            upstream.closeOutput()
            if isOutputSent { end() }
        }
        return false
    }

    /// The client is gone; what it sent still reaches the upstream.
    func finishTunnel() {
        guard let upstream else { return }
        if inbox.readableBytes > 0 { upstream.write(inbox) }
        inbox = ByteBuffer()
        upstream.finish(within: .of(server.timeouts.idle))
        self.upstream = nil
    }

    func upstreamInputClosed(_ connection: UpstreamConnection) {
        guard case .tunnel = phase, connection === upstream else { return }
        closeOutput()
        advance()
    }

    /// The upstream's connection is gone; what it sent still goes out.
    func closeTunnel() {
        linger()
        advance()
    }
}
