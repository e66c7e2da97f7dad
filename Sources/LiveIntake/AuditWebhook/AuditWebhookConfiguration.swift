package import Relay

extension AuditWebhookSource {
    /// Where API servers send their audit events, and who may.
    package struct Configuration: Sendable, Equatable {
        /// The source's name.
        package var name: String
        /// Where to listen: `tcp://ADDRESS:PORT`, or `unix:///PATH` behind a proxy that ends TLS.
        package var address: RelayAddress
        /// The files, in PEM, of the certificate chain that is shown, leaf first, and of its key; they are read again when
        /// they change.
        package var certificate: String?
        package var key: String?
        /// The file, in PEM, of the authority that must have signed the client's certificate; nil where none is asked for.
        package var clientAuthority: String?
        /// The common names of which a client's certificate must have one; any, when empty.
        ///
        /// A cluster's own authority signs the certificates of all its nodes and users.
        package var clientNames: Set<String> = []
        /// The file of the bearer token that must be sent; nil where none is asked for.
        package var tokenFile: String?
        /// Where events are posted; other paths are not found.
        package var path = "/audit"
        /// The largest body, in bytes; an API server's batches hold 400 events unless told otherwise.
        package var maximumBodyBytes = 16 << 20
        /// How many bodies may wait to be remembered; more are answered with 503, and sent again by the API server.
        package var waitingBodies = 8
        /// Connections at a time.
        package var connections = 32
        package var timeouts = RelayTimeouts(idle: .seconds(120), body: .seconds(10))
        /// How often the certificate and the token are looked at again.
        package var refresh = Duration.seconds(10)

        package init(name: String, address: RelayAddress) {
            self.name = name
            self.address = address
        }

        /// What a person has to mend before this can be served; nil for nothing.
        package var fault: LiveSourceError? {
            guard (certificate == nil) == (key == nil) else {
                return LiveSourceError(name, "a certificate and its key belong together")
            }
            guard path.hasPrefix("/"), !path.contains("?") else {
                return LiveSourceError(name, "'\(path)' is no path, such as /audit")
            }
            guard clientNames.isEmpty || clientAuthority != nil else {
                return LiveSourceError(
                    name,
                    "names of client certificates count only with the authority that signs them"
                )
            }
            guard maximumBodyBytes > 0, waitingBodies > 0, connections > 0, refresh > .zero else {
                return LiveSourceError(name, "limits are above zero")
            }
            if clientAuthority != nil, certificate == nil {
                return LiveSourceError(name, "client certificates go with TLS: give a certificate and its key")
            }
            if case .unix = address { return nil }
            if address.isLoopback, certificate == nil { return nil }
            guard certificate != nil else {
                return LiveSourceError(
                    name,
                    "\(address): audit events hold secrets, and whoever reached this address could forge them; give a "
                        + "certificate and its key, or listen on a loopback address"
                )
            }
            guard address.isLoopback || clientAuthority != nil || tokenFile != nil else {
                return LiveSourceError(
                    name,
                    "\(address): whoever reached this address could forge audit events; give the authority that signs the "
                        + "API server's client certificate, or the file of a token that it sends"
                )
            }
            return nil
        }

        var listener: ListenerConfiguration {
            guard let certificate, let key else { return ListenerConfiguration(plainOn: address) }
            return ListenerConfiguration(
                address,
                service: ServiceTLS(certificate: certificate, key: key, clientAuthority: clientAuthority)
            )
        }
    }
}
