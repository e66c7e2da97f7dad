/// Who is at the other end of a connection, as far as the transport proves it.
package struct Client: Sendable, Equatable {
    /// The listener it came through, as configured: `unix:///run/tidewaiter/docker.sock`.
    package var listener: String
    /// The peer's process, on a Unix socket (SO_PEERCRED).
    package var peer: PeerCredentials?
    /// The remote IP address, on TCP.
    package var address: String?
    /// The verified client certificate, with TLS.
    package var certificate: ClientCertificate?

    package init(
        listener: String,
        peer: PeerCredentials? = nil,
        address: String? = nil,
        certificate: ClientCertificate? = nil
    ) {
        self.listener = listener
        self.peer = peer
        self.address = address
        self.certificate = certificate
    }
}

/// What the kernel says of the process at the other end of a Unix socket, when it connected.
package struct PeerCredentials: Sendable, Equatable {
    package var processID: Int32
    package var userID: UInt32
    package var groupID: UInt32

    package init(processID: Int32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }
}

/// Names in a verified client certificate.
package struct ClientCertificate: Sendable, Equatable {
    /// The subject, as RFC 4514 writes it: `CN=ci,O=Example`.
    package var subject: String
    /// The subject's common name, where it has one.
    package var commonName: String?

    package init(subject: String, commonName: String?) {
        self.subject = subject
        self.commonName = commonName
    }
}
