internal import Dialects

/// Holds a client that may see to some containers alone to them.
extension Examination {
    /// What other checks, which look up the container that a route names, do not see to.
    mutating func holdToScope(_ scope: ContainerScope) async {
        switch request.endpoint {
        case .containerList:
            narrow { filters throws(ScopeFilters.Unexpressible) in
                try ScopeFilters(scope: scope).filters(ofContainers: filters, takesNames: true)
            }
        case .containerPrune:
            narrow { filters throws(ScopeFilters.Unexpressible) in
                try ScopeFilters(scope: scope).filters(ofContainers: filters, takesNames: false)
            }
        case .events: await narrowEvents(scope)
        case .networkList, .networkInspect: await networks()
        case .networkDisconnect: await existing(body?["Container"]?.string)
        case .execInspect, .libpodExecRemove: await owner(ofExec: request.name)
        case let endpoint where Self.isBeyondScope(request):
            refuseScope("\(endpoint.rawValue) speaks of containers that '\(terms.name)' may not see to")
        default: break
        }
    }

    /// Requests that tell of, or act on, containers of everybody, or on ones that nobody can look up beforehand.
    private static func isBeyondScope(_ request: DockerAPIRequest) -> Bool {
        switch request.endpoint {
        case .diskUsage: return true
        case .libpodPing, .libpodPingHead: return false
        case .libpodRead: return !["_ping", "info", "version"].contains(request.name ?? "")
        case .libpodContainerCreate, .libpodContainerPrune, .libpodContainerRestore, .libpodNetworkConnect,
            .libpodNetworkDisconnect, .libpodPlayKube, .libpodKubePlay, .libpodKubeApply, .libpodPlayKubeDown,
            .libpodKubePlayDown, .libpodQuadletInstall, .libpodQuadletsDelete, .libpodQuadletDelete,
            .libpodSystemCheck, .libpodSystemPrune:
            return true
        default:
            // A service's containers have names and labels that the swarm gives them.
            return request.endpoint.group == .services || request.endpoint.group == .tasks
                || request.endpoint.pattern.hasPrefix("/libpod/pods/")
        }
    }

    private mutating func narrow(
        _ filters: (QueryFilters) throws(ScopeFilters.Unexpressible) -> QueryFilters
    ) {
        let own: QueryFilters
        do throws(ReadingRefusal) {
            own = try QueryFilters(of: request)
        } catch {
            return objections.refuse("reading", at: error.place, error.message, remedy: "write it in one way")
        }
        do throws(ScopeFilters.Unexpressible) {
            let narrowed = try filters(own)
            // Where they are there already, the request is what it was.
            if narrowed != own { self.narrowed = request.filtered(by: narrowed) }
        } catch {
            objections.refuse("client", at: "query filters", error.message, remedy: error.remedy)
        }
    }

    private mutating func narrowEvents(_ scope: ContainerScope) async {
        var joinsLabels = true
        if scope.onlyLabel != nil {
            do throws(Unresolvable) {
                joinsLabels = try await !daemon.isPodman()
            } catch {
                facts.unresolved.append(Unresolved(place: "query filters", message: "the engine is unknown: \(error)"))
            }
        }
        narrow { filters throws(ScopeFilters.Unexpressible) in
            try ScopeFilters(scope: scope).filters(ofEvents: filters, joinsLabels: joinsLabels)
        }
    }

    /// Networks tell which containers are in them: the client sees those that have none but its own.
    private mutating func networks() async {
        if request.flag("verbose") {
            return refuseScope("the network's services would be told, too", "ask without 'verbose'")
        }
        do throws(Unresolvable) {
            let containers = try await daemon.containers(ofNetworks: request)
            guard containers.count <= Self.networkLimit else {
                return refuseScope("there are more than \(Self.networkLimit) containers in it")
            }
            for id in containers { await inScope(reference: id, at: "target") }
        } catch {
            facts.unresolved.append(Unresolved(place: "target", message: "the network cannot be looked up: \(error)"))
        }
    }

    private static let networkLimit = 128

    private mutating func owner(ofExec id: String?) async {
        guard let id else { return }
        do throws(Unresolvable) {
            guard let exec = try await daemon.exec(id).value else { return }
            await existing(exec.container)
        } catch {
            facts.unresolved.append(Unresolved(place: "target", message: "the exec cannot be looked up: \(error)"))
        }
    }

    /// Holds the containers that another joins to the scope: it would be inside them.
    mutating func holdJoined(of ask: ContainerAsk) async {
        guard terms.containers != nil, ask.origin == .request else { return }
        for (place, reference) in FactGathering.joined(by: ask) { await inScope(reference: reference, at: place) }
        for link in ask.host["Links"]?.strings ?? [] {
            await inScope(reference: String(link.prefix { $0 != ":" }), at: ask.place("Links"))
        }
    }

    private mutating func inScope(reference: String, at place: String) async {
        guard let scope = terms.containers else { return }
        do throws(Unresolvable) {
            guard let other = try await daemon.container(reference).value else { return }
            guard !scope.holds(name: other.name, labels: other.labels) else { return }
            refuseScope(
                "'\(other.name ?? reference)' is none of the containers that '\(terms.name)' may see to",
                at: place
            )
        } catch {
            facts.unresolved.append(
                Unresolved(place: place, message: "the container '\(reference)' cannot be looked up: \(error)")
            )
        }
    }

    /// Refuses a container that the client may not see to.
    mutating func inScope(name: String?, labels: [String: String]) {
        guard let scope = terms.containers, !scope.holds(name: name, labels: labels) else { return }
        refuseScope(
            "'\(name ?? "a container without a name")' is none of the containers that '\(terms.name)' may see to"
        )
    }

    private mutating func refuseScope(_ message: String, _ remedy: String? = nil, at place: String = "target") {
        objections.refuse(
            "client",
            at: place,
            message,
            remedy: remedy ?? "name one of them, or extend 'containers' of '\(terms.name)'"
        )
    }
}
