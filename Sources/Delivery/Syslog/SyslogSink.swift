internal import Deployments
internal import Signals

/// Tells alerts to a syslog receiver (RFC 5424).
///
/// Syslog has no receipts: what a receiver had not read when its connection broke is lost to it, TLS or not.
package struct SyslogSink: AlertSink {
    package struct Configuration: Sendable, Equatable {
        package var destination: Destination
        package var format: SyslogFormat

        package init(_ destination: Destination, format: SyslogFormat) {
            self.destination = destination
            self.format = format
        }

        /// What is wrong with it, before anything is sent; nil for nothing.
        package var fault: String? {
            if let fault = format.fault { return fault }
            switch destination {
            case .datagram(let path): return path.isEmpty ? "a socket has a path" : nil
            case .stream(let stream): return stream.fault
            }
        }
    }

    package enum Destination: Sendable, Equatable {
        /// A Unix socket that takes datagrams, such as `/dev/log`.
        case datagram(String)
        /// A TCP port, in the clear or with TLS (RFC 6587 octet counting, RFC 5425).
        case stream(StreamAddress)
    }

    /// A TCP port.
    package struct StreamAddress: Sendable, Equatable {
        package var host: String
        package var port: Int
        /// Nil for none: in the clear.
        package var tls: TLS?
        package var timeout = Duration.seconds(10)

        package struct TLS: Sendable, Equatable {
            /// Holds the authorities that sign the receiver's certificate, in PEM; nil for the machine's own.
            package var authorityFile: String?
            /// Hold the certificate chain and key that are shown, in PEM; nil for none.
            package var certificateFile: String?
            package var keyFile: String?
            /// The name that the receiver's certificate must have; the host's when nil.
            package var serverName: String?

            package init(authorityFile: String? = nil) { self.authorityFile = authorityFile }
        }

        package init(host: String, port: Int, tls: TLS? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }

        var fault: String? {
            if host.isEmpty || !(1...65_535).contains(port) { return "a receiver has a host and a port" }
            if let tls, (tls.certificateFile == nil) != (tls.keyFile == nil) {
                return "a client certificate needs both a chain and a key"
            }
            return nil
        }
    }

    private let configuration: Configuration
    private let clock: DeliveryClock
    private let stream: SyslogStream?

    package var batchLimit: Int { 64 }

    package init(_ configuration: Configuration, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.clock = clock
        switch configuration.destination {
        case .datagram: stream = nil
        case .stream(let address): stream = SyslogStream(address)
        }
    }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        let now = clock.now()
        let messages = alerts.map { configuration.format.message($0, now: now) }
        switch configuration.destination {
        case .datagram(let path): try await Self.send(messages, to: path)
        case .stream:
            // Octet counting (RFC 6587, section 3.4.1): nothing in a message can end it.
            let frames = messages.reduce(into: [UInt8]()) { $0 += Array("\($1.count) ".utf8) + $1 }
            try await stream?.send(frames)
        }
    }

    package func reopen() async throws(DeliveryError) { await stream?.close() }

    package func close() async { await stream?.close() }

    private static func send(_ messages: [[UInt8]], to path: String) async throws(DeliveryError) {
        try await FileThreads.run { () throws(DeliveryError) in
            var told = 0
            do throws(DatagramError) {
                // Made each time: the receiver may have been restarted.
                let socket = try DatagramSocket(to: path)
                for message in messages {
                    try socket.send(message)
                    told += 1
                }
            } catch {
                let failures = (told..<messages.count).map {
                    DeliveryError.Failure(index: $0, error.description, isTransient: true)
                }
                throw DeliveryError(error.description, isTransient: true, failures: failures)
            }
        }
    }
}
