/// A question to what is behind a Service of the cluster, as an ordinary pod could ask it.
package struct ServiceProbe: Sendable, Codable, Equatable {
    package var namespace: String
    /// The Service's name.
    package var service: String
    /// At the Service's own address and port.
    package var probe: Probe

    package init(namespace: String, service: String, probe: Probe) {
        self.namespace = namespace
        self.service = service
        self.probe = probe
    }
}
