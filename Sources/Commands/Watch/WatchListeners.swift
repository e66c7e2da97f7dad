#if Watch
    internal import Console
    internal import Judge
    internal import Ledger
    internal import LiveIntake
    internal import PrometheusMetrics
    internal import Relay
    internal import Watch

    /// What answers others while watching goes on.
    enum WatchListeners {
        /// How many may ask for metrics at a time.
        private static let metricsConnections = 64

        /// - Throws: ``CommandError`` for an address that others could reach.
        static func metrics(
            _ configuration: WatchConfiguration,
            _ registry: MetricRegistry
        ) throws(CommandError) -> RelayServer? {
            guard let text = configuration.metrics else { return nil }
            do throws(RelayError) {
                let address = try RelayAddress(parsing: text)
                guard address.isUnix || address.isLoopback else {
                    throw RelayError(
                        .address,
                        "who deploys what is nobody else's business: listen on tcp://127.0.0.1:PORT or unix:///PATH"
                    )
                }
                var limits = RelayLimits()
                // Connections take the same descriptors as logs and the ledger.
                limits.connections = Self.metricsConnections
                return RelayServer(
                    configuration: RelayConfiguration(
                        listeners: [ListenerConfiguration(plainOn: address)],
                        limits: limits,
                        timeouts: RelayTimeouts(idle: .seconds(60))
                    ),
                    gatekeeper: MetricsGatekeeper(MetricsPage(registry)),
                    upstream: nil
                )
            } catch {
                throw CommandError("metrics: \(error)")
            }
        }

        /// The web console over the ledger that watching writes.
        ///
        /// - Throws: ``CommandError`` for an address that others could reach.
        static func console(
            _ configuration: WatchConfiguration,
            _ ledger: Ledger,
            _ library: RuleLibrary,
            _ board: HealthBoard
        ) throws(CommandError) -> Console? {
            guard let text = configuration.console else { return nil }
            do throws(ConsoleError) {
                return try Console(
                    ledger: ledger,
                    library: library,
                    address: ConsoleAddress(parsing: text),
                    sources: { board.standing.map { SourceState($0, $1, losses: $2) } }
                )
            } catch {
                throw CommandError("console: \(error)")
            }
        }
    }

    extension SourceState {
        fileprivate init(_ name: String, _ health: SourceHealth?, losses: Int) {
            self.init(name: name, losses: losses)
            switch health {
            case .following(let lag): self.lag = lag
            case .waiting(let reason, _): trouble = reason
            case .lost, nil: break
            }
        }
    }
#endif
