extension Flow {
    /// The same from fewer sources.
    func from(_ sources: NumberSet) -> Flow {
        var flow = self
        flow.sources = sources
        return flow
    }

    /// Takes a step that changes what a packet carries.
    mutating func take(_ step: Ruleset.Step) {
        switch step {
        case .mark(let isConnection, let clear, let flip):
            if isConnection {
                way.connectionMark = way.connectionMark.map { $0 & ~clear ^ flip }
                if clear == .max { way.connectionMark = flip }
            } else {
                way.mark = way.mark.map { $0 & ~clear ^ flip }
                if clear == .max { way.mark = flip }
            }
        case .unknownMark(let isConnection): if isConnection { way.connectionMark = nil } else { way.mark = nil }
        case .copyMark(let toPacket):
            if toPacket { way.mark = way.connectionMark } else { way.connectionMark = way.mark }
        case .untrack: way.isUntracked = true
        default: break
        }
    }

    func translated(to translation: Ruleset.Translation, routes: Routes) -> Flow {
        var flow = self
        // What is not tracked cannot be translated.
        if way.isUntracked { return self }
        switch translation.address {
        case .kept: break
        // The address of the interface that it came by.
        case .this: (flow.way.destination, flow.way.isForHost) = (nil, true)
        case .other(let address) where address.family == way.family:
            flow.way.destination = address.number
            flow.way.isForHost = routes.isLocal(address)
        case .other, .unknown: (flow.way.destination, flow.way.isForHost) = (nil, nil)
        }
        switch translation.ports {
        case .kept: break
        case .one(let port): flow.way.port = port
        case .unknown: flow.way.port = nil
        }
        flow.way.isTranslationDone = true
        // The kernel calls it translated only where it differs.
        let isOther =
            flow.way.port != way.port || (flow.way.destination != nil && flow.way.destination != way.destination)
        let isKnown = flow.way.port != nil && flow.way.destination != nil && way.destination != nil
        flow.way.isTranslated = isOther && (flow.way.port != nil || isKnown) ? true : isKnown ? false : nil
        return flow
    }
}

/// By which interface addresses are reached, as far as it is known.
struct Routes: Sendable {
    struct Route: Sendable {
        var network: IPNetwork
        var interface: String
    }
    /// The longest networks first.
    private(set) var routes: [Route] = []
    /// The host's own addresses.
    private(set) var local: Set<IPAddress> = []

    init(local: [IPAddress] = [], _ routes: [Route] = []) {
        self.local = Set(local)
        self.routes = routes.enumerated().sorted {
            ($1.element.network.length, $0.offset) < ($0.element.network.length, $1.offset)
        }
        .map(\.element)
    }

    func isLocal(_ address: IPAddress) -> Bool {
        local.contains(address) || (address.family == .ip4 ? address.number >> 24 == 127 : address.number == 1)
    }

    func interface(to destination: UInt128?, of family: IPAddress.Family) -> Flow.Interface {
        guard let destination else { return .unknown }
        let address = IPAddress(family, destination)
        return routes.first { $0.network.contains(address) }.map { .named($0.interface) } ?? .unknown
    }
}
