#if Guard
    internal import ArgumentParser
    internal import Relay
    internal import Sigma

    /// Where the webhook listens.
    struct WebhookListeningOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Where to listen, with TLS: tcp://ADDRESS:PORT; can be repeated. Otherwise on the sockets that systemd "
                    + "hands over, or on tcp://0.0.0.0:8443.",
                valueName: "address"
            )
        )
        var listen: [String] = []

        @Option(
            help: ArgumentHelp("The webhook's certificate chain, in PEM.", valueName: "file"),
            completion: .file()
        )
        var tlsCert: String?

        @Option(help: ArgumentHelp("Its key, in PEM.", valueName: "file"), completion: .file())
        var tlsKey: String?

        @Option(
            help: ArgumentHelp(
                "Take reviews from clients alone whose certificate this authority signed: the API server's, when it is "
                    + "configured to show one. Probes need none.",
                valueName: "file"
            ),
            completion: .file()
        )
        var clientCa: String?

        private static let usualAddress = "tcp://0.0.0.0:8443"

        func validate() throws { _ = try addresses }

        /// The addresses that were asked for.
        var addresses: [RelayAddress] {
            get throws { try (listen.isEmpty ? [Self.usualAddress] : listen).map(Self.address) }
        }

        private static func address(_ text: String) throws -> RelayAddress {
            do throws(RelayError) {
                let address = try RelayAddress(parsing: text)
                guard !address.isUnix else {
                    throw RelayError(.address, "\(text): an API server reaches its webhooks by TCP alone")
                }
                return address
            } catch {
                throw ValidationError("--listen: \(error)")
            }
        }

        /// The certificate in files.
        ///
        /// - Throws: where there is none: API servers ask webhooks with TLS alone.
        var fileTLS: ServiceTLS {
            get throws {
                guard let tlsCert, let tlsKey else {
                    throw ValidationError(
                        "--tls-cert and --tls-key: an API server asks its webhooks with TLS alone; give both, or "
                            + "--certificate-secret"
                    )
                }
                return ServiceTLS(certificate: tlsCert, key: tlsKey, clientAuthority: clientCa)
            }
        }

        func listeners(inherited: [Int32], _ tls: ServiceTLS) throws -> [ListenerConfiguration] {
            let given = inherited.map { RelayAddress.inherited(descriptor: $0) }
            return try (listen.isEmpty && !given.isEmpty ? given : addresses).map {
                ListenerConfiguration($0, service: tls)
            }
        }
    }

    /// What the webhook refuses.
    struct AdmissionJudgingOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The policy, in YAML; options go before it. configmap:NAMESPACE/NAME stands for the key policy.yml of that "
                    + "ConfigMap, which is watched; its other keys are files that the policy's rules and exceptions name.",
                valueName: "file"
            ),
            completion: .file()
        )
        var policy: String?

        @Option(help: "Refuse what a rule of this level or above finds (default: high).")
        var refuseAt: Level?

        @Option(help: "Also rules from this file or folder; can be repeated.", completion: .directory)
        var rules: [String] = []

        @Flag(help: "Judge, warn and record, and let everything pass.")
        var observe = false

        func validate() throws { _ = try place }

        /// Where the policy stands; nil where the rules alone count.
        var place: PolicyPlace? {
            get throws(CommandError) {
                guard let policy else { return nil }
                return try PolicyPlace(parsing: policy)
            }
        }
    }
#endif
