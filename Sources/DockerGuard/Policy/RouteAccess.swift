package import Dialects

/// Which routes a client may use, in the terms of docker-socket-proxy's variables.
///
/// https://github.com/Tecnativa/docker-socket-proxy: a group opens its routes to reads, `POST` to everything else in
/// them. `ALLOW_START` and its like open one route alone, whatever the rest says, as linuxserver's proxy has it.
package struct RouteAccess: Sendable, Equatable {
    package var groups: Set<DockerRouteGroup>
    /// Whether requests that change something are let through.
    package var mayWrite: Bool
    /// Routes that are open by themselves.
    package var endpoints: Set<DockerEndpoint> = []

    /// Everything.
    package static let all = RouteAccess(groups: Set(DockerRouteGroup.allCases), mayWrite: true)
    /// Reads of everything.
    package static let reads = RouteAccess(groups: Set(DockerRouteGroup.allCases), mayWrite: false)
    /// What docker-socket-proxy opens when nothing is set.
    package static let defaults = RouteAccess(groups: [.events, .ping, .version], mayWrite: false)

    /// Whether a request to the endpoint is let through.
    package func allows(_ endpoint: DockerEndpoint) -> Bool {
        if endpoints.contains(endpoint) || endpoint.group == .options { return true }
        guard endpoint.onlyReads || mayWrite else { return false }
        if endpoint == .libpodPing || endpoint == .libpodPingHead { return groups.contains(.ping) }
        return groups.contains(endpoint.group)
    }

    /// Routes that a variable opens by itself.
    static func endpoints(of variable: String) -> Set<DockerEndpoint>? {
        switch variable {
        case "ALLOW_START": [.containerStart, .libpodContainerStart]
        case "ALLOW_STOP": [.containerStop, .libpodContainerStop]
        case "ALLOW_RESTARTS":
            [
                .containerStop, .containerRestart, .containerKill, .libpodContainerStop, .libpodContainerRestart,
                .libpodContainerKill,
            ]
        case "ALLOW_PAUSE": [.containerPause, .libpodContainerPause]
        case "ALLOW_UNPAUSE": [.containerUnpause, .libpodContainerUnpause]
        default: nil
        }
    }

    /// Every variable that is understood.
    static let variables =
        ["ALLOW_PAUSE", "ALLOW_RESTARTS", "ALLOW_START", "ALLOW_STOP", "ALLOW_UNPAUSE", "POST"]
        + DockerRouteGroup.allCases.map { $0.rawValue.uppercased() }

    /// Sets a variable; false for one that is not known.
    mutating func set(_ variable: String, _ isOn: Bool) -> Bool {
        let variable = variable.uppercased()
        if variable == "POST" {
            mayWrite = isOn
        } else if let opened = Self.endpoints(of: variable) {
            if isOn { endpoints.formUnion(opened) }
        } else if let group = DockerRouteGroup(rawValue: variable.lowercased()) {
            if isOn { groups.insert(group) } else { groups.remove(group) }
        } else {
            return false
        }
        return true
    }
}
