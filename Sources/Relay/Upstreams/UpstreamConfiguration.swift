/// The server behind the relay, and how it is reached.
package struct UpstreamConfiguration: Sendable, Equatable {
    /// A Unix socket, or TCP.
    package var address: RelayAddress
    /// The client's certificate and the server's authority; needed with TCP.
    package var tls: TLSFiles?
    /// What Host says.
    package var host: String
    /// Header fields of ``Upstream/get(_:)``'s requests, by which the server may know them.
    package var fields: [HeaderField]
    package var connectTimeout: Duration
    /// How long ``Upstream/get(_:)`` waits for a whole answer.
    package var answerTimeout: Duration
    /// The longest answer that ``Upstream/get(_:)`` takes, in bytes.
    package var answerLimit: Int
    /// Idle connections kept per event loop.
    package var idleConnections: Int
    /// How many requests that take turns are under way at once, per event loop.
    package var turns: Int
    /// How long a request waits for its turn at most; then it goes without.
    package var turnPatience: Duration

    package init(
        _ address: RelayAddress,
        tls: TLSFiles? = nil,
        host: String = "localhost",
        fields: [HeaderField] = [],
        connectTimeout: Duration = .seconds(5),
        answerTimeout: Duration = .seconds(10),
        answerLimit: Int = 16 << 20,
        idleConnections: Int = 64,
        turns: Int = 3,
        turnPatience: Duration = .milliseconds(250)
    ) {
        self.address = address
        self.tls = tls
        self.host = host
        self.fields = fields
        self.connectTimeout = connectTimeout
        self.answerTimeout = answerTimeout
        self.answerLimit = answerLimit
        self.idleConnections = idleConnections
        self.turns = turns
        self.turnPatience = turnPatience
    }
}
