package import Deployments

/// The servers whose access logs are read; each has a language of its own for its log's format.
package enum AccessLogServer: String, Sendable, CaseIterable {
    case nginx, haproxy, traefik, envoy, linkerd, apache

    /// The dataset that records of its log belong to.
    package var dataset: Dataset {
        switch self {
        case .nginx: .nginxAccess
        case .haproxy: .haproxyAccess
        case .traefik: .traefikAccess
        case .envoy: .envoyAccess
        case .linkerd: .linkerdAccess
        case .apache: .httpAccess
        }
    }
}
