package import Relay

extension DockerEventsSource {
    /// Where an engine is, and how much is asked of it.
    package struct Configuration: Sendable, Equatable {
        /// The source's name.
        package var name: String
        /// The engine: `unix:///var/run/docker.sock`, or `tcp://HOST:PORT` with TLS.
        package var engine: RelayAddress
        /// What TCP needs: a client certificate, its key, and the authority that signs the engine's certificate.
        ///
        /// Files are read at each new connection. TCP goes without on a loopback address alone.
        package var tls: TLSFiles?
        /// Whether containers that stand when nothing was followed before are records too.
        package var readsExisting = false
        /// The longest event that is taken, in bytes.
        package var maximumEventBytes = 1 << 20
        /// The largest inspection that is taken, in bytes; a larger one is left out.
        package var maximumInspectionBytes = 4 << 20
        /// How many inspections are asked for at a time.
        package var inspections = 8
        /// How long one answer may take.
        package var patience = Duration.seconds(5)
        /// How many events may wait to be remembered, each with its inspection; reading stops then.
        package var waitingEvents = 64
        /// The most records in one batch.
        package var batchRecords = 64
        /// How often the engine is asked whether it is still there; a stream without events says nothing.
        package var pulse = Duration.seconds(30)

        package init(name: String, engine: RelayAddress = .unix(path: "/var/run/docker.sock"), tls: TLSFiles? = nil) {
            self.name = name
            self.engine = engine
            self.tls = tls
        }

        /// What a person has to mend before this can be followed; nil for nothing.
        package var fault: LiveSourceError? {
            switch engine {
            case .unix: break
            case .inherited: return LiveSourceError(name, "\(engine): an engine is at a Unix socket or a TCP address")
            case .tcp where tls == nil && !engine.isLoopback:
                return LiveSourceError(
                    name,
                    "\(engine): whoever stands between could show what they like; an engine on the network is asked with "
                        + "TLS alone: give a client certificate, its key and the authority of the engine's"
                )
            case .tcp: break
            }
            guard (1...256).contains(inspections), waitingEvents > 0, batchRecords > 0, maximumEventBytes > 0,
                maximumInspectionBytes > 0, patience > .zero, pulse > .zero
            else { return LiveSourceError(name, "limits are above zero, and inspections at most 256 at a time") }
            return nil
        }
    }
}
