package import Relay

extension SyslogSource {
    /// Where syslog messages are taken, and from whom.
    package struct Configuration: Sendable, Equatable {
        /// A TCP address, or a Unix socket of streams.
        package struct StreamListener: Sendable, Equatable {
            /// `tcp://ADDRESS:PORT`, usually of port 6514 (RFC 5425), or `unix:///PATH`.
            package var address: RelayAddress
            /// The file, in PEM, of the certificate chain that is shown, leaf first; it is read again when it changes.
            ///
            /// TCP goes without on a loopback address alone.
            package var certificate: String?
            package var key: String?
            /// The file, in PEM, of the authority that must have signed a client's certificate; nil where none is asked for.
            package var clientAuthority: String?

            package init(_ address: RelayAddress) { self.address = address }
        }

        /// A Unix socket of datagrams, such as `/run/tidewaiter/log.sock`.
        package struct DatagramListener: Sendable, Equatable {
            package var path: String
            /// Who may write to it.
            package var access: SocketAccess

            package init(_ path: String, access: SocketAccess = SocketAccess(mode: 0o666)) {
                self.path = path
                self.access = access
            }
        }

        /// The source's name.
        package var name: String
        package var streams: [StreamListener] = []
        package var sockets: [DatagramListener] = []
        /// UDP, on loopback addresses alone: anybody may forge a datagram's sender.
        package var datagrams: [RelayAddress] = []
        /// The longest message, in bytes; a longer one is cut.
        package var maximumMessageBytes = 64 << 10
        /// Connections, handshakes and silence, of each listener.
        package var limits = StreamLimits()
        /// How long a message may take from its first byte to its last.
        package var patience = Duration.seconds(60)
        /// How many messages may wait to be remembered: streams are read no further then, datagrams are lost.
        package var waitingMessages = 8_192
        package var waitingBytes = 32 << 20
        /// The most records in one batch.
        package var batchRecords = 512
        /// How many hosts have a stream of their own; what others send shares one.
        package var hosts = 256
        /// How often certificates are looked at again, and lost datagrams are told.
        package var refresh = Duration.seconds(10)

        package init(name: String) { self.name = name }

        /// What a person has to mend before this can be served; nil for nothing.
        package var fault: LiveSourceError? {
            guard !(streams.isEmpty && sockets.isEmpty && datagrams.isEmpty) else {
                return LiveSourceError(name, "it listens nowhere; name an address or a socket")
            }
            for stream in streams { if let fault = fault(of: stream) { return fault } }
            for address in datagrams where !address.isLoopback {
                return LiveSourceError(
                    name,
                    "\(address): anybody may forge a datagram's sender; UDP is taken on a loopback address alone, others send "
                        + "by TCP with TLS"
                )
            }
            guard sockets.allSatisfy({ $0.path.hasPrefix("/") }) else {
                return LiveSourceError(name, "a socket's path is absolute, such as /run/tidewaiter/log.sock")
            }
            guard maximumMessageBytes >= 480, waitingMessages > 0, waitingBytes > 0, batchRecords > 0, hosts > 0,
                limits.connections > 0, refresh > .zero, patience > .zero
            else {
                return LiveSourceError(name, "limits are above zero, and messages at least 480 bytes long (RFC 5424)")
            }
            return nil
        }

        private func fault(of stream: StreamListener) -> LiveSourceError? {
            guard (stream.certificate == nil) == (stream.key == nil) else {
                return LiveSourceError(name, "\(stream.address): a certificate and its key belong together")
            }
            guard stream.clientAuthority == nil || stream.certificate != nil else {
                return LiveSourceError(
                    name,
                    "\(stream.address): client certificates go with TLS: give a certificate and its key"
                )
            }
            switch stream.address {
            case .unix: return nil
            case .tcp where stream.certificate != nil || stream.address.isLoopback: return nil
            case .tcp, .inherited:
                return LiveSourceError(
                    name,
                    "\(stream.address): whoever stands between could read and forge messages; give a certificate and its key, "
                        + "or listen on a loopback address"
                )
            }
        }
    }
}

extension SyslogSource.Configuration.StreamListener {
    var listener: ListenerConfiguration {
        guard let certificate, let key else { return ListenerConfiguration(plainOn: address) }
        return ListenerConfiguration(
            address,
            service: ServiceTLS(certificate: certificate, key: key, clientAuthority: clientAuthority)
        )
    }
}
