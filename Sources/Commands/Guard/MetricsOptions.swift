#if Guard
    internal import ArgumentParser
    internal import Relay

    /// Where a guard tells its metrics, whatever it guards.
    struct MetricsOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Tell metrics at /metrics of this address, as Prometheus reads them: unix:///PATH or "
                    + "tcp://127.0.0.1:PORT in the clear, any other tcp://ADDRESS:PORT with the guard's own TLS files.",
                valueName: "address"
            )
        )
        var metrics: String?

        func validate() throws { _ = try address }

        private var address: RelayAddress? {
            get throws {
                guard let metrics else { return nil }
                do throws(RelayError) {
                    let address = try RelayAddress(parsing: metrics)
                    if case .inherited = address {
                        throw RelayError(.address, "\(metrics): sockets that are handed over are for the guard itself")
                    }
                    return address
                } catch {
                    throw ValidationError("--metrics: \(error)")
                }
            }
        }

        /// The listener that was asked for, if one was.
        ///
        /// - Parameter secured: makes the listener of an address that more than this host reaches; nil where the guard
        ///   has no TLS files.
        func listener(secured: (RelayAddress) -> ListenerConfiguration?) throws -> ListenerConfiguration? {
            guard let address = try address else { return nil }
            if address.isUnix || address.isLoopback { return ListenerConfiguration(plainOn: address) }
            guard let listener = secured(address) else {
                throw ValidationError(
                    "--metrics: \(address): who deploys what is nobody else's business; listen on tcp://127.0.0.1:PORT or "
                        + "unix:///PATH, or give the guard's TLS files"
                )
            }
            return listener
        }
    }
#endif
