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

    func run(_ gatekeeper: any Gatekeeper) async {
        let ruling = await gatekeeper.judge(head, body: body, from: client)
        let connection = connection
        connection.eventLoop.execute { connection.value.ruled(ruling) }
    }
}
