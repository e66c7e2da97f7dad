internal import Deployments

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
        if let time = deployment.event.timestamp {
            if let since, time < since { return false }
            if let until, time >= until { return false }
        }
        if !namespaces.isEmpty, !(deployment.placement.namespace.map(namespaces.contains) ?? false) { return false }
        return routes.isEmpty || routes.contains(deployment.route)
    }
}
