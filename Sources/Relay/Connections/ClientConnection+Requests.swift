internal import NIOCore

/// From bytes to a decision, and the relay's own answers.
extension ClientConnection {
    func readHead() -> Bool {
        // Answers that the client does not read must not pile up.
        guard isWritable else { return false }
        guard inbox.readableBytes > 0 else {
            if isInputClosed || server.isDraining { end() }
            return false
        }
        do throws(MalformedMessage) {
            guard let request = try parser.read(&inbox) else {
                if isInputClosed { end() }
                return false
            }
            begin(request)
        } catch {
            refuse(status: error.status, "the request cannot be read for certain: \(error)")
        }
        return true
    }

    private func begin(_ request: ReceivedRequest) {
        exchange = Exchange(request)
        guard request.expectation != .unknown else {
            return refuse(status: 417, "the only expectation that can be met is 100-continue")
        }
        let admission = server.gatekeeper.admit(request.head, from: client)
        if case .answer = admission {} else { hasAsked = true }
        switch admission {
        case .pass(let passage): forward(passage, replacement: nil)
        case .answer(let answer): respond(answer)
        case .judge(.unread): judge(nil)
        case .judge(.whole(let limit)): beginCollecting(limit: limit)
        }
    }

    private func beginCollecting(limit: Int) {
        exchange.collectionLimit = limit
        if case .length(let count) = exchange.request.head.framing, count > limit {
            return refuseLength()
        }
        // What is only announced takes no more room than a body of usual length.
        if case .length(let count) = exchange.request.head.framing {
            exchange.collected.reserveCapacity(min(count, 16 << 10))
        }
        phase = .collecting
        waitingSince = server.now
        collectingSince = server.now
        offerToContinue()
    }

    private func refuseLength() {
        refuse(status: 413, "the request's body is longer than the \(exchange.collectionLimit) bytes that are judged")
    }

    /// Tells a client that waits that its body is read now.
    func offerToContinue() {
        guard exchange.awaitsContinue else { return }
        exchange.request.expectation = .none
        guard inbox.readableBytes == 0 else { return }
        outbox.compose { _ = $0.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
        flush()
    }

    func collect() -> Bool {
        guard !exchange.body.isEnded else {
            judge(exchange.collected)
            return true
        }
        do throws(MalformedMessage) {
            switch try exchange.body.next(from: &inbox) {
            case .data(let piece):
                guard exchange.collected.count + piece.readableBytes <= exchange.collectionLimit else {
                    refuseLength()
                    return true
                }
                exchange.collected.append(contentsOf: piece.readableBytesView)
                waitingSince = server.now
                return true
            case .end: return true
            case nil:
                // Half a body is no request.
                if isInputClosed { end() }
                return false
            }
        } catch {
            refuse(status: error.status, "the request's body cannot be read for certain: \(error)")
            return true
        }
    }

    private func judge(_ body: [UInt8]?) {
        phase = .judging
        exchange.collected = []
        if let body, body.count <= Judgement.longestOnLoop,
            let ruling = server.gatekeeper.judgeAtOnce(exchange.request.head, body: body, from: client)
        {
            return follow(ruling)
        }
        server.judge(exchange.request.head, body: body, from: client, on: self)
    }

    func ruled(_ ruling: Ruling) {
        guard case .judging = phase else { return }
        follow(ruling)
        advance()
    }

    private func follow(_ ruling: Ruling) {
        switch ruling {
        case .answer(let answer): respond(answer)
        case .pass(let passage, let body):
            if body != nil, !exchange.body.isEnded {
                refuse(status: 500, "the request's body was replaced before it was read")
            } else {
                forward(passage, replacement: body)
            }
        }
    }

    // MARK: Answering

    /// Refuses what cannot be read or served, and ends the connection: where the next request starts is not certain.
    func refuse(status: Int, _ message: String) {
        exchange.persists = false
        abandonUpstream()
        guard !exchange.isAnswerBegun else { return end() }
        respond(server.gatekeeper.refusal(status: status, message: message))
    }

    /// Gives the relay's own answer, and goes on with the next request where that is certain.
    func respond(_ answer: Answer) {
        let unread = exchange.body.remaining ?? 0
        let closes =
            answer.closes || !exchange.persists || server.isDraining || exchange.awaitsContinue
            || unread > server.limits.drainedBytes || exchange.request.head.minorVersion == 0
        let isHead = exchange.request.head.method == "HEAD"
        outbox.compose { HeadWriter.write(answer, toHead: isHead, closes: closes, into: &$0) }
        exchange.isAnswerBegun = true
        if closes { flush() } else { server.flushSoon(self) }
        endExchange(closes: closes)
    }

    /// After an answer's last byte.
    func endExchange(closes: Bool) {
        endTurn()
        if closes {
            linger()
        } else {
            phase = exchange.body.isEnded ? .head : .draining
            drainedBytes = 0
            waitingSince = server.now
        }
        exchange = exchange.body.isEnded || closes ? .none : exchange
    }

    /// Throws away what is left of an answered request's body, up to a bound.
    func drainBody() -> Bool {
        do throws(MalformedMessage) {
            switch try exchange.body.next(from: &inbox) {
            case .data(let piece):
                drainedBytes += piece.readableBytes
                if drainedBytes > server.limits.drainedBytes { linger() }
            case .end:
                exchange = .none
                phase = .head
                waitingSince = server.now
            case nil:
                if isInputClosed { end() }
                return false
            }
        } catch {
            linger()
        }
        return true
    }
}
