/// One request of a client's connection, and what is known of its answer.
struct Exchange {
    var request: ReceivedRequest
    /// What of the request's body is still to come from the client.
    var body: BodyDecoder
    /// Where the whole body is judged: what came of it, and how much may come.
    var collected: [UInt8] = []
    var collectionLimit = 0
    /// What is forwarded.
    var passage: Passage?
    /// The framing that is forwarded.
    var framing = BodyFraming.none
    /// The body that is forwarded in place of the client's.
    var replacement: [UInt8]?
    /// Whether all of the request is handed to the upstream.
    var isSent = false
    var isAnswerBegun = false
    /// Whether the client's connection goes on after the answer, as far as is known.
    var persists: Bool

    init(_ request: ReceivedRequest) {
        self.request = request
        body = BodyDecoder(request.head.framing)
        persists = request.isPersistent
    }

    /// What stands there before the first request.
    static let none = Exchange(
        ReceivedRequest(
            head: RequestHead(method: "", target: ""),
            byteCount: 0,
            isPersistent: true,
            expectation: .none
        )
    )

    /// Whether the client still waits for a 100 before it sends its body.
    var awaitsContinue: Bool { request.expectation == .continue && !body.isEnded }

    /// Whether the request may be sent a second time when nothing came of the first.
    ///
    /// Only methods without effects, and only while the body is still here: another create could be another container.
    var isRepeatable: Bool {
        guard request.head.framing == .none || replacement != nil else { return false }
        switch request.head.method {
        case "GET", "HEAD", "OPTIONS": return true
        default: return false
        }
    }
}
