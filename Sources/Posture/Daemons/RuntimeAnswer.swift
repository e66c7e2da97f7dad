extension Probe {
    /// An engine that is known by its answers.
    enum Engine: String, Sendable {
        case docker = "Docker"
        case podman = "Podman"
    }

    /// Whose answer it is.
    ///
    /// By what it says of itself in every answer, also in one of refusal: `Api-Version` and `Ostype` are Docker's headers,
    /// `Libpod-API-Version` is Podman's, which says Docker's as well.
    var engine: Engine? {
        guard status != nil else { return nil }
        let server = headers["server"] ?? ""
        if headers["libpod-api-version"] != nil || server.hasPrefix("Libpod/") { return .podman }
        if headers["api-version"] != nil, headers["ostype"] != nil || headers["docker-experimental"] != nil {
            return .docker
        }
        return server.hasPrefix("Docker/") ? .docker : nil
    }

    /// Whether an engine did what it was asked.
    var isServed: Bool { status.map { 200..<300 ~= $0 } ?? false }

    /// Whether it was asked at a socket.
    func isTo(_ listener: Listener) -> Bool {
        guard listener.transport == .tcp, port == listener.port, network?.inode == listener.network?.inode else {
            return false
        }
        if address == listener.address { return true }
        switch listener.address {
        // A socket for all addresses of IPv6 takes IPv4, too.
        case "::": return true
        case "0.0.0.0": return !address.contains(":")
        default: return false
        }
    }
}

/// What a socket answers to a question of a kind.
enum RuntimeAnswer: Sendable, Equatable {
    /// An engine did what it was asked.
    case served(Probe.Engine, Probe)
    /// An engine refused.
    case refused(Probe.Engine, Probe)
    /// Something else answered, or TLS ended it.
    case other(Probe)
    /// Nothing came back, for a reason that says nothing of what is there.
    case silent(Probe)
    case unasked

    init(_ probes: [Probe]) {
        let known = probes.compactMap { probe in probe.engine.map { ($0, probe) } }
        if let (engine, probe) = known.first(where: { $0.1.isServed }) {
            self = .served(engine, probe)
        } else if let (engine, probe) = known.first {
            self = .refused(engine, probe)
        } else if let probe = probes.first(where: { $0.status != nil || $0.isTurnedAway }) {
            self = .other(probe)
        } else {
            self = probes.first.map { .silent($0) } ?? .unasked
        }
    }

    var engine: Probe.Engine? {
        switch self {
        case .served(let engine, _), .refused(let engine, _): engine
        case .other, .silent, .unasked: nil
        }
    }

    var probe: Probe? {
        switch self {
        case .served(_, let probe), .refused(_, let probe), .other(let probe), .silent(let probe): probe
        case .unasked: nil
        }
    }
}

extension Probe {
    /// Whether the other side ended it as TLS does with who is not welcome.
    ///
    /// With TLS 1.3 a client has finished its handshake before it hears that its certificate is not wanted; where it has sent
    /// its request by then, it may see no more of that than a reset.
    fileprivate var isTurnedAway: Bool {
        guard scheme == .https, let failure = failure?.lowercased() else { return false }
        let words = ["alert", "bad certificate", "certificate required", "handshake failure", "unknown ca"]
        if words.contains(where: failure.contains) { return true }
        return tlsVersion != nil && !failure.contains("timed out") && !failure.contains("timeout")
    }
}
