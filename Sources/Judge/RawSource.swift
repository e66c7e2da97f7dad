package import Dialects
package import Sigma

/// Raw logs that rules with Sigma's own log sources are held against.
package enum RawSource: Sendable, Hashable, CaseIterable {
    /// Kubernetes audit events, as the API server writes them.
    case kubernetesAudit
    /// The Docker daemon's log lines: `time`, `level`, `msg` and what else a line holds.
    case dockerDaemon
    /// Events of the Docker Engine, as `/events` has them: `Type`, `Action`, `Actor.ID`, `Actor.Attributes`.
    case dockerEvents
    /// Requests as a web server logs them: `cs-method`, `cs-uri-stem`, `c-ip` and their like.
    case webServer
    /// The same requests under the names of proxies' logs: `c-uri`, `c-useragent`, `src_ip` and their like.
    case proxy

    /// What rules name the log by; a rule that leaves a part open sees it too.
    ///
    /// Some of SigmaHQ's Kubernetes rules add `category: application`.
    package var logSource: LogSource {
        switch self {
        case .kubernetesAudit: LogSource(category: "application", product: "kubernetes", service: "audit")
        case .dockerDaemon: LogSource(category: "application", product: "docker", service: "daemon")
        case .dockerEvents: LogSource(category: "application", product: "docker", service: "events")
        case .webServer: LogSource(category: "webserver")
        case .proxy: LogSource(category: "proxy")
        }
    }

    /// The log's name in findings, as `product/service`.
    package var dataset: String {
        switch self {
        case .kubernetesAudit: "kubernetes/audit"
        case .dockerDaemon: "docker/daemon"
        case .dockerEvents: "docker/events"
        case .webServer: "webserver/access"
        case .proxy: "proxy/access"
        }
    }

    /// What dialects call it.
    package init(_ source: RawLogSource) {
        self =
            switch source {
            case .kubernetesAudit: .kubernetesAudit
            case .dockerDaemon: .dockerDaemon
            case .dockerEvents: .dockerEvents
            case .webServer: .webServer
            case .proxy: .proxy
            }
    }

    /// The same for dialects.
    package var log: RawLogSource {
        switch self {
        case .kubernetesAudit: .kubernetesAudit
        case .dockerDaemon: .dockerDaemon
        case .dockerEvents: .dockerEvents
        case .webServer: .webServer
        case .proxy: .proxy
        }
    }
}
