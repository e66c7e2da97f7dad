/// The kinds of log that can be read, by the names that `--input` takes.
package enum InputFormat: String, Sendable, CaseIterable {
    case dockerLog = "docker-log"
    case dockerEvents = "docker-events"
    case httpRequests = "http-requests"
    case kubernetesAudit = "kubernetes-audit"
    case kubernetesManifest = "kubernetes-manifest"
    case kubernetesWatch = "kubernetes-watch"
    /// What servers before Docker, Kubernetes and their dashboards log of each request.
    case accessLog = "access-log"
    /// What such applications log themselves.
    case applicationLog = "application-log"
    /// Any of these, the audit log too, as a container runtime keeps it.
    case containerLog = "container-log"

    /// How files of that kind are told apart into records, given their head.
    package func framing(head: [UInt8]) -> Framing {
        switch self {
        case .dockerLog: FormatDetection.isPrettyJSON(head) ? .jsonDocuments : .lines
        case .kubernetesManifest: .wholeFile
        case .accessLog, .applicationLog, .containerLog: .lines
        case .dockerEvents, .httpRequests, .kubernetesAudit, .kubernetesWatch:
            FormatDetection.isOneValueALine(head) ? .lines : .jsonDocuments
        }
    }
}
