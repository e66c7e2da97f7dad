/// What the owners say is meant to be so; a check passes what is expected.
package struct Expectations: Sendable, Equatable {
    /// Who may deploy in the cluster.
    package var deployers: Set<Subject> = []
    /// Local users who may reach the container runtimes' sockets.
    package var runtimeUsers: Set<String> = ["root"]
    /// Networks from which management ports may be reached, in CIDR notation; none beyond loopback by default.
    package var managementNetworks: [String] = []
    /// Addresses with port (`10.0.0.5:6443`) or ports (`6443`) that may listen beyond loopback.
    package var openListeners: Set<String> = []
    /// Namespaces where a gateway stands, which may reach dashboards.
    package var gatewayNamespaces: Set<String> = []

    /// Who may read secrets, or have tokens made, everywhere or in the namespaces of the cluster's own parts.
    package var secretReaders: Set<Subject> = []
    /// The local user that `tidewaiter watch` runs as.
    package var watchUser = "tidewaiter-watch"

    package init() {}
}
