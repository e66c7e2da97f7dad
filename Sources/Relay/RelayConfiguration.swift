/// How a relay listens and how patient it is.
package struct RelayConfiguration: Sendable, Equatable {
    package var listeners: [ListenerConfiguration]
    package var limits = RelayLimits()
    package var timeouts = RelayTimeouts()

    package init(
        listeners: [ListenerConfiguration],
        limits: RelayLimits = RelayLimits(),
        timeouts: RelayTimeouts = RelayTimeouts()
    ) {
        self.listeners = listeners
        self.limits = limits
        self.timeouts = timeouts
    }
}

/// One place to listen.
package struct ListenerConfiguration: Sendable, Equatable {
    package var address: RelayAddress
    /// Who may connect to a Unix socket.
    package var access = SocketAccess()
    /// What TCP needs: without client certificates nobody listens on a network (ATT&CK M1035).
    package var tls: TLSFiles?
    /// What TCP needs where everything is answered here, so that whoever connects gains no power.
    package var service: ServiceTLS?
    /// Whether TCP is taken without TLS, which a loopback address alone is, for what lends nobody power.
    package var isPlain = false

    package init(_ address: RelayAddress, access: SocketAccess = SocketAccess(), tls: TLSFiles? = nil) {
        self.address = address
        self.access = access
        self.tls = tls
    }

    /// A listener of a service that answers everything itself, for whoever is on this host.
    package init(plainOn address: RelayAddress, access: SocketAccess = SocketAccess()) {
        self.address = address
        self.access = access
        isPlain = true
    }

    /// A listener of a service that answers everything itself: its clients need no certificate.
    package init(_ address: RelayAddress, service: ServiceTLS) {
        self.address = address
        self.service = service
    }
}

/// Owner and permissions of a Unix socket; whoever may write it may connect.
package struct SocketAccess: Sendable, Equatable {
    /// A user's name or number; nil for the process's own.
    package var owner: String?
    /// A group's name or number; nil for the process's own.
    package var group: String?
    package var mode: UInt32

    package init(owner: String? = nil, group: String? = nil, mode: UInt32 = 0o660) {
        self.owner = owner
        self.group = group
        self.mode = mode
    }
}

/// What a client may take up.
package struct RelayLimits: Sendable, Equatable {
    package var head: HeadLimits
    /// How much of an answered request's body is read and thrown away to keep the connection.
    package var drainedBytes: Int
    /// Connections at a time, over all listeners; of more, those are closed that ask for nothing, or else the new ones.
    package var connections: Int

    package init(head: HeadLimits = HeadLimits(), drainedBytes: Int = 256 << 10, connections: Int = 8192) {
        self.head = head
        self.drainedBytes = drainedBytes
        self.connections = connections
    }
}

/// How long the relay waits for a client, up to a second longer than it says.
package struct RelayTimeouts: Sendable, Equatable {
    /// From a head's first byte to its last, and for a TLS handshake.
    package var head: Duration
    /// Between two requests.
    package var idle: Duration
    /// Between two pieces of a body that is judged.
    package var body: Duration
    /// For the rest of what a client sends after its last answer.
    package var lingering: Duration

    package init(
        head: Duration = .seconds(10),
        idle: Duration = .seconds(120),
        body: Duration = .seconds(30),
        lingering: Duration = .seconds(2)
    ) {
        self.head = head
        self.idle = idle
        self.body = body
        self.lingering = lingering
    }
}
