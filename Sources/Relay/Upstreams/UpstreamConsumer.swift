internal import NIOCore

/// Who asked an upstream connection something; called on its event loop.
protocol UpstreamConsumer: AnyObject {
    /// A final answer's head, or a 101. The body follows, unless it is made a tunnel here.
    func upstream(_ connection: UpstreamConnection, answered head: ResponseHead)
    /// A piece of the body, or of the tunnel.
    func upstream(_ connection: UpstreamConnection, received piece: ByteBuffer)
    /// The answer is whole, and the connection waits to be released or closed.
    func upstreamEnded(_ connection: UpstreamConnection)
    /// There will be no more: the connection is closed.
    func upstream(_ connection: UpstreamConnection, failed failure: UpstreamFailure)
    /// What came at once was told; time to flush.
    func upstreamPaused(_ connection: UpstreamConnection)
    /// More can be written, or no more for now.
    func upstreamWritabilityChanged(_ connection: UpstreamConnection)
    /// The other end of a tunnel sends no more.
    func upstreamInputClosed(_ connection: UpstreamConnection)
}

/// Why an upstream connection ended before its answer did.
struct UpstreamFailure {
    var status = 502
    var message: String
    /// Whether a byte of an answer had come; if not, the request may not have been read.
    var answerHadBegun = false
}
