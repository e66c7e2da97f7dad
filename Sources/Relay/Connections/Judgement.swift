internal import NIOCore

/// A request that waits for its ruling.
///
/// Event loops hand these to the relay's task group through a stream: so each judgement is a child task of
/// ``RelayServer/run(onReady:)``, which ends no earlier than they do, and no task is loose. The stream need not be
/// bounded: a connection has at most one request in it, and connections are.
struct Judgement: Sendable {
    var head: RequestHead
    var body: [UInt8]?
    var client: Client
    var connection: NIOLoopBound<ClientConnection>

    /// The longest body, in bytes, that is judged on an event loop: some tenths of a millisecond's work.
    static let longestOnLoop = 64 << 10

    /// Whether judging it takes so long that the loop's other connections must not wait for it.
    var isLong: Bool { (body?.count ?? 0) > Self.longestOnLoop }

    func run(_ gatekeeper: any Gatekeeper) async {
        let ruling = await gatekeeper.judge(head, body: body, from: client)
        let connection = connection
        if connection.eventLoop.inEventLoop {
            connection.value.ruled(ruling)
        } else {
            connection.eventLoop.execute { connection.value.ruled(ruling) }
        }
    }
}
