internal import Deployments
internal import Judge

/// Which deployments a scan speaks of; those that it leaves out are read, but not judged.
struct DeploymentFilter {
    /// Not before; deployments whose time is unknown pass.
    var since: Timestamp?
    /// Before this instant; likewise.
    var until: Timestamp?
    /// Only these namespaces; empty for all.
    var namespaces: Set<String> = []
    /// Only these routes; empty for all.
    var routes: Set<Route> = []

    func includes(_ deployment: ContainerDeployment) -> Bool {
        includes(time: deployment.event.timestamp, namespace: deployment.placement.namespace)
            && (routes.isEmpty || routes.contains(deployment.route))
    }

    /// Whether a finding on a raw record passes; it has no route.
    func includes(_ finding: Finding) -> Bool {
        switch finding.subject {
        case .deployment(let event): includes(event.deployment)
        // Its events passed.
        case .correlation: true
        case .rawRecord(let record): routes.isEmpty && includes(time: record.time, namespace: record.namespace)
        }
    }

    private func includes(time: Timestamp?, namespace: String?) -> Bool {
        if let time {
            if let since, time < since { return false }
            if let until, time >= until { return false }
        }
        return namespaces.isEmpty || (namespace.map(namespaces.contains) ?? false)
    }
}
