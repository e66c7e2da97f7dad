package import Delivery
package import KubernetesAPI

/// An output, and whom it tells where that is a cluster.
package struct WatchedOutput: Sendable {
    package var configuration: OutputConfiguration
    /// The cluster that is told Events; nil for outputs of other kinds.
    package var cluster: APIServer?

    package var name: String { configuration.name }

    package init(_ configuration: OutputConfiguration, cluster: APIServer? = nil) {
        self.configuration = configuration
        self.cluster = cluster
    }
}
