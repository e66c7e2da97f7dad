/// Who decides what the relay lets pass.
///
/// The relay knows framing, connections and tunnels, and nothing of what it carries. It asks for each request of each
/// connection, and forwards only what it is handed back, never the bytes that came.
package protocol Gatekeeper: Sendable {
    /// Decides by the head alone, or says what is needed to decide.
    ///
    /// Called on an event loop: it must return at once and must not block.
    func admit(_ head: RequestHead, from client: Client) -> Admission

    /// Decides on a request for which ``admit(_:from:)`` asked to judge.
    ///
    /// - Parameter body: the whole body, where it was asked for; nil where the body, if any, is still to be streamed.
    func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling

    /// The same for a short body that is here, where nothing has to be waited for; nil to be asked by ``judge`` instead.
    ///
    /// Called on an event loop: it must return at once and must not block.
    func judgeAtOnce(_ head: RequestHead, body: [UInt8], from client: Client) -> Ruling?

    /// The answer to a request that the relay cannot read for certain, or whose upstream fails, in the API's own shape.
    ///
    /// - Parameter status: the HTTP status, such as 400, 408, 413, 431, 502 or 504.
    func refusal(status: Int, message: String) -> Answer
}

extension Gatekeeper {
    /// Decides on nothing at once.
    package func judgeAtOnce(_ head: RequestHead, body: [UInt8], from client: Client) -> Ruling? { nil }
}

/// What becomes of a request, by its head.
package enum Admission: Sendable {
    /// It is forwarded, its body streamed.
    case pass(Passage)
    /// ``Gatekeeper/judge(_:body:from:)`` decides.
    case judge(JudgedBody)
    /// It is answered here, and nothing is forwarded.
    case answer(Answer)
}

/// What of the body is read before a request is judged.
package enum JudgedBody: Sendable, Equatable {
    /// Nothing: the body is streamed afterwards.
    case unread
    /// All of it, up to that many bytes; a longer one is refused with 413, unseen.
    case whole(limit: Int)
}

/// What was decided about a judged request.
package enum Ruling: Sendable {
    /// It is forwarded; with `body` in place of what was read, or streamed where nothing was read.
    case pass(Passage, body: [UInt8]?)
    case answer(Answer)
}

/// The canonical request that is forwarded.
///
/// Framing and hop-by-hop fields are the relay's own.
package struct Passage: Sendable, Equatable {
    package var method: String
    /// Origin form.
    package var target: String
    /// End-to-end fields; the relay drops `connection`, `transfer-encoding`, `content-length`, `upgrade`, `te`, `trailer`,
    /// `keep-alive`, `proxy-*` and `expect`, and sets `host` and framing itself.
    package var fields: [HeaderField]
    /// When the connection becomes a tunnel.
    package var tunnel: Tunnel
    /// Whether the upstream answers it quickly, so that it waits its turn among others of its kind.
    package var takesTurns: Bool

    package init(
        method: String,
        target: String,
        fields: [HeaderField],
        tunnel: Tunnel = .never,
        takesTurns: Bool = false
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.tunnel = tunnel
        self.takesTurns = takesTurns
    }
}

/// When a connection stops being HTTP and becomes a tunnel of bytes.
package enum Tunnel: Sendable, Equatable {
    /// Never: `upgrade` is not forwarded.
    case never
    /// When the upstream answers 101 to the request's `upgrade`, which is forwarded with this value; or, for
    /// `hijack`, when it answers 200 with a content type of `application/vnd.docker.raw-stream` or
    /// `application/vnd.docker.multiplexed-stream`, as Docker does for attach and exec without an upgrade.
    case upgrade(to: String, hijack: Bool)
    /// Only the 200 form, for a client that asked for no upgrade.
    case hijack
}

/// An answer given in the upstream's place: a refusal, or, by a gatekeeper that has no upstream, anything.
package struct Answer: Sendable, Equatable {
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// Fields beside content type and framing.
    package var fields: [HeaderField]
    /// Whether the connection ends with it.
    package var closes: Bool

    package init(
        status: Int,
        contentType: String = "application/json",
        body: [UInt8],
        fields: [HeaderField] = [],
        closes: Bool = false
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.fields = fields
        self.closes = closes
    }
}
