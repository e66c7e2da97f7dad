/// A question that checks want asked of sockets that listen, for whoever collects: one connection each, read-only.
package struct ProbeRequest: Sendable, Hashable {
    package var scheme: Probe.Scheme
    package var certificate: Probe.Certificate
    package var method: String
    package var path: String

    package init(_ scheme: Probe.Scheme, _ certificate: Probe.Certificate, _ method: String, _ path: String) {
        self.scheme = scheme
        self.certificate = certificate
        self.method = method
        self.path = path
    }
}
