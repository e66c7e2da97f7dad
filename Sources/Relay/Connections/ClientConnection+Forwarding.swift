internal import NIOCore

/// A request on its way to the upstream, and its answer on its way back.
extension ClientConnection: UpstreamConsumer {
    func forward(_ passage: Passage, replacement: [UInt8]?) {
        exchange.passage = passage
        exchange.replacement = replacement
        if let replacement {
            exchange.framing = replacement.isEmpty ? .none : .length(replacement.count)
        } else {
            exchange.framing = exchange.body.isEnded ? .none : exchange.request.head.framing
        }
        phase = .forwarding
        guard let pool = server.upstream else {
            return respond(server.gatekeeper.refusal(status: 502, message: "there is no upstream to ask"))
        }
        guard passage.takesTurns, exchange.framing == .none else { return send(by: pool) }
        pool.turns.wait { [self] (turn: consuming Turn) in
            guard case .forwarding = phase else { return turn.end() }
            self.turn = consume turn
            send(by: pool)
        }
    }

    private func send(by pool: UpstreamPool) {
        if let connection = pool.take() {
            send(on: connection)
        } else {
            connect(pool)
        }
    }

    private func connect(_ pool: UpstreamPool) {
        pool.connect { [self] result in
            switch result {
            case .success(let connection):
                guard case .forwarding = phase else { return connection.close() }
                send(on: connection)
            case .failure(let failure):
                server.metrics.countFailure(.connect)
                guard case .forwarding = phase else { return }
                respond(server.gatekeeper.refusal(status: 502, message: failure.message))
            }
            advance()
        }
    }

    private func send(on connection: UpstreamConnection) {
        guard let passage = exchange.passage, let pool = server.upstream else { return }
        upstream = connection
        connection.begin(for: self, asksForHead: passage.method == "HEAD")
        connection.pauseReading(!isWritable)
        let framing = exchange.framing
        let host = pool.configuration.host
        let isWritten = connection.compose { HeadWriter.write(passage, host: host, framing: framing, into: &$0) }
        guard isWritten else {
            return refuse(status: 500, "what was to be forwarded is not one request")
        }
        if let replacement = exchange.replacement, !replacement.isEmpty {
            connection.write(ByteBuffer(bytes: replacement))
        }
        exchange.isSent = framing == .none || exchange.replacement != nil
        if !exchange.isSent { offerToContinue() }
        connection.flush()
    }

    /// Hands on what came of the body, as fast as the upstream takes it.
    func forwardBody() -> Bool {
        guard let upstream else {
            return false
        }
        guard !exchange.isSent else {
            // The client will send no more; the upstream is told, as it would see it without a relay.
            if isInputClosed, inbox.readableBytes == 0 { upstream.closeOutput() }
            return false
        }
        guard upstream.isWritable else {
            upstream.flush()
            // Where that took everything at once, nothing else will say that there is room again.
            return upstream.isWritable
        }
        do throws(MalformedMessage) {
            let isChunked = exchange.framing == .chunked
            switch try exchange.body.next(from: &inbox) {
            case .data(let piece):
                if isChunked { upstream.compose { Self.writeChunkSize(piece.readableBytes, into: &$0) } }
                upstream.write(piece)
                if isChunked { upstream.compose { _ = $0.writeStaticString("\r\n") } }
            case .end:
                if isChunked { upstream.compose { _ = $0.writeStaticString("0\r\n\r\n") } }
                exchange.isSent = true
                upstream.flush()
            case nil:
                upstream.flush()
                // Half a body: the client gave up.
                if isInputClosed { end() }
                return false
            }
        } catch {
            refuse(status: error.status, "the request's body cannot be read for certain: \(error)")
        }
        return true
    }

    private static func writeChunkSize(_ count: Int, into buffer: inout ByteBuffer) {
        buffer.writeString(String(count, radix: 16))
        buffer.writeStaticString("\r\n")
    }

    // MARK: The answer

    func upstream(_ connection: UpstreamConnection, answered head: ResponseHead) {
        guard case .forwarding = phase, connection === upstream else { return }
        guard head.status != 101 else { return switchProtocols(head) }
        if opensHijackedStream(head) {
            outbox.compose { buffer in
                var rendered = head.rendered
                buffer.writeBuffer(&rendered)
                buffer.writeStaticString("\r\n")
            }
            return openTunnel(connection)
        }
        let request = exchange.request
        let isChunked = head.framing == .chunked
        let canChunk = request.head.minorVersion == 1
        connection.takesChunksOff = isChunked && !canChunk
        let hasBody = request.head.method != "HEAD" && head.status != 204 && head.status != 304
        let endsWithConnection = hasBody && (head.framing == .untilClose || isChunked && !canChunk)
        if endsWithConnection || server.isDraining { exchange.persists = false }
        exchange.isAnswerBegun = true
        let persists = exchange.persists
        outbox.compose { buffer in
            var rendered = head.rendered
            buffer.writeBuffer(&rendered)
            switch head.framing {
            case .length(let count):
                buffer.writeStaticString("Content-Length: ")
                buffer.writeString(String(count))
                buffer.writeStaticString("\r\n")
            case .chunked where canChunk: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
            case .chunked, .untilClose: break
            }
            if !persists {
                buffer.writeStaticString("Connection: close\r\n")
            } else if !canChunk {
                buffer.writeStaticString("Connection: keep-alive\r\n")
            }
            buffer.writeStaticString("\r\n")
        }
    }

    func upstream(_ connection: UpstreamConnection, received piece: ByteBuffer) {
        guard connection === upstream else { return }
        write(piece)
    }

    func upstreamEnded(_ connection: UpstreamConnection) {
        guard connection === upstream else { return }
        upstream = nil
        if exchange.isSent {
            connection.release()
        } else {
            // Answered early: what is left of the request has nowhere to go.
            connection.close()
        }
        flush()
        let unread = exchange.body.remaining ?? 0
        let closes =
            !exchange.persists || server.isDraining || exchange.awaitsContinue || unread > server.limits.drainedBytes
        endExchange(closes: closes)
        advance()
    }

    func upstream(_ connection: UpstreamConnection, failed failure: UpstreamFailure) {
        guard connection === upstream else { return }
        upstream = nil
        if case .tunnel = phase { return closeTunnel() }
        if exchange.isAnswerBegun {
            // Half an answer must not look whole: the client's connection ends where the answer did.
            server.metrics.countFailure(.body)
            linger()
        } else if connection.isReused, exchange.isRepeatable, !failure.answerHadBegun, let pool = server.upstream {
            // The upstream closed a kept connection just as the request went out.
            exchange.isSent = false
            connect(pool)
        } else {
            server.metrics.countFailure(.answer)
            respond(server.gatekeeper.refusal(status: failure.status, message: failure.message))
        }
        advance()
    }

    func upstreamPaused(_ connection: UpstreamConnection) {
        if outbox.count > 0 || phase.isStreaming { flush() }
    }

    func upstreamWritabilityChanged(_ connection: UpstreamConnection) {
        if connection.isWritable { advance() }
    }
}

extension ClientConnection.Phase {
    /// Whether pieces of an answer may be on their way.
    var isStreaming: Bool {
        switch self {
        case .forwarding, .tunnel: true
        case .identifying, .head, .collecting, .judging, .draining, .lingering, .closed: false
        }
    }
}
