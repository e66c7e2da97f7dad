internal import NIOCore

/// One GET of the relay's own: sent, collected, and told.
final class UpstreamFetch: UpstreamConsumer {
    private let target: String
    private let pool: UpstreamPool
    private let promise: EventLoopPromise<UpstreamAnswer>
    private var timeout: Scheduled<Void>?
    private var connection: UpstreamConnection?
    private var answer = UpstreamAnswer(status: 0, body: [])
    private var isDone = false

    init(target: String, pool: UpstreamPool, promise: EventLoopPromise<UpstreamAnswer>) {
        self.target = target
        self.pool = pool
        self.promise = promise
    }

    func start() {
        let wait = pool.configuration.answerTimeout
        timeout = pool.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) { [self] in
            finish(.failure(UpstreamError("GET \(target): no answer from the upstream within \(wait)")))
        }
        if let connection = pool.take() {
            send(on: connection)
        } else {
            connect()
        }
    }

    private func connect() {
        pool.connect { [self] result in
            switch result {
            case .failure(let error): finish(.failure(UpstreamError("GET \(target): \(error.message)")))
            case .success(let connection) where isDone: connection.close()
            case .success(let connection): send(on: connection)
            }
        }
    }

    private func send(on connection: UpstreamConnection) {
        self.connection = connection
        connection.begin(for: self, asksForHead: false)
        connection.takesChunksOff = true
        let host = pool.configuration.host
        let passage = Passage(method: "GET", target: target, fields: pool.configuration.fields)
        let isWritten = connection.compose { buffer in
            HeadWriter.write(passage, host: host, framing: .none, into: &buffer)
        }
        guard isWritten else {
            return finish(.failure(UpstreamError("GET \(target): not a request target")))
        }
        connection.flush()
    }

    private func finish(_ result: Result<UpstreamAnswer, UpstreamError>) {
        guard !isDone else { return }
        isDone = true
        timeout?.cancel()
        connection?.close()
        connection = nil
        promise.completeWith(result.mapError { $0 })
    }

    func upstream(_ connection: UpstreamConnection, answered head: ResponseHead) {
        answer.status = head.status
        if case .length(let count) = head.framing { answer.body.reserveCapacity(min(count, 1 << 20)) }
        if head.status == 101 {
            finish(.failure(UpstreamError("GET \(target): the upstream switched protocols unasked")))
        }
    }

    func upstream(_ connection: UpstreamConnection, received piece: ByteBuffer) {
        let limit = pool.configuration.answerLimit
        guard answer.body.count + piece.readableBytes <= limit else {
            return finish(.failure(UpstreamError("GET \(target): the upstream's answer is longer than \(limit) bytes")))
        }
        answer.body.append(contentsOf: piece.readableBytesView)
    }

    func upstreamEnded(_ connection: UpstreamConnection) {
        self.connection = nil
        connection.release()
        finish(.success(answer))
    }

    func upstream(_ connection: UpstreamConnection, failed failure: UpstreamFailure) {
        self.connection = nil
        // The upstream may have closed a kept connection just before the request: asked once more on a new one.
        guard connection.isReused, !failure.answerHadBegun, !isDone else {
            return finish(.failure(UpstreamError("GET \(target): \(failure.message)")))
        }
        connect()
    }

    func upstreamPaused(_ connection: UpstreamConnection) {}
    func upstreamWritabilityChanged(_ connection: UpstreamConnection) {}
    func upstreamInputClosed(_ connection: UpstreamConnection) {}
}
